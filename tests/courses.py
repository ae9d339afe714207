"""Whole courses of a case by real commands, and what remains of them in the tables: what most deep tests start from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.assembly import Engine, Receipt, bundle_of
from engine.model.actors import Actor
from engine.model.commands import AcceptHandover, OfferHandover, OpenCase, PublishDefinition, SignAgreement
from engine.store import tables as t
from tests.cast import ADMINISTRATION, Cast
from tests.makers import BUNDLES, ask, finish

VISITED = {"family_name": "Gżegżółka", "given_names": "Święcisław", "pesel": ""}


def handed_over(engine: Engine, cast: Cast, **answers: Any) -> Receipt:
    """An opinion asked, written, checked and handed over: the receipt of opening the case, which is now closed."""
    case = ask(engine, cast.anna, **answers)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe", diagnosis="zdrowy")
    checked = finish(engine, cast.anna, case.case_id, written.offered[0], enough="yes")
    offered = engine.carry_out(
        OfferHandover(case_id=case.case_id, work_item_id=checked.offered[0], answers={}), cast.anna)
    engine.carry_out(AcceptHandover(case_id=case.case_id, work_item_id=offered.offered[0],
                                    answers={"decision": "accept"}), cast.maria)
    return case


def publish_visit(engine: Engine) -> Receipt:
    """Three tasks at the same time, a join, and a condition that only some answers satisfy."""
    publication = PublishDefinition(bundle=bundle_of(BUNDLES / "visit").pack(), note="first", standard_only=True)
    return engine.carry_out(publication, ADMINISTRATION)


def visit(engine: Engine, actor: Actor, **more: Any) -> Receipt:
    """A case of the visit: its three tasks wait at the labour office."""
    return engine.carry_out(OpenCase(definition="visit", answers=VISITED | more), actor)


def share(engine: Engine, name: str, *parties: tuple[UUID, str]) -> None:
    """An agreement between institutions, in roles."""
    engine.carry_out(SignAgreement(name=name, parties=parties), ADMINISTRATION)


def measuring(engine: Engine, cast: Cast) -> tuple[UUID, UUID]:
    """A visit whose three tasks are done: the case and the item that measures."""
    case = visit(engine, cast.anna)
    last = [finish(engine, cast.maria, case.case_id, one) for one in case.offered][-1]
    assert case.case_id
    return case.case_id, last.offered[0]


def entries(engine: Engine, case_id: UUID | None) -> list[Any]:
    """The ledger rows of a case, in order."""
    c = t.ledger_entry.c
    with engine.database.reading() as connection:
        return list(connection.execute(select(t.ledger_entry).where(c.stream == case_id).order_by(c.sequence)))


def types(engine: Engine, case_id: UUID | None) -> list[str]:
    """The types of a case's entries, in order."""
    return [one.type for one in entries(engine, case_id)]


def everything(engine: Engine, *without: str) -> dict[str, list[Any]]:
    """Every row of every table, to show what did not change."""
    with engine.database.reading() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table))))
                for table in t.metadata.sorted_tables if table.name not in without}


def agrees(engine: Engine) -> bool:
    """Whether every chain of the installation agrees."""
    return all(verdict.agrees for _, verdict in engine.verify())
