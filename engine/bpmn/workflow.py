"""Scopes and the engine loop: Spiff's workflows with flat costs, a step budget, queued events and their own variables.

The loop only chooses which task runs next; what running means is said by the specs. One `CaseWorkflow` is a process
instance; sub-processes and called processes are `SubScope`s inside it.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.due_times import TABLE, deadline, escalation
from engine.bpmn.evaluations import MISSING
from engine.bpmn.expressions import Environment
from engine.bpmn.failures import NestedTooDeep, StepBudgetSpent
from engine.bpmn.progress import Assigned, Recorder
from engine.bpmn.specs.compensations import undo_next
from engine.bpmn.specs.routing import deliver_thrown
from engine.bpmn.tokens import Token
from engine.bpmn.waiting import Fixed, Waiting
from engine.model.deadlines import Calendar

if TYPE_CHECKING:
    from engine.bpmn.event_definitions import Thrown
    from engine.model.clock import Clock

# A step of the budget is a task that ran or an expression that was evaluated. Ten thousand rounds of a loop with a
# parallel pair stay below it; what never waits reaches it in about a second.
STEP_BUDGET = 85_000
DEEPEST_SCOPE = 60


class Scope:
    """What process instances and sub-processes share: a root, tokens below it, variables in `data`."""

    isolated = True  # whether variables end here
    parent_token: Token | None = None  # the activity this scope is the inside of
    top_workflow: CaseWorkflow
    spec: Any
    tasks: dict[UUID, Token]
    data: dict[str, Any]
    completed: bool

    def open_scope(self) -> None:
        """Fresh state of a scope that was just made."""
        self.listeners: dict[UUID, None] = {}
        self.arrived: dict[str, dict[str, list[Token]]] = {}  # join → flow → waiting tokens
        self.compensable: list[dict[str, Any]] = []
        self.resetting: dict[str, list[str]] = {}  # complex gateway → flows its activation used

    def begin(self, chosen: str | None = None, payload: dict[str, Any] | None = None) -> None:
        """Make the root and let it start at the chosen start event, or at the plain ones."""
        self.task_tree = Token(self, self.spec.start)
        self.task_tree.internal_data.update({"chosen": chosen, "payload": payload or {}})
        self.task_tree._ready()

    @property
    def root(self) -> Token:
        """The token above all others of this scope."""
        root: Token = self.task_tree
        return root

    def is_completed(self) -> bool:
        """Whether no token is left; what only listens is no token."""
        return self.completed

    def settle(self) -> None:
        """Complete the scope when its last token is gone (§10.4: no token remains in it)."""
        if self.completed or len(self.root._children) > len(self.listeners):
            return
        if self.spec.ad_hoc is not None and not self.spec.ad_hoc.may_end(self):
            return
        self.completed = True
        for key in list(self.listeners):
            self.tasks[key].cancel()
        if self.parent_token is not None:
            self.parent_token.task_spec._on_subworkflow_completed(self, self.parent_token)

    def cancel_all(self, but: Token | None = None) -> None:
        """Cancel every token and listener of the scope except one."""
        for child in self.root.children:
            if child is not but:
                child.cancel()

    def _task_completed_notify(self, task: Token) -> None:
        """Take a finished token out of the tree; its successors hang where it hung."""
        if task.owner is None:
            self.settle()
            return
        owner = task.owner
        for child in task.children:
            owner.adopt(child)
        task._children.clear()
        self._remove_task(task.id)
        if "for" in task.internal_data:
            self.top_workflow.undone(task.internal_data["for"])
        if not owner.is_root:
            owner.task_spec.child_completed(owner, task)
        elif self.spec.ad_hoc is None or not self.spec.ad_hoc.inner_completed(self):
            self.settle()

    def _remove_task(self, task_id: UUID) -> None:
        task = self.tasks.pop(task_id)
        for key in list(task._children):
            self._remove_task(key)
        if task.owner is not None:
            task.owner._children.pop(task_id, None)
        self.listeners.pop(task_id, None)
        self.top_workflow.forget(task)


class CaseWorkflow(Scope, BpmnWorkflow):
    """One process instance: the outermost scope, the ready queue, the queue of thrown events, the indexes."""

    def __init__(self, spec: Any, subprocess_specs: dict[str, Any], script_engine: Any, clock: Clock) -> None:
        self.clock = clock
        self.calendar = Calendar()
        self.step_environment: Environment | None = None
        self.spent = 0
        self.tokens: dict[UUID, Token] = {}
        self.ready: deque[Token] = deque()
        self.queue: deque[Thrown] = deque()
        self.fresh_conditions: list[Token] = []
        self.changed: set[str] = set()
        self.offers: dict[UUID, Token] = {}
        self.watchers: dict[str, dict[UUID, Token]] = {}
        self.joins: dict[tuple[int, str], tuple[Scope, Any]] = {}
        self.recorder = Recorder()
        self.decisions: dict[str, Any] = {}
        self.callable: dict[str, Any] = {}
        super().__init__(spec, subprocess_specs, script_engine, deserializing=True)
        self.event_manager = Waiting(self)
        self.open_scope()

    @property
    def environment(self) -> Environment:
        """What expressions may ask besides variables: the time, the calendar, the table of deadlines.

        Within one step no time passes, so that two expressions of it cannot disagree about today.
        """
        self.spent += 1
        if self.step_environment is None:
            self.step_environment = self.environment_at(self.clock.now())
        return self.step_environment

    def begin_step(self, clock: Clock) -> None:
        """A new step: nothing recorded yet, the time read anew."""
        self.clock = clock
        self.recorder = Recorder()
        self.step_environment = None
        self.spent = 0

    def environment_at(self, moment: datetime, token: Token | None = None) -> Environment:
        """The same as if it were that moment. The table of deadlines reads the variables of the process instance,
        which follow every change; those that only a called process has are read where the token stands."""
        clock = Fixed(moment)
        at = (clock, self.calendar)
        return Environment(
            clock=clock,
            calendar=self.calendar,
            deadlines=lambda element: deadline(self.decisions, self._dated(token), *at, element),
            escalations=lambda element: escalation(self.decisions, self._dated(token), *at, element),
        )

    def _dated(self, token: Token | None) -> dict[str, Any]:
        table = self.decisions.get(TABLE)
        if token is None or table is None:
            return self.data
        near = {name: token.lookup(name) for name in table.reads}
        return {**{name: value for name, value in near.items() if value is not MISSING}, **self.data}

    def reads_of(self, expression: Any) -> frozenset[str]:
        """The variables an expression depends on, those of the table of deadlines included."""
        dated = "deadline" in expression.text or "escalation" in expression.text
        table = self.decisions.get(TABLE) if dated else None
        reads: frozenset[str] = expression.reads
        return reads if table is None else reads | frozenset(table.reads)

    def root_assign(self, name: str, value: Any, source: str, element: str) -> None:
        """Write a variable of the process instance itself."""
        before = (self.data[name],) if name in self.data else ()
        self.data[name] = value
        self.note_assigned(Assigned(name, value, source, element, before))

    def catch(self, event: Thrown) -> None:
        """Queue an event; it is dispatched when the task that throws it has run."""
        self.queue.append(event)

    def create_subprocess(self, my_task: Token, spec_name: str) -> SubScope:
        """The scope inside an activity token."""
        scope = SubScope(self.subprocess_specs[spec_name], my_task, self)
        if scope.depth > DEEPEST_SCOPE:
            raise NestedTooDeep(element=my_task.element, limit=DEEPEST_SCOPE)
        self.subprocesses[my_task.id] = scope
        return scope

    def get_task_from_id(self, task_id: UUID) -> Token:
        """The token of this id, in whatever scope."""
        return self.tokens[task_id]

    def forget(self, token: Token) -> None:
        """Drop a token from every index."""
        self.tokens.pop(token.id, None)
        self.offers.pop(token.id, None)
        for name in token.task_spec.watched(token) if self.watchers else ():
            self.watchers.get(name, {}).pop(token.id, None)
        self.event_manager.remove_task(token)
        inside = self.subprocesses.pop(token.id, None)
        if inside is not None:
            # Its root may still be waiting for its first turn: a scope cancelled before it began must not begin.
            self.tokens.pop(inside.root.id, None)

    def undone(self, thrower: str) -> None:
        """A compensation handler has ended: whoever threw goes on to the next one."""
        token = self.tokens.get(UUID(thrower))
        if token is not None:
            undo_next(token)

    def note_assigned(self, assigned: Assigned) -> None:
        """Record a written variable and remember that what reads it may have changed."""
        self.recorder.assigned.append(assigned)
        self.changed.add(assigned.name)

    def do_engine_steps(self, will_complete_task: Any = None, did_complete_task: Any = None) -> None:
        """Run what needs nobody, until only waiting is left; raises StepBudgetSpent for a diagram that never waits."""
        while True:
            self.dispatch()
            token = self.next_ready()
            if token is not None:
                self._spend(token)
                token.run()
            elif not (self._react() or self._fire_joins()):
                return

    def next_ready(self) -> Token | None:
        """The token that has been ready longest."""
        while self.ready:
            token = self.ready.popleft()
            if token.id in self.tokens and token.has_state(TaskState.READY):
                return token
        return None

    def _spend(self, token: Token) -> None:
        self.recorder.steps += 1
        self.spent += 1
        if self.spent > STEP_BUDGET:
            raise StepBudgetSpent(element=token.element, steps=STEP_BUDGET)

    def dispatch(self) -> None:
        """Deliver thrown events one after the other; a thrower that survived its own event goes on."""
        while self.queue:
            event = self.queue.popleft()
            deliver_thrown(self, event)
            thrower = event.thrower
            alive = thrower.id in self.tokens and thrower.has_state(TaskState.STARTED)
            busy = event.from_job or "undo" in thrower.internal_data
            if alive and not busy and not any(other.thrower is thrower for other in self.queue):
                thrower.task_spec.thrown(thrower)

    def watch(self, token: Token) -> None:
        """Let a token hear when a variable changes that its times or conditions read."""
        for name in token.task_spec.watched(token):
            self.watchers.setdefault(name, {})[token.id] = token

    def _react(self) -> bool:
        """Let conditions, due times and timers follow the variables; True when something fired."""
        changed, self.changed = self.changed, set()
        fresh, self.fresh_conditions = self.fresh_conditions, []
        touched = {key: token for name in changed for key, token in self.watchers.get(name, {}).items()}
        for token in touched.values():
            token.task_spec.redate(token, changed)
        new = {token.id for token in fresh}
        fired = [
            (token, index)
            for key, token in {**{token.id: token for token in fresh}, **touched}.items()
            if key in self.event_manager.tasks
            for index in token.task_spec.edges(token, changed, key in new)
        ]
        for token, index in fired:
            if token.id in self.event_manager.tasks:
                token.task_spec.happened(token, {}, index)
        return bool(fired)

    def _fire_joins(self) -> bool:
        """At rest, an inclusive or complex join may see that nothing more can arrive."""
        return any(spec.may_fire_at_rest(scope) for scope, spec in list(self.joins.values()))

    def stood_still(self, paused: datetime, resumed: datetime) -> None:
        """Move every due time and timer over a pause of the case."""
        for token in [*self.offers.values(), *self.event_manager.of("timer")]:
            token.task_spec.stood_still(token, paused, resumed)

    def due_tokens(self, now: datetime) -> list[Token]:
        """The tokens whose timer is due."""
        return [token for token in self.event_manager.of("timer") if token.task_spec.due_slots(token, now)]


class SubScope(Scope, BpmnSubWorkflow):
    """The inside of a sub-process or of a called process."""

    def __init__(self, spec: Any, token: Token, top: CaseWorkflow) -> None:
        self.parent_token = token
        self.isolated = token.task_spec.isolates
        super().__init__(spec, token.id, top, deserializing=True)
        self.open_scope()

    @property
    def parent_workflow(self) -> Scope:
        """The scope around this one."""
        token: Token = self.parent_token  # type: ignore[assignment]  # set in __init__
        return token.workflow

    def _calculate_depth(self) -> int:
        outer = self.parent_workflow
        return int(getattr(outer, "depth", 0)) + 1
