"""What a role is not cleared for reaches it by no side door: names, reasons, an earlier case."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from engine.assembly import Bundle, Engine, bundle_of
from engine.model.actors import Actor
from engine.model.commands import AcceptHandover, EndParticipation, OfferHandover, OpenCase, PublishDefinition
from engine.queries.cases import CaseList, CasePage
from engine.queries.handovers import HandoverPage
from engine.queries.work_items import HandedIn, MyWork, TaskPage
from engine.store import ledger
from tests import courses
from tests.cast import ADMINISTRATION, Cast
from tests.makers import BUNDLES, QUESTION, ask, finish


def publish(engine: Engine, **changes: Any) -> None:
    """The opinion process with other words in its files; the value is what is replaced and by what."""
    files = dict(bundle_of(BUNDLES / "opinion").files)
    for name, (before, after) in changes.items():
        path = next(one for one in files if one.rpartition("/")[2].partition(".")[0] == name)
        assert before in files[path].decode()
        files[path] = files[path].decode().replace(before, after).encode()
    engine.carry_out(PublishDefinition(bundle=Bundle(files).pack(), standard_only=True), ADMINISTRATION)


def shown(found: Any) -> str:
    return json.dumps(found, default=lambda one: vars(one) if hasattr(one, "__dict__") else str(one),
                      ensure_ascii=False, skipkeys=True)


def test_who_is_not_cleared_for_the_person_learns_the_first_name_only(engine: Engine, cast: Cast) -> None:
    publish(engine, definition=('"clearance": {"basic": "full", "social": "full", "health": "full"',
                                '"clearance": {"basic": "flag", "social": "full", "health": "full"'))
    case = ask(engine, cast.anna, family_name="Żółć", given_names="Łukasz Jan", pesel="44051401359")
    for query in (MyWork(tab="team"), CaseList(), CasePage(case.case_id), TaskPage(case.offered[0]),
                  HandedIn(case.offered[0])):
        found = shown(engine.look(query, cast.maria))
        assert "Łukasz" in found, query
        assert not [one for one in ("Żółć", "ŻÓŁĆ", "Jan\"", "44051401359") if one in found], query
        assert "ŻÓŁĆ" in shown(engine.look(query, cast.anna)) or isinstance(query, MyWork), query


@pytest.mark.parametrize(("actor", "reads"), [("anna", False), ("maria", True)])
def test_the_reason_of_an_acceptance_is_an_answer_like_any_other(engine: Engine, cast: Cast, actor: str,
                                                                 reads: bool) -> None:
    publish(engine, take=('"label_en": "Reason"', '"label_en": "Reason", "sensitivity": "health"'))
    handover_id = accepted(engine, cast)
    reason = engine.look(HandoverPage(handover_id), cast.actors[actor]).reason
    assert reason == ("w leczeniu" if reads else "")


def accepted(engine: Engine, cast: Cast) -> UUID:
    """A handover accepted with a remark."""
    case = ask(engine, cast.anna)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    checked = finish(engine, cast.anna, case.case_id, written.offered[0], enough="yes")
    offered = engine.carry_out(OfferHandover(case_id=case.case_id, work_item_id=checked.offered[0], answers={}),
                               cast.anna)
    engine.carry_out(AcceptHandover(case_id=case.case_id, work_item_id=offered.offered[0], answers={
        "decision": "accept_with_remarks", "reason": "w leczeniu"}), cast.maria)
    (found,) = engine.look(CasePage(case.case_id), cast.anna).handovers
    return UUID(str(found.handover_id))


def test_an_earlier_case_is_told_to_who_takes_part_in_it_only(engine: Engine, cast: Cast) -> None:
    first = ask(engine, cast.anna, pesel="44051401359")
    engine.carry_out(EndParticipation(case_id=first.case_id, institution_id=cast.institutions["labour"], role="expert",
                                      reason="koniec"), cast.anna)
    again = engine.carry_out(OpenCase(definition="opinion", answers=QUESTION | {"pesel": "44051401359"},
                                      same_person_confirmed=True), cast.anna)

    def told(actor: Actor) -> bool:
        page = engine.look(CasePage(again.case_id), actor)
        return first.case_id.hex in shown(page.timeline) or bool(page.episodes)

    assert first.case_id
    assert told(cast.anna)
    assert not told(cast.maria)
    assert {first.case_id.hex, again.case_id.hex} in views(engine), "whoever is shown both has looked at both"


def views(engine: Engine) -> list[set[str]]:
    rows = courses.entries(engine, ledger.stream_id(f"views:n1:{engine.clock.now():%Y-%m-%d}"))
    return [set(json.loads(bytes(one.body))["d"]["cases"]) for one in rows]


def test_a_receipt_that_names_the_next_person_is_a_look_at_both(engine: Engine, cast: Cast) -> None:
    first, second = ask(engine, cast.anna, family_name="Pierwsza"), ask(engine, cast.anna, family_name="Druga")
    finish(engine, cast.maria, first.case_id, first.offered[0], opinion="Gotowe")
    assert engine.look(HandedIn(first.offered[0]), cast.maria)[2].case_id == second.case_id
    assert first.case_id
    assert second.case_id
    assert views(engine)[-1] == {first.case_id.hex, second.case_id.hex}
