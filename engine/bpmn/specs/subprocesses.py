"""Activities with a process inside: sub-processes, handlers, transactions and called processes (BPMN 2.0.2 §10.3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults

from engine.bpmn.evaluations import MISSING, Expression, plain
from engine.bpmn.failures import CalledProcessMissing
from engine.bpmn.specs.nodes import Node, ready_again

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token
    from engine.bpmn.workflow import Scope


class SubProcess(Node, defaults.SubWorkflowTask):
    """An embedded sub-process, or an event sub-process once it was triggered."""

    local_names: tuple[str, ...] = ()  # data objects declared inside: they live and die with the scope

    def _run_hook(self, my_task: Token) -> bool | None:
        if my_task.internal_data.get("done"):
            return True
        self.start_workflow(my_task)
        return None

    def _update_hook(self, my_task: Token) -> bool:
        if "reopen" not in my_task.internal_data:
            self.enter(my_task)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        if "reopen" not in my_task.internal_data:  # else only its compensation has ended, not another instance
            super()._on_complete_hook(my_task)

    def start_workflow(self, my_task: Token) -> None:
        """Open the scope inside; it runs when the engine loop comes to it."""
        reopened = my_task.internal_data.get("reopen")
        if reopened is not None:
            self._reopen(my_task, reopened)
            return
        scope = my_task.top.create_subprocess(my_task, self.spec_name(my_task))
        scope.data.update(self.initial(my_task))
        scope.begin(my_task.internal_data.get("start"), my_task.internal_data.pop("payload", None))

    def _reopen(self, token: Token, reopened: dict[str, Any]) -> None:
        scope = token.top.create_subprocess(token, reopened["spec"])
        scope.data.update(reopened["data"])
        scope.compensable.extend(reopened["records"])
        scope.begin("_undo" if reopened["starts"] is None else "", {"handler": reopened["starts"]})

    def inside(self, token: Token) -> Token:
        """The scope inside, with its data objects; a called process keeps its variables to itself."""
        scope = token.top.subprocesses.get(token.id)
        return token if scope is None or self.isolates else scope.root

    def remember(self, token: Token) -> None:
        """A sub-process is undone by its own handler, by its event sub-process, or by undoing what completed inside."""
        inside = token.top.subprocesses.get(token.id)
        if self.compensated_by is not None or inside is None:
            super().remember(token)
            return
        starts = inside.spec.start.undo_handler
        if inside.compensable or starts is not None:
            token.workflow.compensable.append(
                {
                    "element": self.element,
                    "name": self.name,
                    "handler": None,
                    "spec": inside.spec.name,
                    "starts": starts,
                    "data": dict(inside.data),
                    "inner": list(inside.compensable),
                }
            )

    def spec_name(self, token: Token) -> str:
        """The name of the spec of the inside."""
        return str(self.spec)

    def initial(self, token: Token) -> dict[str, Any]:
        """The variables the scope begins with."""
        return dict.fromkeys(self.local_names)

    def _on_subworkflow_completed(self, subworkflow: Scope, my_task: Token) -> None:
        my_task.internal_data["done"] = 1
        self.hand_out(subworkflow, my_task)
        ready_again(my_task)

    def hand_out(self, scope: Scope, token: Token) -> None:
        """What of the variables inside goes to the outside."""

    def released(self, token: Token) -> None:
        """Everything inside is cancelled with it."""
        scope = token.top.subprocesses.get(token.id)
        if scope is not None:
            scope.cancel_all()
            scope.completed = True


class Transaction(SubProcess, defaults.TransactionSubprocess):
    """A sub-process that can be cancelled as a whole."""


class AdHoc(SubProcess, defaults.AdHocSubprocess):
    """Activities without a drawn order (§10.3.5, ad-hoc): all at once or one by one, until the condition holds.

    While the condition is false and nothing runs, everything is offered again: an ad-hoc sub-process ends by its
    condition alone; without one it ends when each activity was done once.
    """

    condition: Expression | None = None
    sequential = False
    cancels_rest = True

    def inner_completed(self, scope: Scope) -> bool:
        """Something inside has completed: look at the condition."""
        if self.condition is not None and scope.root.value(self.condition) is True:
            scope.root.internal_data["done"] = 1
            if self.cancels_rest:
                scope.cancel_all()
        return False

    def may_end(self, scope: Scope) -> bool:
        """Asked when nothing runs inside; starts what comes next, if the end is not reached."""
        root = scope.root
        names = scope.spec.start.plain_starts
        if "done" in root.internal_data or not names:
            return True
        following = root.internal_data.get("next", 1 if self.sequential else len(names))
        if following >= len(names):
            if self.condition is None:
                return True
            following = 0
        chosen = names[following : following + 1] if self.sequential else names[following:]
        root.internal_data["next"] = following + len(chosen)
        for name in chosen:
            token = root.add(scope.spec.task_specs[name])
            token.task_spec._update(token)
        return False


class Call(SubProcess, defaults.CallActivity):
    """A call activity: the called process has variables of its own; only what is mapped crosses (§10.3.6)."""

    isolates = True
    called: Expression | None = None  # a name computed when the token arrives
    incoming_all = False
    outgoing_all = False
    handed_in: tuple[tuple[str, Expression], ...] = ()
    handed_out: tuple[tuple[str, Expression], ...] = ()
    looks_inside = False  # Camunda 8: output mappings read the variables of the called process
    same_in: tuple[str, ...] = ()  # data inputs and outputs the callee declares
    same_out: tuple[str, ...] = ()

    def spec_name(self, token: Token) -> str:
        """The called process; it must be in the same bundle, so that a case stays on its version."""
        name = str(self.spec) if self.called is None else str(token.value(self.called))
        if name not in token.top.subprocess_specs or name not in token.top.callable:
            raise CalledProcessMissing(element=self.element, process=name)
        return name

    def inside(self, token: Token) -> Token:
        """Output mappings see what was handed out, or all of the called process where the dialect says so."""
        scope = token.top.subprocesses.get(token.id)
        return scope.root if scope is not None and self.looks_inside else token

    def initial(self, token: Token) -> dict[str, Any]:
        """The variables handed in."""
        values: dict[str, Any] = {}
        if self.incoming_all:
            for variables in reversed(list(token.dicts())):
                values.update(variables)
        for name in self.same_in:
            found = token.lookup(name)
            if found is not MISSING:
                values[name] = found
        values.update((name, token.value(expression)) for name, expression in self.handed_in)
        return values

    def hand_out(self, scope: Scope, token: Token) -> None:
        """The variables handed out."""
        inside = scope.root
        if self.outgoing_all:
            for name, value in list(scope.data.items()):
                token.assign(name, value, "mapping")
        for name in self.same_out:
            if name in scope.data:
                token.assign(name, scope.data[name], "mapping")
        for name, expression in self.handed_out:
            token.assign(name, plain(inside.value(expression), self.element), "mapping")
