"""Which tokens wait for what, and the clock that stands while a value is computed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.bpmn.util.event import EventManager

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token
    from engine.bpmn.workflow import CaseWorkflow


class Waiting(EventManager):
    """Which tokens wait for what, by kind and name, in the order they began to wait."""

    def __init__(self, workflow: CaseWorkflow) -> None:
        super().__init__(workflow)
        self.kinds: dict[tuple[str, str | None], dict[UUID, Token]] = {}

    def add_task(self, my_task: Token) -> None:
        """Index a waiting token under each of its definitions."""
        self.tasks[my_task.id] = my_task
        for definition in my_task.task_spec.definitions:
            self.kinds.setdefault(_key(definition), {})[my_task.id] = my_task

    def remove_task(self, my_task: Token) -> None:
        """Forget a token."""
        if self.tasks.pop(my_task.id, None) is None:
            return
        for definition in my_task.task_spec.definitions:
            self.kinds.get(_key(definition), {}).pop(my_task.id, None)

    def of(self, kind: str, name: str | None = None) -> list[Token]:
        """The tokens that wait for this now."""
        return list(self.kinds.get((kind, name), {}).values())


def _key(definition: Any) -> tuple[str, str | None]:
    named = definition.kind in ("message", "signal")
    return definition.kind, definition.name if named else None


class Fixed:
    """A clock that stands: within one evaluation no time passes."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment."""
        return self.moment

    def new_id(self) -> UUID:
        """Expressions make no ids."""
        raise NotImplementedError
