"""One token: a Spiff task with ids from the clock, without copied data and without a history below it.

Every token is a child of the root of its scope, or of the activity token that owns it (an instance of a multi-instance
activity, a boundary event that listens, a compensation handler). Finished tokens leave the tree at once, so an instance
costs what is open in it and not what has happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.evaluations import MISSING, Expression, value_of
from engine.bpmn.failures import TooManyTokens
from engine.bpmn.progress import Assigned

if TYPE_CHECKING:
    from engine.bpmn.workflow import CaseWorkflow, Scope

MOST_TOKENS = 20_000


class Token(Task):
    """A token in a scope. `data` are its local variables, `internal_data` its own JSON state."""

    workflow: Scope
    id: UUID

    def __init__(
        self, workflow: Any, task_spec: Any, parent: Any = None, state: int = TaskState.FUTURE, id: UUID | None = None
    ) -> None:
        top: CaseWorkflow = workflow.top_workflow
        self.owner: Any = parent  # a Token; None only for a root, which nothing asks
        super().__init__(workflow, task_spec, parent, state, id or top.clock.new_id())
        self._children: dict[UUID, Token] = {}
        top.tokens[self.id] = self
        if len(top.tokens) > MOST_TOKENS:
            raise TooManyTokens(element=self.element, limit=MOST_TOKENS)

    @property
    def element(self) -> str:
        """The author's id of the element."""
        return getattr(self.task_spec, "element", "")

    @property
    def top(self) -> CaseWorkflow:
        """The workflow of the whole process instance."""
        return self.workflow.top_workflow

    # Spiff finds parent and children by id in the workflow; the references themselves save most of a step's hashing.

    @property
    def parent(self) -> Any:
        """The token above, None for a root."""
        return self.owner

    @property
    def children(self) -> list[Token]:
        """The tokens below, oldest first."""
        return list(self._children.values())

    def adopt(self, child: Token) -> None:
        """Hang a token here."""
        child.owner, child._parent = self, self.id
        self._children[child.id] = child

    @property
    def is_root(self) -> bool:
        """Whether this is the root of its scope, which stands for no element."""
        return self.owner is None

    def add(self, spec: Any, **internal: Any) -> Token:
        """A new child token at an element, not yet entered."""
        child = self._add_child(spec, TaskState.FUTURE)
        child.internal_data.update(internal)
        return child

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Token:
        return Token(self.workflow, task_spec, self, state)

    def _child_added_notify(self, child: Token) -> None:
        self._children[child.id] = child

    def _set_state(self, value: int) -> None:
        self._state = value  # without Spiff's log records: they read the clock and the whole tree

    def _inherit_data(self) -> None:
        """Variables belong to scopes; nothing is copied from token to token, so joins cannot lose an update."""

    def cancel(self) -> None:
        """Cancel the token and all it owns, inner first, and take it out of the tree."""
        if self.id not in self.top.tokens:
            return
        for child in self.children:
            child.cancel()
        if not self.has_state(TaskState.FINISHED_MASK):
            self._set_state(TaskState.CANCELLED)
            self.task_spec._on_cancel(self)
        self.workflow._remove_task(self.id)

    def dicts(self) -> Iterator[dict[str, Any]]:
        """The variables in reach, innermost first: token, owner, scope, and outwards to the process instance."""
        token: Token | None = self
        while token is not None:
            while token.owner is not None:
                yield token.data
                token = token.owner
            yield token.workflow.data
            token = None if token.workflow.isolated else token.workflow.parent_token

    def lookup(self, name: str) -> Any:
        """The value of a variable as this token sees it, MISSING where there is none."""
        for variables in self.dicts():
            if name in variables:
                return variables[name]
        return MISSING

    def value(self, expression: Expression | None) -> Any:
        """The value of an expression as this token sees it, null without one."""
        return value_of(expression, self.element, self.lookup, self.top.environment)

    def value_at(self, expression: Expression, moment: datetime) -> Any:
        """The value as if it were that moment: a due time computed anew still counts from when its work began."""
        return value_of(expression, self.element, self.lookup, self.top.environment_at(moment, self))

    def assign(self, name: str, value: Any, source: str) -> None:
        """Write a variable where it exists, innermost first; a new one belongs to the process instance."""
        variables: dict[str, Any] = {}
        for variables in self.dicts():
            if name in variables:
                break
        before = (variables[name],) if name in variables else ()
        variables[name] = value
        self.top.note_assigned(Assigned(name, value, source, self.element, before))
