"""Tasks (BPMN 2.0.2 §10.3.3): for people, for programs outside, for decisions, and scripts in our closed language."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults

from engine.bpmn.evaluations import Expression, plain
from engine.bpmn.expressions import to_moment
from engine.bpmn.failures import BadTimer, DecisionFailed, DecisionResultUnfit
from engine.bpmn.progress import Decided, Job, Work
from engine.bpmn.specs.nodes import Node
from engine.bpmn.standstills import moved, pauses_in
from engine.bpmn.timers import TimerTextRefused, parse_duration, parse_moment
from engine.model.errors import Refused

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token


class Human(Node):
    """Work for a person: offered when reached, done when the runner completes it."""

    due: Expression | str | None = None
    follow_up: Expression | str | None = None
    group: Expression | str | None = None
    assignee: Expression | str | None = None
    priority: Expression | str | None = None

    def _on_ready_hook(self, my_task: Token) -> None:
        internal = my_task.internal_data
        internal["since"] = my_task.top.clock.now().isoformat()
        said = {
            "due": _iso(self._moment(my_task, "due")),
            "follow_up": _iso(self._moment(my_task, "follow_up")),
            "group": self._text(my_task, self.group),
            "assignee": self._text(my_task, self.assignee),
            "priority": self._whole(my_task, self.priority),
        }
        # what is not said is not kept: a thousand open tasks are read whole with every one that is finished
        internal.update({name: value for name, value in said.items() if value is not None})
        my_task.top.offers[my_task.id] = my_task
        my_task.top.watch(my_task)
        my_task.top.recorder.offers.open(my_task.id, self.work(my_task))

    def _run_hook(self, my_task: Token) -> bool | None:
        my_task.top.offers.pop(my_task.id, None)
        my_task.top.recorder.offers.close(my_task.id, known=False)
        return True

    def released(self, token: Token) -> None:
        """The work is withdrawn."""
        token.top.offers.pop(token.id, None)
        token.top.recorder.offers.close(token.id)

    def work(self, token: Token) -> Work:
        """The open work as others see it."""
        internal = token.internal_data
        return Work(
            token.id,
            self.element,
            internal.get("item"),
            internal.get("index"),
            internal.get("group"),
            _moment(internal.get("due")),
            _moment(internal.get("follow_up")),
            internal.get("priority", 50),
            internal.get("assignee"),
        )

    def watched(self, token: Token) -> frozenset[str]:
        """What the due and follow-up times read."""
        read: frozenset[str] = frozenset()
        for source in (self.due, self.follow_up):
            if source is not None and not isinstance(source, str):
                read |= token.top.reads_of(source)
        return read

    def redate(self, token: Token, changed: set[str]) -> None:
        """The due and follow-up times follow the data they read."""
        for key, source in (("due", self.due), ("follow_up", self.follow_up)):
            if source is not None and not isinstance(source, str) and token.top.reads_of(source) & changed:
                before = token.internal_data.get(key)
                token.internal_data[key] = _iso(self._moment(token, key))
                if token.internal_data[key] != before:
                    self._tell(token)

    def _tell(self, token: Token) -> None:
        recorder = token.top.recorder
        if token.id in recorder.offers.opened:
            recorder.offers.replace(token.id, self.work(token))
        else:
            recorder.rescheduled[token.id] = _moment(token.internal_data.get("due"))

    def _text(self, token: Token, source: Expression | str | None) -> str | None:
        value = source if source is None or isinstance(source, str) else token.value(source)
        if isinstance(value, list):
            return ",".join(str(part) for part in value)
        return None if value is None else str(value)

    def _whole(self, token: Token, source: Expression | str | None) -> int | None:
        text = self._text(token, source)
        try:
            return None if text is None else int(float(text))
        except ValueError:
            return None

    def stood_still(self, token: Token, paused: datetime, resumed: datetime) -> None:
        """The case was paused: what counts from when the work began moves on."""
        token.internal_data.setdefault("pauses", []).append([paused.isoformat(), resumed.isoformat()])
        for key in ("due", "follow_up"):
            before = token.internal_data.get(key)
            token.internal_data[key] = _iso(self._moment(token, key))
            if token.internal_data[key] != before:
                self._tell(token)

    def _moment(self, token: Token, key: str) -> datetime | None:
        """When it is due, the pauses of the case since the work began left out."""
        since, kept = datetime.fromisoformat(token.internal_data["since"]), token.internal_data.get("pauses", ())
        return moved(partial(self._moment_since, token, key), since, pauses_in(kept), token.top.calendar)

    def _moment_since(self, token: Token, key: str, since: datetime) -> datetime | None:
        """A due day ends at midnight, a follow-up day begins then; both count from when the work began."""
        source = getattr(self, key)
        text = source if source is None or isinstance(source, str) else token.value_at(source, since)
        if not text:
            return None
        try:
            if str(text)[:1].upper() == "P":
                return parse_duration(str(text)).after(since)
            found = parse_moment(str(text))
        except (TimerTextRefused, OverflowError, ValueError) as error:
            raise BadTimer(element=self.element, reason=str(error)) from error
        return found if key == "follow_up" else to_moment(text) or found


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


class UserTask(Human, defaults.UserTask):
    """A user task."""


class ManualTask(Human, defaults.ManualTask):
    """A manual task: done outside, reported here, so that the process knows."""


class AbstractTask(Human, defaults.NoneTask):
    """A task of no said kind: a person does it, since no machine can be meant."""


class Script(Node, defaults.ScriptTask):
    """A list of assignments in the expression language."""

    lines: tuple[tuple[str, Expression], ...] = ()

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, script="", **kwargs)

    def _run_hook(self, my_task: Token) -> bool | None:
        for name, expression in self.lines:
            my_task.assign(name, my_task.value(expression), "script")
        return True


class External(Node, defaults.ServiceTask):
    """Work for a program outside: a job that is open until its result or its error comes back."""

    topic: Expression | str = ""

    def _run_hook(self, my_task: Token) -> bool | None:
        topic = self.topic if isinstance(self.topic, str) else str(my_task.value(self.topic))
        my_task.top.recorder.jobs.open(my_task.id, Job(my_task.id, self.element, topic, dict(my_task.data)))
        return None

    def released(self, token: Token) -> None:
        """The job is no longer wanted; its id is among the cancelled."""
        token.top.recorder.jobs.close(token.id, known=False)


class BusinessRule(Node, defaults.ServiceTask):
    """A decision table decides; the rows that applied are recorded as the basis of the step."""

    decision = ""
    result_variable: str | None = None
    mapping = "resultList"

    def _run_hook(self, my_task: Token) -> bool | None:
        outcome = self._decide(my_task)
        for name, value in self._results(outcome, my_task.top.decisions[self.decision]):
            my_task.assign(name, plain(value, self.element), "decision")
        return True

    def _decide(self, token: Token) -> Any:
        top = token.top
        table = top.decisions.get(self.decision)
        if table is None:
            raise DecisionFailed(element=self.element, decision=self.decision, reason="it is not in the bundle")
        try:
            outcome = table.decide(Seen(token), top.environment)
        except Refused as refused:
            raise DecisionFailed(element=self.element, decision=self.decision, reason=str(refused)) from refused
        row = Decided(
            self.element,
            self.decision,
            tuple(outcome.rows),
            plain(dict(outcome.inputs), self.element),
            plain(outcome.outputs, self.element),
        )
        top.recorder.decided.append(row)
        return outcome

    def _results(self, outcome: Any, table: Any) -> list[tuple[str, Any]]:
        rows = result_rows(outcome, table)
        if self.result_variable:
            return [(self.result_variable, outcome.outputs if self.mapping == "value" else self._mapped(rows))]
        if len(rows) > 1:
            raise DecisionResultUnfit(
                element=self.element, decision=self.decision, mapping="variables of its own names"
            )
        return list(rows[0].items()) if rows else []

    def _mapped(self, rows: list[dict[str, Any]]) -> Any:
        if self.mapping == "resultList":
            return rows
        if self.mapping == "collectEntries":
            return [self._entry(row) for row in rows]
        if len(rows) > 1:
            raise DecisionResultUnfit(element=self.element, decision=self.decision, mapping=self.mapping)
        if self.mapping == "singleResult":
            return rows[0] if rows else None
        return self._entry(rows[0]) if rows else None

    def _entry(self, row: dict[str, Any]) -> Any:
        if len(row) > 1:
            raise DecisionResultUnfit(element=self.element, decision=self.decision, mapping=self.mapping)
        return next(iter(row.values()), None)


def result_rows(outcome: Any, table: Any) -> list[dict[str, Any]]:
    """What a decision gave as contexts of output names, one a row; an aggregate or a literal is one row."""
    outputs = outcome.outputs
    columns = [column.name for column in table.table.outputs] if table.table is not None else []
    if len(columns) > 1 and isinstance(outputs, dict):
        return [outputs]
    if isinstance(outputs, list) and columns:
        return [dict(row) for row in outcome.results] or [_named(row, columns) for row in outputs]
    return [] if outputs is None and not outcome.rows else [_named(outputs, columns or [table.name or table.id])]


def _named(value: Any, columns: list[str]) -> dict[str, Any]:
    return value if len(columns) > 1 and isinstance(value, dict) else {columns[0]: value}


class Seen(dict[str, Any]):
    """The variables a token sees, as the mapping that decisions read."""

    def __init__(self, token: Token) -> None:
        super().__init__()
        for variables in reversed(list(token.dicts())):
            self.update(variables)
