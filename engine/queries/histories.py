"""Ledger entries as lines a person can read: who, for whom, in which role, when, on which version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson

from engine.bpmn.bundles import Compiled
from engine.model.definitions import Definition
from engine.model.papers import form_of_paper
from engine.model.visibility import Relation
from engine.queries.reading import MASK, Known, Reading, element_name, role_name
from engine.queries.rows import Line, Words
from engine.store.cached_cases import form_of
from engine.store.keys import SEALED, Unreadable
from engine.store.unit_of_work import reason_place

_INSTITUTIONS = ("institution_id", "from_institution_id", "to_institution_id", "coordinator_id", "responsible_id",
                 "sender_id", "waiting_id")
_ACCOUNTS = ("account_id", "excluded_id")
_ROLES = ("role", "wanted_role")


def lines(reading: Reading, rows: Iterable[Any], known: Known | None = None) -> tuple[Line, ...]:
    """Lines of ledger rows, in the order given; the case they belong to gives names to its elements and roles."""
    compiled, definition = (known.compiled, known.definition) if known else (None, None)
    opened = [(row, _opened(orjson.loads(row.body), known)) for row in rows]
    names = reading.names({UUID(hex=one) for _, told in opened for one in _accounts(told)})
    elements = _elements_of_items(opened)
    return tuple(_line(reading, row, told, names, elements, compiled, definition) for row, told in opened)


def _opened(told: dict[str, Any], known: Known | None) -> dict[str, Any]:
    """The entry with the reason that a person gave, for who takes part in the case; for others that there is one."""
    sealed = told["d"].get("reason", "")
    if not sealed.startswith(SEALED):
        return told
    return {**told, "d": {**told["d"], "reason": _reason(sealed, known)}}


def _reason(sealed: str, known: Known | None) -> str:
    if known is None or known.relation is not Relation.PARTICIPANT:
        return MASK.family_name
    try:
        return known.cipher.open_text(reason_place(known.row.case_id), sealed)
    except Unreadable:
        return MASK.family_name


def _accounts(told: Mapping[str, Any]) -> Iterable[str]:
    yield from (told[name] for name in ("a", "f") if name in told)
    yield from (told["d"][name] for name in _ACCOUNTS if name in told["d"])


def _elements_of_items(opened: list[tuple[Any, dict[str, Any]]]) -> dict[str, str]:
    """Which element a work item belongs to, from the offers among these entries."""
    offers = (told["d"] for row, told in opened if row.type == "WorkItemOffered")
    return {one["work_item_id"]: one["element"] for one in offers}


def _line(reading: Reading, row: Any, told: dict[str, Any], names: Mapping[UUID, str], elements: Mapping[str, str],
          compiled: Compiled | None, definition: Definition | None) -> Line:
    data = dict(told["d"])
    if "work_item_id" in data and not data.get("element") and data["work_item_id"] in elements:
        data["element"] = elements[data["work_item_id"]]
    return Line(
        row.sequence, row.stream.hex, row.at, row.type, names.get(UUID(hex=told["a"]), told.get("n", "")),
        told.get("k", "person"), tuple(_role(definition, one) for one in told.get("r", [])),
        reading.institution(row.institution_id), names.get(UUID(hex=told["f"]), "") if "f" in told else "",
        told.get("c", ""), told.get("p", 0), data, _names(reading, data, names, compiled, definition),
        bytes(row.hash).hex(), told.get("q", ""), row.case_id)


def _role(definition: Definition | None, role: str) -> Words:
    return role_name(definition, role) if definition else Words(role, role)


def _names(reading: Reading, data: Mapping[str, Any], accounts: Mapping[UUID, str], compiled: Compiled | None,
           definition: Definition | None) -> dict[str, Words]:
    """Names for the identifiers and element ids that stand in an entry."""
    found: dict[str, Words] = {}
    for name in _INSTITUTIONS:
        if name in data:
            text = reading.institution(UUID(hex=data[name]))
            found[data[name]] = Words(text, text)
    for name in _ACCOUNTS:
        if name in data:
            text = accounts.get(UUID(hex=data[name]), "")
            found[data[name]] = Words(text, text)
    for name in _ROLES:
        if name in data and definition is not None:
            found[data[name]] = role_name(definition, data[name])
    if compiled is not None:
        for element in {data.get("element", ""), *(one[1] for one in data.get("entered", ()))} - {""}:
            found[element] = element_name(compiled, element)
    if definition is not None:
        found |= {one.id: Words(one.name.pl, one.name.en) for one in definition.attributes
                  if one.id in data.get("names", ())}
        found |= {one.id: Words(one.name.pl, one.name.en) for one in definition.stages if one.id == data.get("stage")}
        found |= {one.message: Words(one.name.pl, one.name.en) for one in definition.messages
                  if one.message == data.get("message")}
        found |= {one.id: Words(one.name.pl, one.name.en) for one in definition.pauses if one.id == data.get("kind")}
        found |= _paper(str(data.get("paper", "")), compiled, definition)
    return found


def _paper(paper_id: str, compiled: Compiled | None, definition: Definition) -> dict[str, Words]:
    """The name of a paper of the definition, or of the form that it is."""
    paper, form = definition.paper(paper_id), form_of_paper(paper_id)
    if paper is not None:
        return {paper_id: Words(paper.name.pl, paper.name.en)}
    known = form_of(compiled.bundle, form[1]) if form and compiled else None
    return {paper_id: Words(known.title, known.title_en)} if known else {}
