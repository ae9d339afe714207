"""Activities that repeat (BPMN 2.0.2 §10.3.7–8): the body is one token that owns its instances and counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.evaluations import Expression, value_of
from engine.bpmn.failures import BadCardinality, NotACollection
from engine.bpmn.specs.nodes import Node, ready_again

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token

MOST_INSTANCES = 10_000


class Repeating(Node):
    """The body: hosts the boundary events and the flows, owns the instances; its own token is not an instance."""

    task_spec = ""  # name of the spec of one instance
    condition: Expression | None = None

    def enter(self, token: Token) -> None:
        """The body is no activity instance (its instances are); its boundary events listen."""
        self.attach(token)

    def _update_hook(self, my_task: Token) -> bool:
        self.enter(my_task)
        my_task._set_state(TaskState.STARTED)
        return self.begin(my_task)

    def begin(self, token: Token) -> bool:
        """Make the first instances; True when there is none to make."""
        raise NotImplementedError

    def instance(self, token: Token, index: int, local: dict[str, Any], **local_item: Any) -> None:
        """Another instance of the activity."""
        child = token.add(self._wf_spec.task_specs[self.task_spec], index=index)
        child.data.update(local, loopCounter=index + 1)
        child.internal_data.update(local_item)
        child.task_spec._update(child)

    def _on_complete_hook(self, my_task: Token) -> None:
        self.finish(my_task)
        self.follow(my_task, self.choose(my_task))


class StandardLoop(Repeating, defaults.StandardLoopTask):
    """Again while the condition holds, at most `maximum` times."""

    def begin(self, token: Token) -> bool:
        """The first round, unless the test before it fails."""
        token.internal_data["rounds"] = 0
        return self._next(token, test=self.test_before)

    def child_completed(self, owner: Token, child: Token) -> None:
        """A round is over."""
        if owner.has_state(TaskState.STARTED) and self._next(owner, test=True):
            ready_again(owner)

    def _next(self, token: Token, test: bool) -> bool:
        rounds = token.internal_data["rounds"]
        if self.maximum is not None and rounds >= self.maximum:
            return True
        if test and self.condition is not None and not self._again(token, rounds):
            return True
        token.internal_data["rounds"] = rounds + 1
        self.instance(token, rounds, {})
        return False

    def _again(self, token: Token, rounds: int) -> bool:
        counted = {"loopCounter": rounds}
        return value_of(self.condition, self.element, with_first(counted, token), token.top.environment) is True


class MultiInstance(Repeating, defaults.ParallelMultiInstanceTask):
    """One instance for each item or number, at once or one after the other; results in the order of the items."""

    sequential = False
    cardinality: Expression | None = None
    collection: Expression | None = None
    input_item: str | None = None
    output: str | None = None  # the variable that gets the list of results
    output_item: Expression | None = None
    output_local: str | None = None  # the name an instance writes its result to

    def begin(self, token: Token) -> bool:
        """Count the instances and make the first ones."""
        items = self._items(token)
        internal = token.internal_data
        internal.update(total=len(items), next=0, completed=0, terminated=0, results={})
        internal["items"] = items if self.sequential else []
        for item in items[:1] if self.sequential else items:
            self._start(token, item)
        if not items:
            self._hand_out(token)
        return not items

    def _items(self, token: Token) -> list[Any]:
        if self.collection is None:
            return [None] * self._count(token)
        found = token.value(self.collection)
        if isinstance(found, dict):
            found = list(found.values())
        if not isinstance(found, list):
            raise NotACollection(element=self.element, text=self.collection.text)
        if len(found) > MOST_INSTANCES:
            raise BadCardinality(element=self.element, value=len(found), limit=MOST_INSTANCES)
        return found

    def _count(self, token: Token) -> int:
        value = token.value(self.cardinality)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_INSTANCES:
            raise BadCardinality(element=self.element, value=repr(value)[:60], limit=MOST_INSTANCES)
        return value

    def _start(self, token: Token, item: Any) -> None:
        index = token.internal_data["next"]
        token.internal_data["next"] = index + 1
        local = {self.input_item: item} if self.input_item else {}
        if self.output_local and self.output_local not in local:
            local[self.output_local] = None
        self.instance(token, index, local, **({} if self.collection is None else {"item": item}))

    def child_completed(self, owner: Token, child: Token) -> None:
        """One instance is complete: keep its result, see whether that is enough, else start the next."""
        internal = owner.internal_data
        if "index" not in child.internal_data or not owner.has_state(TaskState.STARTED):
            return
        internal["completed"] += 1
        if self.output:
            internal["results"][str(child.internal_data["index"])] = self._result(child, owner)
        if self._enough(owner, child):
            self._stop(owner)
        elif self.sequential and internal["next"] < internal["total"]:
            self._start(owner, internal["items"][internal["next"]])

    def _result(self, child: Token, owner: Token) -> Any:
        return value_of(self.output_item, self.element, with_first(child.data, owner), owner.top.environment)

    def _enough(self, owner: Token, child: Token) -> bool:
        internal = owner.internal_data
        if internal["completed"] + internal["terminated"] >= internal["total"]:
            return True
        if self.condition is None:
            return False
        seen = {**child.data, **self.counters(owner)}
        return value_of(self.condition, self.element, with_first(seen, owner), owner.top.environment) is True

    def counters(self, owner: Token) -> dict[str, int]:
        """The attributes of Table 10.30, and Camunda's spellings; only the completion condition sees them."""
        internal = owner.internal_data
        total, done, ended = internal["total"], internal["completed"], internal["terminated"]
        active = internal["next"] - done - ended
        return {
            "numberOfInstances": internal["next"] if self.sequential else total,
            "numberOfActiveInstances": active,
            "numberOfCompletedInstances": done,
            "numberOfTerminatedInstances": ended,
            "nrOfInstances": total,
            "nrOfActiveInstances": active,
            "nrOfCompletedInstances": done,
        }

    def _stop(self, owner: Token) -> None:
        instances = [child for child in owner.children if "index" in child.internal_data]
        owner.internal_data["terminated"] += len(instances)
        for child in instances:
            child.cancel()
        self._hand_out(owner)
        ready_again(owner)

    def _hand_out(self, owner: Token) -> None:
        if self.output:
            results = owner.internal_data["results"]
            owner.assign(self.output, [results[key] for key in sorted(results, key=int)], "mapping")


def with_first(first: dict[str, Any], token: Token) -> Any:
    """A lookup that knows some names beside what the token sees."""

    def lookup(name: str) -> Any:
        return first[name] if name in first else token.lookup(name)

    return lookup
