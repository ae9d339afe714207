"""Dates in words: the weekday, the working days, no time where none was meant, always on the clock of Warsaw."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.model.deadlines import end_of_day, start_of_day
from web import moments
from web.languages import speaking

NOW = datetime(2027, 5, 4, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _polish():
    with speaking("pl"):
        yield


@pytest.mark.parametrize(("given", "said"), [
    ("2027-05-12T10:00:00+02:00", "śr. 12.05.2027, 10:00"),
    ("2027-05-12", "śr. 12.05.2027"),
    (date(2027, 5, 12), "śr. 12.05.2027"),
    (start_of_day(date(2027, 5, 12)), "śr. 12.05.2027"),
    (end_of_day(date(2027, 5, 12)), "śr. 12.05.2027"),
    (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "niedz. 28.03.2027, 03:00"),
    (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "niedz. 31.10.2027, 02:30"),
    ("", ""), (None, ""), ("wiosną", "wiosną"),
])  # fmt: skip
def test_a_moment_is_said_as_people_say_it(given, said):
    assert moments.moment(given) == said


@pytest.mark.parametrize(("days", "said"), [
    (0, "dziś"), (1, "jutro"), (3, "za 3 dni robocze"), (7, "za 5 dni roboczych"), (-1, "1 dzień roboczy temu"),
    (-4, "1 dzień roboczy temu"), (-5, "2 dni robocze temu"),
])  # fmt: skip
def test_a_distance_counts_working_days(days, said):
    assert moments.distance(NOW + timedelta(days=days), NOW) == said


def test_a_holiday_is_not_counted():
    friday = datetime(2027, 4, 30, 8, 0, tzinfo=UTC)
    assert moments.distance(date(2027, 5, 4), friday) == "za 1 dzień roboczy"


def test_due_texts_say_late_today_and_never():
    assert moments.due(end_of_day(date(2027, 4, 30)), 1, NOW) == "Po terminie o 1 dzień roboczy (pt. 30.04.2027)"
    assert moments.due(end_of_day(date(2027, 5, 4)), 0, NOW) == "wt. 04.05.2027 · dziś"
    assert moments.due(NOW - timedelta(hours=1), 0, NOW) == "Po terminie od wt. 04.05.2027, 07:00"
    assert moments.due(None, 0, NOW) == "Bez terminu"
    assert moments.due(end_of_day(date(2027, 4, 30)), 0, NOW, finished=True) == "pt. 30.04.2027"


def test_urgency_goes_with_the_words():
    assert moments.urgency(NOW - timedelta(hours=1), 0, NOW) == "overdue"
    assert moments.urgency(NOW + timedelta(days=1), 0, NOW) == "soon"
    assert moments.urgency(NOW + timedelta(days=9), 0, NOW) == ""
    assert moments.urgency(NOW - timedelta(days=9), 5, NOW, finished=True) == ""


def test_english_speaks_of_the_same_days():
    with speaking("en"):
        assert moments.with_distance(NOW + timedelta(days=3), NOW) == "Fri 07.05.2027, 08:00 · in 3 working days"
