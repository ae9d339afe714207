"""From what a person typed to the JSON value that is kept, one function a kind of question.

Each function takes the field and the raw text or value and returns the value, or raises `AnswerProblem`. Nothing here
knows about forms, rows or what is required; that is left to ``answers``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.model import pesel
from engine.model.fields import Field

#: Deadlines and typed times are Polish wall-clock times.
WARSAW = ZoneInfo("Europe/Warsaw")
_DATE_ORDERS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[.\-/](?P<month>\d{1,2})[.\-/](?P<year>\d{4})"),
)
_TIME = re.compile(r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::\d{2}(?:\.\d{1,6})?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?")
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_AMOUNT = re.compile(r"(?P<whole>\d{1,12})(?:[.,](?P<cents>\d{1,2}))?")
_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,10})?")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
# Control characters, halves of a character, marks that turn the direction of reading (they can make one name look like
# another), and the sign that stands for a byte nobody could read.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd\ud800-\udfff]")


class AnswerProblem(Exception):
    """One answer that cannot be kept as it is; ``confirmable`` ones may be kept when a person says so."""

    def __init__(self, code: str, *, confirmable: bool = False, **params: Any) -> None:
        self.code, self.confirmable, self.params = code, confirmable, params
        super().__init__(code)


def value_of(field: Field, raw: Any, today: date) -> Any:
    """The value to keep of a raw answer that is there."""
    return _VALUES[field.kind](field, raw, today)


def printable(raw: Any) -> str:
    """Anything as text that can be shown and stored, for the sentence that refuses it."""
    return _FORBIDDEN.sub("?", str(raw))


def _text(field: Field, raw: Any, _today: date) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise AnswerProblem("NotText")
    given, limit = str(raw), field.limits.length
    if len(given) > 4 * limit + 1000:  # far beyond what composing letters could save: not worth looking at
        raise AnswerProblem("TextTooLong", limit=limit, length=len(given))
    text = unicodedata.normalize("NFC", given).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > limit:
        raise AnswerProblem("TextTooLong", limit=limit, length=len(text))
    if _FORBIDDEN.search(text):
        raise AnswerProblem("ForbiddenCharacter")
    if field.kind != "textarea" and "\n" in text:
        raise AnswerProblem("OneLineOnly")
    return text


def _short(field: Field, raw: Any, today: date, limit: int = 60) -> str:
    text = _SPACES.sub(" ", str(raw)).strip() if isinstance(raw, str | int | float) else raw
    if isinstance(text, str) and len(text) > limit:
        raise AnswerProblem("TextTooLong", limit=limit, length=len(text))
    return _text(field, text, today)


def _number(field: Field, raw: Any, today: date) -> int | float:
    text = _short(field, raw, today).replace(" ", "").replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise AnswerProblem("NotANumber")
    whole, _, decimals = text.replace(",", ".").partition(".")
    if len(decimals.rstrip("0")) > field.limits.digits:
        raise AnswerProblem("TooManyDecimals", digits=field.limits.digits)
    number = int(whole) if not decimals.strip("0") else float(f"{whole}.{decimals}")
    _within(field, number)
    return number


def _within(field: Field, number: Any) -> Any:
    least, most = field.limits.least, field.limits.most
    if least is not None and float(number) < least:
        raise AnswerProblem("TooSmall", least=f"{least:g}")
    if most is not None and float(number) > most:
        raise AnswerProblem("TooLarge", most=f"{most:g}")
    return number


def _money(field: Field, raw: Any, today: date) -> str:
    text = _short(field, raw, today).replace(" ", "").removesuffix("PLN").removesuffix("zł")
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise AnswerProblem("NotAnAmount")
    # Kept as decimal text: 1234,50 must come back as 1234.50, and binary fractions are not money.
    amount: str = _within(field, f"{int(found['whole'])}.{(found['cents'] or '').ljust(2, '0')}")
    return amount


def _day(text: str) -> date:
    for order in _DATE_ORDERS:
        found = order.fullmatch(text)
        if found:
            break
    else:
        raise AnswerProblem("NotADate")
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError as error:
        raise AnswerProblem("NoSuchDate", given=text) from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise AnswerProblem("YearOutOfRange", first=_FIRST_YEAR, last=_LAST_YEAR)
    return day


def _date(field: Field, raw: Any, today: date) -> str:
    return _allowed_day(field, _day(_short(field, raw, today).replace(" ", "")), today).isoformat()


def _allowed_day(field: Field, day: date, today: date) -> date:
    earliest, latest = _limit(field.limits.not_before, today), _limit(field.limits.not_after, today)
    if earliest and day < earliest:
        raise AnswerProblem("DateTooEarly", earliest=earliest.isoformat())
    if latest and day > latest:
        raise AnswerProblem("DateTooLate", latest=latest.isoformat())
    return day


def _limit(text: str | None, today: date) -> date | None:
    if text is None:
        return None
    return today if text == "today" else date.fromisoformat(text)


def _datetime(field: Field, raw: Any, today: date) -> str:
    text = _short(field, raw, today)
    day_text, _, time_text = text.replace("T", " ", 1).partition(" ")
    day = _allowed_day(field, _day(day_text), today)
    found = _TIME.fullmatch(time_text.replace(" ", ""))
    if not found:
        raise AnswerProblem("NotATime")
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 23 or minute > 59:
        raise AnswerProblem("NotATime")
    return _moment(datetime(day.year, day.month, day.day, hour, minute, tzinfo=WARSAW), found["zone"])


def _moment(wall: datetime, zone: str | None) -> str:
    """The moment as ISO text with the Polish offset, so that a reader sees the wall clock and a program the instant."""
    if zone:
        sign = -1 if zone[0] == "-" else 1
        digits = zone[1:].replace(":", "") if zone != "Z" else "0000"
        offset = sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return (wall.replace(tzinfo=UTC) - offset).astimezone(WARSAW).isoformat()
    # On the last Sunday of March an hour does not exist; nobody can be released in it.
    if wall.astimezone(UTC).astimezone(WARSAW).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise AnswerProblem("NoSuchTime", given=f"{wall:%H:%M}")
    return wall.isoformat()


def _pesel(field: Field, raw: Any, today: date) -> str:
    text = _short(field, raw, today).replace(" ", "")
    if not pesel.looks_like_pesel(text):
        raise AnswerProblem("NotAPesel", length=len(text))
    if not pesel.has_right_check_digit(text):
        # Documents with a wrong digit were really issued: warn, do not block.
        raise AnswerProblem("PeselCheckDigit", confirmable=True)
    return text


def _choice(field: Field, raw: Any, _today: date) -> str:
    if not isinstance(raw, str) or raw not in {option.value for option in field.options}:
        if field.options_from:  # what was chosen is an identifier: nobody reads it
            raise AnswerProblem("RowNotThere")
        raise AnswerProblem("NotAnOption", given=_shown(raw))
    return raw


def _choices(field: Field, raw: Any, today: date) -> list[str]:
    if not isinstance(raw, list | str):
        raise AnswerProblem("NotAnOption", given=_shown(raw))
    wanted = {_choice(field, one, today) for one in ([raw] if isinstance(raw, str) else raw)}
    return [option.value for option in field.options if option.value in wanted]


_TICKED = {True: True, "yes": True, "true": True, "on": True, "1": True}
_UNTICKED = {False: False, "no": False, "false": False, "": False, "0": False}


def _ticked(_field: Field, raw: Any, _today: date) -> bool:
    if isinstance(raw, str | bool):
        key = raw.lower() if isinstance(raw, str) else raw
        if key in _TICKED or key in _UNTICKED:
            return key in _TICKED
    raise AnswerProblem("NotYesOrNo", given=_shown(raw))


def _files(field: Field, raw: Any, _today: date) -> list[str]:
    tokens = [raw] if isinstance(raw, str) else raw
    if not isinstance(tokens, list) or not all(isinstance(one, str) and 0 < len(one) <= 100 for one in tokens):
        raise AnswerProblem("NotAFile")
    if len(tokens) > field.limits.rows_most:
        raise AnswerProblem("TooManyRows", most=field.limits.rows_most)
    return tokens


def _shown(raw: Any) -> str:
    text = printable(raw)
    return text if len(text) <= 40 else text[:39] + "…"


_VALUES: dict[str, Callable[[Field, Any, date], Any]] = {
    "text": _text, "textarea": _text, "number": _number, "money": _money, "date": _date, "datetime": _datetime,
    "pesel": _pesel, "radio": _choice, "select": _choice, "checklist": _choices, "checkbox": _ticked,
    "declaration": _ticked, "file": _files,
}  # fmt: skip
