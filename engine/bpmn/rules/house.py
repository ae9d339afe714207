"""Rules on definition.json: that what it names exists in the diagrams and forms of its bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from engine.bpmn.rules.subjects import Found, Rule, Subject
from engine.model import definitions
from engine.model.definitions import Definition, Words

FILE = "definition.json"


def without_definition(subject: Subject) -> Iterator[Found]:
    """Diagrams without the file that says which roles, attributes and stages a case has."""
    if not subject.is_definition and subject.documents:
        yield Found(next(iter(subject.documents)), "")


def _of(rule: Callable[[Definition, Subject], Iterator[Found]]) -> Callable[[Subject], Iterator[Found]]:
    def check(subject: Subject) -> Iterator[Found]:
        if subject.definition is not None and not subject.broken:
            yield from rule(subject.definition, subject)
    return check


def main_unknown(definition: Definition, subject: Subject) -> Iterator[Found]:
    """A main process that is not there."""
    if definition.main not in subject.processes:
        yield Found(FILE, "main", {"name": definition.main})


def start_unknown(definition: Definition, subject: Subject) -> Iterator[Found]:
    """A start form that is not there, or a message that starts nothing."""
    if definition.start_form not in subject.forms:
        yield Found(FILE, "start.form", {"name": definition.start_form})
    main = subject.processes.get(definition.main)
    messages = {start.ref for start in main.starts if start.kind == "message"} if main else {definition.start_message}
    if definition.start_message and definition.start_message not in messages:
        yield Found(FILE, "start.message", {"name": definition.start_message})
    yield from _further_starts(definition, subject)


def _further_starts(definition: Definition, subject: Subject) -> Iterator[Found]:
    begins = [start for process in subject.processes.values() for start in process.starts]
    for one in definition.starts:
        found = {start.element for start in begins} | {start.ref for start in begins if start.kind == "message"}
        if one.form not in subject.forms:
            yield Found(FILE, one.id, {"name": one.form})
        for name in {one.message, one.start_element} - {"", *found}:
            yield Found(FILE, one.id, {"name": name})


def message_unknown(definition: Definition, subject: Subject) -> Iterator[Found]:
    """Messages for people that no step waits for, or whose form is not there."""
    waited = {info.event_name for info in subject.elements.values()}
    for one in definition.messages:
        for name in [*({one.message} - waited), *({one.form} - {"", *subject.forms})]:
            yield Found(FILE, one.message, {"name": name})


def person_unknown(definition: Definition, subject: Subject) -> Iterator[Found]:
    """Parts of the person that the start form does not ask."""
    form = subject.forms.get(definition.start_form)
    for part, key in definition.person.items():
        if form is not None and form.field(key) is None:
            yield Found(FILE, f"person.{part}", {"name": key})


def stage_unknown(definition: Definition, subject: Subject) -> Iterator[Found]:
    """Stages opened by elements that no diagram has."""
    for stage in definition.stages:
        for name in stage.opened_by:
            if name not in subject.elements:
                yield Found(FILE, stage.id, {"name": name})


def attribute_unknown(definition: Definition, subject: Subject) -> Iterator[Found]:
    """Attributes taken from answers that no form asks and variables that nothing writes."""
    from engine.bpmn.rules.variables import ANYTHING, writes
    written = {field.key for form in subject.forms.values() for field in form.fields}
    written.update(*(writes(scope, name, subject) for scope in subject.scopes for name in scope.nodes))
    for attribute in definition.attributes:
        source = attribute.source.rpartition(".")[2]
        if source not in written and attribute.source not in written and ANYTHING not in written:
            yield Found(FILE, attribute.id, {"name": attribute.source})


def english_missing(definition: Definition, subject: Subject) -> Iterator[Found]:
    """Names of the definition that are there in Polish only."""
    for element, words in _words(definition):
        if not words.en.strip():
            yield Found(FILE, element, {"text": words.pl})


def _words(definition: Definition) -> Iterator[tuple[str, Words]]:
    yield "name", definition.name
    several: tuple[tuple[Any, ...], ...] = (definition.roles, definition.attributes, definition.stages,
                                            definition.retentions, definition.papers)
    for named in several:
        yield from ((one.id, one.name) for one in named)
    for attribute in definition.attributes:
        yield from ((attribute.id, words) for words in (attribute.choices or {}).values())


_READING = {
    "IdInvalid": "Use lower-case letters, digits and hyphens.",
    "RoleUnknown": "Declare the role under `roles`, or correct its name.",
}

RULES = (
    Rule("definition-missing", "house", "There is no definition.json beside the diagram.",
         "Write one (processes/definition.schema.json): roles and what they see, attributes, stages, main process. "
         "A file of another tool is checked with --level error.", without_definition),
    Rule("main-unknown", "house", "The main process {name} is not an executable process of this definition.",
         "Name the id of an executable process under `main`.", _of(main_unknown)),
    Rule("start-unknown", "house", "Nothing here is called {name}, which should start a case.",
         "Name a form of forms/<name>/ and a message start event of the main process.", _of(start_unknown)),
    Rule("message-unknown", "house", "Nothing here is called {name}, which people should send into a case.",
         "Name a message that some step of the diagrams waits for, and a form of forms/<name>/.", _of(message_unknown)),
    Rule("person-unknown", "house", "The start form does not ask {name}.",
         "Name keys of the start form under `person`.", _of(person_unknown)),
    Rule("stage-unknown", "house", "No diagram has an element {name}.",
         "Name ids of elements under `opened_by`.", _of(stage_unknown)),
    Rule("attribute-unknown", "house", "Nothing asks or writes {name}.",
         "Name a question of a form or a variable under `from`.", _of(attribute_unknown)),
    Rule("definition-english-missing", "house", "“{text}” has no English.", "Add `en` beside `pl`.",
         _of(english_missing)),
    *(Rule(code, "error", definitions.PROBLEMS[code], way) for code, way in _READING.items()),
)
