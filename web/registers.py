"""Registers: the list of them, the rows of one with search, a row with its versions, rows from a file, booked places.

Who may read and change what is decided by the engine; a row is a form like any other.
"""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.model.commands import BookPlace, PutRegisterRow, ReleasePlace, RetireRegisterRow
from engine.model.errors import InvalidAnswers, NotAllowed, Refused
from engine.model.fields import CHOICES, Field
from engine.model.forms import Form
from engine.queries.registers import BookedPlaces, RegisterPage, Registers, RowPage, RowSheet, Sheet
from engine.queries.rows import Words
from web import current, fields, words
from web.languages import _, spoken
from web.notice_files import FileRefusedHere, decoded

screen = Blueprint("registers", __name__)
MOST_IMPORTED = 1000


@screen.get("/registers")
def registers() -> str:
    """The registers one may read or keeps rows of."""
    return render_template("registers.html", registers=current.look(Registers()))


@screen.get("/registers/<register>")
def register(register: str) -> str:
    """The rows of a register."""
    search = request.args.get("q", "").strip()[:100]
    sheet = current.look(RegisterPage(register, search, retired=bool(request.args.get("retired"))))
    return render_template("register.html", sheet=sheet, search=search, retired=bool(request.args.get("retired")))


@screen.get("/registers/<register>/rows/<uuid:row_id>")
def row(register: str, row_id: UUID) -> str:
    """One row, its versions, and for its owner who comes."""
    return render_template("register_row.html", sheet=current.look(RowPage(register, row_id)))


@screen.get("/registers/<register>/new")
def new(register: str) -> str:
    """The empty form of a row."""
    return _form_page(_to_edit(register), {}, 0)


@screen.post("/registers/<register>/new")
def add(register: str) -> Any:
    """Enter a row."""
    return _put(_to_edit(register), None, 0)


@screen.get("/registers/<register>/rows/<uuid:row_id>/edit")
def edit(register: str, row_id: UUID) -> str:
    """The form of a row with what it says now."""
    sheet = current.look(RowPage(register, row_id))
    return _form_page(sheet, dict(sheet.row.values), sheet.row.revision)


@screen.post("/registers/<register>/rows/<uuid:row_id>/edit")
def change(register: str, row_id: UUID) -> Any:
    """Keep a new version of a row."""
    posted = request.form.get("_revision", "")
    return _put(current.look(RowPage(register, row_id)), row_id, int(posted) if posted.isdecimal() else 0)


@screen.post("/registers/<register>/rows/<uuid:row_id>/retirement")
def retire(register: str, row_id: UUID) -> Any:
    """Take a row out of what can be chosen."""
    try:
        current.carry_out(RetireRegisterRow(register=register, row_id=row_id, token=current.posted_token(),
                                            reason=request.form.get("reason", "")[:500]))
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        sheet = current.look(RowPage(register, row_id))
        return render_template("register_row.html", sheet=sheet, refusal=words.refusal(refusal)), refusal.status
    return current.see_other("registers.row", register=register, row_id=row_id, done="changed")


def _to_edit(register: str) -> Sheet:
    sheet: Sheet = current.look(RegisterPage(register))
    if not sheet.may_add:
        raise NotAllowed(command=words.label(words.COMMANDS, "PutRegisterRow"))
    return sheet


def _put(sheet: Sheet | RowSheet, row_id: UUID | None, revision: int) -> Any:
    answers = sheet.form.read(current.answers_posted(request.form.to_dict(flat=False)))
    command = PutRegisterRow(register=sheet.register.id, values=answers, row_id=row_id, revision=revision,
                             token=current.posted_token())
    try:
        receipt = current.carry_out(command)
    except InvalidAnswers as refusal:
        return _form_page(sheet, answers, revision, refusal.params["problems"]), refusal.status
    kept = row_id or (UUID(receipt.extra["row"]) if "row" in receipt.extra else None)
    if kept is None:
        return current.see_other("registers.register", register=sheet.register.id, done="added")
    return current.see_other("registers.row", register=sheet.register.id, row_id=kept,
                             done="changed" if revision else "added")


def _form_page(sheet: Sheet | RowSheet, values: dict[str, Any], revision: int, problems: Any = ()) -> str:
    shown = fields.Shown(values, tuple(problems))
    return render_template("register_form.html", sheet=sheet, blocks=fields.blocks(sheet.form, shown),
                           summary=fields.summary(sheet.form, problems), revision=revision)


# --- rows from a file

@screen.get("/registers/<register>/import")
def file(register: str) -> str:
    """The page to bring many rows at once."""
    return render_template("register_import.html", sheet=_to_edit(register), results=None)


@screen.get("/registers/<register>/table.csv")
def table(register: str) -> Response:
    """The rows as a table that Excel opens with its Polish letters; empty, it is the template for an import."""
    sheet: Sheet = current.look(RegisterPage(register))
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";")
    asked = _flat(sheet.form)
    writer.writerow(field.key for field in asked)
    for line in sheet.rows:
        writer.writerow(_cell(line.row.values.get(field.key)) for field in asked)
    return Response("\ufeff" + target.getvalue(), mimetype="text/csv",
                    headers={"Content-Disposition": f"attachment; filename={sheet.register.id}.csv"})


@screen.post("/registers/<register>/import")
def bring(register: str) -> Any:
    """Enter the rows of a file: one with a name that is there becomes its new version, bad ones say why."""
    sheet = _to_edit(register)
    given = request.files.get("file")
    try:
        rows = _rows(sheet.form, given.filename or "" if given else "", given.read() if given else b"")
        results = [_brought(sheet, number, values) for number, values in rows]
    except FileRefusedHere as refusal:
        return render_template("register_import.html", sheet=sheet, results=None,
                               refusal=words.refusal(refusal)), refusal.status
    return render_template("register_import.html", sheet=sheet, results=results)


def _flat(form: Form) -> tuple[Field, ...]:
    return tuple(field for field in form.fields if field.kind not in ("list", "file"))


def _cell(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)
    # a cell that a spreadsheet would take for a formula
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _rows(form: Form, name: str, data: bytes) -> list[tuple[int, dict[str, Any]]]:
    text = decoded(name, data)
    heading = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=heading.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    known = {alias.strip().lower(): field for field in _flat(form)
             for alias in (field.label_en, field.label, field.key) if alias}
    columns = [known.get(cell.strip().lower()) for cell in next(reader, [])]
    if not any(columns):
        raise FileRefusedHere(name=name, reason=_("its first line names no question of this register"))
    rows = [(number, {field.key: _value(field, cell) for field, cell in zip(columns, line, strict=False)
                      if field is not None and cell.strip()})
            for number, line in enumerate(reader, start=2) if any(cell.strip() for cell in line)]
    if len(rows) > MOST_IMPORTED:
        raise FileRefusedHere(name=name, reason=_("it holds more than {limit} rows", limit=MOST_IMPORTED))
    return rows


def _value(field: Field, cell: str) -> Any:
    text = cell.strip().removeprefix("'")
    if field.kind not in CHOICES:
        return text
    values = {alias.strip().lower(): option.value for option in field.options
              for alias in (option.label_en, option.label, option.value) if alias}
    if field.kind == "checklist":
        return [values.get(one.strip().lower(), one.strip()) for one in text.split(",")]
    return values.get(text.lower(), text)


def _brought(sheet: Sheet, number: int, values: dict[str, Any]) -> tuple[int, str, list[str]]:
    """The line, what it is called, and why it was not taken in."""
    title = str(values.get(sheet.register.title) or "")
    known = next((line.row for line in sheet.rows if line.row.title == title and line.may_edit), None)
    command = PutRegisterRow(register=sheet.register.id, values=values, row_id=known.row_id if known else None,
                             revision=known.revision if known else 0)
    try:
        current.carry_out(command)
    except InvalidAnswers as refusal:
        return number, title, [words.problem(one, fields.question(sheet.form, one.key))
                               for one in refusal.params["problems"]]
    except Refused as refusal:
        return number, title, [words.refusal(refusal)]
    return number, title, []


# --- places of a case

@screen.get("/cases/<uuid:case_id>/places")
def places(case_id: UUID) -> str:
    """The places booked for a case."""
    return render_template("places.html", page=current.look(BookedPlaces(case_id)))


@screen.post("/cases/<uuid:case_id>/places")
def book(case_id: UUID) -> Any:
    """Book a place; a full one says so, and the page shows what is left."""
    command = BookPlace(case_id=case_id, row_id=current.posted_id("row"), starts_on=_day(),
                        consented=request.form.get("consent") == "yes", token=current.posted_token())
    return _done(case_id, command)


@screen.post("/cases/<uuid:case_id>/places/<uuid:booking_id>/release")
def release(case_id: UUID, booking_id: UUID) -> Any:
    """Give a place back."""
    command = ReleasePlace(case_id=case_id, booking_id=booking_id, reason=request.form.get("reason", "")[:500],
                           token=current.posted_token())
    return _done(case_id, command)


def _day() -> str:
    parts = [request.form.get(f"starts_on-{part}", "").strip() for part in ("year", "month", "day")]
    return "-".join(part.zfill(2) for part in parts) if all(part.isdecimal() for part in parts) else ""


def _done(case_id: UUID, command: Any) -> AnyResponse | tuple[str, int]:
    try:
        current.carry_out(command)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        page = current.look(BookedPlaces(case_id))
        return render_template("places.html", page=page, refusal=words.refusal(refusal)), refusal.status
    return current.see_other("registers.places", case_id=case_id, done="changed")


def _columns(sheet: Sheet) -> list[Field]:
    """The questions that stand in the list beside the name of a row."""
    asked = {field.key: field for field in sheet.form.fields}
    return [asked[key] for key in sheet.register.shows if key in asked]


def _said_in(name: Words) -> str:
    return name.in_language(spoken())


screen.add_app_template_global(_columns, "register_columns")
screen.add_app_template_global(_said_in, "said_in")
