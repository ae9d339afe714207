"""Rules on events: messages, signals and errors whose other side nobody drew."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.documents import camunda
from engine.bpmn.elements import ElementInfo
from engine.bpmn.rules.subjects import Found, Rule, Subject
from engine.model.services import TOPICS

_THROWING = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})


def _named(subject: Subject, kind: str, throwing: bool) -> Iterator[ElementInfo]:
    return (info for info in subject.elements.values()
            if info.event == kind and info.event_name and (info.kind in _THROWING) is throwing)


def message_nobody_sends(subject: Subject) -> Iterator[Found]:
    """Messages that only somebody outside can send."""
    sent = {info.event_name for info in _named(subject, "message", throwing=True)}
    if subject.definition:
        sent |= {subject.definition.start_message, subject.definition.key_message}
        sent |= {one.message for one in subject.definition.messages}
        sent |= {one.message for one in subject.definition.starts}
    for info in _named(subject, "message", throwing=False):
        if info.event_name not in sent:
            yield Found(info.file, info.id, {"name": str(info.event_name)})


def signal_nobody_throws(subject: Subject) -> Iterator[Found]:
    """Signals that only another bundle can throw."""
    thrown = {info.event_name for info in _named(subject, "signal", throwing=True)}
    for info in _named(subject, "signal", throwing=False):
        if info.event_name not in thrown:
            yield Found(info.file, info.id, {"name": str(info.event_name)})


def error_nobody_catches(subject: Subject) -> Iterator[Found]:
    """Error ends that no enclosing activity catches: each becomes an incident."""
    for info in _named(subject, "error", throwing=True):
        if not _caught(subject, info):
            yield Found(info.file, info.id, {"code": str(info.event_name)})


def _caught(subject: Subject, info: ElementInfo) -> bool:
    """Whether the error, going outwards, meets a boundary event or an event sub-process for it (§10.5.7)."""
    todo, seen = [info.scope], {info.scope}
    while todo:
        scope = todo.pop()
        if any(_catches(one, info) and _stands(subject, one, scope) for one in subject.elements.values()):
            return True
        holder = subject.elements.get(scope)
        outer = [holder.scope] if holder else [one.scope for one in subject.elements.values()
                                               if one.kind == "callActivity" and one.called == scope]
        todo.extend(one for one in outer if one not in seen)
        seen.update(outer)
    return False


def _catches(one: ElementInfo, thrown: ElementInfo) -> bool:
    return (one.event == "error" and one.kind in ("boundaryEvent", "startEvent")
            and one.event_name in (None, "", thrown.event_name))


def _stands(subject: Subject, one: ElementInfo, scope: str) -> bool:
    if one.kind == "startEvent":
        handler = subject.elements.get(one.scope)
        return handler is not None and handler.event_sub_process and handler.scope == scope
    host = subject.elements.get(one.attached_to or "")
    return host is not None and (host.id == scope or host.called == scope)


def job_nobody_knows(subject: Subject) -> Iterator[Found]:
    """Tasks for programs outside, listed so that somebody runs them."""
    for file, root in subject.roots():
        for node in root.iter():
            topic = camunda(node, "topic") if isinstance(node.tag, str) else None
            if topic and topic not in TOPICS and subject.author(file, node) in subject.elements:
                yield Found(file, subject.author(file, node), {"topic": topic})


RULES = (
    Rule("message-nobody-sends", "hint", "Nothing in this bundle sends the message {name}; somebody outside must.",
         "Nothing need be done if another system or a screen sends it. Otherwise correct the name.",
         message_nobody_sends),
    Rule("signal-nobody-throws", "hint", "Nothing in this bundle throws the signal {name}.",
         "Nothing need be done if another definition throws it. Otherwise correct the name.", signal_nobody_throws),
    Rule("error-nobody-catches", "hint",
         "Nobody catches the error {code}; when it comes, the case stops with an incident.",
         "Draw an error boundary event at the enclosing activity, or an event sub-process with an error start.",
         error_nobody_catches),
    Rule("job-outside", "hint", "A program outside must do the jobs of topic {topic}.",
         "Nothing need be done here: run a worker that takes this topic.", job_nobody_knows),
)
