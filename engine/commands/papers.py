"""Papers that leave the house: who may print which, and what is recorded of it. The pages make them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.model import commands as c
from engine.model import events as e
from engine.model.errors import InvalidInput, NotAllowed, NotFound
from engine.model.papers import OWN_LANGUAGES, form_of_paper
from engine.store.desk import Desk

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PLACE = re.compile(r"[A-Za-z0-9_.-]{1,120}")
_MOST_PLACES = 500


def print_paper(command: c.PrintPaper, desk: Desk) -> Iterator[e.Event]:
    """Record that a paper is printed; its digest and the places of its values, which are no personal data."""
    languages, roles = _rules(command.paper, desk)
    uow = desk.uow
    held = {one.role for one in uow.case.participations
            if one.institution_id == uow.actor.institution_id and uow.actor.has(one.role)}
    if roles is not None and not roles & held:
        raise NotAllowed(command="PrintPaper")
    if command.language not in languages:
        raise NotFound
    places = (*command.fields, *command.left_out)
    if not _DIGEST.fullmatch(command.digest):
        raise InvalidInput(field="digest", reason="it is not a SHA-256 digest")
    if len(places) > _MOST_PLACES or not all(_PLACE.fullmatch(one) for one in places):
        raise InvalidInput(field="fields", reason="these are not names of values")
    yield e.PaperPrinted(paper=command.paper, language=command.language, digest=command.digest, fields=command.fields,
                         left_out=command.left_out)


def _rules(paper_id: str, desk: Desk) -> tuple[tuple[str, ...], set[str] | None]:
    """The languages of a paper and the roles that may print it; None for everybody who takes part."""
    version = desk.version
    paper = version.definition.paper(paper_id)
    if paper is not None:
        return paper.languages, set(paper.roles)
    form = form_of_paper(paper_id)
    if form is None or f"forms/{form[1]}.form" not in version.compiled.bundle.files:
        raise NotFound
    return OWN_LANGUAGES, None
