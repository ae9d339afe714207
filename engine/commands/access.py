"""Institutions, accounts, roles, agreements and signing in; who may see a case follows from them, not from here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from threading import Semaphore
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from engine.model import commands as c
from engine.model import events as e
from engine.model.actors import ADMINISTRATOR, NOBODY
from engine.model.errors import InvalidInput, NotFound, Refused
from engine.model.services import AgreementOver
from engine.store import drafts
from engine.store.desk import Desk
from engine.store.keys import digest, secret

_LINK_LIFE = timedelta(days=2)
_SHORTEST, _LONGEST = 15, 128


class WrongSignIn(Refused):
    """E-mail or password is not right. Check both and try again."""

    status = 403


class TooManyAttempts(Refused):
    """Too many attempts. Wait {seconds} seconds and try again."""

    status = 429


class LinkExpired(Refused):
    """This link was used already or is too old. Ask your administrator for a new one."""

    status = 403


@cache
def _hasher() -> PasswordHasher:
    """Argon2id with 46 MiB and one pass: about 50 ms on an office server (OWASP's first choice)."""
    return PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """The hash to keep; letters typed in either Unicode form are the same password (ASVS 6.2.9)."""
    return _hasher().hash(unicodedata.normalize("NFKD", password))


def _checked(password: str) -> str:
    if len(password) < _SHORTEST:
        raise InvalidInput(field="password", reason=f"at least {_SHORTEST} characters; a sentence is easy to remember")
    if len(password) > _LONGEST:
        raise InvalidInput(field="password", reason=f"at most {_LONGEST} characters")
    return hashed(password)


def set_up(command: c.SetUpInstallation, desk: Desk) -> Iterator[e.Event]:
    """The first institution and its administrator, who enters by a one-time link; no default account exists."""
    institution_id, account_id = desk.clock.new_id(), desk.clock.new_id()
    yield e.InstitutionAdded(institution_id=institution_id, name=command.institution, short_name=command.short_name)
    yield e.AccountAdded(account_id=account_id, email=_email(command.email), name=command.name)
    yield from _appointed(desk, account_id, institution_id, ADMINISTRATOR)
    yield _link(desk, account_id)


def add_institution(command: c.AddInstitution, desk: Desk) -> Iterator[e.Event]:
    """Enter an institution."""
    if not command.name.strip() or not command.short_name.strip():
        raise InvalidInput(field="name", reason="an institution needs a name and a short name")
    institution_id = desk.clock.new_id()
    desk.extra["institution"] = institution_id.hex
    yield e.InstitutionAdded(institution_id=institution_id, name=command.name.strip(),
                             short_name=command.short_name.strip(), phone=command.phone, email=command.email)


def add_account(command: c.AddAccount, desk: Desk) -> Iterator[e.Event]:
    """Enter an account, with a password or with a one-time link by which its owner chooses one."""
    if desk.account_by_email(command.email) is not None:
        raise InvalidInput(field="email", reason="there is already an account with this address")
    account_id = desk.clock.new_id()
    desk.extra["account"] = account_id.hex
    yield e.AccountAdded(account_id=account_id, email=_email(command.email), name=command.name, phone=command.phone,
                         language=command.language,
                         password_hash=_checked(command.password) if command.password else "")
    if not command.password:
        yield _link(desk, account_id)


def _email(text: str) -> str:
    cleaned = text.strip().lower()
    if cleaned.count("@") != 1 or cleaned.startswith("@") or cleaned.endswith("@") or any(map(str.isspace, cleaned)):
        raise InvalidInput(field="email", reason="this is not an e-mail address")
    return cleaned


def _link(desk: Desk, account_id: UUID) -> e.EntryLinkMade:
    link = secret()
    desk.extra["link"] = link
    return e.EntryLinkMade(account_id=account_id, link_hash=digest(link), ends_at=desk.uow.now + _LINK_LIFE)


def grant_role(command: c.GrantRole, desk: Desk) -> Iterator[e.Event]:
    """Let an account act in a role for an institution."""
    if not desk.institution_exists(command.institution_id) or not desk.name_of(command.account_id):
        raise NotFound
    yield from _appointed(desk, command.account_id, command.institution_id, command.role)


def _appointed(desk: Desk, account_id: UUID, institution_id: UUID, role: str) -> Iterator[e.Event]:
    yield e.RoleGranted(appointment_id=desk.clock.new_id(), account_id=account_id, institution_id=institution_id,
                        role=role)


def end_role(command: c.EndRole, desk: Desk) -> Iterator[e.Event]:
    """End an account's role; its sessions see the change at their next request."""
    yield e.RoleEnded(account_id=command.account_id, institution_id=command.institution_id, role=command.role,
                      reason=command.reason)


def sign_agreement(command: c.SignAgreement, desk: Desk) -> Iterator[e.Event]:
    """Record which institutions share cases in which roles."""
    if not command.parties:
        raise InvalidInput(field="parties", reason="an agreement needs parties")
    if not all(desk.institution_exists(institution_id) for institution_id in {one for one, _ in command.parties}):
        raise NotFound
    agreement_id = command.agreement_id or desk.clock.new_id()
    desk.extra["agreement"] = agreement_id.hex
    yield e.AgreementSigned(agreement_id=agreement_id, name=command.name,
                            parties=tuple(dict.fromkeys(command.parties)),
                            ends_at=command.ends_at)


def extend_agreement(command: c.ExtendAgreement, desk: Desk) -> Iterator[e.Event]:
    """Let an agreement last longer; one that has ended is signed anew instead, because its data was shared no more."""
    known = desk.agreement(command.agreement_id)
    if known.ends_at <= desk.uow.now:
        raise AgreementOver(name=known.name)
    if command.ends_at <= known.ends_at:
        raise InvalidInput(field="ends_at", reason="this is no later than it lasts already")
    yield e.AgreementExtended(agreement_id=command.agreement_id, name=known.name, before=known.ends_at,
                              ends_at=command.ends_at)


def end_agreement(command: c.EndAgreement, desk: Desk) -> Iterator[e.Event]:
    """End an agreement: what was shared under it is no longer seen."""
    yield e.AgreementEnded(agreement_id=command.agreement_id, reason=command.reason)


def sign_in(command: c.SignIn, desk: Desk) -> Iterator[e.Event]:
    """Open a session. The answer and the time taken are the same for an unknown address and a wrong password."""
    account = desk.account_by_email(command.email)
    if account is None or command.proved != account.account_id:
        raise WrongSignIn
    drafts.forget_failures(desk.uow.connection, throttle_key(command.email))
    token = secret()
    desk.extra["session"] = token
    desk.act_as(account.account_id, account.name)
    yield e.SignedIn(account_id=account.account_id, session_hash=digest(token))


def throttle_key(email: str) -> bytes:
    """Under which key failed attempts for an address are counted; the address itself is not kept."""
    return digest("sign-in|" + email.strip().lower())


def prove(command: c.SignIn, known: Callable[[str], tuple[UUID, str] | None]) -> c.SignIn:
    """The command with the account it proves to be, or none; ``known`` gives identifier and hash of an address.

    Done before the transaction, because 50 ms of hashing must not hold up every writer; at most four at once, because
    each takes 46 MiB.
    """
    found = known(command.email)
    known_hash = found[1] if found else ""  # empty, too, until an account's owner has used the one-time link
    with _AT_ONCE:
        matches = _matches(known_hash or _decoy(), command.password)
    return replace(command, proved=found[0] if found and known_hash and matches else None)


_AT_ONCE = Semaphore(4)


@cache
def _decoy() -> str:
    return hashed("nobody has this password")


def _matches(known: str, password: str) -> bool:
    try:
        return _hasher().verify(known, unicodedata.normalize("NFKD", password))
    except (VerifyMismatchError, InvalidHashError):
        return False


def sign_out(command: c.SignOut, desk: Desk) -> Iterator[e.Event]:
    """End a session; an ended one is left as it is."""
    owner = desk.session_owner(digest(command.session))
    if owner is not None and owner in (desk.uow.actor.account_id, NOBODY):
        yield e.SignedOut(account_id=owner, session_hash=digest(command.session))


def set_password(command: c.SetPassword, desk: Desk) -> Iterator[e.Event]:
    """Choose a password by a one-time link, which is used up by it."""
    account = desk.account_by_link(command.link)
    if account is None:
        raise LinkExpired
    desk.act_as(account.account_id, account.name)
    yield e.PasswordSet(account_id=account.account_id, password_hash=_checked(command.password))
