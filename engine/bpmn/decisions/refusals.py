"""What decisions say no to: a file that cannot be read, a problem at publication, a table that gives no one answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.model.errors import Refused


class DecisionFileRefused(Refused):
    """The decision file {file} cannot be read: {reason}."""

    status = 422


class DecisionFailed(Refused):
    """The decision «{decision}» gave no result: {reason}."""

    status = 422

    def __init__(self, problem: str, decision: str, **params: object) -> None:
        """Keep the code of the problem (a key of REASONS) and what its sentence names."""
        self.problem = problem
        reason = REASONS[problem].format_map(params)
        super().__init__(problem=problem, decision=decision, reason=reason, **params)


REASONS = {
    "NotUnique": "the rows {rows} apply at once, but only one may (hit policy UNIQUE)",
    "NotTheSame": "the rows {rows} apply with different results (hit policy ANY)",
    "NoPriorities": "the results have no order, because «{output}» lists no values (hit policy {policy})",
    "Invalid": "it was never valid: {detail}",
    "TooDeep": "its boxes or functions are nested too deeply",
}


@dataclass(frozen=True)
class DecisionProblem:
    """Something publication must say about a decision: a code of PROBLEMS, the element it is about, what it names."""

    code: str
    element: str
    level: str = "error"
    params: dict[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """The problem in English."""
        return PROBLEMS[self.code].format_map(self.params)


PROBLEMS = {
    "DecisionExpression": "«{decision}», {place}: {reason}",
    "DecisionDoubt": "«{decision}», {place}: in «{text}» {reason}; that part is always null",
    "DecisionEmpty": "«{decision}» has no logic",
    "DecisionOpen": "«{decision}» has no logic: the engine cannot take this decision",
    "DecisionLanguage": "«{decision}», {place}: the expression language {language} is not run; use FEEL",
    "DecisionHitPolicy": "«{decision}»: the hit policy «{policy}» is unknown",
    "DecisionAggregation": "«{decision}»: the aggregation «{aggregation}» is unknown, or does not go with {policy}",
    "DecisionRuleWidth": "«{decision}», row {row}: {have} cells where the table has {want} columns",
    "DecisionBareWord": '«{decision}», {place}: {word} is a variable; a text stands in quotation marks: "{word}"',
    "DecisionOutputType": "«{decision}», {place}: {text} is not a {type}, and gives nothing (null)",
    "DecisionOutputValue": "«{decision}», {place}: {text} is not among the allowed values, and gives nothing (null)",
    "DecisionRequirement": "«{decision}» requires «{target}», which is not in the file",
    "DecisionCycle": "«{decision}» requires itself: {path}",
    "DecisionType": "«{element}»: there is no type «{type}»",
    "DecisionDuplicateId": "the id «{id}» is used twice",
    "DecisionExternal": "«{decision}»: functions in {kind} are not run",
    "DecisionResultType": "«{decision}»: hit policy {policy} gives a {gives}, but the type of the result is {type}",
    "DecisionPriorities": "«{decision}»: hit policy {policy} needs the output values of «{output}» in their order",
    "DecisionRowsOverlap": "«{decision}»: rows {rows} apply to the same inputs ({example})",
    "DecisionGap": "«{decision}»: no row applies when {example}",
    "DecisionRowNever": "«{decision}»: row {row} can never decide, because earlier rows cover it",
    "DecisionValueUnknown": "«{decision}», row {row}: {value} is not among the allowed values of «{column}»",
}
