"""The program is killed in the middle of its work, again and again: what it had acknowledged is there, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.assembly import Engine
from engine.queries.work_items import MyWork
from engine.store import tables as t
from tests import courses
from tests.cast import Cast
from tests.makers import ask

ROOT = Path(__file__).parents[2]
KILLS = 10
#: a mother who knows the program already lets one life after another finish open tasks, until it is killed
MOTHER = """
import json, os, sys
from pathlib import Path
from uuid import UUID
from engine.assembly import open_engine
from engine.model.actors import Actor
from engine.model.commands import CompleteWorkItem
from engine.queries.work_items import MyWork
from engine.settings import Settings
from tests.clocks import FrozenClock

def live(told):
    clock = FrozenClock()
    clock.count = told["count"]
    engine = open_engine(Settings(data_dir=Path(told["folder"]), database_url=told["url"]), clock)
    maria = Actor(UUID(told["account"]), "Maria Wrona", UUID(told["institution"]), "PUP", frozenset({"expert"}))
    print(os.getpid(), flush=True)
    while True:
        for row in engine.look(MyWork(tab="team"), maria).rows:
            engine.carry_out(CompleteWorkItem(case_id=row.case_id, work_item_id=row.work_item_id,
                                              answers={"opinion": row.number}, token=row.work_item_id.hex), maria)
            print(row.work_item_id, flush=True)

for line in sys.stdin:
    child = os.fork()
    if not child:
        live(json.loads(line))
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@pytest.fixture
def mother() -> Iterator[subprocess.Popen[str]]:
    """A process that gives life to others."""
    process = subprocess.Popen([sys.executable, "-c", MOTHER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    yield process
    process.communicate(timeout=30)


def life(mother: subprocess.Popen[str], told: dict[str, Any], kill_after: int) -> list[str]:
    """What one life acknowledged before it was killed, ``kill_after`` completions after its first word."""
    assert mother.stdin
    assert mother.stdout
    mother.stdin.write(json.dumps(told) + "\n")
    mother.stdin.flush()
    child = int(mother.stdout.readline())
    acknowledged = [mother.stdout.readline().strip() for _ in range(kill_after)]
    os.kill(child, signal.SIGKILL)  # in the middle of whatever it does next
    return acknowledged + [line.strip() for line in iter(mother.stdout.readline, "gone\n")]


def test_every_acknowledged_completion_is_there_once_after_ten_kills(
        engine: Engine, open_engine: Callable[[], Engine], cast: Cast, mother: subprocess.Popen[str]) -> None:
    for number in range(40):
        ask(engine, cast.anna, question=f"pytanie {number}")
    told = {"folder": str(engine.settings.data_dir), "url": engine.settings.database_url,
            "account": cast.maria.account_id.hex, "institution": cast.maria.institution_id.hex}
    acknowledged: list[str] = []
    for kill in range(KILLS):
        acknowledged += life(mother, {**told, "count": 1_000_000 * (kill + 1)}, kill_after=1 + kill % 3)
    after = open_engine()
    assert courses.agrees(after)
    assert max(Counter(acknowledged).values()) == 1, "nothing was acknowledged twice"
    with after.database.reading() as connection:
        items = {str(one.work_item_id): one for one in connection.execute(t.work_item.select())}
        answers = Counter(str(one.work_item_id) for one in connection.execute(t.answer.select()) if one.work_item_id)
        done = [one for one in connection.execute(t.ledger_entry.select()) if one.type == "WorkItemCompleted"]
    assert len(acknowledged) >= KILLS
    assert all(items[one].state == "completed" and answers[one] == 1 for one in acknowledged)
    completed = [one for one in items.values() if one.state == "completed"]
    assert len(completed) == len(done) == sum(answers.values()), "each completion has its entry and its answers"
    assert 0 <= len(completed) - len(acknowledged) <= KILLS, "only the one being done may be done without a word"
    following = sum(one.element == "check" for one in items.values())
    assert following == len(completed), "and each led to the next step, once"
    open_ones = engine.look(MyWork(tab="team"), cast.maria)
    assert open_ones.counts["team"] == 40 - len(completed)
