"""The drills in their short form: each ends with a verdict, and a verdict can fail."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bench.lifetimes import Lived
from engine.drills import DRILLS, Verdict, hammer
from tests.databases import PostgresServer


@pytest.mark.parametrize("name", sorted(set(DRILLS) - {"lives"}))
def test_a_drill_loses_nothing_and_doubles_nothing(name: str) -> None:
    verdict = DRILLS[name]()
    assert verdict.passed, verdict
    assert verdict.acknowledged > 0


def test_generated_lives_have_one_responsible_institution_and_an_end() -> None:
    lived = DRILLS["lives"]()
    assert lived.passed, lived.bad
    assert lived.lives == lived.closed == 12
    assert lived.events > 12
    assert lived.variants["start notice"] > 0


def nothing(_: str) -> None:
    """The hammer makes its own schema."""


def test_processes_that_hammer_on_postgresql_lose_nothing_and_double_nothing(postgres_server: PostgresServer) -> None:
    with postgres_server.fresh(nothing) as database:
        verdict = hammer(kind="postgresql", url=database.owner)
    assert verdict.passed, verdict
    assert verdict.acknowledged > 0


@pytest.mark.parametrize("worse", [{"irresponsible": 1}, {"incidents": 1}, {"broken_chains": 1}, {"closed": 8},
                                   {"bad": ["7: nobody can continue it"]}])
def test_lives_fail_for_each_kind_of_wrong(worse: dict[str, Any]) -> None:
    good = {"lives": 9, "closed": 9, "events": 200}
    assert Lived(**good).passed
    assert not Lived(**(good | worse)).passed


@pytest.mark.parametrize("worse", [{"lost": 1}, {"doubled": 1}, {"broken_chains": 1}])
def test_a_verdict_fails_for_each_kind_of_loss(worse: dict[str, int]) -> None:
    good = {"acknowledged": 9, "lost": 0, "doubled": 0, "broken_chains": 0}
    assert Verdict("kill", **good).passed
    assert not Verdict("kill", **(good | worse)).passed
