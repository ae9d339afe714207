"""What events wait for and throw (BPMN 2.0.2 §10.5.5), on Spiff's event definitions; specs say when they fire."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    CancelEventDefinition,
    NoneEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent

from engine.bpmn.crons import parse_cron
from engine.bpmn.evaluations import MISSING, Expression, value_of
from engine.bpmn.failures import BadTimer
from engine.bpmn.progress import Subscription, Timer
from engine.bpmn.standstills import moved, pauses_in
from engine.bpmn.timers import TimerTextRefused, parse_cycle, parse_duration, parse_moment

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token


class Thrown(BpmnEvent):
    """An event on its way, with the token that threw it; that token goes on only after the event was dispatched."""

    def __init__(
        self,
        definition: EventDefinition,
        thrower: Token,
        code: str | None = None,
        payload: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(definition, payload=payload or {})
        self.thrower = thrower
        self.code = code
        self.from_job = False


class Listened:
    """Mixin of definitions that a waiting token arms; `slot` is the token's own JSON state for this definition."""

    kind = ""

    def arm(self, token: Token, slot: dict[str, Any]) -> None:
        """Begin to wait."""

    def throw(self, my_task: Token) -> None:
        """Put the event into the queue of the instance."""
        my_task.workflow.top_workflow.catch(Thrown(self, my_task))


#: the name that a correlation value gets where the modeller gives it none
UNNAMED = "correlationKey"


class Message(Listened, MessageEventDefinition):
    """A message, matched by name and by every correlation key that the waiting side knows."""

    kind = "message"

    def __init__(
        self,
        name: str,
        correlation: dict[str, Expression] | None = None,
        properties: dict[str, Expression] | None = None,
    ) -> None:
        super().__init__(name)
        self.correlation = correlation or {}  # key → expression over the instance's variables (context-based)
        self.properties = properties or {}  # key → expression over the message's payload (key-based)

    def arm(self, token: Token, slot: dict[str, Any]) -> None:
        """Subscribe, with the keys as they are now (§8.4.3): the context's and those the conversation has set."""
        if "keys" not in slot:
            known = {key: value for key, value in token.top.correlations.items() if key in self.properties}
            slot["keys"] = {**known, **{key: token.value(text) for key, text in self.correlation.items()}}
        row = Subscription(token.id, token.element, "message", self.name, slot["keys"] or None)
        token.top.recorder.subscriptions.open(token.id, row)

    def keys(self, payload: dict[str, Any], element: str, top: Any) -> dict[str, Any]:
        """What a message says about its keys."""
        return {
            key: value_of(text, element, lambda name: payload.get(name, MISSING), top.environment)
            for key, text in self.properties.items()
        }

    def accepts(self, slot: dict[str, Any], keys: dict[str, Any]) -> bool:
        """Whether every key waited for has its value in the message."""
        wanted = slot.get("keys") or {}
        if set(wanted) == {UNNAMED} and UNNAMED not in keys:   # Camunda 8 knows one value, without a name
            return wanted[UNNAMED] in keys.values()
        return all(keys.get(key) == value for key, value in wanted.items())

    def learn(self, payload: dict[str, Any], element: str, top: Any) -> dict[str, Any]:
        """The first message of a conversation sets its keys (§8.4.3)."""
        keys = self.keys(payload, element, top)
        for key, value in keys.items():
            top.correlations.setdefault(key, value)
        return keys


class Signal(Listened, SignalEventDefinition):
    """A signal, heard by everybody who listens for its name."""

    kind = "signal"

    def arm(self, token: Token, slot: dict[str, Any]) -> None:
        """Subscribe."""
        row = Subscription(token.id, token.element, "signal", self.name)
        token.top.recorder.subscriptions.open(token.id, row)


class Error(Listened, ErrorEventDefinition):
    """An error with its code; None catches all."""

    kind = "error"
    code_variable: str | None = None  # gets the code that was caught
    message_variable: str | None = None  # gets what the thrown error says of itself
    message: str | None = None


class Escalation(Listened, EscalationEventDefinition):
    """An escalation with its code; None catches all."""

    kind = "escalation"
    code_variable: str | None = None
    message_variable: str | None = None
    message: str | None = None


class Terminate(TerminateEventDefinition):
    """Ends everything in its scope."""

    kind = "terminate"


class Cancel(Listened, CancelEventDefinition):
    """Cancels the transaction around it."""

    kind = "cancel"


class Link(NoneEventDefinition):
    """A jump; the flow from throw to catch was drawn by the normaliser, so nothing is left to do."""

    kind = "link"


class Compensate(Listened, EventDefinition):
    """Compensation of one activity, or of everything completed in the scope."""

    kind = "compensate"

    def __init__(self, activity: str | None, waits: bool = True) -> None:
        super().__init__("compensate")
        self.activity = activity
        self.waits = waits


class Conditional(Listened, ConditionalEventDefinition):
    """A condition over the variables; fires on its false-to-true edge (§10.5.5)."""

    kind = "conditional"

    def __init__(self, expression: Expression) -> None:
        super().__init__(expression)

    def arm(self, token: Token, slot: dict[str, Any]) -> None:
        """Ask for a first evaluation when the step comes to rest."""
        slot.setdefault("was", False)
        token.top.fresh_conditions.append(token)

    def edge(self, token: Token, slot: dict[str, Any]) -> bool:
        """Whether the condition has just become true."""
        was, now = slot.get("was", False), token.value(self.expression) is True
        slot["was"] = now
        return now and not was


class Clocked(Listened, TimerEventDefinition):
    """A timer; its text is ISO 8601 or an expression. The due time is kept with the token and follows its data."""

    kind = "timer"

    def __init__(self, form: str, literal: str | None, expression: Expression | None) -> None:
        super().__init__("timer", literal if literal is not None else expression)
        self.form = form
        self.literal = literal

    def depends_on(self, token: Token) -> frozenset[str]:
        """The variables its due time is computed from."""
        return frozenset() if self.literal is not None else token.top.reads_of(self.expression)

    def arm(self, token: Token, slot: dict[str, Any]) -> None:
        """Compute the due time from the moment of arming and announce it."""
        slot.setdefault("since", token.top.clock.now().isoformat())
        self.schedule(token, slot)

    def schedule(self, token: Token, slot: dict[str, Any]) -> datetime | None:
        """Compute the next due time anew; None when the timer is used up."""
        due = self._due(token, slot)
        slot["due"] = None if due is None else due.isoformat()
        if due is not None:
            token.top.recorder.timers.open(token.id, Timer(token.id, token.element, due))
        return due

    def stood_still(self, slot: dict[str, Any], paused: datetime, resumed: datetime) -> None:
        """Keep a pause of the case; rounds by the calendar that fell into it are left out."""
        slot.setdefault("pauses", []).append([paused.isoformat(), resumed.isoformat()])
        if self.form == "timeCycle":
            slot["last"] = max(slot.get("last", ""), resumed.isoformat())

    def _due(self, token: Token, slot: dict[str, Any]) -> datetime | None:
        since, pauses = datetime.fromisoformat(slot["since"]), pauses_in(slot.get("pauses", ()))
        return moved(partial(self._due_since, token, slot), since, pauses, token.top.calendar)

    def _due_since(self, token: Token, slot: dict[str, Any], since: datetime) -> datetime | None:
        text = self.literal if self.literal is not None else self._evaluated(token, since)
        try:
            if self.form == "timeCycle":
                return _next_round(text, since, slot)
            if text[:1].upper() == "P" or self.form == "timeDuration":
                return parse_duration(text).after(since)
            return parse_moment(text)
        except TimerTextRefused as refused:
            raise BadTimer(element=token.element, reason=str(refused)) from refused
        except (OverflowError, ValueError) as error:
            raise BadTimer(element=token.element, reason="The time lies beyond the calendar.") from error

    def _evaluated(self, token: Token, since: datetime) -> str:
        """The text the expression gives, as of the moment of arming: a later change of data moves no `now()`."""
        value = token.value_at(self.expression, since)
        if not isinstance(value, str) or not value:
            raise BadTimer(element=token.element, reason=f"{self.expression.text} gave {value}, not a time.")
        return value

    def following(self, token: Token, slot: dict[str, Any]) -> bool:
        """Whether a repetition that has fired will fire again."""
        return "last" in slot and self._due(token, slot) is not None

    def fired(self, token: Token, slot: dict[str, Any], now: datetime) -> None:
        """Count a firing; rounds missed while nobody looked collapse into this one."""
        if self.form != "timeCycle":
            slot["due"] = None
            return
        since = datetime.fromisoformat(slot["since"])
        text = self.literal if self.literal is not None else self._evaluated(token, since)
        slot["last"] = now.isoformat()
        if is_repetition(text):
            slot["fired"] = parse_cycle(text).next_round(since, slot.get("fired", 0), now)


def _next_round(text: str, since: datetime, slot: dict[str, Any]) -> datetime | None:
    if is_repetition(text):
        return parse_cycle(text).due(since, slot.get("fired", 0))
    return parse_cron(text).after(datetime.fromisoformat(slot["last"]) if "last" in slot else since)


def is_repetition(text: str) -> bool:
    """Whether a repetition is written as ISO 8601, else it is cron."""
    return text.strip()[:1].upper() == "R"
