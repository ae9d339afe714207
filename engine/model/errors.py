"""The one family of refusals: every "no" of the engine is a code with parameters and an English sentence.

The docstring of each class is the sentence (and the msgid of its translation); ``{name}`` stands for a parameter.
Screens translate the sentence, the command line prints it, the ledger stores the code.
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The request was refused."""

    status = 409

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(params)

    @property
    def code(self) -> str:
        """The class name: the key under which ledger, screens and tests know this refusal."""
        return type(self).__name__

    @property
    def template(self) -> str:
        """The English sentence before its parameters are filled in."""
        return " ".join((type(self).__doc__ or "").split())

    def __str__(self) -> str:
        return self.template.format_map(_Named(self.params))


class _Named(dict[str, Any]):
    """Parameters for a sentence; a missing one shows its name instead of failing."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class NotFound(Refused):
    """There is no such page, case or task for you."""

    status = 404


class NotAllowed(Refused):
    """Your role does not allow this: {command}."""

    status = 403


class SignInNeeded(Refused):
    """Sign in first."""

    status = 401


class WrongState(Refused):
    """This task is {state}; it must be {expected} for that."""


class AlreadyDone(Refused):
    """This task was finished by {owner} at {at}. Nothing was changed."""


class TakenByOther(Refused):
    """{owner} is already working on this task."""


class InvalidAnswers(Refused):
    """{count} fields need correcting. Nothing you typed was lost."""

    status = 422


class InvalidInput(Refused):
    """{field}: {reason}."""

    status = 422


class ChangedMeanwhile(Refused):
    """Someone changed {what} while you were reading it. Look at the change, then decide again."""


class FourEyes(Refused):
    """This step needs a second person: {owner} did the step {element}."""

    status = 403


class DuplicateNotice(Refused):
    """Notice {notice_id} from this sender was already received as case {number}."""


class DuplicatePerson(Refused):
    """There is already a live case {number} of this person. Confirm that this is a new notice, or stop."""


class NobodyWaits(Refused):
    """No step of this case waits for the message {message}."""


class CaseNotOpen(Refused):
    """Case {number} is {state}; nothing can be changed in it."""


class CasePaused(Refused):
    """The case is paused since {at}. Nothing is lost: this can be done when the case goes on."""


class CaseNotPaused(Refused):
    """Case {number} is not paused."""


class StepStuck(Refused):
    """The next step ({element}) could not run, so your task stays open. Nothing was lost. Incident {incident}."""

    status = 409


class UncaughtError(Refused):
    """Nothing in the diagram catches the error {error}."""


class MessageStorm(Refused):
    """Messages or signals lead to ever more of them; the process was stopped."""


class JobFailed(Refused):
    """Work behind the scenes failed again and again ({error}). It waits to be tried again."""


class UnknownDefinition(Refused):
    """No process definition named {name} is published."""


class NotConfigured(Refused):
    """{what} is not set up: {how}."""


class Busy(Refused):
    """The database is busy. Try again in a moment; nothing was changed."""

    status = 503


class DataDirectoryRefused(Refused):
    """{path} cannot be opened: {reason}."""
