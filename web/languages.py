"""The two languages of every page: English sentences are the keys, the Polish ones stand in web/translations.

Sentences take their parameters as ``{name}``, like the refusals and problems of the engine, so that one catalogue and
one way of filling in serve them all. Which language is spoken is decided once per request (or command) by `speak`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel.support import Translations

LANGUAGES = {"pl": "Polski", "en": "English"}
DEFAULT = "pl"
_FOLDER = Path(__file__).parent / "translations"
_spoken: ContextVar[str] = ContextVar("spoken", default=DEFAULT)


def spoken() -> str:
    """The language of this request: ``pl`` or ``en``."""
    return _spoken.get()


def speak(language: str) -> None:
    """Speak this language from here on; an unknown one is the default."""
    _spoken.set(language if language in LANGUAGES else DEFAULT)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language inside the block only."""
    token = _spoken.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _spoken.reset(token)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> NullTranslations:
    return NullTranslations() if language == "en" else Translations.load(_FOLDER, [language])


def _(text: str, /, **params: Any) -> str:
    """The sentence in the spoken language with its parameters filled in."""
    return fill(_catalogue(spoken()).gettext(text) if text else "", params)


def ngettext(one: str, many: str, n: int, /, **params: Any) -> str:
    """The form of the sentence that fits a number, which it may name as ``{n}``."""
    return fill(_catalogue(spoken()).ngettext(one, many, n), {"n": n, **params})


def N_(text: str) -> str:
    """Mark a sentence for the catalogue without translating it yet."""
    return text


def fill(text: str, params: dict[str, Any]) -> str:
    """The text with its parameters; one that is missing shows its name, and braces in a value mean nothing."""
    return text.format_map(_Named(params)) if "{" in text else text


class _Named(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
