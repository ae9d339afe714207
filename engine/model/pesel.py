"""The Polish population number (PESEL): its check digit and the date in it, and nothing about who bears it."""

from __future__ import annotations

from datetime import date

#: Weights of the first ten digits; the eleventh makes the sum divisible by ten (act on population records, art. 15–18).
_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
#: What the hundreds of the year add to the month.
_CENTURIES = {80: 1800, 0: 1900, 20: 2000, 40: 2100, 60: 2200}


def looks_like_pesel(text: str) -> bool:
    """Whether the text is eleven digits; says nothing about the check digit."""
    return len(text) == 11 and text.isascii() and text.isdecimal()


def check_digit(first_ten: str) -> str:
    """The eleventh digit that belongs to these ten."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_ten, strict=True))
    return str(-total % 10)


def has_right_check_digit(text: str) -> bool:
    """Whether eleven digits end in the digit that the other ten demand. Real documents exist where they do not."""
    return looks_like_pesel(text) and check_digit(text[:10]) == text[10]


def birth_date(text: str) -> date | None:
    """The date of birth written in the number, 1800–2299; None where the digits make no date."""
    if not looks_like_pesel(text):
        return None
    month = int(text[2:4])
    hundreds = month // 20 * 20
    try:
        return date(_CENTURIES[hundreds] + int(text[:2]), month - hundreds, int(text[4:6]))
    except ValueError:
        return None


def masked(text: str) -> str:
    """The number as a page or a print may show it: the last two digits only."""
    return "•" * max(0, len(text) - 2) + text[-2:]
