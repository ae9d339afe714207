"""New cases (S5): the start form of a process on the screen, or many notices in a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.model.attachments import FileKindRefused, FileTooLarge
from engine.model.commands import OpenCase
from engine.model.deadlines import local_date
from engine.model.errors import DuplicatePerson, InvalidAnswers, NotAllowed
from engine.queries.cases import CasePage, Startables, StartPage
from engine.queries.rows import StartForm
from web import current, fields, nonanswers, notice_files, words

screen = Blueprint("notices", __name__)


@screen.get("/notices/new")
def new() -> Any:
    """The start form; a choice of processes first if there are several."""
    wanted, way = request.args.get("definition", ""), request.args.get("start", "")
    if not wanted:
        choices = [(one, start, name) for one in _startables() for start, name in one.ways]
        if len({one.definition for one, _, _ in choices}) > 1:
            return render_template("notice_choice.html", choices=choices)
        wanted, way = choices[0][0].definition, choices[0][1]
    return _page(current.look(StartPage(wanted, way)), {}, others=_other_ways(wanted, way))


def _other_ways(definition: str, way: str) -> list[tuple[str, Any]]:
    """The further ways to begin a case of the same process, as links above its form."""
    return [(start, name) for one in _startables() if one.definition == definition for start, name in one.ways
            if start != way]


@screen.get("/notices")
def start() -> AnyResponse:
    """Where a form was posted, a reader finds the empty form."""
    return current.see_other("notices.new")


@screen.post("/notices")
def add() -> Any:
    """Open a case from the posted form; rows may be added to its lists first."""
    start = current.look(StartPage(request.form.get("_definition", ""), request.form.get("_start", "")))
    commands = {name: request.form.getlist(name) for name in ("_add", "_remove") if name in request.form}
    given = nonanswers.without_contradictions(current.answers_posted(request.form.to_dict(flat=False)))
    answers, twice = start.form.read({**given, **commands}), nonanswers.contradictions(request.form)
    if commands or twice:
        return _page(start, answers, twice), 422 if twice else 200
    files = current.uploads()
    try:
        opened = current.carry_out(OpenCase(
            definition=start.definition, start=start.start, answers=answers, files=files, token=current.posted_token(),
            receiver_id=current.posted_id("_receiver") if request.form.get("_receiver") else None,
            same_person_confirmed=request.form.get("_same_person") == "yes"))
    except InvalidAnswers as refusal:
        return _page(start, answers, refusal.params["problems"]), refusal.status
    except (FileTooLarge, FileKindRefused) as refusal:
        key = next((one.field for one in files if one.name == refusal.params["name"]), "")
        return _page(start, answers, [words.as_problem(key, refusal)]), refusal.status
    except DuplicatePerson as refusal:
        return _page(start, answers, duplicate=words.refusal(refusal)), refusal.status
    return current.see_other("notices.receipt", case_id=opened.case_id)


@screen.get("/notices/<uuid:case_id>")
def receipt(case_id: UUID) -> str:
    """The receipt: the number, who was told, when they must answer."""
    return render_template("notice_receipt.html", file=current.look(CasePage(case_id)))


# --- files

@screen.get("/notices/files")
def files() -> str:
    """The page that takes a file."""
    return render_template("notice_file.html", start=_start(), refusal="", limit=notice_files.LARGEST // 10**6)


@screen.post("/notices/files")
def check_file() -> Any:
    """What is in the file, row by row, before anything is taken in."""
    start, sent = _start(), request.files.get("file")
    name = (sent.filename or "–") if sent else "–"
    try:
        rows = notice_files.read(name, sent.read() if sent else b"", start.form)
    except notice_files.FileRefusedHere as refusal:
        return render_template("notice_file.html", start=start, refusal=words.refusal(refusal),
                               limit=notice_files.LARGEST // 10**6), refusal.status
    results = notice_files.check(rows, start.form, local_date(current.now()))
    return _results(start, results, name, taken=False)


@screen.post("/notices/files/import")
def take_in() -> str:
    """Open a case for every good row of the checked file."""
    start = _start()
    rows = notice_files.again(request.form.get("_rows", ""))
    checked = notice_files.check(rows, start.form, local_date(current.now()))
    results = notice_files.take_in(current.engine(), current.actor(), start.definition, start.form, checked,
                                   current.posted_token())
    return _results(start, results, request.form.get("_name", ""), taken=True)


@screen.post("/notices/files/rejected")
def rejected() -> Response:
    """The bad rows as a file, each with its reasons."""
    text = notice_files.rejected(notice_files.with_reasons(request.form.get("_rows", "")))
    return _csv(text, "odrzucone.csv")


@screen.get("/notices/files/template")
def template() -> Response:
    """An empty file to fill in."""
    return _csv(notice_files.template(_start().form), "zgloszenia.csv")


def _csv(text: str, name: str) -> Response:
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _startables() -> list[Any]:
    found = [one for one in current.look(Startables()) if one.may_start]
    if not found:
        raise NotAllowed(command="OpenCase")
    return found


def _start() -> StartForm:
    wanted = request.values.get("_definition") or request.args.get("definition") or _startables()[0].definition
    found: StartForm = current.look(StartPage(wanted))
    return found


def _results(start: StartForm, results: notice_files.Results, name: str, *, taken: bool) -> str:
    return render_template(
        "notice_rows.html", start=start, results=results, name=name, taken=taken,
        good_rows=notice_files.plain(results.good), bad_rows=notice_files.plain(results.bad),
    )  # fmt: skip


def _page(start: StartForm, answers: dict[str, Any], problems: Any = (), duplicate: str = "",
          others: list[tuple[str, Any]] | None = None) -> str:
    shown = fields.Shown(answers, tuple(problems), {}, {}, start.readers, start.non_readers)
    return render_template("notice.html", start=start, others=others or (), duplicate=duplicate,
                           blocks=fields.blocks(start.form, shown), summary=fields.summary(start.form, problems),
                           chosen=request.form.get("_receiver", ""))
