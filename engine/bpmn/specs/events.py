"""Events (BPMN 2.0.2 §10.5): catching in the flow, listening on a boundary or in a scope, throwing, ending."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.evaluations import plain
from engine.bpmn.progress import Message
from engine.bpmn.specs.nodes import Flow, Mapping, Node

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token


class Catching(Node):
    """What waits for one of its definitions, or for all of them (parallel multiple)."""

    parallel = False
    listens_by_itself = True

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.internal_data.get("listens"):
            return False  # a listener is no token: it was armed by its owner and stays where it is
        self.enter(my_task)
        if my_task.internal_data.get("fired") or self.passes():
            return True
        self.listen(my_task)
        return False

    def passes(self) -> bool:
        """Whether there is nothing to wait for: a plain start, a link."""
        return all(definition.kind == "link" for definition in self.definitions)

    def listen(self, token: Token) -> None:
        """Wait: in the index of the instance, with every definition armed."""
        token._set_state(TaskState.WAITING)
        token.top.event_manager.add_task(token)
        token.top.watch(token)
        for index, definition in enumerate(self.definitions):
            if index not in token.internal_data.get("seen", ()):
                definition.arm(token, slot(token, index))

    def happened(self, token: Token, payload: dict[str, Any], index: int = 0) -> None:
        """One definition happened; the event fires when that is enough."""
        if self.parallel and len(self.definitions) > 1:
            seen = token.internal_data.setdefault("seen", [])
            if index not in seen:
                seen.append(index)
            token.internal_data.setdefault("payload", {}).update(payload)
            payload = token.internal_data["payload"]
            if len(seen) < len(self.definitions):
                return
        self.fire(token, payload)

    def fire(self, token: Token, payload: dict[str, Any]) -> None:
        """The event occurred: the token in the flow goes on, a listener tells its owner."""
        if token.internal_data.get("listens"):
            self.notify(token, payload)
            return
        self.unlisten(token)
        token.internal_data.update({"fired": 1, "payload": payload})
        token._ready()

    def notify(self, token: Token, payload: dict[str, Any]) -> None:
        """A listener before an event-based gateway fired: the gateway decides."""
        token.parent.task_spec.chosen(token.parent, token, payload)

    def unlisten(self, token: Token) -> None:
        """Stop waiting."""
        recorder = token.top.recorder
        token.top.event_manager.remove_task(token)
        kinds = {definition.kind for definition in self.definitions}
        if "timer" in kinds:
            recorder.timers.close(token.id)
        if kinds & {"message", "signal"}:
            recorder.subscriptions.close(token.id)

    def released(self, token: Token) -> None:
        """Cancelled while waiting."""
        self.unlisten(token)

    def rearm(self, token: Token) -> None:
        """A non-interrupting event goes on listening for the next time."""
        token.internal_data.pop("seen", None)
        token.internal_data.pop("payload", None)

    def _run_hook(self, my_task: Token) -> bool | None:
        payload = my_task.internal_data.pop("payload", None) or {}
        for name, value in payload.items():
            my_task.assign(name, plain(value, self.element), "message")
        return True

    def slots(self, kind: str) -> list[tuple[int, Any]]:
        """The definitions of a kind with their index."""
        return [(index, definition) for index, definition in enumerate(self.definitions) if definition.kind == kind]

    def due_slots(self, token: Token, now: datetime) -> list[int]:
        """The timers of this token that are due."""
        dues = ((index, slot(token, index).get("due")) for index, _ in self.slots("timer"))
        seen = token.internal_data.get("seen", ())
        return [index for index, due in dues if due and index not in seen and datetime.fromisoformat(due) <= now]

    def timer_due(self, token: Token, index: int, now: datetime) -> None:
        """A timer of this token came due."""
        definition = self.definitions[index]
        definition.fired(token, slot(token, index), now)
        self.happened(token, {}, index)
        if token.id in token.top.event_manager.tasks:  # still listening: the next round
            recorder = token.top.recorder
            recorder.timers.close(token.id)
            for other, timer in self.slots("timer"):
                if timer.form == "timeCycle" or slot(token, other).get("due"):
                    timer.schedule(token, slot(token, other))

    def has_next_round(self, token: Token) -> bool:
        """Whether a repeating timer of this token has fired and has rounds left."""
        return any(timer.form == "timeCycle" and timer.following(token, slot(token, index))
                   for index, timer in self.slots("timer"))

    def watched(self, token: Token) -> frozenset[str]:
        """What its timers and conditions read."""
        timers = (timer.depends_on(token) for _, timer in self.slots("timer"))
        return frozenset().union(*timers, *(condition.expression.reads for _, condition in self.slots("conditional")))

    def redate(self, token: Token, changed: set[str]) -> None:
        """Timers whose expression reads what changed get a new due time."""
        moved = [
            index
            for index, timer in self.slots("timer")
            if timer.depends_on(token) & changed and slot(token, index).get("due")
        ]
        if moved:
            token.top.recorder.timers.opened.pop(token.id, None)
            for index, timer in self.slots("timer"):
                if slot(token, index).get("due"):
                    timer.schedule(token, slot(token, index))

    def stood_still(self, token: Token, paused: datetime, resumed: datetime) -> None:
        """The case was paused: its timers go on where they stopped."""
        token.top.recorder.timers.opened.pop(token.id, None)
        for index, timer in self.slots("timer"):
            if slot(token, index).get("due"):
                timer.stood_still(slot(token, index), paused, resumed)
                timer.schedule(token, slot(token, index))

    def edges(self, token: Token, changed: set[str], fresh: bool) -> list[int]:
        """The conditions of this token that have just become true; asked anew only when what they read has changed."""
        return [
            index
            for index, condition in self.slots("conditional")
            if (fresh or condition.expression.reads & changed) and condition.edge(token, slot(token, index))
        ]


def slot(token: Token, index: int) -> dict[str, Any]:
    """The token's own state for one of its definitions."""
    slots: dict[str, dict[str, Any]] = token.internal_data.setdefault("slots", {})
    return slots.setdefault(str(index), {})


class StartEvent(Catching, defaults.StartEvent):
    """A start event: passes at once when it is plain or was chosen; waits when the instance began without a choice."""


class HandlerStart(Catching, defaults.StartEvent):
    """The start event of an event sub-process as the scope around it sees it: a listener (§10.3.5)."""

    handler = ""  # the event sub-process
    start = ""  # the start event inside it
    interrupting = True

    def notify(self, token: Token, payload: dict[str, Any]) -> None:
        """Start the event sub-process; an interrupting one first ends everything else in its scope."""
        scope = token.workflow
        if self.interrupting:
            scope.cancel_all()
        else:
            self.rearm(token)
        child = scope.root.add(scope.spec.task_specs[self.handler], start=self.start, payload=payload)
        child.task_spec._update(child)


class IntermediateCatch(Catching, defaults.IntermediateCatchEvent):
    """Waits in the flow."""


class Receive(Catching, defaults.ReceiveTask):
    """A receive task: an activity that waits for its message."""


class Boundary(Catching, defaults.BoundaryEvent):
    """A listener on an activity; it fires as a token of its own beside or instead of the activity."""

    def notify(self, token: Token, payload: dict[str, Any]) -> None:
        """Interrupting: the activity ends first. Non-interrupting: the listener stays for the next time."""
        root, host = token.workflow.root, token.parent
        if self.cancel_activity:
            host.cancel()
        else:
            self.rearm(token)
        child = root.add(self, fired=1, payload=payload)
        self._update(child)


class Throwing(Node):
    """Throws its definitions and goes on when they were dispatched, if it still stands then."""

    payload: tuple[Mapping, ...] = ()
    correlation: tuple[Mapping, ...] = ()

    def _run_hook(self, my_task: Token) -> bool | None:
        queued = False
        for definition in self.definitions:
            if definition.kind == "message":
                self.send(my_task, definition.name)
            elif definition.kind not in ("link", "terminate"):
                definition.throw(my_task)
                my_task.internal_data["threw"] = 1
                queued = True
        return None if queued else True

    def values(self, token: Token) -> dict[str, Any]:
        """What travels with the event: its input parameters, nothing else."""
        return dict(token.data)

    def send(self, token: Token, name: str) -> None:
        """Hand a message to the outside; who receives it is decided there, and it may be this very instance."""
        payload = self.values(token)
        definition = next(each for each in self.definitions if each.kind == "message" and each.name == name)
        keys = definition.learn(payload, self.element, token.top)
        keys.update((mapping.name, mapping.evaluate(token)) for mapping in self.correlation)
        token.top.recorder.thrown.append(Message(self.element, name, payload, keys or None))


class IntermediateThrow(Throwing, defaults.IntermediateThrowEvent):
    """Throws in the flow."""


class Send(Throwing, defaults.SendTask):
    """A send task."""


class Undo(Throwing, defaults.IntermediateThrowEvent):
    """Compensates everything noted in its scope; stands for no element, so nobody hears of it."""

    def enter(self, token: Token) -> None:
        """Not an activity instance."""

    def _on_complete_hook(self, my_task: Token) -> None:
        """Nothing follows."""


class EndEvent(Throwing, defaults.EndEvent):
    """Throws and takes its token out of the world; a terminate end takes all others of the scope with it."""

    def _on_complete_hook(self, my_task: Token) -> None:
        super()._on_complete_hook(my_task)
        if any(definition.kind == "terminate" for definition in self.definitions):
            my_task.workflow.cancel_all(but=my_task)

    def choose(self, token: Token) -> list[Flow]:
        """Nothing follows an end event."""
        return []

    def thrown(self, token: Token) -> None:
        """After a cancel end event was dispatched, the transaction is left by its cancel boundary event."""
        host = token.workflow.parent_token
        if host is None or not any(definition.kind == "cancel" for definition in self.definitions):
            token.complete()
            return
        hosts = [host] if host.parent.is_root else [host, host.parent]  # the body of a repeated transaction
        listeners = [child for each in hosts for child in each.children if _is_cancel(child)]
        if listeners:
            listeners[0].task_spec.fire(listeners[0], {})
        else:
            outer = host.workflow
            hosts[-1].cancel()
            outer.settle()


def _is_cancel(token: Token) -> bool:
    return any(definition.kind == "cancel" for definition in getattr(token.task_spec, "definitions", ()))
