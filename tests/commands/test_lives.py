"""Generated lives of the shipped processes: whatever happens, one institution is responsible, and chains agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from engine.assembly import Engine, bundle_of
from engine.bench.clocks import WalkingClock
from engine.bench.deeds import live
from engine.bench.lifetimes import judged, mostly, shown
from engine.bench.lives import Town, found
from engine.model.deadlines import WARSAW
from engine.model.errors import NotFound
from engine.queries.cases import CasePage
from engine.queries.rows import CaseFile
from engine.settings import Settings

#: a few that show much in little time: a death, a return, a transfer, a withdrawal, pauses, moved dates, further starts
SEEDS = range(2, 7)


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    clock = WalkingClock(datetime(2027, 1, 4, 8, tzinfo=WARSAW))
    engine = Engine(Settings(data_dir=tmp_path, database_url=database_url, operator="tests"), clock)
    yield found(engine, clock, bundle_of(shown()), mostly(shown()))
    engine.close()


def test_exactly_one_institution_is_responsible_after_every_event(town: Town) -> None:
    lived = judged(town, SEEDS)
    assert lived.passed, lived.bad
    assert lived.closed == len(SEEDS)
    assert lived.events > 50 * len(SEEDS)


def test_a_third_episode_has_lost_no_field_of_the_first_two(town: Town) -> None:
    """The same person comes three times; every answer of the earlier cases is read as it was given, and the page of the
    third case leads whoever took part in them to both."""
    person = {"family_name": "Żółć", "given_names": "Łukasz", "pesel": "90010112349", "birth_date": "1990-01-01"}
    coordinator = town.of(town.definition.coordinator)[0]
    given = {}
    for seed in (101, 102, 103):
        life = list(live(town, seed, **person))[-1]
        page = town.engine.look(CasePage(life.case_id), coordinator)
        assert [one.case_id for one in page.episodes] == list(reversed(given))
        for case_id, before in given.items():
            assert town.engine.look(CasePage(case_id), coordinator).answers == before
        given[life.case_id] = page.answers
    assert len(given) == 3
    assert all(given.values())
    for role in town.definition.roles:
        mine = _pages(town, role.id, list(given))
        for case_id, page in mine.items():  # led to those that they may open, and to no other
            assert {one.case_id for one in page.episodes} == set(mine) - {case_id}


def _pages(town: Town, role: str, cases: list[UUID]) -> dict[UUID, CaseFile]:
    """The cases that a role's institution may open."""
    found = {}
    for case_id in cases:
        with suppress(NotFound):
            found[case_id] = town.engine.look(CasePage(case_id), town.of(role)[0])
    return found
