"""The days of a demonstration: its people report cases and finish steps, its timers fire, from the past until today.

Everything happens by commands through the front door, on a clock that walks; nothing is written behind its back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from engine.assembly import Engine
from engine.bench.clocks import WalkingClock
from engine.model.actors import Actor, system
from engine.model.commands import (
    AcceptHandover,
    ChangeAttributes,
    ClaimWorkItem,
    CompleteWorkItem,
    DeclineHandover,
    OfferHandover,
    OpenCase,
    ResumeCase,
    SendMessage,
    SuspendCase,
)
from engine.model.commands.base import CaseCommand
from engine.model.deadlines import Calendar
from engine.model.errors import CaseNotPaused, CasePaused, InvalidAnswers, Refused
from engine.model.forms import Form
from engine.queries.cases import StartPage
from engine.queries.rows import Task
from engine.queries.stories import Offered, OfferedIn
from engine.queries.work_items import TaskPage
from web import demo_answers
from web.demo_files import CasePlan, Demo, Turn, dated, key_day, local_day, moment, reported_day

#: when work gets done on a working day; what was mailed or came due in between is worked off first
_HOURS = ("08:20", "11:00", "14:10")
#: the last round of a day ends well before the next begins, however much there is to do
_BETWEEN = timedelta(seconds=45)
_ENOUGH = timedelta(hours=2)
_EVERY = "*"
_SYSTEM = system("demo")


class DemoStuck(Refused):
    """The demonstration cannot go on at {step} of case {number}: {reason}."""

    status = 422


@dataclass
class Told:
    """How far one case has been told."""

    plan: CasePlan
    place: int
    key: date
    case_id: UUID | None = None
    number: str = ""
    open: tuple[Offered, ...] = ()
    times: dict[str, int] = field(default_factory=dict)
    held: set[UUID] = field(default_factory=set)
    changed: bool = False
    next_step: int = 0
    turned: int = 0
    paused: bool = False
    next_item: UUID | None = None


@dataclass(frozen=True)
class House:
    """The people who act, by their short names, and the commands' way in."""

    engine: Engine
    clock: WalkingClock
    demo: Demo
    actors: dict[str, Actor]

    def of_team(self, step: Offered) -> list[Actor]:
        """Who may do a step, in the order of the demonstration's file."""
        return [one for one in self.actors.values()
                if one.institution_id == step.institution_id and one.has(step.team)
                and one.account_id != step.excluded_id]


def tell(house: House, today: datetime, say: Callable[[str], None]) -> None:
    """Tell every case from its first day until ``today``; ``say`` hears now and then how far."""
    day = local_day(today)
    stories = [Told(plan, place, key_day(plan, day)) for place, plan in enumerate(house.demo.cases)]
    first = min((reported_day(one.plan, day) for one in stories), default=day)
    starts: dict[tuple[str, str], Form] = {}
    month = ""
    for at in _rounds(first, today):
        house.clock.walk(at)
        _Round(house, starts, stories, day).happens()
        if f"{at:%Y-%m}" != month:
            month = f"{at:%Y-%m}"
            say(f"{month}: {sum(one.case_id is not None for one in stories)} of {len(stories)} cases")
    house.clock.walk(today)
    house.engine.worker().drain()


def _rounds(first: date, today: datetime) -> Iterator[datetime]:
    day = first
    while day <= local_day(today):
        if Calendar().is_working_day(day):
            yield from (at for at in [moment(day, hour) for hour in _HOURS] if at <= today - _ENOUGH)
        day += timedelta(days=1)


class _Round:
    """One round of work: what came due, new notices, then everything whose time has come."""

    def __init__(self, house: House, starts: dict[tuple[str, str], Form], stories: list[Told], today: date) -> None:
        self.house, self.starts, self.stories, self.today = house, starts, stories, today
        self.now = house.clock.now()

    def happens(self) -> None:
        """Let it happen."""
        fired = self._works_off("general")
        self._works_off("mail")  # letters move no case
        for story in self.stories:
            if story.case_id is None and self._is_reported(story):
                self._report(story)
            elif fired and story.plan.steps is None:
                story.changed = True
        for story in self.stories:
            self._go_on(story)

    def _works_off(self, queue: str) -> bool:
        """Whether something of this queue had come due; it is done now."""
        due = self.house.engine.next_due((queue,))
        return due is not None and due <= self.now and self.house.engine.worker((queue,)).drain() > 0

    def _is_reported(self, story: Told) -> bool:
        return local_day(self.now) >= reported_day(story.plan, self.today)

    def _report(self, story: Told) -> None:
        house, plan = self.house, story.plan
        definition, who = plan.definition or house.demo.definition, house.actors[plan.reporter or house.demo.reporter]
        said = dated(plan.answers, local_day(self.now), story.key)
        form = self.starts.get((definition, plan.start))
        if form is None:
            form = self.starts[definition, plan.start] = house.engine.look(StartPage(definition, plan.start), who).form
        answers = demo_answers.fill(form, said, {}, {}, local_day(self.now), house.demo.texts)
        command = OpenCase(definition=definition, answers=answers, start=plan.start, same_person_confirmed=True)
        receipt = self._done(story, "start", command, who)
        story.case_id, story.number, story.changed = receipt.case_id, receipt.number, True
        story.next_item = receipt.offered[0] if receipt.offered else None

    def _go_on(self, story: Told) -> None:
        if story.case_id is None:
            return
        if story.plan.steps is not None:
            self._next_of_many(story)
            return
        self._turn(story)
        if story.changed:
            story.open = self.house.engine.look(OfferedIn(story.case_id), _SYSTEM)
            story.changed = False
        for step in story.open:
            if step.work_item_id not in story.held and not story.paused and self._is_time(story, step):
                self._do(story, step)

    def _next_of_many(self, story: Told) -> None:
        """A case that is only to be many: its steps one a round, as the file says, with no look at a page."""
        steps = story.plan.steps or ()
        if story.next_step < len(steps) and story.next_item is not None and story.case_id is not None:
            who, answers = steps[story.next_step]
            command = CompleteWorkItem(case_id=story.case_id, work_item_id=story.next_item,
                                       answers=dated(answers, local_day(self.now), story.key))
            receipt = self._done(story, str(story.next_step + 1), command, self.house.actors[who])
            story.next_step += 1
            story.next_item = receipt.offered[0] if receipt.offered else None

    def _turn(self, story: Told) -> None:
        """What happens beside the steps, when its day has come."""
        while story.turned < len(story.plan.turns):
            turn = story.plan.turns[story.turned]
            if date.fromisoformat(dated(turn.on, self.today, story.key)) > local_day(self.now):
                return
            command = _turning(turn, story, lambda value: dated(value, self.today, story.key))
            with suppress(CasePaused, CaseNotPaused):  # the diagram may have seen to it by itself
                self._done(story, turn.message or "turn", command, self.house.actors[turn.who])
            story.turned, story.changed, story.paused = story.turned + 1, True, False

    def _is_time(self, story: Told, step: Offered) -> bool:
        pace = {**self.house.demo.pace, **story.plan.pace}
        wanted = next(pace[key] for key in (f"{step.element}@{step.item}", step.element, _EVERY) if key in pace)
        return Calendar().working_days_between(step.offered_at, self.now) >= wanted and step.offered_at < self.now

    def _do(self, story: Told, step: Offered) -> None:
        time = story.times.get(f"{step.element}@{step.item}", 0) + 1
        actor = self._who(story, step)
        hold = next((story.plan.hold[key] for key in _keys(step, time) if key in story.plan.hold), None)
        if hold is not None:
            story.held.add(step.work_item_id)
            self._begin(story, step, actor, hold, time)
            return
        task, answers = self._prepared(story, step, actor, time)
        command = _command(task, answers)(case_id=task.row.case_id, work_item_id=step.work_item_id, answers=answers)
        try:
            self._done(story, step.element, command, actor)
        except CasePaused:
            story.paused = True
        else:
            story.times[f"{step.element}@{step.item}"] = time
            story.changed = True

    def _who(self, story: Told, step: Offered) -> Actor:
        team = self.house.of_team(step)
        if not team:
            raise DemoStuck(step=step.element, number=story.number, reason=f"nobody holds the role {step.team}")
        mine = [one for one in team if one.account_id == step.owner_id]
        return mine[0] if mine else team[story.place % len(team)]

    def _begin(self, story: Told, step: Offered, actor: Actor, how: str, time: int) -> None:
        """Leave a step where it is to be found: offered, claimed, or with a draft of its first answers."""
        if how == "offered":
            return
        assert story.case_id is not None  # noqa: S101 — a step belongs to a case
        self._done(story, step.element, ClaimWorkItem(case_id=story.case_id, work_item_id=step.work_item_id), actor)
        if how == "draft":
            _, answers = self._prepared(story, step, actor, time)
            half = dict(list(answers.items())[: max(1, len(answers) // 2)])
            self.house.engine.save_draft(step.work_item_id, half, actor)

    def _prepared(self, story: Told, step: Offered, actor: Actor, time: int) -> tuple[Task, dict[str, Any]]:
        house = self.house
        task: Task = house.engine.look(TaskPage(step.work_item_id), actor)
        said: dict[str, Any] = {}
        for known in (house.demo.answers, story.plan.by_step):
            said |= demo_answers.chosen(known, step.element, step.item, time)
        day = local_day(self.now)
        answers = demo_answers.fill(task.form, dated(said, day, story.key), task.values, task.context, day,
                                    house.demo.texts)
        return task, answers

    def _done(self, story: Told, step: str, command: Any, actor: Actor) -> Any:
        """Carry something out, a little later than what came before, and mail what it brought."""
        self.house.clock.walk(min(self.house.clock.now() + _BETWEEN, self.now + _ENOUGH))
        try:
            return self.house.engine.carry_out(command, actor)
        except InvalidAnswers as refusal:
            wrong = ", ".join(f"{one.key} ({one.code})" for one in refusal.params["problems"])
            raise DemoStuck(step=step, number=story.number, reason=wrong) from None
        except (CasePaused, CaseNotPaused):
            raise
        except Refused as refusal:
            raise DemoStuck(step=step, number=story.number, reason=f"{refusal.code} {refusal.params}") from None


def _keys(step: Offered, time: int) -> tuple[str, ...]:
    return (f"{step.element}@{step.item}#{time}", f"{step.element}@{step.item}", f"{step.element}#{time}",
            step.element, _EVERY)


def _turning(turn: Turn, story: Told, written: Callable[[Any], Any]) -> CaseCommand:
    case_id = story.case_id
    if case_id is None:
        raise DemoStuck(step=turn.message, number=story.number, reason="there is no case yet")
    if turn.message:
        return SendMessage(case_id=case_id, message=turn.message, payload=written(turn.values))
    if turn.move:
        return ChangeAttributes(case_id=case_id, values=written(turn.move), reason=turn.reason)
    if turn.pause:
        return SuspendCase(case_id=case_id, reason=turn.pause, kind=turn.kind)
    return ResumeCase(case_id=case_id, reason=turn.resume)


def _command(task: Task, answers: dict[str, Any]) -> type[CompleteWorkItem]:
    handover = task.handover
    if handover is not None and handover.state == "offered":
        return DeclineHandover if "decline" in answers.values() else AcceptHandover
    return OfferHandover if task.screen == "handover" else CompleteWorkItem
