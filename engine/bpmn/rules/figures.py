"""Rules on figures.json: that what is counted is asked by a form of the bundle, in codes that it has."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.expressions import ExpressionRefused, compile_expression
from engine.bpmn.rules.subjects import Found, Rule, Subject
from engine.model import figure_files
from engine.model.figure_files import FILE


def source_unknown(subject: Subject) -> Iterator[Found]:
    """A form or list that is not there."""
    for figure in subject.figures.figures:
        form = subject.forms.get(figure.form)
        if form is None:
            yield Found(FILE, figure.id, {"name": figure.form})
        elif figure.each and form.field(figure.each) is None:
            yield Found(FILE, figure.id, {"name": figure.each})


def code_never(subject: Subject) -> Iterator[Found]:
    """A figure that reads one question counts only codes which that question can have."""
    for figure in subject.figures.figures:
        form = subject.forms.get(figure.form)
        field = form.field(f"{figure.each}.{figure.value}" if figure.each else figure.value) if form else None
        options = {one.value for one in field.options} if field else set()
        for code in figure.values:
            if options and code not in options:
                yield Found(FILE, figure.id, {"name": code})


def expression_refused(subject: Subject) -> Iterator[Found]:
    """A value or row that is no expression of the language."""
    texts = [(one.id, text) for one in subject.figures.figures for text in (one.value, one.row)]
    for element, text in [*texts, *((one.id, one.value) for one in subject.figures.groups)]:
        try:
            compile_expression(text or "null")
        except ExpressionRefused as refused:
            yield Found(FILE, element, {"text": text, "reason": str(refused)})


_READING = {
    "FigureNotCounted": "Say `form`, `value` and under `values` the codes with their names.",
    "FigureRowsMissing": "Name the codes of the rows under `rows`, or leave `row` out.",
}

RULES = (
    Rule("figure-source-unknown", "house", "Nothing here is called {name}, which a figure counts.",
         "Name a form of forms/<name>/, and a list of that form under `each`.", source_unknown),
    Rule("figure-code-never", "house", "The question that this figure counts has no option {name}.",
         "Name the values of the question's options under `values`.", code_never),
    Rule("figure-expression", "error", "“{text}” is no expression ({reason}).",
         "Write the key of a question, or an expression over the answers of the form.", expression_refused),
    *(Rule(code, "error", figure_files.PROBLEMS[code], way) for code, way in _READING.items()),
)
