"""Dates, times, durations and ranges. One case a line: expression ⇒ JSON."""

from __future__ import annotations

import pytest

from tests.bpmn.feel import Case, cases, evaluated

DAYS_AND_TIMES = cases(r"""
date("2018-12-08") < date("2018-12-09") ⇒ true
date("2018-12-08") = date and time("2018-12-08T00:00:00") ⇒ false
time("10:30:00") < time("11:30:00Z") ⇒ null
time("10:30:00Z") = time("11:30:00+01:00") ⇒ true
date and time("2018-12-08T10:30:00Z") = date and time("2018-12-08T11:30:00+01:00") ⇒ true
date and time("2018-12-08T00:00:00@Etc/UTC") = date and time("2018-12-08T00:00:00Z") ⇒ true
duration("P1Y") = duration("P12M") ⇒ true
duration("P0Y") = duration("P0D") ⇒ null
duration("P1D") = duration("PT24H") ⇒ true
duration("P1Y") < duration("P400D") ⇒ null
for x in date("2020-01-01")..date("2020-01-03") return x ⇒ ["2020-01-01", "2020-01-02", "2020-01-03"]
for x in [date("2020-01-01")..date("2020-01-03")] return string(x) ⇒ ["2020-01-01", "2020-01-02", "2020-01-03"]
@"2020-01-01".year ⇒ 2020
@"2020-01-01".weekday ⇒ 3
@"2020-01-01".hour ⇒ null
@"10:20:30".hour ⇒ 10
@"10:20:30".time offset ⇒ null
@"10:20:30+01:00".time offset ⇒ "PT1H"
@"10:20:30@Europe/Paris".timezone ⇒ "Europe/Paris"
@"2020-01-01T10:20:30@Europe/Paris".timezone ⇒ "Europe/Paris"
@"2020-01-01T10:20:30@Europe/Paris".time offset ⇒ "PT1H"
@"2020-01-01T10:20:30.5".second ⇒ 30.5
@"P1Y2M".years ⇒ 1
@"P1Y2M".months ⇒ 2
@"P1Y2M".days ⇒ null
@"P1DT2H3M4S".days ⇒ 1
@"P1DT2H3M4S".hours ⇒ 2
@"P1DT2H3M4S".seconds ⇒ 4
@"P1DT2H3M4S".years ⇒ null
@"-P1DT2H3M4S".hours ⇒ -2
date("2018-12-08") + duration("P1M") ⇒ "2019-01-08"
date("2018-01-31") + duration("P1M") ⇒ "2018-02-28"
date("2018-12-08") - duration("P1D") ⇒ "2018-12-07"
date("2018-12-08") + duration("PT36H") ⇒ "2018-12-09"
date("2018-12-08") - date("2018-12-01") ⇒ "P7D"
date and time("2018-12-08T10:00:00") - date and time("2018-12-07T09:00:00") ⇒ "P1DT1H"
date and time("2018-12-08T10:00:00Z") - date and time("2018-12-07T09:00:00") ⇒ null
date and time("2018-12-08T10:00:00") - date("2018-12-07") ⇒ "P1DT10H"
date and time("2018-12-08T10:00:00Z") - date("2018-12-07") ⇒ "P1DT10H"
date("2018-12-07") - date and time("2018-12-08T10:00:00Z") ⇒ "-P1DT10H"
time("10:00:00") - time("09:00:00") ⇒ "PT1H"
time("10:00:00Z") - time("09:00:00") ⇒ null
time("23:00:00") + duration("PT2H") ⇒ "01:00:00"
time("10:00:00") - duration("PT11H") ⇒ "23:00:00"
duration("P1Y") + duration("P1M") ⇒ "P1Y1M"
duration("P1D") + duration("P1M") ⇒ null
duration("P1D") * 2 ⇒ "P2D"
2 * duration("P1D") ⇒ "P2D"
duration("P1Y") * 1.5 ⇒ "P1Y6M"
duration("P1Y") / 2 ⇒ "P6M"
duration("P1D") / 2 ⇒ "PT12H"
duration("P1D") / duration("PT1H") ⇒ 24
duration("P1Y") / duration("P1M") ⇒ 12
2 / duration("P1D") ⇒ null
duration("P1D") / 0 ⇒ null
-duration("P1D") ⇒ "-P1D"
-duration("P1Y1M") ⇒ "-P1Y1M"
date("2018-13-01") ⇒ null
date("2018-02-30") ⇒ null
date("2018-12-8") ⇒ null
date(2018, 12, 8) ⇒ "2018-12-08"
date(2018, 13, 8) ⇒ null
date(null, 1, 1) ⇒ null
date("2018-12-08T10:00:00") ⇒ null
date(date and time("2018-12-08T10:00:00")) ⇒ "2018-12-08"
date("+2018-12-08") ⇒ null
date("-2018-12-08") ⇒ "-2018-12-08"
date("10000-01-01") ⇒ "10000-01-01"
date("999999999-12-31") ⇒ "999999999-12-31"
date("1000000000-12-31") ⇒ null
date(999999999, 12, 31) ⇒ "999999999-12-31"
date("0000-01-01") ⇒ "0000-01-01"
date(1) ⇒ null
date([]) ⇒ null
date({}) ⇒ null
date(time("10:00:00")) ⇒ null
date(from: "2018-12-08") ⇒ "2018-12-08"
date(year: 2018, month: 12, day: 8) ⇒ "2018-12-08"
date(month: 12, day: 8, year: 2018) ⇒ "2018-12-08"
date(foo: "x") ⇒ null
date() ⇒ null
date("2018-12-08", 1) ⇒ null
time("10:20:30") ⇒ "10:20:30"
time("10:20") ⇒ "10:20:00"
time("24:00:00") ⇒ null
time("10:20:60") ⇒ null
time("T10:20:30") ⇒ "10:20:30"
time("10:20:30+19:00") ⇒ null
time("10:20:30+14:00") ⇒ "10:20:30+14:00"
time("10:20:30-18:00") ⇒ "10:20:30-18:00"
time("10:20:30@Foo/Bar") ⇒ null
time("10:20:30Z@Europe/Paris") ⇒ null
time("1:20:30") ⇒ null
time("10:20:30.123456789") ⇒ "10:20:30.123456789"
time("10:20:30.1234567891") ⇒ "10:20:30.123456789"
time("10:20:30z") ⇒ "10:20:30Z"
time(10, 20, 30) ⇒ "10:20:30"
time(10, 20, 30.5) ⇒ "10:20:30.5"
time(10, 20, 30, duration("PT2H")) ⇒ "10:20:30+02:00"
time(10, 20, 30, null) ⇒ "10:20:30"
time(24, 20, 30) ⇒ null
time(10, 20, null) ⇒ null
time(date("2018-12-08")) ⇒ "00:00:00Z"
time(date and time("2018-12-08T10:20:30+01:00")) ⇒ "10:20:30+01:00"
time(time("10:20:30")) ⇒ "10:20:30"
time(hour: 10, minute: 20, second: 30) ⇒ "10:20:30"
date and time("2018-12-08T10:20:30") ⇒ "2018-12-08T10:20:30"
date and time("2018-12-08") ⇒ "2018-12-08T00:00:00"
date and time("2018-12-08T10:20:30+01:00") ⇒ "2018-12-08T10:20:30+01:00"
date and time("2018-12-08T24:00:00") ⇒ null
date and time("2018-12-08T10:20") ⇒ "2018-12-08T10:20:00"
date and time("2018-12-08T10:20+02:00") ⇒ "2018-12-08T10:20:00+02:00"
time("7:20") ⇒ null
time("07:2") ⇒ null
date and time("2018-12-08 10:20:30") ⇒ null
date and time(date("2018-12-08"), time("10:20:30")) ⇒ "2018-12-08T10:20:30"
date and time(date and time("2018-12-08T01:00:00"), time("10:20:30Z")) ⇒ "2018-12-08T10:20:30Z"
date and time(date: date("2018-12-08"), time: time("10:20:30")) ⇒ "2018-12-08T10:20:30"
date and time(null) ⇒ null
date and time(date("2018-12-08"), null) ⇒ null
date and time("2018-12-08T10:20:30@Europe/Paris") ⇒ "2018-12-08T10:20:30+01:00"
duration("P1Y2M") ⇒ "P1Y2M"
duration("P1Y2M3D") ⇒ null
duration("P1DT2H") ⇒ "P1DT2H"
duration("P") ⇒ null
duration("PT") ⇒ null
duration("P1DT") ⇒ null
duration("PT1.5S") ⇒ "PT1.5S"
duration("PT1H30M") ⇒ "PT1H30M"
duration("PT90M") ⇒ "PT1H30M"
duration("P14M") ⇒ "P1Y2M"
duration("-P1Y") ⇒ "-P1Y"
duration("P-1Y") ⇒ null
duration("P0Y") ⇒ "P0M"
duration("PT0S") ⇒ "PT0S"
duration("P1W") ⇒ null
duration("1Y") ⇒ null
duration(null) ⇒ null
duration(from: "P1Y") ⇒ "P1Y"
duration("PT0.999S") ⇒ "PT0.999S"
duration("P99999999999999Y") ⇒ null
years and months duration(date("2011-12-22"), date("2013-08-24")) ⇒ "P1Y8M"
years and months duration(date("2013-08-24"), date("2011-12-22")) ⇒ "-P1Y8M"
years and months duration(date("2015-01-21"), date("2016-01-25")) ⇒ "P1Y"
years and months duration(date("2016-01-25"), date("2015-01-21")) ⇒ "-P1Y"
years and months duration(date and time("2017-12-31T13:00:00"), date and time("2019-10-01T12:32:59")) ⇒ "P1Y9M"
years and months duration(from: date("2011-12-22"), to: date("2013-08-24")) ⇒ "P1Y8M"
years and months duration(date("2011-12-22"), null) ⇒ null
day of year(date(2019, 9, 17)) ⇒ 260
day of week(date(2019, 9, 17)) ⇒ "Tuesday"
month of year(date(2019, 9, 17)) ⇒ "September"
week of year(date(2019, 9, 17)) ⇒ 38
week of year(date(2003, 12, 29)) ⇒ 1
week of year(date(2005, 1, 1)) ⇒ 53
day of week(date and time("2019-09-17T00:00:00")) ⇒ "Tuesday"
day of week("2019-09-17") ⇒ null
is(date("2012-12-25"), time("23:00:50")) ⇒ false
is(date("2012-12-25"), date("2012-12-25")) ⇒ true
is(time("23:00:50z"), time("23:00:50")) ⇒ false
is(time("23:00:50Z"), time("23:00:50+00:00")) ⇒ true
is(1, 1.0) ⇒ true
is(null, null) ⇒ true
is(null, 1) ⇒ false
is("a", "a") ⇒ true
is([1], [1]) ⇒ true
@"P1Y" instance of years and months duration ⇒ true
time("10:30:00+01:00") = time("10:30:00@Europe/Paris") ⇒ true
time("10:30:00.0001") = time("10:30:00.0002") ⇒ true
@"2002-04-02" = @"2002-04-02T00:00:00Z" ⇒ true
@"2002-04-02T12:00:00@Australia/Melbourne" = @"2002-04-02T12:00:00@Australia/Sydney" ⇒ true
@"2002-04-02T12:00:00-01:00" = @"2002-04-02T17:00:00+04:00" ⇒ true
date and time("2027-03-28T01:30:00@Europe/Warsaw") + duration("PT1H") ⇒ "2027-03-28T03:30:00+02:00"
date and time("2027-10-31T00:30:00Z") < date and time("2027-10-31T02:30:00@Europe/Warsaw") ⇒ false
""")

RANGES = cases(r"""
before(1, 10) ⇒ true
before(10, 1) ⇒ false
before([1..5], 10) ⇒ true
before([1..5), 5) ⇒ true
before([1..5], [5..10]) ⇒ false
before([1..5), [5..10]) ⇒ true
after(5, [1..5)) ⇒ true
after([5..10], [1..5]) ⇒ false
meets([1..5], [5..10]) ⇒ true
meets([1..5), [5..10]) ⇒ false
met by([5..10], [1..5]) ⇒ true
overlaps([1..5], [3..8]) ⇒ true
overlaps([1..5], [5..8]) ⇒ true
overlaps([1..5), [5..8]) ⇒ false
overlaps before([1..5], [3..8]) ⇒ true
overlaps before([1..5], [1..5]) ⇒ false
overlaps before([1..5), [1..5]) ⇒ false
overlaps before((1..5), [1..5]) ⇒ false
overlaps after([3..8], [1..5]) ⇒ true
overlaps after((1..5], [1..5)) ⇒ true
includes([1..10], 5) ⇒ true
includes([1..10], [1..10]) ⇒ true
includes((1..10), [1..5]) ⇒ false
during(5, [1..10]) ⇒ true
during([1..10], [1..10]) ⇒ true
starts(1, [1..10]) ⇒ true
starts(1, (1..10]) ⇒ false
starts([1..5], [1..10]) ⇒ true
started by([1..10], 1) ⇒ true
started by([1..10], [1..5]) ⇒ true
coincides(5, 5) ⇒ true
coincides([1..5], [1..5]) ⇒ true
coincides([1..5], [1..5)) ⇒ false
""")


@pytest.mark.parametrize("case", DAYS_AND_TIMES, ids=str)
def test_days_and_times_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value


@pytest.mark.parametrize("case", RANGES, ids=str)
def test_ranges_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value
