"""Gateways (BPMN 2.0.2 §10.6, §13.4): when they fire is counted in tokens on flows, never guessed from the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.evaluations import Expression
from engine.bpmn.failures import NoFlowApplies
from engine.bpmn.specs.events import Catching
from engine.bpmn.specs.nodes import Flow, Node

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token
    from engine.bpmn.workflow import Scope


class Exclusive(Node, defaults.ExclusiveGateway):
    """The first flow whose condition holds, in the order of the file, else the default (§13.4.2)."""

    def choose(self, token: Token) -> list[Flow]:
        """Exactly one flow, or none at the end of a path."""
        for flow in self.flows:
            if not flow.default and (flow.condition is None or self.holds(flow, token)):
                return [flow]
        default = [flow for flow in self.flows if flow.default]
        if self.flows and not default:
            raise NoFlowApplies(element=self.element)
        return default


class Joining(Node):
    """A gateway that may have to wait for tokens on several incoming flows."""

    incoming: tuple[str, ...] = ()

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.incoming) < 2:
            self.enter(my_task)
            return True
        waiting = my_task.workflow.arrived.setdefault(self.name, {})
        waiting.setdefault(my_task.internal_data.get("flow", ""), []).append(my_task)
        my_task._set_state(TaskState.WAITING)
        return self.arrived(my_task, waiting)

    def arrived(self, token: Token, waiting: dict[str, list[Token]]) -> bool:
        """Another token waits; True when the gateway fires with it."""
        return False

    def released(self, token: Token) -> None:
        """A waiting token was cancelled."""
        waiting = token.workflow.arrived.get(self.name, {}).get(token.internal_data.get("flow", ""), [])
        if token in waiting:
            waiting.remove(token)

    def consume(self, scope: Scope, tokens: list[Token], survivor: Token) -> None:
        """Take the tokens a firing uses out of the world; one of them becomes the firing."""
        for token in tokens:
            scope.arrived[self.name][token.internal_data.get("flow", "")].remove(token)
            if token is not survivor:
                scope._remove_task(token.id)
        self.enter(survivor)

    def may_fire_at_rest(self, scope: Scope) -> bool:
        """Asked when nothing else can run; True when the gateway fired."""
        return False


class Parallel(Joining, defaults.ParallelGateway):
    """Fires when every incoming flow has a token and uses one of each; a surplus stays for the next time (§13.4.1)."""

    def arrived(self, token: Token, waiting: dict[str, list[Token]]) -> bool:
        """Fire with one token of each flow."""
        if any(not waiting.get(flow) for flow in self.incoming):
            return False
        self.consume(token.workflow, _one_each(token, waiting, self.incoming), token)
        return True

    def choose(self, token: Token) -> list[Flow]:
        """Every flow, whatever conditions somebody wrote on them."""
        return list(self.flows)


def _one_each(token: Token, waiting: dict[str, list[Token]], incoming: tuple[str, ...]) -> list[Token]:
    """One waiting token of each flow that has any; of its own flow the given token itself."""
    own = token.internal_data.get("flow")
    return [token if flow == own else waiting[flow][0] for flow in incoming if waiting.get(flow)]


class Inclusive(Joining, defaults.InclusiveGateway):
    """Fires when no token can still reach an empty incoming flow of it, except through a filled one (§13.4.3).

    `reach` holds, for every incoming flow, the elements from which a token can come to it without passing this gateway.
    """

    reach: dict[str, frozenset[str]]

    def arrived(self, token: Token, waiting: dict[str, list[Token]]) -> bool:
        """Fire at once only when every flow has a token; else the question is asked at rest."""
        if all(waiting.get(flow) for flow in self.incoming):
            self._fire(token.workflow, token)
            return True
        token.top.joins[(id(token.workflow), self.name)] = (token.workflow, self)
        return False

    def may_fire_at_rest(self, scope: Scope) -> bool:
        """Fire when every other token of the scope is out of reach."""
        waiting = scope.arrived.get(self.name, {})
        filled = [flow for flow in self.incoming if waiting.get(flow)]
        if not filled or scope.completed:
            scope.top_workflow.joins.pop((id(scope), self.name), None)
            return False
        if any(self._awaited(token, filled) for token in scope.root.children):
            return False
        survivor = waiting[filled[0]][0]
        self._fire(scope, survivor)
        survivor._ready()
        return True

    def _awaited(self, token: Token, filled: list[str]) -> bool:
        place = token.task_spec.name
        if place == self.name or token.internal_data.get("listens"):
            return False
        reaches_empty = any(place in self.reach[flow] for flow in self.incoming if flow not in filled)
        return reaches_empty and not any(place in self.reach[flow] for flow in filled)

    def _fire(self, scope: Scope, survivor: Token) -> None:
        waiting = scope.arrived[self.name]
        self.consume(scope, _one_each(survivor, waiting, self.incoming), survivor)
        if not any(waiting.values()):
            scope.top_workflow.joins.pop((id(scope), self.name), None)

    def choose(self, token: Token) -> list[Flow]:
        """Every flow whose condition holds, else the default, else a failure."""
        holding = [flow for flow in self.flows
                   if not flow.default and (flow.condition is None or self.holds(flow, token))]
        chosen = holding or [flow for flow in self.flows if flow.default]
        if self.flows and not chosen:
            raise NoFlowApplies(element=self.element)
        return chosen


class Complex(Joining, defaults.ParallelGateway):
    """Converging: fires when `activation` (over activationCount) holds, then waits for the rest and resets (§13.4.5)."""

    activation: Expression | None = None

    def choose(self, token: Token) -> list[Flow]:
        """Diverging like an inclusive gateway."""
        return Inclusive.choose(self, token)   # type: ignore[arg-type]  # only reads flows


class EventBased(Node, defaults.EventBasedGateway):
    """The first event after it that happens takes the token; the others stop listening (§10.6.6)."""

    def connect(self, taskspec: Any) -> None:
        """Keep the events with their own definitions; stock moves them into the gateway."""
        self._outputs.append(taskspec.name)
        taskspec._connect_notify(self)

    def _update_hook(self, my_task: Token) -> bool:
        self.enter(my_task)
        my_task._set_state(TaskState.WAITING)
        for flow in self.flows:
            spec = self._wf_spec.task_specs[flow.target]
            spec.listen(my_task.add(spec, listens=1, flow=flow.id))
        return False

    def chosen(self, token: Token, listener: Token, payload: dict[str, Any]) -> None:
        """One of the events happened."""
        token.internal_data["chosen"] = [listener.internal_data.get("flow"), payload]
        for child in token.children:
            child.cancel()
        token._ready()

    def choose(self, token: Token) -> list[Flow]:
        """The flow to the event that happened."""
        return [flow for flow in self.flows if flow.id == token.internal_data["chosen"][0]]

    def follow(self, token: Token, flows: list[Flow]) -> None:
        """The event has happened, so its element passes at once."""
        super().follow(token, flows)
        for child in token.children:
            child.internal_data.update({"fired": 1, "payload": token.internal_data["chosen"][1]})


class StartGate(EventBased):
    """Waits for any of the start events of an instance that was begun without saying which; stands for no element."""

    definitions = ()

    def enter(self, token: Token) -> None:
        """Nobody drew this gateway, so nobody hears of it."""

    def _on_complete_hook(self, my_task: Token) -> None:
        self.follow(my_task, self.choose(my_task))


def catching(spec: Any) -> bool:
    """Whether an element can follow an event-based gateway."""
    return isinstance(spec, Catching)
