"""Names: how they are folded for finding and ordered for reading. Tokens of them stand in the index, never names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_FOLD = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "AE"})
_ALPHABET = {letter: number for number, letter in enumerate("aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż", start=1)}


def fold(text: str) -> str:
    """Capitals without diacritics: "Żółć" and "ZOLC" are found alike."""
    plain = unicodedata.normalize("NFKD", text.translate(_FOLD))
    return "".join(one for one in plain if not unicodedata.combining(one)).upper()


def words(*texts: str) -> tuple[str, ...]:
    """The whole words by which a person can be found, folded, each once."""
    return tuple(dict.fromkeys(word for text in texts for word in re.findall(r"\w+", fold(text or ""))))


def polish_key(text: str) -> tuple[tuple[int, ...], str]:
    """Sort key of the Polish alphabet (Ćwik after Czyż, Łoś after Lys, Żak last); never stored."""
    return tuple(_place(one) for one in text.casefold()), text


def _place(letter: str) -> int:
    if letter in _ALPHABET:
        return _ALPHABET[letter] * 4
    base = unicodedata.normalize("NFKD", letter)[0]
    return _ALPHABET[base] * 4 + 1 if base in _ALPHABET else 0 if letter in " -" else 1


def in_polish_order(texts: Iterable[str]) -> list[str]:
    """The texts in the order a Polish reader expects."""
    return sorted(texts, key=polish_key)
