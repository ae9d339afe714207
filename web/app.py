"""The web application: blueprints, the tools of the templates, security headers, and a page for every refusal."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from engine.assembly import Engine
from engine.model import actors
from engine.model.errors import Refused, SignInNeeded
from web import (
    audits,
    cases,
    current,
    figures,
    handovers,
    help,
    kept_messages,
    languages,
    messages,
    moments,
    notices,
    papers,
    pauses,
    people,
    registers,
    sentences,
    sign_in,
    words,
    work_items,
)
from web.languages import N_, _, ngettext, spoken

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
#: What a page says after something was done, by the code in its address.
DONE = {
    "claimed": N_("You took the task."), "released": N_("The task was returned to the team. Your draft is kept."),
    "saved": N_("The draft is saved."), "rows": N_("The list was changed and the draft is saved."),
    "same": N_("The earlier answer was taken over into your draft."),
    "retried": N_("What was stuck runs again."), "added": N_("It was entered."), "signed-out": N_("You signed out."),
    "password": N_("The password is set. Sign in now."), "changed": N_("The change is saved."),
    "paused": N_("The case is paused; its clocks stand still."),
    "resumed": N_("The case goes on. See the new deadlines below."),
    "sent": N_("It was sent. The case has gone on; see who has it now."),
}  # fmt: skip
#: status → heading of the page that explains it
HEADINGS = {
    400: N_("This request cannot be read"), 401: N_("Sign in first"), 403: N_("You may not do this"),
    404: N_("There is no such page for you"), 405: N_("This page cannot be used that way"),
    409: N_("This did not happen, because something changed"), 413: N_("What you sent is too large"),
    422: N_("Something needs correcting"), 500: N_("Something went wrong on our side"), 503: N_("Please try again"),
}  # fmt: skip
log = logging.getLogger("web")


def create_app(engine: Engine, sign_ins: Sequence[sign_in.DemoSignIn] = ()) -> Flask:
    """The application over an engine; a demonstration hands in the people one can sign in as."""
    app = Flask("web", static_folder=str(Path(__file__).parent / "static"), static_url_path="/static")
    app.extensions["engine"] = engine
    app.extensions["sign_ins"] = tuple(sign_ins)
    app.extensions["demo"] = engine.is_demo
    app.config.update(
        MAX_CONTENT_LENGTH=current.LARGEST_POST, MAX_FORM_MEMORY_SIZE=current.LARGEST_TEXT, MAX_FORM_PARTS=20_000,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(minutes=5), TRUSTED_HOSTS=list(engine.settings.trusted_hosts) or None,
    )  # fmt: skip
    for module in (sign_in, work_items, cases, messages, pauses, notices, handovers, papers, figures, registers,
                   kept_messages, audits, people, help):
        app.register_blueprint(module.screen)
    _teach_templates(app)
    app.before_request(current.begin)
    app.after_request(_secured)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, broken)
    return app


# --- templates

def _teach_templates(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([PackageLoader("web"), govuk])
    env.globals.update(_=_, ngettext=ngettext, moments=moments, words=words, sentences=sentences, spoken=spoken,
                       asset=_assets(app), languages=languages.LANGUAGES)
    app.context_processor(_shared)


def _assets(app: Flask) -> Any:
    """Addresses of built files that change when the file does, so that a browser may keep them for good."""
    manifest = Path(str(app.static_folder)) / "dist" / "manifest.json"
    digests = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    return lambda name: url_for("static", filename=f"dist/{name}", v=digests.get(name, "0"))


def _shared() -> dict[str, Any]:
    found = current.signed_in()
    return {
        "signed_in": found, "actor": found.actor if found else None, "now": current.now(), "once": current.once,
        "csrf_token": current.csrf_token, "demo": current.is_demo(), "navigation": _navigation(),
        "here": current.way_back(), "done": _(DONE[request.args["done"]]) if request.args.get("done") in DONE else "",
    }  # fmt: skip


def _navigation() -> list[dict[str, Any]]:
    found = current.signed_in()
    if found is None:
        return []
    has, on_cases = found.actor.has, current.desk() == "work_items.my_work"
    places = [
        ("work_items.my_work", _("My work"), on_cases),
        ("cases.case_list", _("Cases"), on_cases),
        ("notices.new", _("New notice"), on_cases and current.may_start()),
        ("handovers.mine", _("Handovers"), on_cases),
        ("registers.registers", _("Registers"), True),
        ("figures.board", _("Figures"), bool(found.actor.roles)),
        ("audits.search", _("Auditor's desk"), has(actors.AUDITOR) or has(actors.DATA_PROTECTION)),
        ("people.administration", _("Administration"), has(actors.ADMINISTRATOR)),
        ("people.mailbox", _("Mailbox"), current.is_demo()),
        ("help.help_page", _("Help"), True),
    ]
    blueprint = request.blueprint
    return [{"text": text, "href": url_for(endpoint), "active": blueprint == endpoint.partition(".")[0]
             and (request.endpoint == endpoint or blueprint not in {"people"})}
            for endpoint, text, shown in places if shown]


# --- answers

def _secured(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current.engine().settings.secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    elif request.args.get("v") and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def refused(refusal: Refused) -> Any:
    """The page (or JSON) for a refusal; who is not signed in is asked to, and comes back afterwards."""
    if _wants_json():
        return jsonify(code=refusal.code, message=words.refusal(refusal)), refusal.status
    if isinstance(refusal, SignInNeeded):
        return _ask_to_sign_in()
    return _error_page(refusal.status, words.refusal(refusal), getattr(refusal, "problems", ()))


def _ask_to_sign_in() -> Any:
    back = current.way_back()
    if request.method == "GET":
        return redirect(url_for("sign_in.form") + f"?next={quote(back)}")
    return render_template("sign_in.html", **sign_in.shown(back, lost=True)), 401


def http_error(error: HTTPException) -> Any:
    """The page for an error of the protocol."""
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        sentence = _("At most {limit} megabytes can be sent at once, text at most {text}. Nothing was changed.",
                     limit=current.LARGEST_POST // 10**6, text=current.LARGEST_TEXT // 10**6)
    elif status == 404:
        sentence = _("There is no such page, case or task for you.")
    else:
        sentence = _("Nothing was changed. Go back and try another way.")
    if _wants_json():
        return jsonify(message=sentence), status
    return _error_page(status, sentence)


def broken(error: Exception) -> Any:
    """The page for what we did not foresee: a number for the helpdesk, never a traceback."""
    log.error("incident %s: %s %s", g.get("request_id", ""), request.method, request.endpoint, exc_info=error)
    sentence = _("Nothing you finished before is lost. What was being saved just now may not be saved.")
    if _wants_json():
        return jsonify(message=sentence, incident=_incident()), 500
    return _error_page(500, sentence)


def _error_page(status: int, sentence: str, problems: Any = ()) -> tuple[str, int]:
    heading = _(HEADINGS.get(status, HEADINGS[500 if status >= 500 else 400]))
    if status >= 500:
        g.may_start = False  # what failed is not asked again for the menu
    return render_template("error.html", status=status, heading=heading, sentence=sentence, incident=_incident(),
                           problems=problems), status


def _incident() -> str:
    """The last characters of the request's id: the first are the time, and two errors share them."""
    number: str = g.get("request_id", "")[-8:].upper()
    return f"{number[:4]}-{number[4:]}" if number else "–"


def _wants_json() -> bool:
    return request.is_json or request.accept_mimetypes.best == "application/json"

