"""Rules on forms: that tasks have them, that their expressions compile, and that they are ready for real people."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.evaluations import compile_text
from engine.bpmn.rules.subjects import Found, Rule, Subject
from engine.model import form_checks, form_files, json_files
from engine.model.definitions import Definition
from engine.model.errors import Refused
from engine.model.json_files import FileProblem

_PLAIN_SCREENS = ("form", "assessment")     # the others bring their own questions


def without_form(subject: Subject) -> Iterator[Found]:
    """Human tasks that would show an empty form."""
    for info in subject.human:
        if not info.form_key and info.properties.get("screen", "form") in _PLAIN_SCREENS:
            yield Found(info.file, info.id)


def unknown_form(subject: Subject) -> Iterator[Found]:
    """Form keys without a form."""
    known = set(subject.forms) | {name.rpartition("/")[2].removesuffix(".form") for name in subject.broken}
    for info in subject.human:
        if info.form_key and info.form_key not in known and subject.is_definition:
            yield Found(info.file, info.id, {"form": info.form_key})


def unused_form(subject: Subject) -> Iterator[Found]:
    """Forms that no task and no start shows."""
    used = {info.form_key for info in subject.elements.values()}
    used |= _beside_tasks(subject.definition) if subject.definition else set(subject.forms)
    used |= {register.form for register in subject.registers.values()}
    for key, form in subject.forms.items():
        if key not in used and not subject.broken:
            yield Found(form.file, "", {"form": key})


def _beside_tasks(definition: Definition) -> set[str]:
    return {definition.start_form, *(one.form for one in definition.starts), *(one.form for one in definition.messages)}


def checks_compile(subject: Subject) -> Iterator[Found]:
    """Rules over several answers that are no expressions of our language, or read what the form does not ask."""
    for form in subject.forms.values():
        keys = {field.key for field in form.fields}
        for check in form.checks:
            element = check.fields[0] if check.fields else ""
            try:
                strange = sorted(compile_text(check.expression).reads - keys)
            except Refused as refused:
                yield Found(form.file, element, {"text": check.expression[:200], "reason": str(refused).rstrip(".")})
                continue
            for name in strange:
                yield Found(form.file, element, {"text": check.expression[:200], "reason": f"{name} is not asked here"})


def _house(subject: Subject, code: str) -> Iterator[FileProblem]:
    """The problems that the form checks find, worked out once for all codes."""
    if "forms" not in subject.notes:
        definition = subject.definition
        subject.notes["forms"] = [] if definition is None else [
            problem for form in subject.forms.values()
            for problem in form_checks.house_problems(form, definition, subject.forms)]
    return (problem for problem in subject.notes["forms"] if problem.code == code)


def _check(code: str) -> Rule:
    def check(subject: Subject) -> Iterator[Found]:
        for one in _house(subject, code):
            yield Found(one.file, one.element, {key: str(value) for key, value in one.params.items()})
    return Rule(code, "hint" if code in _HINTS else "house", form_checks.PROBLEMS[code], _WAYS[code], check)


_HINTS = ("FormTooLong", "FormTooManyQuestions")
_WAYS = {
    "FormTextMissing": "Write the missing words: `label`, `description` and `values` are Polish, `label_en`, "
                       "`description_en` and `options_en` of `properties` English.",
    "FormReaderUnknown": "Name roles of definition.json in `sees`, or declare the role there.",
    "FormReaderNotCleared": "Raise the clearance of the role in definition.json, or take it out of `sees`.",
    "FormBasisMissing": "Set `properties.basis` of the question, of its group or of the form: article or clause.",
    "FormRetentionUnknown": "Set `properties.retention` to a class that definition.json declares under `retentions`.",
    "FormPrefillUnknown": "Write `form.question` of a form of this definition, or `variable.name`.",
    "FormTooLong": "Ask only what this step needs; leave the rest to the step that uses it.",
    "FormTooManyQuestions": "Ask only what this step needs, or show some questions only when an answer calls for them.",
}
# What a file must be to be a form at all; found while it is read.
_READING = {
    "FormTypeUnknown": "Use one of the components listed in forms/profile.schema.json.",
    "FormKeyInvalid": "Rename the key: for example `release_at`.",
    "FormExpression": "Use `properties.show_if` to show a question; calculate in a script or a decision table.",
    "FormOptionsMissing": "List the answers under `values`, each with `value` and `label`.",
    "FormOptionEnglishUnknown": "Use the values of the question as names in `options_en`.",
    "FormConditionUnknown": "Name a question that stands above, or move the question.",
    "FormConditionValueUnknown": "Name a value that the other question can have.",
    "FormCheckFieldUnknown": "Name questions of this form in `fields`.",
    "FormNested": "Make the inner list a form of its own, or plain questions.",
    "FormEmpty": "Add a question, or let the task have no form.",
    "NotJson": "Correct the file where the reason says; form-js and any JSON editor point to it.",
    "TooLarge": "Split the file; a form or a definition has at most 1 MB and 20 levels.",
    "WrongShape": "See the schema beside the file: forms/profile.schema.json, processes/definition.schema.json.",
    "PropertyMissing": "Add the property; the schema beside the file says what it means.",
    "PropertyUnknown": "Remove or rename the property; a misspelt one would be lost silently.",
    "PropertyInvalid": "Use one of the values that the schema beside the file allows.",
    "Twice": "Remove or rename one of the two.",
}
_SENTENCES = json_files.PROBLEMS | form_files.PROBLEMS

RULES = (
    Rule("form-missing", "house", "This task has no form.",
         "Set the form key to a form of forms/<name>/, or the property «screen» to a screen with its own questions.",
         without_form),
    Rule("form-unknown", "house", "There is no form “{form}”.",
         "Add the file forms/<name>/{form}.form, or correct the form key.", unknown_form),
    Rule("form-unused", "hint", "No task shows the form “{form}”.", "Delete the file, or set it as a task's form key.",
         unused_form),
    Rule("form-check", "error", "{text}: {reason}.",
         "A check is an expression over the keys of the questions of its form.", checks_compile),
    *(_check(code) for code in _WAYS),
    *(Rule(code, "error", _SENTENCES[code], way) for code, way in _READING.items()),
)
