"""Why a step could not run: it ends in a rollback, an evicted instance and an incident, never half done."""

from __future__ import annotations

from typing import Any

from engine.model.errors import Refused


class StepFailed(Refused):
    """The step {element} could not run."""

    def __init__(self, *, element: str, **params: Any) -> None:
        self.element = element
        super().__init__(element=element, **params)


class ExpressionFailed(StepFailed):
    """{element}: {text} could not be evaluated: {reason}."""


class ValueRefused(StepFailed):
    """{element}: a value cannot be kept: {reason}."""


class NoFlowApplies(StepFailed):
    """{element}: no condition of its outgoing flows is true and there is no default flow."""


class ConditionNotBoolean(StepFailed):
    """{element}: the condition {text} gave {value}, not true or false."""


class StepBudgetSpent(StepFailed):
    """{element}: the process ran {steps} steps without waiting for anybody; it was stopped."""


class TooManyTokens(StepFailed):
    """{element}: more than {limit} things would run at the same time; the process was stopped."""


class NestedTooDeep(StepFailed):
    """{element}: processes call each other more than {limit} levels deep; the process was stopped."""


class NotACollection(StepFailed):
    """{element}: {text} is not a list to repeat over."""


class BadCardinality(StepFailed):
    """{element}: {value} is not a whole number from 0 to {limit} of instances."""


class BadTimer(StepFailed):
    """{element}: this time cannot be used: {reason}"""


class DecisionFailed(StepFailed):
    """{element}: the decision {decision} gave no result: {reason}"""


class DecisionResultUnfit(StepFailed):
    """{element}: the result of the decision {decision} does not fit {mapping}."""


class CalledProcessMissing(StepFailed):
    """{element}: the called process {process} does not exist in this version."""


class AmbiguousStart(StepFailed):
    """{element}: the process has several start events; say which one."""


class NotWaiting(Refused):
    """Nothing in this process instance waits for {what}."""
