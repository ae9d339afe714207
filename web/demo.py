"""The demonstration: a house with a past, made by real commands, in a database that says for ever what it is.

What is shown (institutions, people, cases, answers) is content of a process and stands in its ``demo.json``; how it
is told stands in ``demo_days``. Here the house is built, kept apart from real work, and opened again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.assembly import Bundle, Engine, SystemClock, bundle_of, open_engine
from engine.bench.clocks import WalkingClock
from engine.model.actors import Actor
from engine.model.clock import Clock
from engine.model.commands import AddAccount, AddInstitution, GrantRole, PublishDefinition, SignAgreement
from engine.model.deadlines import to_warsaw
from engine.model.errors import DataDirectoryRefused, Refused
from engine.settings import Settings
from web import demo_days
from web.demo_days import House
from web.demo_files import Demo, local_day, moment, read_demo, reported_day
from web.sign_in import DemoSignIn

PROCESSES = Path(__file__).parents[1] / "processes"
#: beside the database: that the story was told to its end, and how far its clock runs ahead of the machine's
_MARK = "demo.json"
_BEFORE = timedelta(days=3)


class OtherDemo(Refused):
    """The demo in {path} was made for another day. Remove that folder, or name another one with --data."""

    status = 409


class MovedClock:
    """The machine's clock, moved by a fixed time: a demonstration may play on a day of its own."""

    def __init__(self, ahead: timedelta) -> None:
        self._system = SystemClock()
        self._ahead = ahead

    def now(self) -> datetime:
        """The moved moment."""
        return self._system.now() + self._ahead

    def new_id(self) -> UUID:
        """An identifier of the moved moment, in order with those of the story."""
        return UUID(int=self._system.new_id().int + (self._ahead // timedelta(milliseconds=1) << 80))


def prepare(settings: Settings, now: datetime | None = None, *, script: bool = False,
            say: Callable[[str], None] = lambda _sentence: None) -> Engine:
    """The engine of the demonstration in this data directory; made at the first call, opened at the next.

    ``now`` (aware) sets the day it plays on; ``script`` makes the larger house of the usability script. Raises
    DataDirectoryRefused where real work is kept, OtherDemo where another demonstration stands.
    """
    mark = settings.data_dir / _MARK
    known = json.loads(mark.read_text(encoding="utf-8")) if mark.is_file() else None
    if known is None:
        _remove_half_made(settings, say)
        known = _made(settings, mark, now, script=script, say=say)
    elif (now is not None and now.isoformat() != known["now"]) or (script and not known["script"]):
        raise OtherDemo(path=str(settings.data_dir))
    return open_engine(settings, _clock(known["ahead"]))


def sign_ins(settings: Settings) -> tuple[DemoSignIn, ...]:
    """Who one can sign in as, with the passwords that exist only here."""
    known = json.loads((settings.data_dir / _MARK).read_text(encoding="utf-8"))
    demo = read_demo(_shown(), script=known["script"])
    names = {one.key: one.short_name for one in demo.institutions}
    return tuple(DemoSignIn(one.name, one.about, names[one.institution], one.email, demo.password)
                 for one in demo.people)


def _clock(ahead: float) -> Clock:
    return MovedClock(timedelta(seconds=ahead)) if ahead else SystemClock()


def _shown() -> Path:
    """The process that the demonstration is about: the first that brings a demonstration along."""
    return next(one.parent for one in sorted(PROCESSES.glob("*/demo.json")))


def _remove_half_made(settings: Settings, say: Callable[[str], None]) -> None:
    """A demonstration that was interrupted while it was made holds nothing worth keeping: it is made anew."""
    own = not settings.database_url  # the file in the data directory, which is ours to remove
    if own and not (settings.data_dir / "powrot.db").is_file():
        return
    engine = open_engine(settings, SystemClock())
    try:
        half_made, empty = engine.is_demo, engine.is_empty
    finally:
        engine.close()
    if half_made and own:
        say("A demonstration was interrupted while it was made; making it anew.")
        for one in settings.data_dir.glob("powrot.db*"):
            one.unlink()
    elif half_made or not empty:
        raise DataDirectoryRefused(path=str(settings.data_dir), reason="the database already holds something else")


def _made(settings: Settings, mark: Path, now: datetime | None, *, script: bool,
          say: Callable[[str], None]) -> dict[str, Any]:
    real = SystemClock().now()
    today = now or real
    demo = read_demo(_shown(), script=script)
    say(f"Making the demonstration: {len(demo.people)} people, {len(demo.cases)} cases …")
    day = local_day(today)
    first = min((reported_day(one, day) for one in demo.cases), default=day)
    clock = WalkingClock(moment(first) - _BEFORE)
    engine = open_engine(settings, clock)
    try:
        seed(engine, clock, demo, today, say)
    finally:
        engine.close()
    kept: dict[str, Any] = {"now": now.isoformat() if now else "", "script": script,
            "ahead": (now - real).total_seconds() if now else 0}
    mark.write_text(json.dumps(kept), encoding="utf-8")
    return kept


def seed(engine: Engine, clock: WalkingClock, demo: Demo, today: datetime,
         say: Callable[[str], None] = lambda _sentence: None) -> None:
    """Fill an empty database with the whole story until ``today``; ``clock`` must be the engine's."""
    engine.mark_as_demo()
    _publish(engine, demo)
    house = House(engine, clock, demo, _enter(engine, demo))
    demo_days.tell(house, to_warsaw(today), say)


def _publish(engine: Engine, demo: Demo) -> None:
    """The shipped processes; that of the story as often as it has releases, which differ by empty lines at the end."""
    for definition in sorted(PROCESSES.glob("*/definition.json")):
        bundle = bundle_of(definition.parent)
        earlier = demo.releases - 1 if definition.parent.name == demo.definition else 0
        for number in range(earlier, -1, -1):
            files = {**bundle.files, "definition.json": bundle.files["definition.json"] + b"\n" * number}
            engine.carry_out(PublishDefinition(bundle=Bundle(files).pack(), note=demo.texts["note"]), engine.operator())


def _enter(engine: Engine, demo: Demo) -> dict[str, Actor]:
    """Institutions, people with their roles, agreements; the actors by their short names."""
    operator = engine.operator()
    places: dict[str, UUID] = {}
    for house in demo.institutions:
        receipt = engine.carry_out(AddInstitution(
            name=house.name, short_name=house.short_name, phone=house.phone, email=house.email), operator)
        places[house.key] = UUID(hex=receipt.extra["institution"])
    for person in demo.people:
        receipt = engine.carry_out(AddAccount(
            email=person.email, name=person.name, phone=person.phone, password=demo.password), operator)
        for role in person.roles:
            engine.carry_out(GrantRole(account_id=UUID(hex=receipt.extra["account"]),
                                       institution_id=places[person.institution], role=role), operator)
    for agreement in demo.agreements:
        engine.carry_out(SignAgreement(name=agreement.name, parties=tuple(
            (places[institution], role) for institution, role in agreement.parties)), operator)
    return {one.key: engine.actor_by_email(one.email) for one in demo.people}
