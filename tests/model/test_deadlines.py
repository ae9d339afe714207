"""Working days, holidays and the clock of Warsaw, against days looked up in printed calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.deadlines import (
    WARSAW,
    Calendar,
    DeadlineRefused,
    easter,
    end_of_day,
    from_warsaw,
    local_date,
    polish_holidays,
    start_of_day,
    to_warsaw,
)

POLAND = Calendar()
DAYS = st.dates(date(1990, 1, 1), date(2199, 12, 31))


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    "day",
    ["1961-04-02", "1999-04-04", "2000-04-23", "2008-03-23", "2011-04-24", "2018-04-01", "2019-04-21", "2024-03-31",
     "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2030-04-21", "2038-04-25", "2049-04-18", "2285-03-22"],
)  # fmt: skip
def test_easter_falls_where_the_church_calendar_says(day: str) -> None:
    assert easter(on(day).year) == on(day)


@pytest.mark.parametrize(("year", "number"), [(2010, 12), (2011, 13), (2018, 14), (2024, 13), (2025, 14), (2027, 14)])
def test_number_of_days_off_follows_the_acts(year: int, number: int) -> None:
    assert len(polish_holidays(year)) == number


def test_days_off_of_2027_are_the_fourteen_of_the_act() -> None:
    assert [day.isoformat()[5:] for day in polish_holidays(2027)] == [
        "01-01", "01-06", "03-28", "03-29", "05-01", "05-03", "05-16", "05-27", "08-15", "11-01", "11-11", "12-24",
        "12-25", "12-26",
    ]  # fmt: skip


def test_caller_cannot_change_the_holidays() -> None:
    polish_holidays(2027).clear()
    assert not POLAND.is_working_day(date(2027, 5, 3))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-12-24", True), ("2025-12-24", False), ("2026-12-24", False), ("2010-01-06", True), ("2011-01-06", False),
        ("2018-11-12", False), ("2019-11-12", True), ("2027-05-03", False), ("2027-05-04", True), ("2027-05-27", False),
        ("2027-05-28", True), ("2027-05-08", False), ("2027-05-09", False), ("2026-06-04", False),
        ("2026-04-06", False),
        ("2026-04-03", True), ("2026-08-14", True), ("2026-11-11", False), ("2026-01-02", True),
    ],
)  # fmt: skip
def test_working_day_is_monday_to_friday_without_days_off(day: str, works: bool) -> None:
    assert POLAND.is_working_day(on(day)) is works


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2027-04-30", 14, "2027-05-21"),  # a community interview: 14 working days, 3 May is a day off
        ("2027-04-30", 1, "2027-05-04"), ("2027-04-30", 2, "2027-05-05"), ("2027-05-01", 1, "2027-05-04"),
        ("2027-05-26", 1, "2027-05-28"), ("2027-05-26", 2, "2027-05-31"), ("2027-03-25", 1, "2027-03-26"),
        ("2027-03-26", 1, "2027-03-30"), ("2025-12-23", 1, "2025-12-29"), ("2024-12-23", 1, "2024-12-24"),
        ("2024-12-23", 2, "2024-12-27"), ("2026-12-31", 1, "2027-01-04"), ("2027-01-05", 1, "2027-01-07"),
        ("2027-08-14", 5, "2027-08-20"), ("2027-10-29", 1, "2027-11-02"), ("2027-11-10", 3, "2027-11-16"),
        ("2027-05-04", 0, "2027-05-04"), ("2027-05-03", 0, "2027-05-04"), ("2027-05-08", 0, "2027-05-10"),
        ("2027-05-04", -1, "2027-04-30"), ("2027-05-21", -13, "2027-05-04"), ("2027-05-10", -5, "2027-04-30"),
        ("2026-12-31", 253, "2027-12-31"),  # 261 weekdays less 8 days off on them
    ],
)  # fmt: skip
def test_term_ends_on_the_day_a_printed_calendar_gives(start: str, n: int, due: str) -> None:
    assert POLAND.working_days_after(on(start), n) == on(due)


def test_closing_days_of_the_institution_are_not_counted() -> None:
    office = Calendar.with_closing_days([date(2027, 5, 4), date(2027, 5, 28)])
    assert office.working_days_after(date(2027, 4, 30), 1) == date(2027, 5, 5)
    assert office.working_days_after(date(2027, 5, 26), 1) == date(2027, 5, 31)
    assert office.working_days_between(date(2027, 4, 30), date(2027, 5, 31)) == 17


def test_counted_days_show_how_a_term_was_counted() -> None:
    days = POLAND.counted_days(date(2027, 4, 30), 14)
    assert days[0] == date(2027, 5, 4)
    assert days[-1] == date(2027, 5, 21)
    assert len(days) == 14
    assert POLAND.counted_days(date(2027, 4, 30), 0) == ()


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        ("2027-04-30", "2027-05-21", 14), ("2027-05-21", "2027-04-30", -14), ("2027-05-01", "2027-05-03", 0),
        ("2027-05-03", "2027-05-03", 0), ("2027-01-01", "2027-12-31", 253), ("2025-12-23", "2025-12-29", 1),
    ],
)  # fmt: skip
def test_working_days_between_leave_out_the_first_day(start: str, end: str, number: int) -> None:
    assert POLAND.working_days_between(on(start), on(end)) == number


@pytest.mark.parametrize(
    ("due", "now", "late"),
    [
        ("2027-05-21", "2027-05-21", 0), ("2027-05-21", "2027-05-20", 0), ("2027-05-21", "2027-05-23", 0),
        ("2027-05-21", "2027-05-24", 1), ("2027-05-26", "2027-05-31", 2),
    ],
)  # fmt: skip
def test_lateness_is_counted_in_working_days(due: str, now: str, late: int) -> None:
    assert POLAND.overdue_working_days(on(due), on(now)) == late


def test_release_on_a_day_off_moves_to_the_working_day_before() -> None:
    assert POLAND.on_or_before(date(2027, 5, 3)) == date(2027, 4, 30)
    assert POLAND.on_or_after(date(2027, 5, 1)) == date(2027, 5, 4)


def test_pause_moves_the_due_day_by_the_working_days_lost() -> None:
    assert POLAND.due_after_pause(date(2027, 5, 21), date(2027, 5, 5), date(2027, 5, 10)) == date(2027, 5, 26)
    assert POLAND.due_after_pause(date(2027, 5, 22), date(2027, 5, 8), date(2027, 5, 9)) == date(2027, 5, 22)


def test_day_of_an_event_is_the_day_in_warsaw() -> None:
    late_evening = datetime(2027, 5, 3, 22, 30, tzinfo=UTC)  # already 4 May in Warsaw
    assert local_date(late_evening) == date(2027, 5, 4)
    assert POLAND.working_days_after(late_evening, 1) == date(2027, 5, 5)


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        ("2027-03-28T01:59:59", "2027-03-28T00:59:59"),  # the Sunday of 23 hours
        ("2027-03-28T02:30:00", "2027-03-28T01:30:00"),
        ("2027-03-28T03:00:00", "2027-03-28T01:00:00"),
        ("2027-10-31T01:59:59", "2027-10-30T23:59:59"),  # the Sunday of 25 hours
        ("2027-10-31T02:30:00", "2027-10-31T00:30:00"),
        ("2027-10-31T03:00:00", "2027-10-31T02:00:00"),
        ("2027-07-01T12:00:00", "2027-07-01T10:00:00"),
        ("2027-01-15T12:00:00", "2027-01-15T11:00:00"),
        ("2027-01-15T12:00:00+05:00", "2027-01-15T07:00:00"),
    ],
)
def test_clock_of_warsaw_reads_right_on_both_dst_sundays(local: str, moment: str) -> None:
    assert from_warsaw(datetime.fromisoformat(local)) == datetime.fromisoformat(moment + "+00:00")


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-05-03", 24)])
def test_day_begins_and_ends_at_midnight_in_warsaw(day: str, hours: int) -> None:
    length = end_of_day(on(day)) - start_of_day(on(day)) + timedelta(seconds=1)
    assert length == timedelta(hours=hours)
    assert local_date(start_of_day(on(day))) == local_date(end_of_day(on(day))) == on(day)


def test_moment_without_zone_is_refused_with_a_sentence() -> None:
    with pytest.raises(DeadlineRefused, match="has no time zone"):
        POLAND.working_days_after(datetime(2027, 5, 3, 12), 1)  # noqa: DTZ001 - the point of the test
    with pytest.raises(DeadlineRefused, match="has no time zone"):
        to_warsaw(datetime(2027, 5, 3, 12))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(("start", "n"), [(date(2027, 1, 1), 10_001), (date.max, 1), (date.min, -1), (date.min, -9999)])
def test_term_beyond_the_calendar_is_refused(start: date, n: int) -> None:
    with pytest.raises(DeadlineRefused):
        POLAND.working_days_after(start, n)


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(-300, 300))
def test_counting_there_and_counting_between_agree(start: date, n: int) -> None:
    end = POLAND.working_days_after(start, n)
    assert POLAND.is_working_day(end)
    if n > 0:
        assert POLAND.working_days_between(start, end) == n
    assert all(POLAND.is_working_day(day) for day in POLAND.counted_days(start, n))


@settings(max_examples=100, deadline=None)
@given(DAYS, DAYS, st.frozensets(DAYS, max_size=5))
def test_closing_days_never_make_a_term_shorter(first: date, second: date, closed: frozenset[date]) -> None:
    start, end = min(first, second), max(first, second)
    office = Calendar(closed)
    assert office.working_days_between(start, end) <= POLAND.working_days_between(start, end)
    assert office.working_days_after(start, 20) >= POLAND.working_days_after(start, 20)
    walked = sum(office.is_working_day(start + timedelta(days=d)) for d in range(1, min(400, (end - start).days) + 1))
    assert office.working_days_between(start, start + timedelta(days=min(400, (end - start).days))) == walked


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 - a wall clock has no zone
def test_any_time_on_the_wall_becomes_one_moment(local: datetime) -> None:
    moment = from_warsaw(local)
    assert moment.utcoffset() == timedelta(0)
    shown = moment.astimezone(WARSAW).replace(tzinfo=None)
    assert shown == local or shown - local == timedelta(hours=1)
    assert from_warsaw(moment.astimezone(timezone(timedelta(hours=-7)))) == moment
