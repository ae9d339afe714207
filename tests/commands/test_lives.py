"""Generated lives of the shipped processes: whatever happens, one institution is responsible, and chains agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine.assembly import Engine, bundle_of
from engine.bench.clocks import WalkingClock
from engine.bench.lives import Town, found, live
from engine.model.actors import system
from engine.model.deadlines import WARSAW
from engine.queries.cases import CasePage
from engine.queries.responsibility import ResponsibleFor
from engine.settings import Settings

PROCESSES = Path(__file__).parents[2] / "processes"
#: what people mostly answer, so that lives are long
LEANING = {"outcome": "ours", "participation": "yes", "decision": "accept", "handover_decision": "accept",
           "confirmed": "yes", "certainty": "fixed"}
SYSTEM = system("tests")
LIVES = range(8)


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    clock = WalkingClock(datetime(2027, 1, 4, 8, tzinfo=WARSAW))
    engine = Engine(Settings(data_dir=tmp_path, database_url=database_url, operator="tests"), clock)
    yield found(engine, clock, bundle_of(PROCESSES / "reentry"), LEANING)
    engine.close()


def test_exactly_one_institution_is_responsible_after_every_event(town: Town) -> None:
    cases = set()
    for seed in LIVES:
        for life in live(town, seed):
            cases.add(life.case_id)
            found = town.engine.look(ResponsibleFor(life.case_id), SYSTEM)
            assert found.holds, (seed, life.told, found)
    assert len(cases) == len(LIVES)
    assert all(verdict.agrees for _, verdict in town.engine.verify())


def test_a_third_episode_has_lost_no_field_of_the_first_two(town: Town) -> None:
    """The same person comes three times; every answer of the earlier cases is read as it was given."""
    person = {"family_name": "Żółć", "given_names": "Łukasz", "pesel": "90010112349", "birth_date": "1990-01-01"}
    coordinator = town.of(town.definition.coordinator)[0]
    given = {}
    for seed in (101, 102, 103):
        life = list(live(town, seed, **person))[-1]
        for case_id, before in given.items():
            assert town.engine.look(CasePage(case_id), coordinator).answers == before
        given[life.case_id] = town.engine.look(CasePage(life.case_id), coordinator).answers
    assert len(given) == 3
    assert all(given.values())
