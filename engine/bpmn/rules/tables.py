"""Rules on decision tables: that they can be read and decide, and which rows overlap or leave gaps."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.decisions.refusals import PROBLEMS, DecisionProblem
from engine.bpmn.problems import Level
from engine.bpmn.rules.subjects import Found, Rule, Subject

# Everything else is an error: the table could not decide.
_LEVELS: dict[str, Level] = {
    "DecisionRowsOverlap": "house", "DecisionGap": "hint", "DecisionRowNever": "hint", "DecisionValueUnknown": "hint",
    "DecisionBareWord": "hint",
}


def unreadable(subject: Subject) -> Iterator[Found]:
    """Files that are no decision tables at all."""
    yield from (Found(name, "", {"reason": reason.rstrip(".")}) for name, reason in subject.tables[1].items())


def _told(subject: Subject) -> Iterator[tuple[str, DecisionProblem]]:
    """File and problem of everything the tables say about themselves."""
    for model in {decision.file: decision.model for decision in subject.decisions.values()}.values():
        yield from ((model.file, problem) for problem in model.problems)


def _rule(code: str) -> Rule:
    def check(subject: Subject) -> Iterator[Found]:
        for name, problem in _told(subject):
            if problem.code == code:
                yield Found(name, problem.element, {key: str(value) for key, value in problem.params.items()})
    return Rule(code, _LEVELS.get(code, "error"), f"{PROBLEMS[code].rstrip('.')}.", _WAYS.get(code, _WAY), check)


_WAY = "Open the table in the modeler and correct the place named."
_WAYS = {
    "DecisionExpression": "Write FEEL; texts stand in double quotation marks.",
    "DecisionBareWord": "Put a text into double quotation marks; without them it is the name of a variable.",
    "DecisionEmpty": "Draw a decision table or write a literal expression.",
    "DecisionLanguage": "Choose FEEL as the expression language of the file or cell.",
    "DecisionHitPolicy": "Choose one of the hit policies of DMN.",
    "DecisionAggregation": "Aggregations (sum, min, max, count) belong to hit policy COLLECT.",
    "DecisionRuleWidth": "Give every row one cell a column; «-» stands for anything.",
    "DecisionRequirement": "Add what is required to the file, or remove the requirement.",
    "DecisionCycle": "Remove one of the requirements of the circle.",
    "DecisionType": "Declare the type in the file, or use one of FEEL's.",
    "DecisionDuplicateId": "Give one of the two another id.",
    "DecisionExternal": "Write the function in FEEL.",
    "DecisionResultType": "Declare the type of the result as the hit policy gives it: a list for several rows.",
    "DecisionPriorities": "List the values of the output in order of priority.",
    "DecisionRowsOverlap": "Make the rows exclude each other, or choose a hit policy that says which one counts.",
    "DecisionGap": "Add a row for what is missing, or a default output.",
    "DecisionRowNever": "Delete the row, or move it above those that cover it.",
    "DecisionValueUnknown": "Add the value to the allowed values of the column, or correct it.",
}

RULES = (
    Rule("decision-file", "error", "The decision file cannot be read: {reason}.",
         "Export the table again as DMN 1.1 to 1.5.", unreadable),
    *(_rule(code) for code in PROBLEMS),
)
