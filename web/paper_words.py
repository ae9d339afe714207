"""A kept value in the language of a paper, which need not be one of the pages', and the paper's standing words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel import Locale
from babel.dates import format_date

from engine.model.deadlines import local_date, to_warsaw
from engine.model.fields import Field
from engine.model.papers import OWN_LANGUAGES, Said, Value
from engine.queries.rows import Attribute, Words
from engine.queries.rows.papers import Kept
from web import moments, words
from web.languages import N_, _, fill, speaking

#: Standing words of a paper in the languages of the product: see ``engine.model.papers.LABELS``.
LABELS = {
    "case": N_("Case {number}"),
    "printed": N_("Printed: {at}, {by}, {institution}"),
    "page": N_("Page {page} of {pages}"),
    "unreviewed": N_("No translator has checked this text yet. The Polish text counts."),
}
#: British English writes the day before the month and the hours from 0 to 24, as Polish does.
_LOCALES = {"en": "en_GB"}


def standing(name: str, language: str, labels: Mapping[str, Said], **params: Any) -> str:
    """A standing word with its parameters; what is missing stays in braces for the layout."""
    said = labels.get(name, {}).get(language, "")
    if said:
        return fill(said, params)
    with speaking(language):
        return _(LABELS[name], **params)


def kept(one: Kept, value: Value, language: str) -> str:
    """A value of a paper as its reader reads it."""
    found = one.value
    if isinstance(found, str | bool) and _key(found) in value.words:
        return value.words[_key(found)].get(language, "")
    if isinstance(found, list) and value.words:
        return ", ".join(value.words.get(str(each), {}).get(language, str(each)) for each in found)
    if isinstance(found, Words):
        return found.in_language(language)
    if isinstance(found, tuple):
        return "; ".join(each.in_language(language) if isinstance(each, Words) else str(each) for each in found)
    if _is_moment(one):
        return moment(found, language, value.shown_as)
    if one.attribute is not None:
        return attribute(one.attribute, language)
    return answer(one.field, found, language) if one.field is not None else str(found)


def _key(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _is_moment(one: Kept) -> bool:
    if isinstance(one.value, datetime):
        return True
    kind = one.field.kind if one.field else one.attribute.kind if one.attribute else ""
    return kind in ("date", "datetime") and moments.parsed(one.value) is not None


def moment(value: Any, language: str, shown_as: str = "") -> str:
    """A day with its name, and the hour where one was meant: "środa, 12 maja 2027, 13:00"."""
    found = moments.parsed(value)
    if found is None:
        return str(value)
    locale = _LOCALES.get(language, language)
    day = format_date(local_date(found) if isinstance(found, datetime) and found.tzinfo else found,
                      "EEEE, d MMMM y", locale=locale)
    if shown_as == "weekday":
        return day.partition(",")[0]
    wall = to_warsaw(found) if isinstance(found, datetime) and found.tzinfo else found
    time = f"{wall:%H:%M}" if isinstance(wall, datetime) else ""
    if shown_as == "time":
        return time
    return day if shown_as == "day" or time in ("", "00:00", "23:59") else f"{day}, {time}"


def answer(field: Field, value: Any, language: str) -> str:
    """An answer as a paper says it; a form that does not speak the language answers in Polish."""
    if field.kind in ("date", "datetime") and moments.parsed(value) is not None:
        return moment(value, language)
    with speaking(language):
        if field.kind == "pesel" and value:
            return words.masked(value)
        return words.answer(field, value)


def cell(field: Field, value: Any, language: str) -> str:
    """An answer in a table: a day in figures, a dash where there is nothing."""
    if value in (None, "", []):
        return "–"
    found = moments.parsed(value) if field.kind == "date" else None
    if found is not None:
        return format_date(found, "d MMM y" if language == "en" else "dd.MM.y", locale=_LOCALES.get(language, language))
    return answer(field, value, language)


def attribute(one: Attribute, language: str) -> str:
    """A case attribute as a paper says it."""
    with speaking(language):
        return words.attribute(one)


def named(language: str) -> str:
    """The name of a language in the language of the page."""
    return words.language(language)


def locale_known(language: str) -> bool:
    """Whether dates can be written in this language."""
    return language in OWN_LANGUAGES or language in Locale("en").languages
