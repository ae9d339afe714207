"""Handovers and their receipts (S8): who offered responsibility to whom, who accepted it, who is responsible now."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from engine.queries.handovers import HandoverPage, MyHandovers
from web import current

screen = Blueprint("handovers", __name__)


@screen.get("/handovers")
def mine() -> str:
    """The handovers of one's institution."""
    return render_template("handovers.html", handovers=current.look(MyHandovers()))


@screen.get("/handovers/<uuid:handover_id>")
def handover(handover_id: UUID) -> str:
    """One handover; decided, it is the receipt, on one sheet of paper."""
    return render_template("handover.html", handover=current.look(HandoverPage(handover_id)))
