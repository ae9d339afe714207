"""Gateways (BPMN 2.0.2 §10.6, §13.4): when they fire is counted in tokens on flows, never guessed from the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.evaluations import Expression, value_of
from engine.bpmn.failures import NoFlowApplies
from engine.bpmn.progress import Again
from engine.bpmn.specs.loops import with_first as _with
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
        holding = [
            flow for flow in self.flows if not flow.default and (flow.condition is None or self.holds(flow, token))
        ]
        chosen = holding or [flow for flow in self.flows if flow.default]
        if self.flows and not chosen:
            raise NoFlowApplies(element=self.element)
        return chosen


class Complex(Inclusive):
    """Converging: fires when the activation condition over `activationCount` holds, then waits for the tokens that
    can still come before it starts anew (§13.4.5). Late tokens give nothing, except on flows that ask for
    `waitingForStart`.
    """

    activation: Expression | None = None

    def arrived(self, token: Token, waiting: dict[str, list[Token]]) -> bool:
        """Count and fire, or absorb what comes after the firing."""
        scope = token.workflow
        token.top.joins[(id(scope), self.name)] = (scope, self)
        if self.name in scope.resetting:
            return False
        if not self._activates(token, sum(len(tokens) for tokens in waiting.values())):
            return False
        used = _one_each(token, waiting, self.incoming)
        scope.resetting[self.name] = [each.internal_data.get("flow", "") for each in used]
        self.consume(scope, used, token)
        return True

    def _activates(self, token: Token, count: int) -> bool:
        if self.activation is None:
            return True
        counted = {"activationCount": count, "waitingForStart": True}
        return value_of(self.activation, self.element, _with(counted, token), token.top.environment) is True

    def may_fire_at_rest(self, scope: Scope) -> bool:
        """The reset: every other flow has its token, or none can come (§13.4.5)."""
        consumed = scope.resetting.get(self.name)
        if consumed is None:
            return False
        waiting = scope.arrived.setdefault(self.name, {})
        rest = [flow for flow in self.incoming if flow not in consumed]
        filled = [flow for flow in self.incoming if flow in consumed or waiting.get(flow)]
        if any(not waiting.get(flow) for flow in rest) and any(
            self._awaited(token, filled) for token in scope.root.children
        ):
            return False
        return self._reset(scope, [waiting[flow][0] for flow in rest if waiting.get(flow)])

    def _reset(self, scope: Scope, late: list[Token]) -> bool:
        del scope.resetting[self.name]
        for token in late:
            token.workflow.arrived[self.name][token.internal_data.get("flow", "")].remove(token)
        flows = [flow for flow in self.flows if self._asks(flow)] if late else []
        survivor = late[0] if late and any(self._holds_after(flow, late[0]) for flow in flows) else None
        for token in late:
            if token is not survivor:
                scope._remove_task(token.id)
        if survivor is not None:
            survivor.internal_data["late"] = 1
            self.enter(survivor)
            survivor._ready()
        self._again(scope)
        scope.settle()
        return True

    def _again(self, scope: Scope) -> None:
        """Tokens that came twice on one flow count for the next activation."""
        for tokens in list(scope.arrived[self.name].values()):
            for token in list(tokens):
                tokens.remove(token)
                if self._update_hook(token):
                    token._ready()

    def _asks(self, flow: Flow) -> bool:
        return flow.condition is not None and "waitingForStart" in flow.condition.reads

    def _holds_after(self, flow: Flow, token: Token) -> bool:
        lookup = _with({"waitingForStart": False}, token)
        return value_of(flow.condition, self.element, lookup, token.top.environment) is True

    def holds(self, flow: Flow, token: Token) -> bool:
        """Conditions may ask in which phase the gateway is."""
        lookup = _with({"waitingForStart": "late" not in token.internal_data}, token)
        return value_of(flow.condition, self.element, lookup, token.top.environment) is True

    def choose(self, token: Token) -> list[Flow]:
        """Like an inclusive gateway; in the reset only what asks for it, and nothing is no failure."""
        if "late" in token.internal_data:
            return [flow for flow in self.flows if self._asks(flow) and self.holds(flow, token)]
        return super().choose(token)


class EventBased(Node, defaults.EventBasedGateway):
    """The first event after it that happens takes the token; the others stop listening (§10.6.6)."""

    def connect(self, taskspec: Any) -> None:
        """Keep the events with their own definitions; stock moves them into the gateway."""
        self._outputs.append(taskspec.name)
        taskspec._connect_notify(self)

    all_events = False  # an instantiating gateway of type Parallel: every event must happen (§10.6.6)

    def _update_hook(self, my_task: Token) -> bool:
        self.enter(my_task)
        if self.all_events:
            return True
        my_task._set_state(TaskState.WAITING)
        for flow in self.flows:
            spec = self._wf_spec.task_specs[flow.target]
            spec.listen(my_task.add(spec, listens=1, flow=flow.id, **self.known(my_task, flow)))
        return False

    def known(self, token: Token, flow: Flow) -> dict[str, Any]:
        """What a listener knows before it begins to wait."""
        return {}

    def chosen(self, token: Token, listener: Token, payload: dict[str, Any]) -> None:
        """One of the events happened."""
        token.internal_data["chosen"] = [listener.internal_data.get("flow"), payload]
        for child in token.children:
            child.cancel()
        token._ready()

    def choose(self, token: Token) -> list[Flow]:
        """The flow to the event that happened."""
        if self.all_events:
            return list(self.flows)
        return [flow for flow in self.flows if flow.id == token.internal_data["chosen"][0]]

    def follow(self, token: Token, flows: list[Flow]) -> None:
        """The event has happened, so its element passes at once."""
        super().follow(token, flows)
        for child in [] if self.all_events else token.children:
            child.internal_data.update({"fired": 1, "payload": token.internal_data["chosen"][1]})


class StartGate(EventBased):
    """Waits for any of the start events of an instance that was begun without saying which; stands for no element."""

    definitions = ()

    def enter(self, token: Token) -> None:
        """Nobody drew this gateway, so nobody hears of it."""

    def known(self, token: Token, flow: Flow) -> dict[str, Any]:
        """A start timer that repeats goes on counting where the instance before it began."""
        rounds = token.internal_data.get("rounds", {})
        return {"slots": rounds[flow.target]} if flow.target in rounds else {}

    def chosen(self, token: Token, listener: Token, payload: dict[str, Any]) -> None:
        """One of the start events happened; each round of one that repeats begins an instance of its own (§10.5.2)."""
        if listener.task_spec.has_next_round(listener):
            rounds = {listener.task_spec.name.removesuffix(".listener"): listener.internal_data["slots"]}
            token.top.recorder.again = Again(dict(token.top.data), rounds)
        super().chosen(token, listener, payload)

    def _on_complete_hook(self, my_task: Token) -> None:
        self.follow(my_task, self.choose(my_task))
