"""Rules on decision tables: that they can be read and decide, and which rows overlap or leave gaps."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.decisions import Decision
from engine.bpmn.decisions.refusals import PROBLEMS, DecisionProblem
from engine.bpmn.decisions.tables import Table
from engine.bpmn.problems import Level
from engine.bpmn.rules.subjects import Found, Rule, Subject

# Everything else is an error: the table could not decide.
_LEVELS: dict[str, Level] = {
    "DecisionRowsOverlap": "house", "DecisionGap": "hint", "DecisionRowNever": "hint", "DecisionValueUnknown": "hint",
    "DecisionOutputType": "house", "DecisionOutputValue": "house",
    "DecisionBareWord": "hint", "DecisionDoubt": "hint", "DecisionOpen": "hint",
}


def unreadable(subject: Subject) -> Iterator[Found]:
    """Files that are no decision tables at all."""
    for name, refused in subject.tables[1].unreadable.items():
        yield Found(name, "", {"reason": str(refused.params["reason"]).rstrip(".")})


def _told(subject: Subject) -> Iterator[tuple[str, DecisionProblem]]:
    """File and problem of everything the tables say about themselves."""
    for model in subject.tables[1].models:
        yield from ((model.file, problem) for problem in model.problems)


def without_basis(subject: Subject) -> Iterator[Found]:
    """Rows of a definition's tables that do not say on what they rest: auditors read it beside the result."""
    for decision, table in _tables(subject):
        for row in table.rows:
            if not row.annotation.strip():
                yield Found(decision.file, row.id or decision.id, {"row": str(row.number)})


def without_english(subject: Subject) -> Iterator[Found]:
    """Names, columns and bases of a definition's tables that are there in Polish only."""
    for decision, table in _tables(subject):
        texts = [(decision.id, decision.name, decision.name_en)]
        texts += [(column.id, column.label, column.label_en) for column in table.inputs]
        texts += [(column.id, column.label, column.label_en) for column in table.outputs]
        texts += [(row.id, row.annotation, row.annotation_en) for row in table.rows]
        for element, polish, english in texts:
            if polish.strip() and not english.strip():
                yield Found(decision.file, element or decision.id, {"text": " ".join(polish.split())[:60]})


def _tables(subject: Subject) -> Iterator[tuple[Decision, Table]]:
    if subject.is_definition:
        yield from ((one, one.table) for one in subject.decisions.values() if one.table is not None)


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
    "DecisionDoubt": "Give the function the arguments the standard lists, or correct the date, time or duration.",
    "DecisionEmpty": "Draw a decision table or write a literal expression.",
    "DecisionOpen": "Draw a decision table or write a literal expression, unless a person decides this.",
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
    "DecisionOutputType": "Write a value of the declared type (a text in quotation marks), or change the type.",
    "DecisionOutputValue": "Add the value to the output values of the column, or correct it.",
    "DecisionValueUnknown": "Add the value to the allowed values of the column, or correct it.",
}

RULES = (
    Rule("decision-file", "error", "The decision file cannot be read: {reason}.",
         "Export the table again as DMN 1.1 to 1.5.", unreadable),
    Rule("row-basis-missing", "house", "Row {row} of the table does not say on what basis it decides.",
         "Write the article or clause into the annotation column (or the description) of the row.", without_basis),
    Rule("table-english-missing", "house", "“{text}” has no English.",
         "Set powrot:nameEn, powrot:labelEn or powrot:descriptionEn (name space https://powrot.example/schema/1.0) "
         "beside the Polish text.", without_english),
    *(_rule(code) for code in PROBLEMS),
)
