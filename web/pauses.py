"""Pauses of a case: the page on which its clocks are stopped with a reason, and let go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from engine.model.answers import FieldProblem
from engine.model.commands import ResumeCase, SuspendCase
from engine.model.deadlines import end_of_day, local_date
from engine.model.fields import Field, Limits, Option, Section
from engine.model.forms import Form
from engine.queries.pauses import OTHER, PauseForm, PausePage
from web import current, fields, sentences
from web.languages import N_, _

screen = Blueprint("pauses", __name__)
KIND, REASON, UNTIL = N_("Kind of pause"), N_("Why is it paused?"), N_("Expected to go on, if known")


@screen.get("/cases/<uuid:case_id>/pause")
def pause(case_id: UUID) -> str:
    """The form of a pause; for a paused case, the button that lets it go on."""
    return _page(current.look(PausePage(case_id)), {})


@screen.post("/cases/<uuid:case_id>/pause")
def suspend(case_id: UUID) -> Any:
    """Pause the case; what needs correcting is shown again with what was typed."""
    asked = current.look(PausePage(case_id))
    form = pause_form(asked)
    answers = form.read(current.answers_posted(request.form.to_dict(flat=False)))
    checked = form.check(answers, today=local_date(current.now()))
    if checked.problems:
        return _page(asked, answers, checked.problems), 422
    values = checked.values
    until = end_of_day(datetime.fromisoformat(values["until"]).date()) if values.get("until") else None
    current.carry_out(SuspendCase(case_id=case_id, kind=values.get("kind") or asked.kinds[0][0],
                                  reason=values["reason"], until=until, token=current.posted_token()))
    return current.see_other("cases.case", case_id=case_id, done="paused")


@screen.post("/cases/<uuid:case_id>/resumption")
def resume(case_id: UUID) -> Response:
    """Let the case go on."""
    current.carry_out(ResumeCase(case_id=case_id, reason=request.form.get("note", "").strip()[:500],
                                 token=current.posted_token()))
    return current.see_other("cases.case", case_id=case_id, done="resumed")


def pause_form(asked: PauseForm) -> Form:
    """The questions of a pause; its kind only where there are several."""
    other = _(sentences.REASONS[OTHER])
    options = tuple(Option(one, name.pl or other, name.en or other) for one, name, _basis in asked.kinds)
    kind = (Field("kind", "radio", _(KIND), _(KIND), required=True, options=options, nonanswers=()),)
    rest = (Field("reason", "textarea", _(REASON), _(REASON), required=True, nonanswers=()),
            Field("until", "date", _(UNTIL), _(UNTIL), nonanswers=(), limits=Limits(not_before="today")))
    return Form("pause", "", "", (Section("", "", (*(kind if len(options) > 1 else ()), *rest)),))


def _page(asked: PauseForm, answers: Mapping[str, Any], problems: tuple[FieldProblem, ...] = ()) -> str:
    form = pause_form(asked)
    return render_template("pause.html", asked=asked, summary=fields.summary(form, problems),
                           blocks=fields.blocks(form, fields.Shown(answers, tuple(problems))))
