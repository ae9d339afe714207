"""Events and the tasks that throw or catch like them: which definitions may stand where (BPMN 2.0.2 Table 10.93)."""

from __future__ import annotations

import re
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.bpmn import event_definitions as kinds
from engine.bpmn.crons import parse_cron
from engine.bpmn.documents import camunda, child, children, extension, local, text_of
from engine.bpmn.elements import properties_of
from engine.bpmn.parsers.nodes import NodeParser, external, external_topic
from engine.bpmn.parsers.sources import is_expression
from engine.bpmn.specs.nodes import Mapping
from engine.bpmn.timers import TimerTextRefused, parse_cycle, parse_duration, parse_moment

_CATCH = frozenset({"message", "timer", "conditional", "signal"})
ALLOWED: dict[str, frozenset[str]] = {
    "startEvent": _CATCH,
    "start of a sub-process": frozenset(),
    "handlerStart": _CATCH | {"error", "escalation", "compensate"},
    "intermediateCatchEvent": _CATCH | {"link"},
    "boundaryEvent": _CATCH | {"error", "escalation", "cancel", "compensate"},
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "compensate", "link"}),
    "endEvent": frozenset({"message", "signal", "escalation", "error", "cancel", "compensate", "terminate"}),
    "receiveTask": frozenset({"message"}),
    "sendTask": frozenset({"message"}),
}

# Kinds that make no sense beside others in one event: a link is a jump, cancel and compensation have one meaning each.
_ALONE = {
    "intermediateCatchEvent": ("link",),
    "intermediateThrowEvent": ("link",),
    "boundaryEvent": ("cancel", "compensate"),
    "handlerStart": ("compensate",),
}


def _parse_repetition(text: str) -> object:
    return parse_cycle(text) if kinds.is_repetition(text) else parse_cron(text)


_LITERAL = {"timeDate": parse_moment, "timeDuration": parse_duration, "timeCycle": _parse_repetition}
# What begins like this is no expression with a mistake but a time with one: -PT1H, R3PT1H, 2026-02-30, * * *, @dayly.
_MEANT_LITERALLY = re.compile(r"[+-]?(P[\dT]|R[\d/-]|\d|\*|@)", re.IGNORECASE)
_WORDS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "repetition"}


class EventParser(NodeParser):
    """Reads the direct children of an event, whatever its kind; nothing is skipped silently."""

    place = ""

    def create_task(self) -> Any:
        """A spec with its definitions."""
        spec = self.spec_class(
            self.spec, self.bpmn_id, event_definition=NoneEventDefinition(), **self.extra(), **self.bpmn_attributes
        )
        spec.definitions = self.read_definitions()
        spec.parallel = self.node.get("parallelMultiple") in ("true", "1")
        if len(spec.definitions) == 1:
            spec.event_definition = spec.definitions[0]
        return spec

    def extra(self) -> dict[str, Any]:
        """More arguments of the spec class."""
        return {}

    def read_definitions(self) -> tuple[Any, ...]:
        """The definitions in the order of the file; those that cannot stand here are problems."""
        place = self.place or local(self.node)
        found = []
        for node in self.definition_nodes():
            kind = local(node).removesuffix("EventDefinition")
            if kind not in ALLOWED[place]:
                self.problem("unknown-event", kind=local(node), place=place)
                continue
            if kind in _ALONE.get(place, ()) and len(self.definition_nodes()) > 1:
                self.problem("several-definitions-here")
            definition = _READERS[kind](self, node)
            if definition is not None:
                found.append(definition)
        return tuple(found)

    def definition_nodes(self) -> list[Any]:
        """The definition elements of this event."""
        return [part for part in children(self.node) if local(part).endswith("EventDefinition")]

    def message(self, node: Any) -> Any:
        """A message by its name."""
        name = self.source.named.name(node.get("messageRef"))
        if name is None:
            self._dangling("messageRef", node)
            return None
        self._fixed(name)
        context = self.correlation_texts(node)
        paths = self.source.properties_of_message(node.get("messageRef"))
        keys: dict[str, Any] = {key: self.source.expression(text, self.node) for key, text in context.items()}
        found: dict[str, Any] = {key: self.source.payload_path(text, self.node) for key, text in paths.items()}
        return kinds.Message(name, keys, found)

    def correlation_texts(self, node: Any) -> dict[str, str]:
        """What this side knows of each correlation key, as expression texts over the instance's variables."""
        own = {
            name.removeprefix("correlation."): text
            for name, text in properties_of(self.node).items()
            if name.startswith("correlation.")
        }
        message = self.source.by_id.get(node.get("messageRef"))
        for row in extension(message, "subscription") if message is not None else []:
            if row.get("correlationKey"):
                own["correlationKey"] = row.get("correlationKey")
        return {**self.process_parser.correlation(node.get("messageRef")), **own}

    def _fixed(self, name: str) -> None:
        if is_expression(name):
            self.problem("computed-name", name=name[:80])

    def signal(self, node: Any) -> Any:
        """A signal by its name."""
        name = self.source.named.name(node.get("signalRef"))
        if name is None:
            self._dangling("signalRef", node)
            return None
        self._fixed(name)
        return kinds.Signal(name)

    def error(self, node: Any) -> Any:
        """An error by its code; none catches all."""
        return self._coded(kinds.Error, "errorRef", node)

    def escalation(self, node: Any) -> Any:
        """An escalation by its code; none catches all."""
        return self._coded(kinds.Escalation, "escalationRef", node)

    def _coded(self, definition: Any, attribute: str, node: Any) -> Any:
        reference = node.get(attribute)
        code = None if reference is None else self.source.named.name(reference)
        if reference is not None and code is None:
            self._dangling(attribute, node)
        made = definition(code or "", code)
        made.code_variable = camunda(node, "errorCodeVariable") or camunda(node, "escalationCodeVariable")
        made.message_variable = camunda(node, "errorMessageVariable")
        made.message = None if code is None else camunda(self.source.named.by_id[reference], "errorMessage")
        return made

    def timer(self, node: Any) -> Any:
        """A timer; a repetition only where more than one firing can have a meaning."""
        forms = children(node, "timeDate", "timeDuration", "timeCycle")
        text = text_of(forms[0]) if forms else ""
        if not text:
            self.problem("event-without-definition")
            return None
        form = local(forms[0])
        if form == "timeCycle" and local(self.node) == "intermediateCatchEvent":
            self.problem("timer-cycle-here")
        return self._clocked(form, text)

    def _clocked(self, form: str, text: str) -> Any:
        if not is_expression(text):
            try:
                _LITERAL[form](text)
                return kinds.Clocked(form, text, None)
            except TimerTextRefused as refused:
                if _MEANT_LITERALLY.match(text):
                    self.problem("timer-text", text=text[:80], kind=_WORDS[form], reason=refused.params["reason"])
                    return None
            except (OverflowError, ValueError):
                self.problem("timer-text", text=text[:80], kind=_WORDS[form], reason="it is out of range")
                return None
        expression = self.source.expression(text, self.node)
        return None if expression is None else kinds.Clocked(form, None, expression)

    def conditional(self, node: Any) -> Any:
        """A condition over the variables."""
        text = text_of(child(node, "condition"))
        if not text:
            self.problem("event-without-definition")
            return None
        expression = self.source.expression(text, self.node)
        return None if expression is None else kinds.Conditional(expression)

    def compensate(self, node: Any) -> Any:
        """Compensation of one activity or of the whole scope."""
        activity = node.get("activityRef")
        waits = node.get("waitForCompletion", "true") in ("true", "1")
        return kinds.Compensate(self.source.author(activity) if activity else None, waits)

    def _dangling(self, attribute: str, node: Any) -> None:
        self.problem("dangling-reference", attribute=attribute, target=node.get(attribute) or "nothing")


_READERS: dict[str, Any] = {
    "message": EventParser.message,
    "signal": EventParser.signal,
    "timer": EventParser.timer,
    "conditional": EventParser.conditional,
    "error": EventParser.error,
    "escalation": EventParser.escalation,
    "compensate": EventParser.compensate,
    "link": lambda parser, node: kinds.Link(),
    "terminate": lambda parser, node: kinds.Terminate(),
    "cancel": lambda parser, node: kinds.Cancel(),
}


class StartParser(EventParser):
    """Start events; the trigger of an event sub-process is listened for by the scope around it."""

    @property
    def place(self) -> str:  # type: ignore[override]  # a constant elsewhere
        """Which triggers may stand here: in an embedded sub-process none at all (§10.5.2)."""
        if self.process_parser.is_handler:
            return "handlerStart"
        return "startEvent" if local(self.process_parser.node) == "process" else "start of a sub-process"


class CatchParser(EventParser):
    """Intermediate catching events."""

    def create_task(self) -> Any:
        """A catch without a definition would pass at once, which nobody drew."""
        spec = super().create_task()
        if not self.definition_nodes():
            self.problem("event-without-definition")
        return spec


class BoundaryParser(CatchParser):
    """Boundary events."""

    def extra(self) -> dict[str, Any]:
        """Whether the activity ends."""
        return {"cancel_activity": self.node.get("cancelActivity", "true") in ("true", "1")}

    def create_task(self) -> Any:
        """Errors, cancel and compensation always end their activity, or come after it (§10.5.4)."""
        spec = super().create_task()
        kinds_here = {definition.kind for definition in spec.definitions}
        if kinds_here & {"error", "cancel"}:
            spec.cancel_activity = True
        spec.listens_by_itself = kinds_here != {"compensate"}
        return spec


class ThrowParser(EventParser):
    """Intermediate throwing events and end events."""

    def create_task(self) -> Any:
        """A spec with what travels along."""
        spec = super().create_task()
        self._travelling(spec)
        return spec

    def _travelling(self, spec: Any) -> None:
        spec.correlation = tuple(
            Mapping(key, self.source.expression(text, self.node))
            for node in self.definition_nodes()
            for key, text in self.correlation_texts(node).items()
        )
        for node in [self.node, *self.definition_nodes()]:
            for name in ("class", "delegateExpression", "expression"):
                if camunda(node, name):
                    self.problem("service-implementation", attribute=f"camunda:{name}")

    def describe(self, spec: Any) -> None:
        """Parameters of the event or of its definition."""
        super().describe(spec)
        for node in self.definition_nodes():
            if node is not self.node:
                spec.inputs_mapped += self.source.parameters(node, "inputParameter") + self.source.handed_in(node)


class MessageTaskParser(EventParser):
    """What send and receive tasks share: the message stands on the task itself, or in a definition inside."""

    def definition_nodes(self) -> list[Any]:
        """The task itself carries the reference."""
        return [self.node] if self.node.get("messageRef") else super().definition_nodes()

    def read_definitions(self) -> tuple[Any, ...]:
        """One message."""
        found = [self.message(node) for node in self.definition_nodes()]
        return tuple(definition for definition in found if definition is not None)


class SendParser(MessageTaskParser, ThrowParser):
    """Send tasks: the message stands on the task itself, or the work is an external job."""

    def create_task(self) -> Any:
        """A throwing spec, or a job where an external topic says so."""
        if external_topic(self.node) and not self.node.get("messageRef"):
            return external(self)
        spec = super().create_task()
        if not spec.definitions:
            self.problem("event-without-definition")
        return spec


class ReceiveParser(MessageTaskParser):
    """Receive tasks."""

    def create_task(self) -> Any:
        """Without a message the task could never end."""
        spec = super().create_task()
        if not spec.definitions and self.node.get("messageRef") is None:
            self.problem("event-without-definition")
        return spec
