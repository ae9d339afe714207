"""Messages that people send into a running case from its page: one page a message, with its form if it has one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from engine.model.answers import FieldProblem
from engine.model.attachments import FileKindRefused, FileTooLarge
from engine.model.commands import SendMessage
from engine.model.errors import InvalidAnswers
from engine.queries.messages import MessagePage
from engine.queries.rows.messages import MessageForm
from web import current, fields, nonanswers, words
from web.languages import N_, _

screen = Blueprint("messages", __name__)
UNCONFIRMED = N_("Confirm that you mean it: this cannot be taken back.")


@screen.get("/cases/<uuid:case_id>/messages/<name>")
def message(case_id: UUID, name: str) -> str:
    """What happens when it is sent, and the form that goes with it."""
    return _page(current.look(MessagePage(case_id, name)), {})


@screen.post("/cases/<uuid:case_id>/messages/<name>")
def send(case_id: UUID, name: str) -> Any:
    """Send it; what needs correcting is shown again with what was typed."""
    asked = current.look(MessagePage(case_id, name))
    answers, problems = _read(asked)
    if problems is None:
        return _page(asked, answers)
    files = current.uploads()
    confirmed = not asked.message.confirm or request.form.get("_confirmed") == "yes"
    if problems or not confirmed:
        return _page(asked, answers, problems, unconfirmed=not confirmed), 422
    try:
        current.carry_out(SendMessage(case_id=case_id, message=name, payload=answers, files=files,
                                      token=current.posted_token()))
    except InvalidAnswers as refusal:
        return _page(asked, answers, refusal.params["problems"]), refusal.status
    except (FileTooLarge, FileKindRefused) as refusal:
        key = next((one.field for one in files if one.name == refusal.params["name"]), "")
        return _page(asked, answers, (words.as_problem(key, refusal),)), refusal.status
    return current.see_other("cases.case", case_id=case_id, done="sent")


def _read(asked: MessageForm) -> tuple[dict[str, Any], tuple[FieldProblem, ...] | None]:
    """The raw answers and what contradicts itself in them; None for a button that only changes the page."""
    if asked.form is None:
        return {}, ()
    changes = {name: request.form.getlist(name) for name in ("_add", "_remove") if request.form.get(name)}
    given = nonanswers.without_contradictions(current.answers_posted(request.form.to_dict(flat=False)))
    answers = asked.form.read({**given, **changes})
    same = request.form.get("_same", "")
    if same and asked.earlier.get(same):
        answers = answers | {same: asked.earlier[same][0].value}
    stays = changes or same or "_stay" in request.form
    return answers, None if stays else tuple(nonanswers.contradictions(request.form))


def _page(asked: MessageForm, answers: dict[str, Any], problems: tuple[FieldProblem, ...] = (), *,
          unconfirmed: bool = False) -> str:
    form = asked.form
    shown = fields.Shown(answers, tuple(problems), asked.context, asked.earlier, asked.readers, asked.non_readers)
    summary = fields.summary(form, problems) if form else []
    if unconfirmed:
        summary = [*summary, {"text": _(UNCONFIRMED), "href": "#confirmed"}]
    return render_template("message.html", asked=asked, blocks=fields.blocks(form, shown) if form else (),
                           summary=summary, unconfirmed=_(UNCONFIRMED) if unconfirmed else "")
