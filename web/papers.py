"""Papers of a case (S14): what can be printed, what each still lacks, the page that says the same, and the PDF itself.

Every PDF is recorded before it is given out; a page is a sight like any other.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from engine.model.commands import PrintPaper
from engine.model.errors import NotFound
from engine.queries.papers import PaperSheet, PaperShelf
from engine.queries.rows.papers import Sheet
from web import current, paper_words, press, sheets
from web.sheets import Composed

screen = Blueprint("papers", __name__)
#: What the button sends who has read what is missing and prints all the same.
WITHOUT = "missing"
#: So many of the longest values are named when a paper is too long.
_LONGEST = 4


@screen.get("/cases/<uuid:case_id>/papers")
def shelf(case_id: UUID) -> str:
    """The papers of a case, each with what it still lacks."""
    found = current.look(PaperShelf(case_id))
    lacking = {one.paper: _composed(one, one.languages[0]).gaps for one in found.papers}
    return render_template("papers.html", shelf=found, lacking=lacking, named=paper_words.named)


@screen.get("/cases/<uuid:case_id>/papers/<paper>/<language>")
def sheet(case_id: UUID, paper: str, language: str) -> str:
    """A paper as a page, in its own language: the twin of the PDF for screens, readers aloud and browsers' printing."""
    found = _sheet(case_id, paper, language)
    return render_template("paper_sheet.html", sheet=found, made=_composed(found, language), language=language)


@screen.post("/cases/<uuid:case_id>/papers/<paper>/<language>/prints")
def prints(case_id: UUID, paper: str, language: str) -> Any:
    """The PDF, once it is recorded that it leaves the house; a page that says what is in the way otherwise."""
    found = _sheet(case_id, paper, language, printing=True)
    made = _composed(found, language)
    if made.gaps and not (made.can_be_printed and request.form.get("without") == WITHOUT):
        return _in_the_way(found, made, language), 422
    pressed = press.pdf(made.content, found.layout)
    if found.pages and pressed.pages > found.pages:
        return _in_the_way(found, made, language, pages=pressed.pages), 422
    current.carry_out(PrintPaper(
        case_id=case_id, paper=paper, language=language, digest=hashlib.sha256(pressed.content).hexdigest(),
        fields=made.fields, left_out=made.missing))
    name = f"{found.number}-{paper}-{language}.pdf".replace("/", "-")
    return Response(pressed.content, mimetype="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"})


def _sheet(case_id: UUID, paper: str, language: str, *, printing: bool = False) -> Sheet:
    """The paper, if it speaks the language. Raises NotFound."""
    found: Sheet = current.look(PaperSheet(case_id, paper[:120], printing=printing))
    if language not in found.languages:
        raise NotFound
    return found


def _composed(found: Sheet, language: str) -> Composed:
    actor = current.actor()
    return sheets.composed(found, language, {"at": current.now(), "by": actor.name, "institution": actor.institution})


def _in_the_way(found: Sheet, made: Composed, language: str, pages: int = 0) -> str:
    back = url_for("papers.shelf", case_id=found.case_id)
    longest = made.lengths[:_LONGEST] if pages else ()
    return render_template("paper_gaps.html", sheet=found, made=made, language=language, pages=pages, longest=longest,
                           back_to=back, without=WITHOUT)
