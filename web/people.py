"""Administration in its first form (S12): institutions, accounts, roles; and the mailbox of a demonstration."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.model.actors import HOUSE_ROLES
from engine.model.commands import AddAccount, AddInstitution, EndRole, GrantRole, SignAgreement
from engine.model.errors import NotFound, Refused
from engine.queries.people import Accounts, Agreements, Institutions, Mailbox, RoleNames
from engine.queries.rows import Words
from web import current, words
from web.languages import spoken

screen = Blueprint("people", __name__)


@screen.get("/administration")
def administration() -> str:
    """Institutions, accounts and agreements, with the forms that add to them."""
    return _page()


@screen.post("/administration/institutions")
def add_institution() -> Any:
    """Enter an institution."""
    return _done(AddInstitution(**_texts("name", "short_name", "phone", "email"), token=current.posted_token()))


@screen.post("/administration/accounts")
def add_account() -> Any:
    """Enter an account and show the one-time link for its owner, this once."""
    try:
        receipt = current.carry_out(AddAccount(**_texts("email", "name", "phone"), token=current.posted_token()))
    except Refused as refusal:
        return _page(words.refusal(refusal)), refusal.status
    link = receipt.extra.get("link", "")
    return _page(link=url_for("sign_in.password", link=link, _external=True) if link else "")


@screen.post("/administration/roles")
def grant_role() -> Any:
    """Let an account act in a role for an institution."""
    return _done(GrantRole(account_id=current.posted_id("account"), institution_id=current.posted_id("institution"),
                           role=request.form.get("role", ""), token=current.posted_token()))


@screen.post("/administration/roles/end")
def end_role() -> Any:
    """End a role, with the reason."""
    return _done(EndRole(account_id=current.posted_id("account"), institution_id=current.posted_id("institution"),
                         role=request.form.get("role", ""), reason=request.form.get("reason", ""),
                         token=current.posted_token()))


@screen.post("/administration/agreements")
def sign_agreement() -> Any:
    """Record which institutions share cases in which roles."""
    pairs = zip(request.form.getlist("party"), request.form.getlist("party_role"), strict=False)
    parties = tuple((current.identifier(who), role.strip()) for who, role in pairs if who and role.strip())
    return _done(SignAgreement(name=_texts("name")["name"], parties=parties, token=current.posted_token()))


@screen.get("/mailbox")
def mailbox() -> str:
    """What would have been mailed; only where no real mail leaves."""
    if not current.is_demo():
        raise NotFound
    return render_template("mailbox.html", letters=current.look(Mailbox()))


def _texts(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:200] for name in names}


def _done(command: Any) -> Any:
    try:
        current.carry_out(command)
    except NotFound:
        raise
    except Refused as refusal:
        return _page(words.refusal(refusal)), refusal.status
    return current.see_other("people.administration", done="added")


def _page(refusal: str = "", link: str = "") -> str:
    accounts, agreements = current.look(Accounts()), current.look(Agreements())
    held = {role for one in accounts for place in one.places for role in place.roles}
    shared = {role for one in agreements for _institution, role in one.parties}
    names: dict[str, Words] = current.look(RoleNames())
    return render_template(
        "administration.html", accounts=accounts, institutions=current.look(Institutions()), agreements=agreements,
        roles=sorted(held | shared | names.keys() | set(HOUSE_ROLES)), refusal=refusal, link=link, typed=request.form,
        named=lambda role: (names[role].in_language(spoken()) if role in names
                            else words.label(words.HOUSE_ROLES, role)),
    )  # fmt: skip
