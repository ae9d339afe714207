"""Messages, signals and outside work: they find their case, start one, or are kept until somebody waits."""

from __future__ import annotations

import base64
import json
from uuid import UUID

import pytest
from sqlalchemy import select, update

from engine.assembly import Engine, bundle_of
from engine.model.commands import FinishJob, KeepMessage, OpenCase, PublishDefinition
from engine.model.errors import NotFound
from engine.queries.work_items import MyWork
from engine.store import tables as t
from tests.cast import ADMINISTRATION, Cast
from tests.makers import BUNDLES


@pytest.fixture
def crossing(engine: Engine, cast: Cast) -> Engine:
    """An engine with the process of messages and signals published."""
    bundle = bundle_of(BUNDLES / "crossing").pack()
    engine.carry_out(PublishDefinition(bundle=bundle, standard_only=True), ADMINISTRATION)
    return engine


def opened(engine: Engine, cast: Cast) -> UUID:
    receipt = engine.carry_out(OpenCase(definition="crossing", answers={}), cast.anna)
    assert receipt.case_id
    return receipt.case_id


def steps_of(engine: Engine, cast: Cast, case_id: UUID | None) -> list[str]:
    rows = engine.look(MyWork(tab="team"), cast.anna).rows
    return sorted(row.title.pl for row in rows if row.case_id == case_id)


def test_a_message_reaches_the_case_that_has_waited_longest(crossing: Engine, cast: Cast) -> None:
    first, second = opened(crossing, cast), opened(crossing, cast)
    receipt = crossing.deliver("Go", {}, ADMINISTRATION)
    assert receipt.case_id == first
    assert steps_of(crossing, cast, first) == ["Poszło"]
    assert steps_of(crossing, cast, second) == []


def test_a_signal_reaches_every_case_that_listens(crossing: Engine, cast: Cast) -> None:
    cases = [opened(crossing, cast) for _ in range(3)]
    assert crossing.broadcast("All", {}, ADMINISTRATION) == 3
    assert [steps_of(crossing, cast, one) for one in cases] == [["Słychać"]] * 3
    assert crossing.broadcast("All", {}, ADMINISTRATION) == 0


def test_a_message_starts_a_case_and_its_signal_is_heard_in_the_others(crossing: Engine, cast: Cast) -> None:
    waiting = opened(crossing, cast)
    begun = crossing.deliver("Begin", {}, cast.anna)
    assert begun.case_id not in (None, waiting)
    crossing.worker().drain()
    assert steps_of(crossing, cast, begun.case_id) == ["Reszta"]
    assert steps_of(crossing, cast, waiting) == ["Słychać"]


def test_a_message_nobody_waits_for_is_kept_until_somebody_does(crossing: Engine, cast: Cast) -> None:
    kept = crossing.deliver("Go", {"note": "sekret"}, ADMINISTRATION)
    assert kept.case_id is None
    with crossing.database.reading() as connection:
        row = connection.execute(select(t.kept_message)).one()
    assert row.name == "Go"
    assert b"sekret" not in bytes(row.content_enc)
    late = opened(crossing, cast)
    crossing.worker().drain()
    assert steps_of(crossing, cast, late) == ["Poszło"]
    with crossing.database.reading() as connection:
        assert connection.execute(select(t.kept_message.c.delivered_at)).scalar_one() is not None


def test_outside_work_is_reported_once(crossing: Engine, cast: Cast) -> None:
    case_id = opened(crossing, cast)
    with crossing.database.reading() as connection:
        job = connection.execute(select(t.job).where(t.job.c.kind == "external")).one()
        instance = connection.execute(select(t.process_instance.c.instance_id)).scalar_one()
    assert job.queue == "external:post"
    report = FinishJob(case_id=case_id, instance_id=instance, activity_id=job.activity_id, result={"sent": True})
    crossing.carry_out(report, ADMINISTRATION)
    assert steps_of(crossing, cast, case_id) == ["Wysłane"]
    with pytest.raises(NotFound):
        crossing.carry_out(report, ADMINISTRATION)
    assert all(verdict.agrees for _, verdict in crossing.verify())


def jobs_again(engine: Engine, kind: str) -> None:
    """A worker was killed between the deed and the note that it is done: the job comes again."""
    with engine.database.writing() as connection:
        connection.execute(update(t.job).where(t.job.c.kind == kind).values(state="queued", finished_at=None))
    engine.worker().drain()


def test_a_message_job_that_comes_again_delivers_nothing_twice(crossing: Engine, cast: Cast) -> None:
    sealed = base64.b64encode(crossing.vault.house.seal_json("job", {
        "message": "Go", "payload": {}, "correlation": None, "sender": cast.institutions["labour"].hex})).decode()
    first, second = opened(crossing, cast), opened(crossing, cast)
    with crossing.database.writing() as connection:
        connection.execute(t.job.insert(), [{
            "job_id": crossing.clock.new_id(), "queue": "general", "kind": "message", "priority": 0, "attempts": 0,
            "payload": json.dumps({"sealed": sealed}), "run_at": crossing.clock.now(), "state": "queued",
            "max_attempts": 8, "error": "", "created_at": crossing.clock.now()}])
    crossing.worker().drain()
    jobs_again(crossing, "message")
    assert steps_of(crossing, cast, first) == ["Poszło"]
    assert steps_of(crossing, cast, second) == [], "the same message did not reach another case"


def test_a_kept_message_reaches_one_case_though_its_job_comes_again(crossing: Engine, cast: Cast) -> None:
    crossing.deliver("Go", {}, ADMINISTRATION)
    first = opened(crossing, cast)
    crossing.worker().drain()
    second = opened(crossing, cast)
    with crossing.database.writing() as connection:
        connection.execute(update(t.kept_message).values(delivered_at=None))
    jobs_again(crossing, "kept-message")
    assert steps_of(crossing, cast, first) == ["Poszło"]
    assert steps_of(crossing, cast, second) == []


def test_a_message_is_not_kept_beside_a_case_that_began_to_wait_meanwhile(crossing: Engine, cast: Cast) -> None:
    """Between looking for a receiver and keeping the message, a case began to wait: nobody would look again."""
    waiting = opened(crossing, cast)
    crossing.carry_out(KeepMessage(message="Go"), ADMINISTRATION)
    crossing.worker().drain()
    assert steps_of(crossing, cast, waiting) == ["Poszło"]
