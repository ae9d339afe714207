"""What a demonstration is made of: the ``demo.json`` of a process, read and checked.

Institutions, people, an agreement, cases with what is answered where: all of it is content of the process. Here are
only its shapes; ``processes/demo.schema.json`` describes the file to whoever writes one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from engine.model.deadlines import WARSAW, Calendar, to_warsaw
from engine.model.errors import Refused
from engine.queries.rows import Words

#: =today, =today+3, =today-2w (working days), =key-14 09:30: a day counted from today or from the case's key date
_DAY = re.compile(r"^=(today|key)(?:([+-]\d{1,4})(w?))?(?: (\d\d:\d\d))?$")
_HOUR = "10:00"


class DemoFileRefused(Refused):
    """The demonstration file {file} cannot be used: {reason}."""

    status = 422


@dataclass(frozen=True)
class Institution:
    """An institution of the demonstration."""

    key: str
    name: str
    short_name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Person:
    """Somebody one can sign in as."""

    key: str
    name: str
    email: str
    institution: str
    roles: tuple[str, ...]
    about: Words
    phone: str = ""


@dataclass(frozen=True)
class Agreement:
    """Who shares cases with whom, in which role."""

    name: str
    parties: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Turn:
    """Something that happens in a case beside its steps, on a day: exactly one of message, move, pause or resume.

    ``move`` are case attributes with their new values, ``pause`` and ``resume`` say the reason; ``kind`` is that of the
    pause, ``values`` are the answers that go with a message.
    """

    on: str
    who: str
    message: str = ""
    move: Mapping[str, Any] = field(default_factory=dict)
    pause: str = ""
    resume: str = ""
    kind: str = "other"
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CasePlan:
    """One case: its first answers, when it was reported, its key date (days as in `dated`), where it stands.

    ``hold`` names the steps that nobody finishes; its value says how far they got (offered, claimed or draft).
    ``steps`` are for cases that are only to be many: who answers what, one after the other. ``turns`` happen beside
    the steps. A case of another process than the one told about names its ``definition`` and who opens it; ``start``
    is one of the further ways to begin.
    """

    about: str
    answers: Mapping[str, Any]
    reported: str
    key: str
    hold: Mapping[str, str] = field(default_factory=dict)
    by_step: Mapping[str, Any] = field(default_factory=dict)
    pace: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[tuple[str, Mapping[str, Any]], ...] | None = None
    turns: tuple[Turn, ...] = ()
    definition: str = ""
    reporter: str = ""
    start: str = ""


@dataclass(frozen=True)
class Demo:
    """Everything a demonstration shows."""

    definition: str
    password: str
    institutions: tuple[Institution, ...]
    people: tuple[Person, ...]
    agreements: tuple[Agreement, ...]
    reporter: str
    texts: Mapping[str, str]
    answers: Mapping[str, Any]
    pace: Mapping[str, int]
    cases: tuple[CasePlan, ...]
    releases: int = 1

    def person(self, key: str) -> Person:
        """Somebody by the short name of the file."""
        return next(one for one in self.people if one.key == key)


def read_demo(folder: Path, *, script: bool = False) -> Demo:
    """The demonstration of a process folder; with ``script`` the larger house of the usability script."""
    file = folder / "demo.json"
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
        demo = _demo(folder, given)
        return _larger(demo, folder, given["script"]) if script else demo
    except (OSError, ValueError, RecursionError) as error:
        raise DemoFileRefused(file=str(file), reason=str(error)[:200]) from None
    except (KeyError, TypeError, AttributeError, StopIteration) as error:
        raise DemoFileRefused(file=str(file), reason=f"{error} is missing or of the wrong shape") from None


def _demo(folder: Path, given: dict[str, Any]) -> Demo:
    return Demo(
        definition=given["definition"], password=given["password"],
        institutions=tuple(Institution(key, one["name"], one["short_name"], one.get("phone", ""), one.get("email", ""))
                           for key, one in given["institutions"].items()),
        people=tuple(_person(key, one) for key, one in given["people"].items()),
        agreements=tuple(Agreement(one["name"], tuple((institution, role) for institution, roles
                                                      in one["parties"].items() for role in roles))
                         for one in given["agreements"]),
        reporter=given["reporter"], texts=given["texts"], answers=given["answers"], pace=given["pace"],
        cases=tuple(_case(folder, given["start"], one) for one in given["cases"]))


def _person(key: str, one: Mapping[str, Any]) -> Person:
    return Person(key, one["name"], one["email"], one["institution"], tuple(one["roles"]),
                  Words(one["about"]["pl"], one["about"]["en"]), one.get("phone", ""))


def _case(folder: Path, start: Mapping[str, Any], one: Mapping[str, Any]) -> CasePlan:
    notice = one["notice"]
    if isinstance(notice, str):
        notice = json.loads((folder / notice).read_text(encoding="utf-8"))
    other = one.get("definition", "")
    return CasePlan(one["about"], _start(notice, {} if other else start, one.get("set", {})), one["reported"],
                    one["key"], one.get("hold", {}), one.get("answers", {}), one.get("pace", {}),
                    turns=tuple(Turn(**turn) for turn in one.get("turns", ())), definition=other,
                    reporter=one.get("reporter", ""), start=one.get("start", ""))


def _start(notice: Mapping[str, Any], *more: Mapping[str, Any]) -> dict[str, Any]:
    merged = {name: value for name, value in notice.items() if not name.startswith("$")}
    for one in more:
        merged |= one
    return {name: value for name, value in merged.items() if value is not None}


# --- many cases

def _larger(demo: Demo, folder: Path, script: Mapping[str, Any]) -> Demo:
    """The house of the usability script: fewer people, many more cases."""
    wanted, crowd = set(script["people"]), script["crowd"]
    office = script.get("institution", {})
    people = tuple(replace(one, institution=office.get(one.key, one.institution)) for one in demo.people
                   if one.key in wanted)
    houses = {one.institution for one in people}
    agreements = tuple(replace(one, parties=tuple(party for party in one.parties if party[0] in houses))
                       for one in demo.agreements)
    plans = demo.cases[: script["cases"]] + tuple(_crowd(crowd))
    return replace(demo, people=people, agreements=agreements, cases=plans, releases=script["releases"],
                   institutions=tuple(one for one in demo.institutions if one.key in houses))


def _crowd(crowd: Mapping[str, Any]) -> Iterable[CasePlan]:
    surnames, names = crowd["family_names"], crowd["given_names"]
    number = 0
    for walk in crowd["walks"]:
        steps = tuple((one["who"], one["answers"]) for one in walk["steps"])
        first, last = walk["reported"]
        for at in range(walk["count"]):
            # every family name meets every given name before a pair comes twice (the two counts share no divisor)
            known = {"family_name": surnames[number % len(surnames)], "given_names": names[number % len(names)],
                     "number": str(number + 1).zfill(4), "day": str(number % 28 + 1).zfill(2),
                     "month": str(number % 12 + 1).zfill(2), "year": str(1960 + number % 45)}
            reported = first + (last - first) * at // max(1, walk["count"] - 1)
            yield CasePlan("", _filled(crowd["notice"], known), f"=today{reported:+}",
                           f"=today{reported + walk['key_after']:+}", steps=steps)
            number += 1


def _filled(template: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    return {name: value.format_map(known) if isinstance(value, str) else value for name, value in template.items()}


# --- days

def dated(value: Any, today: date, key: date) -> Any:
    """Answers with their relative days written out, however deep they stand: ISO dates, or moments where there is an
    hour."""
    if isinstance(value, Mapping):
        return {name: dated(one, today, key) for name, one in value.items()}
    if isinstance(value, list):
        return [dated(one, today, key) for one in value]
    found = _DAY.match(value) if isinstance(value, str) else None
    if found is None:
        return value.replace("{year}", str(today.year)) if isinstance(value, str) else value
    base, shift, working, hour = found.groups()
    day = _shifted(today if base == "today" else key, int(shift or 0), working=bool(working))
    return moment(day, hour).isoformat() if hour else day.isoformat()


def _shifted(day: date, by: int, *, working: bool) -> date:
    return Calendar().working_days_after(day, by) if working else day + timedelta(days=by)


def moment(day: date, hour: str = _HOUR) -> datetime:
    """An hour of a day, in Warsaw."""
    return datetime.combine(day, time.fromisoformat(hour), WARSAW)


def key_day(plan: CasePlan, today: date) -> date:
    """The key date of a case: never on a day off, but on the working day before."""
    return Calendar().on_or_before(date.fromisoformat(dated(plan.key, today, today)))


def reported_day(plan: CasePlan, today: date) -> date:
    """The working day on which a case is reported."""
    return Calendar().on_or_before(date.fromisoformat(dated(plan.reported, today, today)))


def local_day(at: datetime) -> date:
    """The day of a moment in Warsaw."""
    return to_warsaw(at).date()
