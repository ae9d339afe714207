"""This request: who is signed in, the engine behind the front door, the tokens a form carries, safe ways back.

Views ask here and nowhere else; what the answers look like is left to the templates.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Request, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.assembly import Engine, Receipt, SignedIn
from engine.model.actors import ADMINISTRATOR, AUDITOR, DATA_PROTECTION, HOUSE_ROLES, Actor, visitor
from engine.model.attachments import Upload
from engine.model.commands import Command
from engine.model.errors import NotFound, Refused, SignInNeeded
from engine.queries.cases import MayStart
from web.fields import FILE
from web.languages import DEFAULT, LANGUAGES, speak, spoken

LANGUAGE_COOKIE = "language"
#: One file of 10 MB with its form; text alone never comes near the second number.
LARGEST_POST = 12_000_000
LARGEST_TEXT = 3_000_000
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE = frozenset({"same-origin", "none"})


class ForeignForm(Refused):
    """This form did not come from a page you opened after signing in. Nothing was changed. Open the page again."""

    status = 403


def engine() -> Engine:
    """The engine this application was made with."""
    found: Engine = current_app.extensions["engine"]
    return found


def is_demo() -> bool:
    """Whether everything here is made up; a database is so for ever, so it is asked once."""
    return bool(current_app.extensions["demo"])


def now() -> datetime:
    """The moment, from the engine's clock."""
    return engine().clock.now()


def session_cookie() -> str:
    """The name of the session's cookie: bound to this host and https, except in a demonstration on plain http."""
    return "__Host-powrot" if engine().settings.secure_cookies else "powrot"


# --- who

def begin() -> AnyResponse | None:
    """Find out who asks and in which language; send on who has to choose an institution first."""
    g.request_id = engine().clock.new_id().hex
    if request.mimetype != "multipart/form-data":
        request.max_content_length = LARGEST_TEXT
    speak(_visitors_language())
    g.session = request.cookies.get(session_cookie(), "")
    if request.endpoint in _WITHOUT_SESSION:
        return None
    g.signed_in = engine().signed_in(g.session, request_id=g.request_id) if g.session else None
    if g.signed_in:
        speak(g.signed_in.actor.language)
    refuse_foreign(request)
    if g.signed_in is None and request.endpoint not in _PUBLIC:
        raise SignInNeeded
    if _must_choose(g.signed_in) and request.endpoint not in _BEFORE_CHOOSING:
        return redirect(url_for("sign_in.institutions", next=way_back()))
    return None


_WITHOUT_SESSION = frozenset({"static", "help.healthz", "help.readyz"})
#: Pages for everybody; None is an address that does not exist, which says so to everybody alike.
_PUBLIC = frozenset({
    None, "sign_in.form", "sign_in.enter", "sign_in.out", "sign_in.language", "sign_in.password",
    "sign_in.set_password", "help.help_page", "help.licences",
})  # fmt: skip
_BEFORE_CHOOSING = _PUBLIC | {"sign_in.institutions", "sign_in.choose"}


def _visitors_language() -> str:
    wanted = request.args.get("language") or request.cookies.get(LANGUAGE_COOKIE, DEFAULT)
    return wanted if wanted in LANGUAGES else DEFAULT


def _must_choose(found: SignedIn | None) -> bool:
    return found is not None and not found.chosen


def signed_in() -> SignedIn | None:
    """Who is signed in, or None."""
    found: SignedIn | None = g.get("signed_in")
    return found


def actor() -> Actor:
    """The person who asks. Raises SignInNeeded."""
    found = signed_in()
    if found is None:
        raise SignInNeeded
    return found.actor


def outsider() -> Actor:
    """A visitor, whoever may be signed in: signing in is always done as nobody."""
    return visitor(request_id=g.request_id, language=spoken())


def look(query: Any) -> Any:
    """What the query gives this person."""
    return engine().look(query, actor())


def carry_out(command: Command) -> Receipt:
    """Carry out the command for this person."""
    return engine().carry_out(command, actor())


def may_start() -> bool:
    """Whether the person may open a case of any process."""
    if "may_start" not in g:
        g.may_start = look(MayStart())
    return bool(g.may_start)


def desk() -> str:
    """Where a person's work begins: My work for caseworkers, their own desk for auditors and administrators."""
    roles = actor().roles
    if roles - set(HOUSE_ROLES):
        return "work_items.my_work"
    desks = {AUDITOR: "audits.search", DATA_PROTECTION: "audits.search", ADMINISTRATOR: "people.administration"}
    return next((place for role, place in desks.items() if role in roles), "work_items.my_work")


# --- tokens

def once() -> str:
    """A new token for a form: whatever arrives twice under it is done once."""
    return secrets.token_urlsafe(16)


def identifier(text: str) -> UUID:
    """The identifier in a text. Raises NotFound for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def posted_id(name: str) -> UUID:
    """The identifier in a posted field. Raises NotFound for anything else."""
    return identifier(request.form.get(name, ""))


def posted_token() -> str:
    """The once-only token of the posted form."""
    return request.form.get("_token", "")[:80]


def csrf_token() -> str:
    """The token that only pages of this session know; it needs no key, because the session's token is secret."""
    session = g.get("session", "")
    return hashlib.sha256(f"csrf|{session}".encode()).hexdigest() if session else ""


def refuse_foreign(asked: Request) -> None:
    """Refuse what another site makes a browser send (Fetch Metadata, Origin, and the session's own token)."""
    if asked.method in _SAFE:
        return
    site = asked.headers.get("Sec-Fetch-Site")
    origin = asked.headers.get("Origin")
    if (site and site not in _OWN_SITE) or (not site and origin and origin != asked.host_url.rstrip("/")):
        raise ForeignForm
    given = asked.headers.get("X-CSRFToken") or asked.form.get("csrf_token", "")
    signing_in = asked.endpoint == "sign_in.enter"  # somebody else may still be signed in: it ends their session
    if signed_in() is not None and not signing_in and not hmac.compare_digest(given.encode(), csrf_token().encode()):
        raise ForeignForm


# --- ways

def way_back() -> str:
    """The page a visitor wanted: where a form was posted, the page it stood on."""
    wanted = request.full_path.rstrip("?") if request.method in _SAFE else request.path
    return safe_path(wanted)


def safe_path(wanted: str, instead: str = "/") -> str:
    """A path of this site; anything that could lead elsewhere becomes the other one."""
    if not wanted.startswith("/") or wanted[1:2] in ("/", "\\") or any(ord(one) < 32 for one in wanted):
        return instead
    parts = urlsplit(wanted)
    return instead if parts.scheme or parts.netloc else wanted


def answers_posted(post: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What the form itself asked, without what the page added."""
    return {name: values for name, values in post.items() if name != "csrf_token" and not name.startswith("_")}


def uploads() -> tuple[Upload, ...]:
    """The files that came with the form, each with the question it answers."""
    given = ((name, one) for name, several in request.files.lists() for one in several)
    return tuple(Upload(name.removeprefix(FILE), one.filename or "", one.read()) for name, one in given
                 if name.startswith(FILE) and one.filename)


def see_other(endpoint: str, **values: Any) -> AnyResponse:
    """Go on to a page after something was posted (303, so that reloading repeats nothing)."""
    return redirect(url_for(endpoint, **values), code=303)


def keep_session(response: Response | AnyResponse, token: str) -> AnyResponse:
    """Let the browser carry the session; it ends with the browser or when the engine says so."""
    response.set_cookie(session_cookie(), token, secure=engine().settings.secure_cookies, httponly=True,
                        samesite="Lax", path="/")
    return response


def drop_session(response: AnyResponse) -> AnyResponse:
    """Forget the session in the browser."""
    response.delete_cookie(session_cookie(), secure=engine().settings.secure_cookies, httponly=True, samesite="Lax",
                           path="/")
    return response
