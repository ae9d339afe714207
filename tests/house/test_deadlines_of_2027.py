"""The due dates of 2027: the deadlines of the shipped process and the working days of Poland, counted by hand.

Each row says which step begins when (on the clock of Warsaw) and when it is due. The rows stand around what goes
wrong: long weekends, Easter, Corpus Christi, Christmas Eve, the turn of the year, midnight, and both changes of clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from engine.bpmn.bundles import Bundle, compile_bundle
from engine.bpmn.checking import bundle_files
from engine.bpmn.due_times import deadline, escalation
from engine.bpmn.expressions import Environment
from engine.model.deadlines import WARSAW, Calendar
from tests.clocks import FrozenClock

FOLDER = Path(__file__).parents[2] / "processes" / "reentry"
POLAND = Calendar()

# step, track, when it begins, last day on which it is in time
DAYS = [
    # the interview: 14 working days, Dz.U. 2021 poz. 893 § 3
    ("assess", "STANDARD", "2027-04-30T10:00", "2027-05-21"),  # over Labour Day and 3 May
    ("assess", "STANDARD", "2027-05-01T09:00", "2027-05-21"),  # known on a Saturday that is a holiday
    ("assess", "STANDARD", "2027-05-03T09:00", "2027-05-21"),  # known on 3 May
    ("assess", "STANDARD", "2027-05-04T10:00", "2027-05-24"),  # known on the first working day after it
    ("assess", "STANDARD", "2027-05-14T08:00", "2027-06-04"),  # over Corpus Christi, 27 May
    ("assess", "SHORT", "2027-05-20T08:00", "2027-06-10"),
    ("assess", "STANDARD", "2027-03-19T08:00", "2027-04-09"),  # over Easter Monday, 29 March
    ("assess", "STANDARD", "2026-12-18T08:00", "2027-01-13"),  # Christmas Eve, New Year and Epiphany
    ("assess", "STANDARD", "2027-12-10T08:00", "2027-12-31"),  # Christmas Eve on a Friday
    ("assess", "STANDARD", "2027-12-13T08:00", "2028-01-03"),  # over the turn of the year
    ("assess", "STANDARD", "2027-10-22T08:00", "2027-11-15"),  # All Saints and Independence Day
    ("assess", "STANDARD", "2027-08-06T08:00", "2027-08-26"),  # Assumption on a Sunday takes no working day
    ("assess", "STANDARD", "2027-02-01T08:00", "2027-02-19"),  # no day off between
    # the urgent interview: 2 working days, the same paragraph
    ("assess", "URGENT", "2027-04-30T10:00", "2027-05-05"),
    ("assess", "URGENT", "2027-03-26T10:00", "2027-03-31"),  # Good Friday is a working day
    ("assess", "EMERGENCY", "2027-12-23T15:40", "2027-12-28"),  # released by the court the day before Christmas Eve
    ("assess", "EMERGENCY", "2027-12-24T09:00", "2027-12-28"),
    # checking a notice: 2 working days, the same day when urgent
    ("verify", "STANDARD", "2027-04-30T14:00", "2027-05-05"),
    ("verify", "STANDARD", "2027-05-26T14:00", "2027-05-31"),
    ("verify", "STANDARD", "2027-11-10T14:00", "2027-11-15"),
    ("verify", "STANDARD", "2027-10-29T14:00", "2027-11-03"),
    ("verify", "STANDARD", "2027-12-22T14:00", "2027-12-27"),
    ("verify", "STANDARD", "2027-12-30T14:00", "2028-01-03"),
    ("verify", "STANDARD", "2027-01-05T14:00", "2027-01-08"),
    ("verify", "STANDARD", "2027-03-25T14:00", "2027-03-30"),
    ("verify", "SHORT", "2027-03-26T14:00", "2027-03-31"),
    ("verify", "STANDARD", "2027-08-13T14:00", "2027-08-17"),
    ("verify", "STANDARD", "2027-05-04T23:30", "2027-05-06"),  # half past eleven is still the same day
    ("verify", "STANDARD", "2027-05-05T00:30", "2027-05-07"),  # in UTC this is the day before
    ("verify", "URGENT", "2027-05-04T23:30", "2027-05-04"),
    ("verify", "URGENT", "2027-05-16T12:00", "2027-05-16"),  # a Sunday does not move what is due today
    ("verify", "EMERGENCY", "2027-12-23T15:40", "2027-12-23"),
    # the talk with the person: 5 working days, the same day in an emergency; the coordinator asks a day later
    ("inform", "STANDARD", "2027-12-20T09:00", "2027-12-28"),
    ("inform", "STANDARD", "2027-03-22T09:00", "2027-03-30"),
    ("inform", "SHORT", "2027-05-24T09:00", "2027-06-01"),
    ("inform", "EMERGENCY", "2027-12-23T15:40", "2027-12-23"),
    # meeting, plan, acceptance
    ("meeting", "STANDARD", "2027-05-21T12:00", "2027-05-31"),
    ("meeting", "URGENT", "2027-12-23T12:00", "2027-12-27"),
    ("plan", "SHORT", "2027-03-25T12:00", "2027-04-02"),
    ("person-agrees", "SHORT", "2027-04-29T12:00", "2027-05-07"),
    ("accept-action", "STANDARD", "2027-04-29T12:00", "2027-05-05"),
    ("programme", "STANDARD", "2027-12-31T12:00", "2028-01-21"),  # Epiphany of 2028 on a Thursday
    # readiness and release
    ("checklist", "STANDARD", "2027-10-28T08:00", "2027-11-05"),
    ("release-day", "STANDARD", "2027-05-12T10:00", "2027-05-12"),
    ("release-day", "STANDARD", "2027-03-28T01:30", "2027-03-28"),  # the night in which an hour is missing
    ("release-day", "STANDARD", "2027-10-31T02:30", "2027-10-31"),  # the night in which an hour comes twice
    # the handover: 1 working day, and the coordinator a day later
    ("offer-handover", "STANDARD", "2027-08-13T10:00", "2027-08-16"),
    ("accept-handover", "STANDARD", "2027-12-23T16:00", "2027-12-27"),
    ("accept-handover", "STANDARD", "2027-04-30T16:00", "2027-05-04"),
    ("accept-handover", "STANDARD", "2027-10-29T16:00", "2027-11-02"),
    ("accept-handover", "STANDARD", "2027-11-10T16:00", "2027-11-12"),
    ("accept-handover", "STANDARD", "2027-03-26T16:00", "2027-03-30"),
    ("accept-handover", "STANDARD", "2027-05-26T16:00", "2027-05-28"),
    # after release
    ("follow-up", "STANDARD", "2027-05-07T08:00", "2027-05-12"),
    ("follow-up", "EMERGENCY", "2027-12-23T08:00", "2027-12-29"),
    ("follow-up", "STANDARD", "2027-12-31T08:00", "2028-01-05"),
    ("close", "STANDARD", "2027-12-27T08:00", "2028-01-03"),
]

# step, track, when it begins, last day before somebody is called for help
LATE = [
    ("verify", "STANDARD", "2027-04-30T14:00", "2027-05-06"),
    ("inform", "STANDARD", "2027-04-30T09:00", "2027-05-11"),
    ("assess", "STANDARD", "2027-04-30T10:00", "2027-05-24"),
    ("assess", "URGENT", "2027-03-26T10:00", "2027-04-01"),
    ("accept-handover", "STANDARD", "2027-12-23T16:00", "2027-12-28"),
    ("acknowledge-transfer", "STANDARD", "2027-04-29T08:00", "2027-05-05"),  # silent for 3 working days
    ("assign-officer", "STANDARD", "2027-05-01T08:00", "2027-05-05"),
]

# what counts from the day of release: step, track, release, when it is due or begins
FROM_RELEASE = [
    ("wait-calendar", "STANDARD", "2027-09-15T10:00:00+02:00", "2027-03-19T10:00:00+01:00"),  # over the change of clock
    ("wait-assess", "STANDARD", "2027-08-20T10:00:00+02:00", "2027-05-22T10:00:00+02:00"),
    ("wait-id", "STANDARD", "2027-05-12T10:00:00+02:00", "2027-02-11T10:00:00+01:00"),
    ("wait-foreigner", "STANDARD", "2027-12-01T09:00:00+01:00", "2027-09-02T09:00:00+02:00"),
    ("wait-checklist", "STANDARD", "2027-11-05T10:00:00+01:00", "2027-10-22T10:00:00+02:00"),
    ("wait-recheck", "STANDARD", "2027-11-03T10:00:00+01:00", "2027-10-31T10:00:00+01:00"),
    ("wait-offer-again", "STANDARD", "2027-06-18T09:30:00+02:00", "2027-05-19T09:30:00+02:00"),
    ("wait-release", "STANDARD", "2027-05-12T10:00:00+02:00", "2027-05-12T10:00:00+02:00"),
    ("plan", "STANDARD", "2027-08-20T10:00:00+02:00", "2027-07-06T23:59:59+02:00"),
    ("person-agrees", "STANDARD", "2027-08-20T10:00:00+02:00", "2027-07-21T23:59:59+02:00"),
    ("collect-id", "STANDARD", "2027-08-20T10:00:00+02:00", "2027-07-21T23:59:59+02:00"),
    ("fund-day", "STANDARD", "2027-08-20T10:00:00+02:00", "2027-11-03T10:00:00+01:00"),
    ("insurance-day", "STANDARD", "2027-08-20T10:00:00+02:00", "2027-11-03T10:00:00+01:00"),
    ("office-day", "STANDARD", "2027-08-20T10:00:00+02:00", "2027-11-11T10:00:00+01:00"),
]

# step, when it begins, when its hours are over; both with the offset that Warsaw has at that moment
HOURS = [
    ("inform", "2027-12-23T15:40:00+01:00", "2027-12-23T19:40:00+01:00"),
    ("release-day", "2027-05-12T21:00:00+02:00", "2027-05-13T01:00:00+02:00"),
    ("release-day", "2027-03-27T23:00:00+01:00", "2027-03-28T04:00:00+02:00"),  # the clock skips an hour
    ("release-day", "2027-10-31T00:30:00+02:00", "2027-10-31T03:30:00+01:00"),  # it shows an hour twice
    ("release-day", "2027-12-31T22:00:00+01:00", "2028-01-01T02:00:00+01:00"),
]


@cache
def tables():
    return compile_bundle(Bundle(bundle_files(FOLDER))).decisions


def due(element: str, track: str, begins: datetime, calendar: Calendar = POLAND, **known: str) -> datetime:
    found = deadline(tables(), {"track": track, **known}, FrozenClock(begins.astimezone(UTC)), calendar, element)
    assert found is not None, f"the table has no row for {element}"
    return found.astimezone(WARSAW)


def late(element: str, track: str, begins: datetime) -> datetime:
    found = escalation(tables(), {"track": track}, FrozenClock(begins.astimezone(UTC)), POLAND, element)
    assert found is not None, f"the table calls nobody for {element}"
    return found.astimezone(WARSAW)


def test_there_are_more_than_fifty_and_most_of_2027() -> None:
    assert len(DAYS) + len(HOURS) > 50
    assert sum(begins.startswith("2027") for _element, _track, begins, _last in DAYS) > 50


@pytest.mark.parametrize(("element", "track", "begins", "last"), DAYS)
def test_a_step_is_in_time_until_the_end_of_its_last_day(element: str, track: str, begins: str, last: str) -> None:
    found = due(element, track, datetime.fromisoformat(begins).replace(tzinfo=WARSAW))
    assert found.date() == date.fromisoformat(last)
    assert found.strftime("%H:%M:%S") == "23:59:59"


@pytest.mark.parametrize(("element", "begins", "over"), HOURS)
def test_hours_are_hours_whatever_the_clock_on_the_wall_does(element: str, begins: str, over: str) -> None:
    assert late(element, "EMERGENCY", datetime.fromisoformat(begins)) == datetime.fromisoformat(over)


@pytest.mark.parametrize(("element", "track", "begins", "last"), LATE)
def test_help_is_called_after_the_grace_of_the_same_row(element: str, track: str, begins: str, last: str) -> None:
    found = late(element, track, datetime.fromisoformat(begins).replace(tzinfo=WARSAW))
    assert found.date() == date.fromisoformat(last)
    assert found.date() >= due(element, track, datetime.fromisoformat(begins).replace(tzinfo=WARSAW)).date()


@pytest.mark.parametrize(("element", "track", "release", "at"), FROM_RELEASE)
def test_what_counts_from_the_release_keeps_its_hour_or_ends_its_day(
        element: str, track: str, release: str, at: str) -> None:
    begins = datetime(2027, 1, 4, 8, tzinfo=WARSAW)
    assert due(element, track, begins, release_at=release, released_at=release) == datetime.fromisoformat(at)


FRIDAY = [
    ("2027-04-30T10:00:00+02:00", "long-weekend"),   # Labour Day and 3 May follow
    ("2027-12-23T15:40:00+01:00", "long-weekend"),   # Christmas Eve is a day off since 2025
    ("2027-05-26T10:00:00+02:00", "none"),           # the day before Corpus Christi, the office is open on the Friday
    ("2027-06-11T10:00:00+02:00", "weekend"),
    ("2027-05-03T10:00:00+02:00", "day-off"),
]


@pytest.mark.parametrize(("release", "warning"), FRIDAY)
def test_a_release_on_a_friday_before_a_long_weekend_warns(release: str, warning: str) -> None:
    here = Environment(FrozenClock(datetime(2027, 1, 4, tzinfo=UTC)), POLAND)
    assert tables()["closed-days"].decide({"release_at": release}, here).outputs == warning


def test_a_closing_day_of_the_office_moves_the_interview_on() -> None:
    known = datetime(2027, 4, 30, 10, tzinfo=WARSAW)
    closed = Calendar(frozenset({date(2027, 5, 4)}))
    assert due("assess", "STANDARD", known, closed).date() == date(2027, 5, 24)


def test_the_sum_of_the_interview_can_be_shown_day_by_day() -> None:
    counted = POLAND.counted_days(date(2027, 4, 30), 14)
    assert [day.isoformat()[5:] for day in counted] == [
        "05-04", "05-05", "05-06", "05-07", "05-10", "05-11", "05-12", "05-13", "05-14", "05-17", "05-18", "05-19",
        "05-20", "05-21",
    ]  # fmt: skip


def test_every_row_of_the_table_gives_a_due_date_on_every_track() -> None:
    begins = datetime(2027, 12, 23, 15, 40, tzinfo=WARSAW)
    known = dict.fromkeys(("release_at", "released_at", "contact_on", "break_until"), "2028-08-20T10:00:00+02:00")
    text = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.bpmn")).replace("&quot;", '"')
    asked = {part.split('"')[0] for part in text.split('deadline("')[1:]}
    assert len(asked) > 80
    for element in sorted(asked):
        for track in ("STANDARD", "SHORT", "URGENT", "EMERGENCY"):
            assert due(element, track, begins, **known) >= begins, (element, track)
