"""Messages that nobody has waited for: who coordinates gives one to a case, an administrator gives one up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from engine.model.commands import DeliverKeptMessage, DiscardMessage
from engine.model.errors import Refused
from engine.queries.kept_messages import KeptMessages
from web import current, words

screen = Blueprint("kept_messages", __name__)


@screen.get("/kept-messages")
def kept() -> str:
    """The list, oldest first."""
    return _page()


@screen.post("/kept-messages/<uuid:message_id>/delivery")
def deliver(message_id: UUID) -> Any:
    """Give it to the chosen case, whatever its keys say."""
    return _done(DeliverKeptMessage(message_id=message_id, case_id=current.posted_id("case"), anyway=True,
                                    token=current.posted_token()))


@screen.post("/kept-messages/<uuid:message_id>/end")
def discard(message_id: UUID) -> Any:
    """Give it up, with the reason."""
    return _done(DiscardMessage(message_id=message_id, reason=request.form.get("reason", "").strip()[:500],
                                token=current.posted_token()))


def _done(command: Any) -> Any:
    try:
        current.carry_out(command)
    except Refused as refusal:
        return _page(words.refusal(refusal)), refusal.status
    return current.see_other("kept_messages.kept", done="changed")


def _page(refusal: str = "") -> str:
    return render_template("kept_messages.html", messages=current.look(KeptMessages()), refusal=refusal)
