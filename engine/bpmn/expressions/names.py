"""Names with blanks and signs: which words of a text form one name (DMN 1.5, 10.3.1.4 and 10.3.1.5).

The longest known name wins; words of an unknown name are taken as long as they follow each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.bpmn.expressions.tokens import WORD, Token, name_tokens

# Words of the language: they end a name that is not known, and none begins with one.
RESERVED = frozenset(
    ["and", "or", "in", "between", "instance", "then", "else", "return", "satisfies", "of", "for", "if", "some",
     "every", "function", "null", "true", "false", "external"]
)  # fmt: skip
STOPS = RESERVED | {"not"}
# Operators and constants of other languages: never part of a name that nobody declared.
FOREIGN = frozenset(
    ["is", "None", "True", "False", "eq", "ne", "gt", "lt", "ge", "le", "mod", "div", "lambda", "undefined", "import",
     "def"]
)  # fmt: skip


class KnownNames:
    """The names a text may use, in scopes one inside the other."""

    def __init__(self, names: Iterable[str], outer: KnownNames | None = None, declared: bool = True) -> None:
        self.outer = outer
        self._declared = declared
        self._names: set[str] = set()
        self._by_first: dict[str, list[tuple[tuple[Token, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known from here on."""
        tokens = name_tokens(name)
        if tokens:
            self._names.add(name)
            self._by_first.setdefault(tokens[0].text, []).append((tokens, name))

    def is_declared(self, name: str) -> bool:
        """Whether a name was declared by the model or the text itself, not only by the language."""
        if name in self._names:
            return self._declared
        return self.outer is not None and self.outer.is_declared(name)

    def longest(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        """The longest known name that starts at a token, and how many tokens it takes."""
        best: tuple[str, int] | None = None
        scope: KnownNames | None = self
        while scope is not None:
            for parts, name in scope._by_first.get(tokens[at].text, ()):
                if (best is None or len(parts) > best[1]) and _stands(parts, tokens, at):
                    best = (name, len(parts))
            scope = scope.outer
        return best


def unknown_name(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """The words from a token on as one name, and how many there are."""
    end = at + 1
    while (
        tokens[end].kind == WORD
        and tokens[end].text not in FOREIGN
        and (tokens[end].text not in STOPS or _is_of(tokens, end))
    ):
        end += 1
    return " ".join(token.text for token in tokens[at:end]), end - at


def name_before(tokens: Sequence[Token], at: int, closers: str) -> tuple[str, int] | None:
    """The name that stands before one of the closing signs, with whatever signs a name may hold, or None."""
    end = at
    while tokens[end].kind in (WORD, "number") or (end > at and tokens[end].text in _NAME_SIGNS):
        end += 1
    if end == at or tokens[end].text not in closers or not tokens[end].text:
        return None
    text = tokens[at].text
    for token in tokens[at + 1 : end]:
        text += (" " if token.apart else "") + token.text
    return text, end - at


_NAME_SIGNS = frozenset("./-+*'’?")


def _is_of(tokens: Sequence[Token], at: int) -> bool:
    """Whether «of» joins two words of a name, as in «date of birth»."""
    return tokens[at].text == "of" and tokens[at + 1].kind == WORD and tokens[at + 1].text not in STOPS


def _stands(parts: tuple[Token, ...], tokens: Sequence[Token], at: int) -> bool:
    if at + len(parts) >= len(tokens) + 1:
        return False
    pairs = zip(parts, tokens[at : at + len(parts)], strict=False)
    return all(
        part.text == token.text and (index == 0 or part.apart == token.apart)
        for index, (part, token) in enumerate(pairs)
    ) and len(tokens) - at > len(parts)
