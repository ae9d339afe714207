"""My work and the task page (S2, S3): the four lists, drafts, finishing, and the receipt that says who goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.model.actors import Actor
from engine.model.answers import FieldProblem
from engine.model.attachments import FileKindRefused, FileTooLarge
from engine.model.commands import (
    AcceptHandover,
    AttachFile,
    ClaimWorkItem,
    CompleteWorkItem,
    DeclineHandover,
    OfferHandover,
    ReleaseWorkItem,
)
from engine.model.errors import AlreadyDone, InvalidAnswers
from engine.model.forms import Form
from engine.queries.rows import Task
from engine.queries.work_items import HandedIn, MyWork, TaskPage
from web import current, fields, nonanswers, words

screen = Blueprint("work_items", __name__)
TABS = ("mine", "team", "waiting", "done")
_REMEMBERED = 500
_DECLINED = "decline"


class Asked(NamedTuple):
    """What a task asks, without anything about the person: enough to read a post."""

    form: Form | None
    screen: str
    answers_handover: bool
    case_id: UUID


@screen.get("/")
def my_work() -> Any:
    """The worklist: what is mine, my team's, what I wait for, what was done. Others begin at their own desk."""
    if current.desk() != "work_items.my_work":
        return redirect(url_for(current.desk()))
    tab = request.args.get("tab", "mine")
    query = MyWork(tab=tab if tab in TABS else "mine", after=request.args.get("after", ""),
                   search=request.args.get("q", "").strip()[:100], overdue=bool(request.args.get("overdue")))
    return render_template("my_work.html", page=current.look(query), query=query, tabs=TABS)


@screen.get("/tasks/<uuid:work_item_id>")
def task(work_item_id: UUID) -> str:
    """One task."""
    return _page(_looked_at(work_item_id))


@screen.post("/tasks/<uuid:work_item_id>/claim")
def claim(work_item_id: UUID) -> Response:
    """Take the task."""
    asked = _asked(work_item_id)
    current.carry_out(ClaimWorkItem(case_id=asked.case_id, work_item_id=work_item_id, token=current.posted_token()))
    return current.see_other("work_items.task", work_item_id=work_item_id, done="claimed")


@screen.post("/tasks/<uuid:work_item_id>/release")
def release(work_item_id: UUID) -> Response:
    """Give the task back to the team."""
    asked = _asked(work_item_id)
    current.carry_out(ReleaseWorkItem(case_id=asked.case_id, work_item_id=work_item_id, token=current.posted_token()))
    return current.see_other("work_items.my_work", tab="team", done="released")


@screen.post("/tasks/<uuid:work_item_id>/draft")
def draft(work_item_id: UUID) -> Any:
    """Keep what was typed so far: from the script as JSON, else from a button of the form."""
    if request.is_json:
        kept = current.engine().save_draft(work_item_id, _read(work_item_id, _typed()), current.actor())
        return jsonify(saved_at=kept.isoformat())
    answers, refused = _with_files(work_item_id, _read(work_item_id, request.form))
    answers, done, place = _changed(work_item_id, answers)
    current.engine().save_draft(work_item_id, answers, current.actor())
    if refused:
        return _page(_looked_at(work_item_id), answers, refused), 422
    return current.see_other("work_items.task", work_item_id=work_item_id, done=done, _anchor=place)


@screen.post("/tasks/<uuid:work_item_id>/completion")
def complete(work_item_id: UUID) -> Any:
    """Hand in the answers; if some need correcting, show them again with what was typed."""
    asked = _asked(work_item_id)
    answers, refused = _with_files(work_item_id, _read(work_item_id, request.form))
    command = _command(asked, answers)(
        case_id=asked.case_id, work_item_id=work_item_id, answers=answers, token=current.posted_token())
    try:
        if refused:
            raise InvalidAnswers(count=len(refused), problems=refused)
        current.carry_out(command)
    except InvalidAnswers as refusal:
        current.engine().save_draft(work_item_id, answers, current.actor())
        return _page(_looked_at(work_item_id), answers, refusal.params["problems"]), refusal.status
    except AlreadyDone as refusal:
        found = _looked_at(work_item_id)
        typed = fields.typed(found.form, answers) if found.form else []
        return render_template("task_done.html", task=found, refusal=words.refusal(refusal), typed=typed), 409
    return current.see_other("work_items.completed", work_item_id=work_item_id)


@screen.get("/tasks/<uuid:work_item_id>/completion")
def completed(work_item_id: UUID) -> Any:
    """The receipt: what happens next, who has the ball, until when. A task that nobody finished is shown instead: its
    form was posted here, and signing in again or another language leads back to where a form was posted."""
    row, holders, following = current.look(HandedIn(work_item_id))
    if row.state != "completed":
        return current.see_other("work_items.task", work_item_id=work_item_id)
    return render_template("receipt.html", row=row, holders=holders, following=following)


# --- reading a post

def _looked_at(work_item_id: UUID) -> Task:
    found: Task = current.look(TaskPage(work_item_id))
    _remember(found)
    return found


def _remember(found: Task) -> Asked:
    handover = found.handover
    asked = Asked(found.form, found.screen, handover is not None and handover.state == "offered", found.row.case_id)
    known = _known()
    if len(known) >= _REMEMBERED:
        known.pop(next(iter(known), None), None)
    known[_reader(found.row.work_item_id)] = asked
    return asked


def _known() -> dict[Any, Asked]:
    found: dict[Any, Asked] = current_app.extensions.setdefault("asked", {})
    return found


def _reader(work_item_id: UUID) -> tuple[UUID, Actor]:
    """Under what a task is remembered: who asks belongs to it, because not everybody who reads it is asked anything."""
    return work_item_id, replace(current.actor(), request_id="")


def _asked(work_item_id: UUID) -> Asked:
    """What the task asks: remembered, so that keeping a draft every few seconds is not a look at the person's data."""
    return _known().get(_reader(work_item_id)) or _remember(current.look(TaskPage(work_item_id)))


def _read(work_item_id: UUID, post: MultiDict[str, str]) -> dict[str, Any]:
    form = _asked(work_item_id).form
    commands = {name: post.getlist(name) for name in ("_add", "_remove") if name in post}
    given = nonanswers.without_contradictions(current.answers_posted(post.to_dict(flat=False)))
    return form.read({**given, **commands}) if form else {}


def _with_files(work_item_id: UUID, answers: dict[str, Any]) -> tuple[dict[str, Any], tuple[FieldProblem, ...]]:
    """Keep the files that came along; the answers then name them. What was refused, or is said twice, says why."""
    refused, case_id = list(nonanswers.contradictions(request.form)), _asked(work_item_id).case_id
    for one in current.uploads():
        try:
            kept = current.carry_out(AttachFile(case_id=case_id, work_item_id=work_item_id, file=one))
            answers = answers | {one.field: [*(answers.get(one.field) or ()), kept.extra["attachment"]]}
        except (FileTooLarge, FileKindRefused) as refusal:
            refused.append(words.as_problem(one.field, refusal))
    return answers, tuple(refused)


def _typed() -> MultiDict[str, str]:
    sent = request.get_json(silent=True)
    pairs = sent.get("fields", ()) if isinstance(sent, dict) else ()
    return MultiDict((str(one[0]), str(one[1])) for one in pairs if isinstance(one, list) and len(one) == 2)


def _changed(work_item_id: UUID, answers: dict[str, Any]) -> tuple[dict[str, Any], str, str]:
    """The answers after the button that was pressed: rows added or removed, an earlier answer taken over."""
    key = request.form.get("_same", "")
    if key:
        given = current.look(TaskPage(work_item_id)).earlier.get(key, ())
        return answers | ({key: given[0].value} if given else {}), "same", key
    row = request.form.get("_add") or request.form.get("_remove", "").rpartition("-")[0]
    return answers, "rows" if row else "saved", row


def _command(asked: Asked, answers: dict[str, Any]) -> type[CompleteWorkItem]:
    if asked.answers_handover:
        return DeclineHandover if _DECLINED in answers.values() else AcceptHandover
    return OfferHandover if asked.screen == "handover" else CompleteWorkItem


def _page(found: Task, answers: dict[str, Any] | None = None, problems: Any = ()) -> str:
    values = found.values if answers is None else answers
    shown = fields.Shown(values, tuple(problems), found.context, found.earlier, found.readers, found.non_readers,
                         {one.attachment_id.hex: one.name for one in found.files})
    form = found.form
    if found.row.state not in {"ready", "reserved"}:
        return render_template("task_done.html", task=found)
    return render_template(
        "task.html", task=found, form=form, blocks=fields.blocks(form, shown) if form else (),
        summary=fields.summary(form, problems) if form else (),
    )  # fmt: skip


