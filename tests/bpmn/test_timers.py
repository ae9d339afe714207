"""Moments, durations and repetitions, over both changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.bpmn.crons import parse_cron
from engine.bpmn.timers import TimerTextRefused, parse_cycle, parse_duration, parse_moment


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("PT1H", "2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"),  # exact over the spring change
        ("P1D", "2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00"),  # a day keeps the wall clock
        ("P1D", "2026-10-24T12:00:00+02:00", "2026-10-25T12:00:00+01:00"),
        ("PT24H", "2026-10-24T12:00:00+02:00", "2026-10-25T11:00:00+01:00"),
        ("P1D", "2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00"),  # 02:30 does not exist that day
        ("P1M", "2026-01-31T10:00:00+01:00", "2026-02-28T10:00:00+01:00"),
        ("P1Y", "2024-02-29T10:00:00+01:00", "2025-02-28T10:00:00+01:00"),
        ("P2W", "2026-05-04T10:00:00+02:00", "2026-05-18T10:00:00+02:00"),
        ("P1Y2M3DT4H5M6S", "2026-01-01T00:00:00+01:00", "2027-03-04T04:05:06+01:00"),
        ("PT0.5S", "2026-01-01T00:00:00+01:00", "2026-01-01T00:00:00.5+01:00"),
    ],
)
def test_duration(text: str, start: str, end: str) -> None:
    assert parse_duration(text).after(at(start)) == at(end)


@pytest.mark.parametrize("text", ["", "P", "PT", "1D", "P1H", "P-1D", "-PT1H", "P99999999999Y", "PT1H2D", "P1.5D"])
def test_no_duration(text: str) -> None:
    with pytest.raises(TimerTextRefused):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-01T10:00:00Z", "2026-06-01T10:00:00+00:00"),
        ("2026-06-01T10:00:00+05:00", "2026-06-01T05:00:00+00:00"),
        ("2026-06-01T10:00:00", "2026-06-01T08:00:00+00:00"),
        ("2026-12-01T10:00", "2026-12-01T09:00:00+00:00"),
        ("2026-06-01", "2026-05-31T22:00:00+00:00"),
        ("2026-06-01T10:00:00[Europe/London]", "2026-06-01T09:00:00+00:00"),
    ],
)
def test_moment(text: str, moment: str) -> None:
    assert parse_moment(text) == at(moment)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "99999-01-01", "P1D", "2026-06-01T10:00:00[No/Zone]"])
def test_no_moment(text: str) -> None:
    with pytest.raises(TimerTextRefused):
        parse_moment(text)


def test_cycle_counts_its_rounds() -> None:
    armed = at("2026-05-04T08:00:00+00:00")
    cycle = parse_cycle("R3/PT1H")
    assert [cycle.due(armed, fired) for fired in (0, 2, 3)] == [
        at("2026-05-04T09:00:00+00:00"),
        at("2026-05-04T11:00:00+00:00"),
        None,
    ]
    assert parse_cycle("R/P1M").due(at("2026-01-31T08:00:00+00:00"), 2) == at("2026-04-30T09:00:00+02:00")


def test_missed_rounds_collapse() -> None:
    armed = at("2026-05-04T08:00:00+00:00")
    cycle = parse_cycle("R/PT1H")
    assert cycle.next_round(armed, 0, at("2026-05-04T09:00:00+00:00")) == 1
    assert cycle.next_round(armed, 0, at("2026-05-04T13:30:00+00:00")) == 5
    assert parse_cycle("R3/PT1H").next_round(armed, 0, at("2027-05-04T13:30:00+00:00")) == 3


def test_cycle_with_a_start_or_an_end() -> None:
    armed = at("2026-05-04T08:00:00+00:00")
    assert parse_cycle("R2/2026-06-01T10:00:00Z/P1D").due(armed, 1) == at("2026-06-02T10:00:00+00:00")
    assert parse_cycle("R/PT1H/2026-05-04T10:30:00Z").due(armed, 2) is None


@pytest.mark.parametrize(
    "text", ["R/PT0S", "R", "R3", "R-1/PT1H", "R3/PT1H/PT1H/PT1H", "R99999999999999/PT1H", "3/PT1H"]
)
def test_no_cycle(text: str) -> None:
    with pytest.raises(TimerTextRefused):
        parse_cycle(text)


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("0 0 8 ? * MON-FRI", "2026-05-04T08:00:00+02:00"),
        ("0 0/15 * * * ?", "2026-05-04T07:15:00+02:00"),
        ("30 6 * * 0", "2026-05-10T06:30:00+02:00"),
        ("0 0 12 29 2 ?", "2028-02-29T12:00:00+01:00"),
        ("0 0 8 ? * 2", "2026-05-04T08:00:00+02:00"),
        ("0 30 2 29 3 ?", "2027-03-29T02:30:00+02:00"),
        ("0 0 12 L * ?", "2026-05-31T12:00:00+02:00"),
        ("0 0 12 L 2 ?", "2027-02-28T12:00:00+01:00"),
        ("0 0 8 ? * 2#1", "2026-05-04T08:00:00+02:00"),
        ("0 0 8 ? * FRI#5", "2026-05-29T08:00:00+02:00"),
        ("0 0 8 ? * 6L", "2026-05-29T08:00:00+02:00"),
        ("0 0 8 ? * SUNL", "2026-05-31T08:00:00+02:00"),
    ],
)
def test_cron(text: str, following: str) -> None:
    assert parse_cron(text).after(at("2026-05-04T07:00:00+02:00")) == at(following)


@pytest.mark.parametrize(
    "text", ["", "* * *", "0 0 8 15W * ?", "0 0 8 ? * 2#6", "0 0 8 ? * 9L", "61 * * * * *", "a b c d e f"]
)
def test_no_cron(text: str) -> None:
    with pytest.raises(TimerTextRefused):
        parse_cron(text)
