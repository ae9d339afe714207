"""Help, the licences of what we use, and the two addresses by which a machine asks whether we are well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template

from web import current

screen = Blueprint("help", __name__)


@screen.get("/help")
def help_page() -> str:
    """Short answers and the words used here."""
    return render_template("help.html")


@screen.get("/licences")
def licences() -> str:
    """Our licence and everybody else's, in full."""
    notices = Path(str(current_app.static_folder)) / "dist" / "THIRD-PARTY.txt"
    text = notices.read_text(encoding="utf-8") if notices.is_file() else ""
    return render_template("licences.html", notices=text)


@screen.get("/healthz")
def healthz() -> Any:
    """The process answers."""
    return jsonify(status="ok")


@screen.get("/readyz")
def readyz() -> Any:
    """The database and what stands behind it answer; else 503 and what does not."""
    missing = current.engine().ready()
    return jsonify(status="missing" if missing else "ready", missing=missing), 503 if missing else 200
