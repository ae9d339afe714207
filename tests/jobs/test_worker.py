"""Background work: at least once and never doubled, with growing pauses, and an incident where a person must help."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from engine.assembly import Engine
from engine.bench.statements import listening
from engine.commands.dispatch import Door
from engine.jobs.worker import HANDLERS, TOGETHER, Worker
from engine.model.commands import EndRole, RetryIncident
from engine.queries.cases import CasePage
from engine.queries.work_items import MyWork
from engine.store import jobs
from engine.store import tables as t
from engine.store.database import Collided
from engine.store.jobs import Job, LeaseLost
from tests import courses
from tests.cast import ADMINISTRATION, Cast
from tests.clocks import FrozenClock
from tests.intruders import as_owner
from tests.makers import ask, finish
from web import words

QUEUES = ("general", "mail")


def rows(engine: Engine, kind: str) -> list[Any]:
    with engine.database.reading() as connection:
        return list(connection.execute(select(t.job).where(t.job.c.kind == kind).order_by(t.job.c.job_id)))


def letters(engine: Engine) -> int:
    with engine.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(t.mail)).scalar_one()


def claim(engine: Engine, *, limit: int = 10, kinds: tuple[str, ...] = ("timer", "mail")) -> list[Job]:
    with engine.database.writing() as connection:
        return jobs.claim(connection, engine.clock, QUEUES, kinds, limit)


def finished(engine: Engine, job: Job) -> bool:
    try:
        with engine.database.writing() as connection:
            jobs.finish(connection, engine.clock, job)
    except LeaseLost:
        return False
    return True


def done_late(engine: Engine, job: Job) -> bool:
    """Whether a worker that comes back to a job may still do it."""
    try:
        TOGETHER[job.kind](engine._door, job, partial(jobs.finish, clock=engine.clock, job=job))
    except LeaseLost:
        return False
    return True


def put(engine: Engine, kind: str, number: int = 1) -> None:
    """Jobs of a kind, due now."""
    now = engine.clock.now()
    with engine.database.writing() as connection:
        connection.execute(t.job.insert(), [
            {"job_id": engine.clock.new_id(), "queue": "general", "kind": kind, "payload": f'{{"n": {one}}}',
             "priority": 0, "run_at": now, "state": jobs.QUEUED, "attempts": 0, "max_attempts": 8, "error": "",
             "created_at": now} for one in range(number)])


# --- leases

def test_a_job_belongs_to_one_worker_while_its_lease_lasts(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    ask(engine, cast.anna)
    first = claim(engine)
    assert [one.kind for one in first] == ["mail"]
    assert claim(engine) == []
    clock.move(seconds=59)
    assert claim(engine) == []
    clock.move(seconds=2)
    second = claim(engine)
    assert [one.job_id for one in second] == [one.job_id for one in first]
    assert second[0].attempts == 2


def test_who_lost_the_lease_finishes_nothing(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    ask(engine, cast.anna)
    lost = claim(engine)[0]
    clock.move(minutes=2)
    held = claim(engine)[0]
    assert not finished(engine, lost)
    with engine.database.writing() as connection:
        jobs.fail(connection, clock, lost, "TooLate")
    assert rows(engine, "mail")[0].state == jobs.RUNNING
    assert finished(engine, held)
    assert rows(engine, "mail")[0].state == jobs.DONE


def test_an_effect_is_not_doubled_by_a_worker_that_comes_back(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    """It slept through its lease, another did the work, then it wakes up and goes on."""
    ask(engine, cast.anna)
    sleeper = claim(engine)[0]
    clock.move(minutes=2)
    assert engine.worker().drain() == 1
    written = letters(engine)
    assert not done_late(engine, sleeper)
    assert letters(engine) == written == 1


def test_a_timer_that_fired_does_not_fire_again(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    case = ask(engine, cast.anna)
    engine.worker().drain()
    clock.move(days=8)
    sleeper = claim(engine, kinds=("timer",))[0]
    clock.move(minutes=2)
    engine.worker().drain()
    before = courses.everything(engine)
    assert not done_late(engine, sleeper)
    assert courses.everything(engine) == before
    assert courses.types(engine, case.case_id).count("TimerFired") == 1


def test_two_workers_at_once_never_take_the_same_job(engine: Engine, open_engine: Callable[[], Engine], cast: Cast,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[Any, int]] = []
    monkeypatch.setitem(HANDLERS, "count", lambda _door, job: done.append((job.job_id, job.attempts)))
    put(engine, "count", 60)
    workers = [engine.worker(), open_engine().worker(), open_engine().worker()]
    ready = Barrier(len(workers))

    def work(worker: Worker) -> int:
        ready.wait(10)
        return worker.drain()

    with ThreadPoolExecutor(len(workers)) as pool:
        taken = [one.result(60) for one in [pool.submit(work, worker) for worker in workers]]
    assert sum(taken) == len(done) == len({job for job, _ in done}) == 60
    assert {attempts for _, attempts in done} == {1}


def test_one_letter_is_written_although_two_write_at_once(engine: Engine, open_engine: Callable[[], Engine],
                                                          cast: Cast) -> None:
    ask(engine, cast.anna)
    job, other = claim(engine)[0], open_engine()
    ready = Barrier(2)

    def write(one: Engine) -> None:
        ready.wait(10)
        with suppress(Collided, LeaseLost):  # the second one
            TOGETHER["mail"](one._door, job, partial(jobs.finish, clock=one.clock, job=job))

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(write, one) for one in (engine, other)]:
            future.result(60)
    assert letters(engine) == 1
    assert rows(engine, "mail")[0].state == jobs.DONE


def test_a_job_that_kills_its_workers_is_given_up(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    """Nobody ever comes back to say that it failed: the lease runs out again and again."""
    ask(engine, cast.anna)
    for attempt in range(1, 9):
        assert [one.attempts for one in claim(engine)] == [attempt]
        clock.move(minutes=2)
    assert engine.worker().drain() == 0
    found = rows(engine, "mail")[0]
    assert (found.state, found.error) == (jobs.DEAD, "LeaseLost")


def test_a_job_given_up_is_an_incident_of_its_case_that_a_person_tries_again(
        engine: Engine, cast: Cast, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise ConnectionError("the mail server is away: geheim")

    case = ask(engine, cast.anna)
    with monkeypatch.context() as broken:
        broken.setitem(TOGETHER, "mail", away)
        for _ in range(8):
            engine.worker().drain()
            clock.move(hours=2)
    (incident,) = engine.look(CasePage(case.case_id), cast.anna).incidents
    assert (incident.reason, incident.params["error"]) == ("JobFailed", "ConnectionError")
    assert "ConnectionError" in words.reason(incident.reason, incident.params)
    assert letters(engine) == 0
    engine.carry_out(RetryIncident(case_id=case.case_id, incident_id=incident.incident_id), cast.anna)
    assert engine.worker().drain() == 1
    assert letters(engine) == 1
    assert engine.look(CasePage(case.case_id), cast.anna).incidents == ()
    assert courses.agrees(engine)


# --- several in one transaction

def two_due(engine: Engine, cast: Cast, clock: FrozenClock) -> list[Any]:
    """Two cases whose timers have come due."""
    cases = [ask(engine, cast.anna).case_id, ask(engine, cast.anna, family_name="Inna").case_id]
    engine.worker().drain()
    clock.move(days=8)
    return cases


def fired(engine: Engine, cases: list[Any]) -> list[int]:
    return [courses.types(engine, one).count("TimerFired") for one in cases]


def test_due_timers_of_several_cases_share_a_commit(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    cases = two_due(engine, cast, clock)
    with listening(engine.database.engine) as tally:
        assert engine.worker().run_due() == 2
    assert tally.commits == 2, "one for the leases, one for what was done"
    assert fired(engine, cases) == [1, 1]
    assert {one.state for one in rows(engine, "timer")} == {jobs.DONE}
    assert courses.agrees(engine)


def test_one_that_fails_among_others_leaves_nothing_and_they_go_on(
        engine: Engine, cast: Cast, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = two_due(engine, cast, clock)
    fire = TOGETHER["timer"]

    def stumble(_: Any) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setitem(TOGETHER, "timer", lambda door, job, done: fire(
        door, job, stumble if job.case_id == cases[0] else done))
    engine.worker().run_due()
    assert fired(engine, cases) == [0, 1]
    assert sorted(one.error for one in rows(engine, "timer")) == ["", "RuntimeError"]
    monkeypatch.setitem(TOGETHER, "timer", fire)
    clock.move(minutes=2)
    engine.worker().drain()
    assert fired(engine, cases) == [1, 1]
    assert courses.agrees(engine)


def test_who_lost_one_lease_of_several_does_only_the_others(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    cases = two_due(engine, cast, clock)
    leased = claim(engine, kinds=("timer",))
    lost = next(one for one in leased if one.case_id == cases[0])
    with engine.database.writing() as connection:
        connection.execute(update(t.job).where(t.job.c.job_id == lost.job_id).values(lease_token=clock.new_id()))
    worker = engine.worker()
    assert worker._done_together(leased) == {one.job_id for one in leased if one is not lost}
    worker._carry_out(lost)
    assert fired(engine, cases) == [0, 1]
    with engine.database.writing() as connection:
        connection.execute(update(t.job).where(t.job.c.job_id == lost.job_id).values(lease_token=lost.lease_token))
    worker._carry_out(lost)
    assert fired(engine, cases) == [1, 1], "what stands in memory had followed the database"
    assert courses.agrees(engine)


def test_a_commit_that_fails_leaves_every_one_of_them_as_it_was(
        engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    cases = two_due(engine, cast, clock)
    leased = claim(engine, kinds=("timer",))
    before = courses.everything(engine)

    def lights_out(_: Any) -> None:
        raise KeyboardInterrupt

    event.listen(engine.database.engine, "commit", lights_out)
    with pytest.raises(KeyboardInterrupt):
        engine.worker()._done_together(leased)
    event.remove(engine.database.engine, "commit", lights_out)
    assert courses.everything(engine) == before
    clock.move(minutes=2)
    engine.worker().drain()
    assert fired(engine, cases) == [1, 1]
    assert courses.agrees(engine)


# --- failures

def test_a_failing_job_is_tried_again_with_growing_pauses_and_ends_as_an_incident(
        engine: Engine, cast: Cast, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def away(_door: Door, job: Job) -> None:
        tries.append(job.attempts)
        raise ConnectionError("the mail server is away: geheim")

    monkeypatch.setitem(HANDLERS, "away", away)
    put(engine, "away")
    pauses = []
    for attempt in range(1, 9):
        assert engine.worker().drain() == 1
        found = rows(engine, "away")[0]
        assert (found.attempts, found.error) == (attempt, "ConnectionError"), "a code, not the words of a driver"
        pauses.append((found.run_at - clock.now()).total_seconds())
        clock.move_to(max(clock.now(), found.run_at))
    assert tries == [1, 2, 3, 4, 5, 6, 7, 8]
    assert all(2**n * 0.5 <= pause <= 2**n * 1.5 for n, pause in enumerate(pauses[:-1], start=1))
    assert found.state == jobs.DEAD
    clock.move(days=30)
    assert engine.worker().drain() == 0


def test_one_failing_job_does_not_hold_up_the_others(engine: Engine, cast: Cast,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    def bad(_door: Door, job: Job) -> None:
        if job.payload["n"] == 0:
            raise KeyError("x")

    monkeypatch.setitem(HANDLERS, "bad", bad)
    put(engine, "bad", 5)
    assert engine.worker().drain() == 5
    assert sorted(one.state for one in rows(engine, "bad")) == [jobs.DONE] * 4 + [jobs.QUEUED]


def test_a_timer_of_an_unreadable_case_ends_as_an_incident_and_the_rest_goes_on(
        engine: Engine, cast: Cast, clock: FrozenClock, database_url: str) -> None:
    erased = ask(engine, cast.anna)
    other = ask(engine, cast.anna, family_name="Inna")
    engine.worker().drain()
    with as_owner(database_url) as connection:
        person = connection.execute(t.case_file.select().where(t.case_file.c.case_id == erased.case_id)).one().person_id
        connection.execute(update(t.person_key).where(t.person_key.c.person_id == person).values(wrapped=b""))
    for _ in range(12):
        clock.move(days=8)
        engine.worker().drain()
    states = {one.case_id: (one.state, one.error) for one in rows(engine, "timer")}
    assert states[erased.case_id] == (jobs.DEAD, "Unreadable")
    assert states[other.case_id] == (jobs.DONE, "")
    assert courses.agrees(engine)


def test_kinds_that_a_worker_does_not_know_are_left_to_one_that_does(engine: Engine, cast: Cast,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    put(engine, "of-the-future", 3)
    assert engine.worker().drain() == 0
    assert {(one.state, one.attempts) for one in rows(engine, "of-the-future")} == {(jobs.QUEUED, 0)}
    monkeypatch.setitem(HANDLERS, "of-the-future", lambda _door, _job: None)
    assert engine.worker().drain() == 3


def test_a_worker_takes_only_the_queues_it_was_given(engine: Engine, cast: Cast) -> None:
    ask(engine, cast.anna)
    assert engine.worker(("general",)).drain() == 0
    assert engine.worker(("mail",)).drain() == 1


def test_nothing_is_taken_before_its_time(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    ask(engine, cast.anna)
    worker = engine.worker()
    worker.drain()
    clock.move_to(rows(engine, "timer")[0].run_at - timedelta(milliseconds=1))
    assert worker.drain() == 0
    clock.move(milliseconds=1)
    assert worker.drain() == 2, "the timer, and the letter about the task that it offered"
    assert engine.look(MyWork(tab="team"), cast.barbara).counts["team"] == 1


def test_a_stopped_worker_takes_nothing_more(engine: Engine, cast: Cast) -> None:
    ask(engine, cast.anna)
    worker = engine.worker()
    worker.stop()
    worker.run()
    assert {one.state for one in rows(engine, "mail")} == {jobs.QUEUED}


# --- what timers belong to

def test_a_finished_task_takes_its_timer_along(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    case = ask(engine, cast.anna)
    finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    assert [one.state for one in rows(engine, "timer")] == [jobs.CANCELLED]
    clock.move(days=30)
    engine.worker().drain()
    assert "TimerFired" not in courses.types(engine, case.case_id)


def test_a_rolled_back_step_leaves_no_job_behind(engine: Engine, cast: Cast) -> None:
    courses.publish_visit(engine)
    case_id, item = courses.measuring(engine, cast)
    engine.worker().drain()
    before = rows(engine, "timer"), rows(engine, "mail")
    with pytest.raises(Exception, match="could not run"):
        finish(engine, cast.anna, case_id, item, amount="dużo")
    assert (rows(engine, "timer"), rows(engine, "mail")) == before


def test_letters_go_to_whoever_holds_the_role_when_they_are_written(engine: Engine, cast: Cast) -> None:
    ask(engine, cast.anna)
    engine.carry_out(EndRole(account_id=cast.maria.account_id, institution_id=cast.institutions["labour"],
                             role="expert", reason="odeszła"), ADMINISTRATION)
    engine.worker().drain()
    assert letters(engine) == 0


def test_a_jobs_payload_holds_identifiers_and_nothing_of_the_person(engine: Engine, cast: Cast) -> None:
    ask(engine, cast.anna, family_name="Tajemniczy", question="Sekretne")
    said = "".join(one.payload for kind in ("timer", "mail") for one in rows(engine, kind))
    assert said
    assert "Tajemniczy" not in said
    assert "Sekretne" not in said
