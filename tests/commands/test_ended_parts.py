"""When an institution's part ends, its open work goes to who coordinates; nobody is invited by chance."""

from __future__ import annotations

from engine.assembly import Engine
from engine.model.commands import EndParticipation, GrantRole, SignAgreement
from engine.queries.cases import CasePage
from engine.queries.work_items import MyWork
from tests.cast import ADMINISTRATION, Cast
from tests.makers import ask


def test_open_work_of_an_ended_part_goes_to_the_coordinator(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    assert case.case_id
    engine.carry_out(EndParticipation(case_id=case.case_id, institution_id=cast.maria.institution_id, role="expert",
                                      reason="umowa wygasła"), cast.anna)
    assert engine.look(MyWork(tab="team"), cast.maria).rows == ()
    rows = engine.look(MyWork(tab="team"), cast.anna).rows
    assert [(row.work_item_id, row.institution) for row in rows] == [(case.offered[0], "MOPR")]
    ball = engine.look(CasePage(case.case_id), cast.anna).balls[0]
    assert ball.vacant is not None
    assert ball.vacant.en == "Expert"
    assert all(verdict.agrees for _, verdict in engine.verify())


def test_where_several_institutions_hold_a_role_none_is_told_by_chance(engine: Engine, cast: Cast) -> None:
    outside = cast.institutions["outside"]
    engine.carry_out(GrantRole(account_id=cast.ewa.account_id, institution_id=outside, role="expert"), ADMINISTRATION)
    engine.carry_out(SignAgreement(name="Druga", parties=(
        (cast.institutions["family-support"], "asker"), (outside, "expert"))), ADMINISTRATION)
    case = ask(engine, cast.anna)
    rows = engine.look(MyWork(tab="team"), cast.anna).rows
    assert [row.work_item_id for row in rows] == list(case.offered)
    assert engine.look(MyWork(tab="team"), cast.maria).rows == ()
