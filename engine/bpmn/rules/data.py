"""Rules on case variables: read before anything wrote them, or asked in a form and read by nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.bpmn.documents import camunda, child, children, local
from engine.bpmn.graphs import Scope, inside
from engine.bpmn.rules.subjects import Found, Rule, Subject
from engine.bpmn.rules.variables import ANYTHING, handed_to, may_miss, reads, writes
from engine.model.form_checks import seen_by

_Place = tuple[str, str]    # scope id and node id; "" for the entry of a scope


def read_before_written(subject: Subject) -> Iterator[Found]:
    """Variables that some way through the process reads before any element of that way can have written them."""
    given = _given(subject, "")
    if ANYTHING in given:
        return
    scopes = {scope.id: scope for scope in subject.scopes}
    written = frozenset(given).union(
        *(writes(scope, name, subject) for scope in subject.scopes for name in scope.nodes))
    handed: dict[str, list[frozenset[str]]] = {}
    for process in _callers_first(scopes, subject):
        yield from _process(process, scopes, subject, handed, written)


def _callers_first(scopes: dict[str, Scope], subject: Subject) -> Iterator[Scope]:
    """The processes, each behind those that call it; in a circle of calls the order of the files decides."""
    processes = [scope for scope in scopes.values() if local(scope.node) == "process"]
    done: set[str] = set()
    while processes:
        waiting = {called for scope in processes for called in _called_in(scope, scopes, subject) if called != scope.id}
        free = [scope for scope in processes if scope.id not in waiting] or processes[:1]
        yield from free
        done |= {scope.id for scope in free}
        processes = [scope for scope in processes if scope.id not in done]


def _called_in(process: Scope, scopes: dict[str, Scope], subject: Subject) -> set[str]:
    inner = [process, *(scopes[name] for name in process.nodes if name in scopes)]
    found = (subject.elements.get(scope.author(name)) for scope in inner for name in scope.nodes)
    return {info.called for info in found if info is not None and info.called}


def _given(subject: Subject, element: str) -> set[str]:
    """What a case that begins at this start event has: the answers of the form that starts it, and the attributes."""
    definition = subject.definition
    if definition is None:
        return {ANYTHING}    # a process of another tool is started with variables we do not know
    info = subject.elements.get(element)
    further = next((one for one in definition.starts if one.start_element == element
                    or (one.message and info is not None and one.message == info.event_name)), None)
    form = subject.forms.get(further.form if further else definition.start_form)
    names = {field.key for field in form.fields} if form else {ANYTHING}
    return names | {attribute.id for attribute in definition.attributes}


def _process(process: Scope, scopes: dict[str, Scope], subject: Subject, handed: dict[str, list[frozenset[str]]],
             written: frozenset[str]) -> Iterator[Found]:
    """A forward walk that keeps, for each node, the variables certainly written before it; a called process begins
    with what every call hands to it."""
    walk = _Walk(scopes, subject)
    for start in (name for several in process.starts() for name in several):
        given = _shared(handed[process.id]) if process.id in handed else _given(subject, process.author(start))
        walk.arrive(process, start, "", frozenset(given))
    walk.go_on()
    for (scope_id, name), known in sorted(walk.known.items()):
        scope = scopes[scope_id]
        info = subject.elements.get(scope.author(name))
        if info is not None and info.called:
            handed.setdefault(info.called, []).append(handed_to(scope, name, known))
        if ANYTHING not in known:
            missing = reads(scope, name, subject) - known
            for variable in sorted(missing - may_miss(scope, name, subject, written) if missing else ()):
                yield Found(scope.file, scope.author(name), {"name": variable})


class _Walk:
    """What is known before each node, by the flow it came on; it only shrinks, so the walk ends."""

    def __init__(self, scopes: dict[str, Scope], subject: Subject) -> None:
        self.scopes = scopes
        self.subject = subject
        self.known: dict[_Place, frozenset[str]] = {}
        self.came: dict[_Place, dict[str, frozenset[str]]] = {}
        self.todo: list[tuple[Scope, str]] = []

    def arrive(self, scope: Scope, name: str, by: str, known: frozenset[str]) -> None:
        came = self.came.setdefault((scope.id, name), {})
        came[by] = known
        joins = scope.kind(name) == "parallelGateway"
        if joins and len(came) < len(scope.into[name]):
            return
        joined = frozenset().union(*came.values()) if joins else _shared(list(came.values()))
        if self.known.get((scope.id, name)) != joined:
            self.known[scope.id, name] = joined
            self.todo.append((scope, name))

    def go_on(self) -> None:
        while self.todo:
            scope, name = self.todo.pop()
            known, node = self.known[scope.id, name], scope.nodes[name]
            for boundary in scope.boundaries.get(name, ()):
                self.arrive(scope, boundary, name, known)
            after = known | writes(scope, name, self.subject)
            if inside(node) and name in self.scopes:
                inner = self.scopes[name]
                for start in (one for several in inner.starts() for one in several):
                    self.arrive(inner, start, name, known | _local(node))
                after |= frozenset().union(*(writes(inner, one, self.subject) for one in inner.nodes))
            for flow in scope.out[name]:
                self.arrive(scope, flow.target, flow.id, after)


def _shared(several: list[frozenset[str]]) -> frozenset[str]:
    """What is known on every way; a way on which anything may have been written knows everything."""
    certain = [known for known in several if ANYTHING not in known]
    return frozenset.intersection(*certain) if certain else frozenset({ANYTHING})


def _local(node: Any) -> frozenset[str]:
    many = child(node, "multiInstanceLoopCharacteristics")
    names = {camunda(many, "elementVariable")} if many is not None else set()
    names |= {part.get("name") for part in children(node, "dataObject")}
    return frozenset(name for name in names if name)


def never_written(subject: Subject) -> Iterator[Found]:
    """Variables of the definition that no form, script, table or mapping of the bundle writes."""
    definition = subject.definition
    if definition is None or not definition.participants:
        return
    written = _given(subject, "").union(
        *(writes(scope, name, subject) for scope in subject.scopes for name in scope.nodes))
    if definition.participants not in written and ANYTHING not in written:
        yield Found("definition.json", "participants", {"name": definition.participants})


def fields_read(subject: Subject) -> Iterator[Found]:
    """Answers that nothing and nobody reads: no step decides by them, and no role may see them."""
    if subject.definition is None:
        return
    read = set().union(*(reads(scope, name, subject) for scope in subject.scopes for name in scope.nodes))
    read |= {one.source for one in subject.definition.attributes} | set(subject.definition.person.values())
    for form in subject.forms.values():
        unread = [field.key for field in form.fields if field.key not in read
                  and field.kind != "list" and not seen_by(field, subject.definition)[0]]
        if unread:
            yield Found(form.file, "", {"names": ", ".join(unread)})


RULES = (
    Rule("read-before-written", "hint", "{name} is read here, but may not have been written before.",
         "Give the variable a value on every way that leads here, or ask with «if {name} = null then …».",
         read_before_written),
    Rule("never-written", "hint", "Nothing in this definition writes {name}.",
         "Write the variable in a script or a decision table, or correct its name.", never_written),
    Rule("field-never-read", "hint",
         "Nobody reads these answers: no step decides by them, and no role may see them: {names}.",
         "Name who may read them under `sees`, widen a role's clearance, or do not ask.",
         fields_read),
)
