"""Notices in files: JSON or CSV from other systems, row by row, good rows kept and bad ones given back with reasons.

Reading is generous (UTF-8 or Windows-1250; semicolon, comma or tab; keys or questions as headings) and says what it
could not read. Whether a notice is right is decided by the engine, once, when it opens the case.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from engine.assembly import Engine
from engine.model.actors import Actor
from engine.model.answers import FieldProblem
from engine.model.commands import OpenCase
from engine.model.errors import Refused
from engine.model.fields import Field
from engine.model.forms import Form
from web import fields, words
from web.languages import _

MOST_ROWS = 500
LARGEST = 2_000_000
_GOOD, _REMARK, _BAD = "good", "remark", "bad"
#: the sender's own number of the notice: an answer where the form asks for it, else beside the answers
_NOTICE_ID = "notice_id"


class FileRefusedHere(Refused):
    """The file {name} cannot be read: {reason}."""

    status = 422


@dataclass(frozen=True)
class Row:
    """One notice of a file: its line (or place in the list), its raw answers."""

    number: int
    answers: dict[str, Any]
    notice_id: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class Result:
    """What became of a row: good, good with a remark, or bad with the reasons."""

    row: Row
    state: str
    reasons: tuple[str, ...] = ()
    case_id: UUID | None = None
    number: str = ""

    @property
    def name(self) -> str:
        """Who the row is about, where its form has the usual keys for a name; else the sender's number."""
        names = (str(self.row.answers.get(key, "")) for key in ("family_name", "given_names"))
        return " ".join(one for one in names if one)[:80] or self.row.notice_id

    @property
    def sign(self) -> str:
        """✔, ⚠ or ✖; the words beside it say the same."""
        return {_GOOD: "✔", _REMARK: "⚠"}.get(self.state, "✖")


@dataclass(frozen=True)
class Results:
    """All rows of a file with what became of them."""

    rows: tuple[Result, ...] = field(default=())

    def of(self, *states: str) -> tuple[Result, ...]:
        """The rows in one of these states."""
        return tuple(one for one in self.rows if one.state in states)

    @property
    def good(self) -> tuple[Result, ...]:
        """The rows that can be (or were) taken in."""
        return self.of(_GOOD, _REMARK)

    @property
    def bad(self) -> tuple[Result, ...]:
        """The rows that were not."""
        return self.of(_BAD)


# --- reading

def read(name: str, data: bytes, form: Form) -> tuple[Row, ...]:
    """The rows of a file. Raises FileRefusedHere with the reason if there is nothing to read."""
    if len(data) > LARGEST:
        raise FileRefusedHere(name=name, reason=_("it is larger than {limit} megabytes", limit=LARGEST // 10**6))
    text = decoded(name, data)
    if not text.strip():
        raise FileRefusedHere(name=name, reason=_("it holds no notice"))
    rows = _json_rows(name, text, form) if text.lstrip()[:1] in ("{", "[") else _csv_rows(name, text, form)
    if not rows:
        raise FileRefusedHere(name=name, reason=_("it holds no notice"))
    if len(rows) > MOST_ROWS:
        raise FileRefusedHere(name=name, reason=_("it holds more than {limit} notices", limit=MOST_ROWS))
    return tuple(rows)


def decoded(name: str, data: bytes) -> str:
    """The text of a file that an office wrote. Raises FileRefusedHere with the reason."""
    if data[:2] == b"PK":
        raise FileRefusedHere(name=name, reason=_("it is a spreadsheet; save it as CSV first"))
    if b"\0" in data:
        raise FileRefusedHere(name=name, reason=_("it is not a text file"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # what offices still write; the five bytes it leaves undefined are shown as such
        return data.decode("cp1250", errors="replace")


def _json_rows(name: str, text: str, form: Form) -> list[Row]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileRefusedHere(name=name, reason=_("it is not valid JSON ({error})", error=str(error)[:100])) from None
    given = found.get("notices", [found]) if isinstance(found, dict) else found
    if not isinstance(given, list):
        raise FileRefusedHere(name=name, reason=_("it holds no notice"))
    return [_json_row(number, one, form) for number, one in enumerate(given, 1)]


def _json_row(number: int, given: Any, form: Form) -> Row:
    if not isinstance(given, dict):
        return Row(number, {}, trouble=_("This is not a notice."))
    answers = given["answers"] if isinstance(given.get("answers"), dict) else given
    return _row(number, {key: value for key, value in answers.items() if not key.startswith("$")}, form)


def _row(number: int, answers: dict[str, Any], form: Form, trouble: str = "") -> Row:
    notice_id = "" if form.field(_NOTICE_ID) else str(answers.pop(_NOTICE_ID, "") or "")
    return Row(number, answers, notice_id, trouble)


def _csv_rows(name: str, text: str, form: Form) -> list[Row]:
    text = text.lstrip("\r\n")
    first = text.splitlines()[0]
    delimiter = max(";,\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        reason = _("its rows cannot be told apart ({error})", error=str(error))
        raise FileRefusedHere(name=name, reason=reason) from None
    headings = [_key(form, one) for one in lines[0]]
    known = {one.key for one in form.fields} | {_NOTICE_ID}
    if not known.intersection(headings):
        raise FileRefusedHere(name=name, reason=_("its first line does not name the questions of the form"))
    return [_csv_row(number, headings, cells, form) for number, cells in enumerate(lines[1:], 2)
            if any(cell.strip() for cell in cells)]


def _key(form: Form, heading: str) -> str:
    text = heading.strip()
    return next((one.key for one in form.fields if text in (one.key, one.label, one.label_en)), text)


def _csv_row(number: int, headings: list[str], cells: list[str], form: Form) -> Row:
    given = {key: cell.strip() for key, cell in zip(headings, cells, strict=False) if cell.strip()}
    trouble = ""
    if len(cells) != len(headings):
        trouble = _("The row has {found} cells, but the first line names {wanted}.", found=len(cells),
                    wanted=len(headings))
    return _row(number, {key: _cell(form.field(key), text) for key, text in given.items()}, form, trouble)


def _cell(asked: Field | None, text: str) -> Any:
    if asked is None:
        return text
    if asked.kind == "checklist":
        return [_value(asked, one.strip()) for one in text.replace(",", "|").split("|") if one.strip()]
    if asked.kind in {"radio", "select"}:
        return _value(asked, text)
    if asked.kind in {"checkbox", "declaration"}:
        return {"tak": "yes", "nie": "no"}.get(text.lower(), text)
    return text


def _value(asked: Field, text: str) -> str:
    return next((one.value for one in asked.options if text in (one.value, one.label, one.label_en)), text)


# --- checking and taking in

def check(rows: Iterable[Row], form: Form, today: date) -> Results:
    """What the form itself says about each row; rules over several answers are left to the engine."""
    return Results(tuple(_checked(row, form, today) for row in rows))


def _checked(row: Row, form: Form, today: date) -> Result:
    if row.trouble:
        return Result(row, _BAD, (row.trouble,))
    found = form.check(row.answers, today=today, evaluate=lambda _rule, _values: None, confirmed=True)
    if found.problems:
        return Result(row, _BAD, _sentences(form, found.problems))
    return Result(row, _REMARK if found.remarks else _GOOD, _sentences(form, found.remarks))


def _sentences(form: Form, problems: Iterable[FieldProblem]) -> tuple[str, ...]:
    return tuple(words.problem(one, fields.question(form, one.key)) for one in problems)


def take_in(engine: Engine, actor: Actor, definition: str, form: Form, results: Results, token: str = "",
            receiver_id: UUID | None = None, sender_id: UUID | None = None) -> Results:
    """Open a case for every good row; each row has its own once-only token, so a repeated file repeats nothing."""
    return Results(tuple(_taken(engine, actor, definition, form, one, f"{token}-{one.row.number}" if token else "",
                                receiver_id, sender_id) for one in results.rows))


def _taken(engine: Engine, actor: Actor, definition: str, form: Form, checked: Result, token: str,
           receiver_id: UUID | None, sender_id: UUID | None) -> Result:
    if checked.state == _BAD:
        return checked
    row = checked.row
    try:
        receipt = engine.carry_out(OpenCase(
            definition=definition, answers=row.answers, notice_id=row.notice_id, source="file", token=token,
            receiver_id=receiver_id, sender_id=sender_id), actor)
    except Refused as refusal:
        problems = refusal.params.get("problems", ())
        return Result(row, _BAD, _sentences(form, problems) or (words.refusal(refusal),))
    return Result(row, checked.state, checked.reasons, receipt.case_id, receipt.number)


# --- giving back

def template(form: Form) -> str:
    """An empty CSV file with the keys of the form as its first line."""
    return _written([[one.key for one in form.fields if one.kind not in {"list", "file"}]])


def rejected(rows: Iterable[tuple[Mapping[str, Any], str]]) -> str:
    """The bad rows as CSV: their reasons in the last column, everything else as it came."""
    given = list(rows)
    keys = list(dict.fromkeys(key for answers, _reason in given for key in answers))
    lines = [[*(_flat(answers.get(key)) for key in keys), reason] for answers, reason in given]
    return _written([[*keys, _("why it was not taken in")], *lines])


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(str(one) for one in value)
    return "" if value is None else str(value)


def _written(lines: Iterable[Iterable[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([_harmless(cell) for cell in line])
    return "\ufeff" + out.getvalue()


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet does not run as a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") and not cell[1:].replace(" ", "").isdecimal() else cell


def plain(results: Iterable[Result]) -> str:
    """Rows as JSON text, to travel through a page and back."""
    return json.dumps([{"number": one.row.number, "answers": one.row.answers, "notice_id": one.row.notice_id,
                        "reasons": one.reasons} for one in results], ensure_ascii=False)


def again(text: str) -> tuple[Row, ...]:
    """The rows that travelled through a page."""
    return tuple(Row(one["number"], one["answers"], one["notice_id"]) for one in _travelled(text))


def with_reasons(text: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The answers of bad rows that travelled through a page, each with its reasons."""
    for one in _travelled(text):
        envelope = {_NOTICE_ID: one["notice_id"]} if one["notice_id"] else {}
        yield envelope | one["answers"], " ".join(one["reasons"])


def _travelled(text: str) -> list[dict[str, Any]]:
    try:
        return [{"number": int(one["number"]), "answers": dict(one["answers"]), "notice_id": str(one["notice_id"]),
                 "reasons": [str(reason) for reason in one["reasons"]]} for one in json.loads(text)[:MOST_ROWS]]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise FileRefusedHere(name="–", reason=_("the page is too old; send the file again")) from None
