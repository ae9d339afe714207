"""The auditor's desk (S11): every entry of a case as a sentence, who viewed it, and whether the chain still agrees."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request

from engine.queries.audits import AuditCases, CaseHistory, OtherStreams
from web import current

screen = Blueprint("audits", __name__)


@screen.get("/audits")
def search() -> str:
    """Find a case."""
    wanted = request.args.get("q", "").strip()[:100]
    pages = current.look(AuditCases(search=wanted, after=request.args.get("after", "")))
    return render_template("audits.html", pages=pages, search=wanted)


@screen.get("/audits/cases/<uuid:case_id>")
def history(case_id: UUID) -> str:
    """Everything that happened in a case."""
    return render_template("history.html", history=current.look(CaseHistory(case_id)))


@screen.post("/audits/cases/<uuid:case_id>/verification")
def verify(case_id: UUID) -> str:
    """The same page with the chain recomputed just now."""
    return render_template("history.html", history=current.look(CaseHistory(case_id, verify=True)))


@screen.get("/audits/streams/<any(admin, access):name>")
def stream(name: str) -> str:
    """What happened outside cases: processes published, accounts, roles, signing in."""
    after = request.args.get("after", "0")
    lines = current.look(OtherStreams(name, after=int(after) if after.isdecimal() else 0))
    return render_template("stream.html", lines=lines, name=name)
