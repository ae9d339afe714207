"""Cases (S4): the list, the page of one case, its diagram, and changes of its facts such as the release date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine.model.answers import FieldProblem
from engine.model.commands import ChangeAttributes, RetryIncident
from engine.model.deadlines import local_date
from engine.model.errors import NotFound
from engine.model.fields import Field, Option, Section
from engine.model.forms import Form
from engine.queries.attachments import AttachedFile
from engine.queries.cases import CaseList, CasePage, CasePicture
from engine.queries.kept_messages import KeptMessages
from engine.queries.rows import Attribute, CaseFile
from web import current, fields
from web.languages import N_, _

screen = Blueprint("cases", __name__)
REASON = N_("Why does it change?")
_KINDS = {"date": "date", "datetime": "datetime", "number": "number", "choice": "radio", "yes-no": "checkbox"}


@screen.get("/cases")
def case_list() -> str:
    """The cases one may see."""
    search = request.args.get("q", "").strip()[:100]
    pages = current.look(CaseList(after=request.args.get("after", ""), search=search))
    return render_template("cases.html", pages=pages, search=search, kept=_kept())


def _kept() -> int:
    """How many messages wait for a case of theirs."""
    try:
        return len(current.look(KeptMessages()))
    except NotFound:  # it is for who coordinates
        return 0


@screen.get("/cases/<uuid:case_id>")
def case(case_id: UUID) -> str:
    """One case."""
    return render_template("case.html", file=current.look(CasePage(case_id)))


@screen.get("/cases/<uuid:case_id>/diagram")
def diagram(case_id: UUID) -> Response:
    """The author's diagram, for the viewer in the page."""
    picture = current.look(CasePicture(case_id, file=request.args.get("file", "")))
    return Response(picture.xml, mimetype="application/xml")


@screen.get("/attachments/<uuid:attachment_id>")
def attachment(attachment_id: UUID) -> Response:
    """A file of a case, to be saved and never shown inside our pages."""
    row, content = current.look(AttachedFile(attachment_id))
    named = f"attachment; filename*=UTF-8''{quote(row.name)}"
    return Response(content, mimetype=row.media_type,
                    headers={"Content-Disposition": named, "Content-Security-Policy": "sandbox"})


@screen.get("/cases/<uuid:case_id>/attributes")
def attributes(case_id: UUID) -> str:
    """The form for changing facts of the case."""
    file = current.look(CasePage(case_id))
    return _attributes_page(file, {one.name: one.value for one in file.row.attributes})


@screen.post("/cases/<uuid:case_id>/attributes")
def change(case_id: UUID) -> Any:
    """Change facts of the case; what depends on them follows."""
    file = current.look(CasePage(case_id))
    form = attribute_form(file.row.attributes)
    answers = form.read(current.answers_posted(request.form.to_dict(flat=False)))
    checked = form.check(answers, today=local_date(current.now()))
    if checked.problems:
        return _attributes_page(file, answers, checked.problems), 422
    reason = checked.values.pop("reason")
    current.carry_out(ChangeAttributes(case_id=case_id, values=_different(file, checked.values), reason=reason,
                                       token=current.posted_token()))
    return current.see_other("cases.case", case_id=case_id, done="changed")


@screen.post("/cases/<uuid:case_id>/incidents/<uuid:incident_id>/retry")
def retry(case_id: UUID, incident_id: UUID) -> AnyResponse:
    """Try again what is stuck."""
    current.carry_out(RetryIncident(case_id=case_id, incident_id=incident_id, token=current.posted_token()))
    return current.see_other("cases.case", case_id=case_id, done="retried")


def attribute_form(given: tuple[Attribute, ...]) -> Form:
    """A form that asks the facts of a case and why they change."""
    questions = [
        Field(one.name, _KINDS.get(one.kind, "text"), one.label.pl, one.label.en,
              options=tuple(Option(value, words.pl, words.en) for value, words in one.options.items()))
        for one in given if one.kind != "choice" or one.options
    ]  # fmt: skip
    questions.append(Field("reason", "textarea", _(REASON), _(REASON), required=True))
    return Form("attributes", "", "", (Section("", "", tuple(questions)),))


def _different(file: CaseFile, values: Mapping[str, Any]) -> dict[str, Any]:
    before = {one.name: one.value for one in file.row.attributes}
    return {name: value for name, value in values.items() if value != before.get(name)}


def _attributes_page(file: CaseFile, answers: Mapping[str, Any], problems: tuple[FieldProblem, ...] = ()) -> str:
    form = attribute_form(file.row.attributes)
    return render_template("attributes.html", file=file, summary=fields.summary(form, problems),
                           blocks=fields.blocks(form, fields.Shown(answers, problems)), title=_(REASON))
