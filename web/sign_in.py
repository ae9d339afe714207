"""Signing in and out, choosing the institution one acts for, the language, the first password (S1)."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from engine.model.commands import SetPassword, SignIn, SignOut
from engine.model.errors import Refused
from engine.queries.rows import Words
from web import current, words
from web.languages import LANGUAGES, spoken

screen = Blueprint("sign_in", __name__)


class DemoSignIn(NamedTuple):
    """Someone a demonstration lets in by one click."""

    name: str
    role: Words
    institution: str
    email: str
    password: str


def shown(back: str, refusal: str = "", email: str = "", lost: bool = False) -> dict[str, Any]:
    """What the page is drawn from."""
    return {
        "back": current.safe_path(back), "refusal": refusal, "email": email, "lost": lost,
        "sign_ins": current_app.extensions["sign_ins"], "empty": current.engine().is_empty,
    }  # fmt: skip


@screen.get("/sign-in")
def form() -> str:
    """The page for signing in."""
    return render_template("sign_in.html", **shown(request.args.get("next", "/")))


@screen.post("/sign-in")
def enter() -> Any:
    """Open a session, then go where the person wanted to go."""
    back, email = current.safe_path(request.form.get("next", "/")), request.form.get("email", "")
    try:
        receipt = current.engine().carry_out(SignIn(email=email, password=request.form.get("password", "")),
                                             current.outsider())
    except Refused as refusal:
        return render_template("sign_in.html", **shown(back, words.refusal(refusal), email)), refusal.status
    if current.signed_in():  # whoever used this browser before and did not sign out
        current.carry_out(SignOut(session=g.session.encode()))
    return current.keep_session(redirect(back, code=303), receipt.extra["session"])


@screen.post("/sign-out")
def out() -> Response:
    """End the session."""
    if current.signed_in():
        current.carry_out(SignOut(session=g.session.encode()))
    return current.drop_session(current.see_other("sign_in.form", done="signed-out"))


@screen.get("/institutions")
def institutions() -> str:
    """The institutions one may act for."""
    return render_template("institutions.html", back=current.safe_path(request.args.get("next", "/")))


@screen.post("/institutions")
def choose() -> Response:
    """Go on for the chosen institution."""
    current.engine().choose_institution(g.session, current.posted_id("institution"))
    return redirect(current.safe_path(request.form.get("next", "/")), code=303)


@screen.post("/language")
def language() -> Response:
    """Read on in the other language, on the same page."""
    wanted = request.form.get("language", "")
    found = current.signed_in()
    if found and wanted in LANGUAGES:
        current.engine().choose_language(found.actor, wanted)
    response = make_response(redirect(current.safe_path(request.form.get("next", "/")), code=303))
    if wanted in LANGUAGES:
        response.set_cookie(current.LANGUAGE_COOKIE, wanted, samesite="Lax", httponly=True,
                            secure=current.engine().settings.secure_cookies)
    return response


@screen.get("/passwords/<link>")
def password(link: str) -> str:
    """The page where a one-time link lets its owner choose a password."""
    return render_template("password.html", link=link, refusal="")


@screen.post("/passwords/<link>")
def set_password(link: str) -> Any:
    """Keep the chosen password; the link is used up."""
    first, second = request.form.get("password", ""), request.form.get("again", "")
    if first != second:
        return render_template("password.html", link=link, refusal=words.different_passwords()), 422
    try:
        current.engine().carry_out(SetPassword(link=link, password=first), current.outsider())
    except Refused as refusal:
        return render_template("password.html", link=link, refusal=words.refusal(refusal)), refusal.status
    return current.see_other("sign_in.form", done="password", language=spoken())
