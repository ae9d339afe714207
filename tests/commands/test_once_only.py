"""Whatever is pressed twice, by one person or by many at the same instant, happens once; nothing is lost between."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from engine.assembly import Engine, Receipt
from engine.model.actors import system
from engine.model.commands import (
    AddInstitution,
    ChangeAttributes,
    ClaimWorkItem,
    CompleteWorkItem,
    FireTimer,
    InviteParticipant,
    OpenCase,
    ReleaseWorkItem,
)
from engine.model.errors import AlreadyDone, DuplicateNotice, DuplicatePerson, Refused, TakenByOther
from engine.queries.work_items import MyWork
from engine.store import tables as t
from tests import courses
from tests.cast import ADMINISTRATION, Cast
from tests.clocks import FrozenClock
from tests.makers import QUESTION, ask, finish

Deed = Callable[[], Any]


def at_once(deeds: Sequence[Deed]) -> list[Any]:
    """What each deed gave, receipt or refusal, all begun at the same instant, each in a thread of its own."""
    ready = Barrier(len(deeds))

    def run(deed: Deed) -> Any:
        ready.wait(10)
        try:
            return deed()
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [one.result(60) for one in [pool.submit(run, deed) for deed in deeds]]


def outcome(results: list[Any]) -> Counter[str]:
    return Counter(type(one).__name__ for one in results)


def count(engine: Engine, table: Any, *where: Any) -> int:
    with engine.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def completion(case: Receipt, item: Any, token: str = "", **answers: Any) -> CompleteWorkItem:
    return CompleteWorkItem(case_id=case.case_id, work_item_id=item, answers=answers, token=token)


# --- one after the other

def test_the_same_token_brings_the_same_receipt_and_one_set_of_entries(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    press = completion(case, case.offered[0], "form-1", opinion="Gotowe")
    first = engine.carry_out(press, cast.maria)
    after = courses.everything(engine)
    second = engine.carry_out(press, cast.maria)
    assert second.repeated
    assert replace(second, repeated=False) == first
    assert courses.everything(engine) == after


def test_a_command_that_would_go_through_again_is_still_carried_out_once(engine: Engine, cast: Cast) -> None:
    command = AddInstitution(name="Nowa", short_name="N", token="form-2")
    engine.carry_out(command, cast.igor)
    after = courses.everything(engine)
    assert engine.carry_out(command, cast.igor).repeated
    assert courses.everything(engine) == after


def test_a_case_opened_twice_by_one_press_is_one_case(engine: Engine, cast: Cast) -> None:
    command = OpenCase(definition="opinion", answers=QUESTION, token="form-3")
    first, second = (engine.carry_out(command, cast.anna) for _ in range(2))
    assert (second.case_id, second.number, second.offered) == (first.case_id, first.number, first.offered)
    assert count(engine, t.case_file) == 1


def test_a_token_belongs_to_whom_it_was_given(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    engine.carry_out(completion(case, case.offered[0], "form-4", opinion="Gotowe"), cast.maria)
    other = replace(cast.anna, institution_id=cast.maria.institution_id, roles=cast.maria.roles)
    with pytest.raises(AlreadyDone):
        engine.carry_out(completion(case, case.offered[0], "form-4", opinion="Gotowe"), other)


def test_a_refused_press_may_be_made_again_with_the_same_token(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    with pytest.raises(Refused):
        engine.carry_out(completion(case, written.offered[0], "form-5"), cast.anna)
    assert engine.carry_out(completion(case, written.offered[0], "form-5", enough="yes"), cast.anna).offered


def test_two_people_finish_the_same_task_and_the_second_hears_who_was_first(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    finish(engine, cast.anna, case.case_id, written.offered[0], enough="yes")
    before = courses.everything(engine, "ledger_entry", "case_file")
    with pytest.raises(AlreadyDone) as refused:
        finish(engine, cast.barbara, case.case_id, written.offered[0], enough="no")
    assert refused.value.params == {"owner": "Anna Nowak", "at": "04.05.2027 08:00"}
    assert courses.everything(engine, "ledger_entry", "case_file") == before
    assert courses.types(engine, case.case_id)[-1] == "CommandRefused"


def test_a_notice_that_comes_again_is_the_case_it_already_opened(engine: Engine, cast: Cast) -> None:
    case = engine.carry_out(OpenCase(definition="opinion", answers=QUESTION, notice_id="ZK/7"), cast.anna)
    with pytest.raises(DuplicateNotice) as refused:
        engine.carry_out(OpenCase(definition="opinion", answers=QUESTION, notice_id="ZK/7"), cast.barbara)
    assert refused.value.params == {"notice_id": "ZK/7", "number": case.number}
    assert count(engine, t.case_file) == 1


# --- truly at the same instant

def test_two_people_finish_the_same_task_at_the_same_instant(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    found = at_once([lambda who=who: finish(engine, who, case.case_id, written.offered[0], enough="yes")
                     for who in (cast.anna, cast.barbara)])
    assert outcome(found) == {"Receipt": 1, "AlreadyDone": 1}
    assert courses.types(engine, case.case_id).count("WorkItemCompleted") == 2
    assert courses.agrees(engine)


def test_sixteen_presses_of_one_button_are_one_completion(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    found = at_once([lambda: finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")] * 16)
    assert outcome(found) == {"Receipt": 1, "AlreadyDone": 15}
    assert count(engine, t.answer, t.answer.c.work_item_id == case.offered[0]) == 1
    assert courses.agrees(engine)


def test_one_token_pressed_by_eight_threads_gives_eight_times_the_same_receipt(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    press = completion(case, case.offered[0], "form-6", opinion="Gotowe")
    found = at_once([lambda: engine.carry_out(press, cast.maria)] * 8)
    assert outcome(found) == {"Receipt": 8}
    assert len({replace(one, repeated=False) for one in map(hashable, found)}) == 1
    assert [one.repeated for one in found].count(False) == 1
    assert courses.types(engine, case.case_id).count("WorkItemCompleted") == 1


def hashable(receipt: Receipt) -> Receipt:
    return replace(receipt, extra=())  # type: ignore[arg-type]  # compared, not used


def test_three_tasks_of_one_case_finished_at_the_same_instant_all_count(engine: Engine, cast: Cast) -> None:
    courses.publish_visit(engine)
    for _ in range(3):
        case = courses.visit(engine, cast.anna)
        found = at_once([lambda one=one, case=case: finish(engine, cast.maria, case.case_id, one, seen=str(one))
                         for one in case.offered])
        assert outcome(found) == {"Receipt": 3}
        assert sum(len(one.offered) for one in found) == 1, "the join lets one task through, once"
        assert courses.types(engine, case.case_id).count("WorkItemCompleted") == 3
    assert [row.title.pl for row in engine.look(MyWork(tab="team"), cast.anna).rows] == ["Zmierz"] * 3
    assert courses.agrees(engine)


def test_two_engines_on_one_database_do_not_trust_their_memory(open_engine: Callable[[], Engine], engine: Engine,
                                                                cast: Cast) -> None:
    """What another process changed meanwhile is read anew, also at the same instant."""
    courses.publish_visit(engine)
    other = open_engine()
    for _ in range(3):
        case = courses.visit(engine, cast.anna)
        roof, walls, floor = case.offered
        finish(other, cast.maria, case.case_id, roof)
        found = at_once([lambda case=case, walls=walls: finish(engine, cast.maria, case.case_id, walls),
                         lambda case=case, floor=floor: finish(other, cast.maria, case.case_id, floor)])
        assert outcome(found) == {"Receipt": 2}
        assert sum(len(one.offered) for one in found) == 1
    assert courses.agrees(other)


def test_two_people_take_the_same_task_and_one_has_it(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    take = ClaimWorkItem(case_id=case.case_id, work_item_id=written.offered[0])
    found = at_once([lambda who=who: engine.carry_out(take, who) for who in (cast.anna, cast.barbara)])
    assert outcome(found) == {"Receipt": 1, "TakenByOther": 1} == Counter(
        {"Receipt": 1, TakenByOther.__name__: 1})
    assert courses.types(engine, case.case_id).count("WorkItemClaimed") == 1
    owner = cast.anna if isinstance(found[0], Receipt) else cast.barbara
    engine.carry_out(ReleaseWorkItem(case_id=case.case_id, work_item_id=written.offered[0]), owner)


def test_one_notice_sent_eight_times_at_once_opens_one_case(engine: Engine, cast: Cast) -> None:
    command = OpenCase(definition="opinion", answers=QUESTION, notice_id="ZK/8")
    found = at_once([lambda: engine.carry_out(command, cast.anna)] * 8)
    assert outcome(found) == {"Receipt": 1, "DuplicateNotice": 7}
    assert count(engine, t.case_file) == count(engine, t.person_key) == 1
    assert courses.agrees(engine)


def test_one_person_reported_twice_at_once_is_one_person(engine: Engine, cast: Cast) -> None:
    deeds = [lambda n=n: ask(engine, cast.anna, pesel="44051401458", question=f"pytanie {n}") for n in range(6)]
    found = at_once(deeds)
    assert outcome(found) == {"Receipt": 1, DuplicatePerson.__name__: 5}
    assert count(engine, t.person_key) == 1


def test_numbers_of_cases_opened_at_once_are_unique_and_without_gaps(engine: Engine, cast: Cast) -> None:
    found = at_once([lambda n=n: ask(engine, cast.anna, question=f"pytanie {n}") for n in range(12)])
    assert sorted(one.number for one in found) == [f"2027/{n:04d}" for n in range(1, 13)]


def test_an_institution_invited_by_two_at_once_takes_part_once(engine: Engine, cast: Cast) -> None:
    """Whoever waits for the case's lock must not decide on what it read before it had the lock."""
    case = ask(engine, cast.anna, question="bez opiniującego")
    invite = InviteParticipant(case_id=case.case_id, institution_id=cast.institutions["labour"], role="asker")
    courses.share(engine, "Drugie", (cast.institutions["family-support"], "asker"),
                  (cast.institutions["labour"], "asker"))
    found = behind_a_lock(engine, case.case_id, [lambda: engine.carry_out(invite, cast.anna)] * 2)
    assert outcome(found) == {"Receipt": 2}
    p = t.participation.c
    assert count(engine, t.participation, p.case_id == case.case_id, p.role == "asker",
                 p.institution_id == cast.institutions["labour"]) == 1


def behind_a_lock(engine: Engine, case_id: Any, deeds: Sequence[Deed], meanwhile: Deed = tuple) -> list[Any]:
    """The deeds begin while somebody else holds the case; they all wait for its row before it is let go."""
    if engine.database.is_sqlite:
        meanwhile()
        return at_once(deeds)
    with ThreadPoolExecutor(len(deeds)) as pool:
        with engine.database.writing() as connection:
            connection.execute(select(t.case_file).where(t.case_file.c.case_id == case_id).with_for_update())
            begun = [pool.submit(deed) for deed in deeds]
            for _ in range(10_000):
                waiting = connection.execute(text(
                    "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")).scalar_one()
                if waiting == len(deeds):
                    break
            assert waiting == len(deeds)
            meanwhile()
        return [one.result(60) for one in begun]


def test_who_waited_for_the_case_acts_when_they_have_it(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    case = ask(engine, cast.anna)
    found = behind_a_lock(engine, case.case_id, [
        lambda: finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")],
        meanwhile=lambda: clock.move(hours=2))
    assert outcome(found) == {"Receipt": 1}
    assert courses.entries(engine, case.case_id)[-1].at == clock.now()


def test_attributes_changed_at_once_are_both_there(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    found = at_once([lambda day=day: engine.carry_out(ChangeAttributes(
        case_id=case.case_id, values={"wanted_by": f"2027-07-{day:02d}"}, reason="zmiana"), cast.anna)
        for day in range(1, 9)])
    assert outcome(found) == {"Receipt": 8}
    assert courses.types(engine, case.case_id).count("AttributesChanged") == 8
    assert courses.agrees(engine)


def test_administration_at_once_keeps_one_chain(engine: Engine) -> None:
    found = at_once([lambda n=n: engine.carry_out(AddInstitution(name=f"Miejsce {n}", short_name=str(n)),
                                                  ADMINISTRATION) for n in range(12)])
    assert outcome(found) == {"Receipt": 12}
    assert courses.agrees(engine)


def test_a_step_that_changed_nothing_is_not_taken_for_a_newer_state(open_engine: Callable[[], Engine], engine: Engine,
                                                                    cast: Cast, clock: FrozenClock) -> None:
    """A timer that no longer waits moves nothing; what another process does next must not be overlooked."""
    case = ask(engine, cast.anna)
    other = open_engine()
    with engine.database.reading() as connection:
        job = connection.execute(t.job.select().where(t.job.c.kind == "timer")).one()
    payload = json.loads(job.payload)
    early = FireTimer(case_id=case.case_id, instance_id=UUID(payload["instance"]), element=payload["element"],
                      activity_id=UUID(payload["activity"]), due=clock.now())
    before = courses.everything(engine)
    assert engine.carry_out(early, system("timer")).entries == 0
    assert courses.everything(engine) == before
    written = finish(other, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    assert finish(engine, cast.anna, case.case_id, written.offered[0], enough="yes").offered
