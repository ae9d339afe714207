"""What every element shares: entering, leaving by the flows that apply, hosting boundary events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.evaluations import Expression
from engine.bpmn.failures import AmbiguousStart, ConditionNotBoolean, NoFlowApplies

if TYPE_CHECKING:
    from engine.bpmn.elements import ElementInfo
    from engine.bpmn.tokens import Token


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow as a spec follows it; `author` is None for one that nobody drew."""

    id: str
    author: str | None
    target: str
    condition: Expression | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """An input or output parameter: a name and an expression, a list or a map of such."""

    name: str
    value: Any

    def evaluate(self, token: Token) -> Any:
        """The value as the token sees it."""
        return _evaluated(self.value, token)


def _evaluated(value: Any, token: Token) -> Any:
    if isinstance(value, list):
        return [_evaluated(part, token) for part in value]
    if isinstance(value, dict):
        return {key: _evaluated(part, token) for key, part in value.items()}
    return value if value is None or isinstance(value, str) else token.value(value)


class Node(BpmnSpecMixin):
    """Base of all elements. Attributes are set once by the parser; specs hold no state of any instance."""

    element = ""
    info: ElementInfo
    flows: tuple[Flow, ...] = ()
    definitions: tuple[Any, ...] = ()
    boundary: tuple[str, ...] = ()  # names of the boundary event specs
    inputs_mapped: tuple[Mapping, ...] = ()
    outputs_mapped: tuple[Mapping, ...] = ()
    compensated_by: str | None = None  # name of the spec that undoes this activity
    isolates = False  # whether variables of the inside stay inside

    def test(self) -> None:
        """Everything was checked when the diagram was compiled."""

    def _predict(self, my_task: Token, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Nothing is predicted: tokens exist where they are, not where they may come."""

    def _update_hook(self, my_task: Token) -> bool:
        self.enter(my_task)
        return True

    def _on_ready_hook(self, my_task: Token) -> None:
        my_task.top.ready.append(my_task)

    def _run_hook(self, my_task: Token) -> bool | None:
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        self.finish(my_task)
        my_task.top.recorder.left.append(my_task.id)
        if "for" not in my_task.internal_data:
            self.remember(my_task)
            self.follow(my_task, self.choose(my_task))

    def _on_cancel(self, my_task: Token) -> None:
        top = my_task.top
        if my_task.internal_data.get("in"):
            # an event that has thrown is done, also where what it threw ends its own scope; one that waits for its
            # compensation is not
            threw = "threw" in my_task.internal_data and "undo" not in my_task.internal_data
            (top.recorder.left if threw else top.recorder.cancelled).append(my_task.id)
        self.released(my_task)

    def _on_error(self, my_task: Token) -> None:
        """The exception itself goes up to the runner, which gives the whole instance up."""

    def enter(self, token: Token) -> None:
        """Record that an instance of this element begins, with its local variables and its boundary events."""
        token.internal_data["in"] = 1
        token.top.recorder.entered.append((token.id, self.element))
        for mapping in self.inputs_mapped:
            token.data[mapping.name] = mapping.evaluate(token)
        self.attach(token)

    def attach(self, token: Token) -> None:
        """Let the boundary events listen."""
        for name in self.boundary:
            spec = self._wf_spec.task_specs[name]
            if spec.listens_by_itself:
                spec.listen(token.add(spec, listens=1))

    def finish(self, token: Token) -> None:
        """Close what hangs on the activity and hand its results out; it is complete."""
        for child in token.children:
            child.cancel()
        seen = self.inside(token)
        results = [(mapping.name, mapping.evaluate(seen)) for mapping in self.outputs_mapped]
        for mapping in self.inputs_mapped:
            token.data.pop(mapping.name, None)
        for name, value in results:
            token.assign(name, value, "mapping")

    def inside(self, token: Token) -> Token:
        """Who sees what the activity worked with: the token itself, or the root of the scope inside it."""
        return token

    def remember(self, token: Token) -> None:
        """Note a completed activity that can be compensated (§10.7), with what its handler will need to see."""
        if self.compensated_by is not None:
            token.workflow.compensable.append(
                {"element": self.element, "handler": self.compensated_by, "data": dict(token.data)}
            )

    def released(self, token: Token) -> None:
        """The token is cancelled: tell whoever waits for it outside."""

    def child_completed(self, owner: Token, child: Token) -> None:
        """A token that this element owns has completed."""

    def watched(self, token: Token) -> frozenset[str]:
        """The variables whose change may move this element's times or fire its conditions."""
        return frozenset()

    def redate(self, token: Token, changed: set[str]) -> None:
        """Compute due times anew if they read what changed."""

    def choose(self, token: Token) -> list[Flow]:
        """The flows that take a token away: all plain ones, those whose condition holds, else the default (§13.3.1)."""
        plain = [flow for flow in self.flows if flow.condition is None and not flow.default]
        conditional = [flow for flow in self.flows if flow.condition is not None and not flow.default]
        holding = [flow for flow in conditional if self.holds(flow, token)]
        default = [flow for flow in self.flows if flow.default and not holding]
        if conditional and not plain and not holding and not default:
            raise NoFlowApplies(element=self.element)
        return plain + holding + default

    def holds(self, flow: Flow, token: Token) -> bool:
        """Whether the condition of a flow is true; anything but true, false or null is a failure, not a guess."""
        value = token.value(flow.condition)
        if value is not None and not isinstance(value, bool):
            raise ConditionNotBoolean(
                element=self.element, text=flow.condition.text if flow.condition else "", value=repr(value)[:80]
            )
        return value is True

    def follow(self, token: Token, flows: list[Flow]) -> None:
        """A token on each flow, at its target."""
        for flow in flows:
            if flow.author is not None:
                token.top.recorder.flows.append(flow.author)
            token.add(self._wf_spec.task_specs[flow.target], flow=flow.id)

    def thrown(self, token: Token) -> None:
        """The event this token threw was dispatched and the token still stands."""
        token.complete()


class ScopeStart(Node, BpmnStartTask):
    """The root of a scope: starts where it was told to, else at the plain starts; arms event sub-processes."""

    plain_starts: tuple[str, ...] = ()  # none start events, or nodes without incoming flows
    waiting_starts: tuple[str, ...] = ()  # start events with a trigger
    handlers: tuple[str, ...] = ()  # start events of event sub-processes
    one_by_one = False  # a sequential ad-hoc sub-process
    undo_handler: list[str] | None = None  # event sub-process for compensation, and its start event
    together: tuple[frozenset[str], ...] = ()  # events of parallel instantiating gateways: all of them must happen

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        chosen = my_task.internal_data.get("chosen")
        if chosen not in ("", "_undo"):  # a scope opened again for compensation listens to nothing
            self.arm_handlers(my_task)
        for name, internal in self.starts(my_task):
            my_task.add(self._wf_spec.task_specs[name], **internal)

    def arm_handlers(self, root: Token) -> None:
        """Event sub-processes listen from the start of their scope to its end (§10.3.5)."""
        for name in self.handlers:
            spec = self._wf_spec.task_specs[name]
            if not spec.listens_by_itself:
                continue
            listener = root.add(spec, listens=1)
            root.workflow.listeners[listener.id] = None
            spec.listen(listener)

    def starts(self, root: Token) -> Iterator[tuple[str, dict[str, Any]]]:
        """The specs that get the first tokens."""
        chosen = root.internal_data.get("chosen")
        payload = root.internal_data.pop("payload", {})
        if chosen == "":
            handler, start = payload["handler"]
            yield handler, {"start": start}
        elif chosen is not None:
            yield chosen, {"fired": 1, "payload": payload}
            for group in self.together:
                yield from ((name, {}) for name in sorted(group - {chosen}) if chosen in group)
        elif self.plain_starts:
            started = [name for name in self.plain_starts if self._wf_spec.task_specs[name].info.kind == "startEvent"]
            if len(started) > 1:
                raise AmbiguousStart(element=started[0])
            names = self.plain_starts[:1] if self.one_by_one else self.plain_starts
            yield from ((name, {}) for name in names)
        elif self.waiting_starts:
            yield "_starts", {"rounds": root.internal_data.pop("rounds", {})}


def ready_again(token: Token) -> None:
    """Let a started token run once more, to complete."""
    token._set_state(TaskState.READY)
    token.top.ready.append(token)
