"""Rules on words: every text that people see stands there in Polish and in English, and every task says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.bpmn.documents import child, children, local, text_of
from engine.bpmn.elements import properties_of
from engine.bpmn.rules.subjects import HUMAN, Found, Rule, Subject

_SENTENCE = re.compile(r"[.!?…](?=\s|$)")
_MOST_SENTENCES = 3
# What a screen, a worklist or a history line shows by its name.
_MUST_BE_NAMED = HUMAN | {"subProcess", "transaction", "callActivity", "lane", "process", "businessRuleTask",
                          "scriptTask", "serviceTask", "sendTask", "receiveTask"}
_SHOWN = _MUST_BE_NAMED | {"startEvent", "endEvent", "boundaryEvent",
                           "intermediateCatchEvent", "intermediateThrowEvent", "sequenceFlow",
                           "exclusiveGateway", "inclusiveGateway", "parallelGateway",
                           "eventBasedGateway", "adHocSubProcess"}


def _shown(subject: Subject, kinds: frozenset[str] | set[str]) -> Iterator[tuple[str, Any]]:
    """File and node of everything of these kinds that belongs to a process that runs."""
    for file, root in subject.roots():
        for process in children(root, "process"):
            if process.get("id") in subject.processes:
                yield from ((file, node) for node in process.iter() if local(node) in kinds)


def without_name(subject: Subject) -> Iterator[Found]:
    """Elements that screens and histories show, without a name."""
    for file, node in _shown(subject, _MUST_BE_NAMED):
        if not (node.get("name") or "").strip():
            yield Found(file, subject.author(file, node), {"kind": local(node)})


def without_english(subject: Subject) -> Iterator[Found]:
    """Names and instructions that are there in Polish only."""
    for file, node in _shown(subject, _SHOWN):
        own = properties_of(node)
        for what, polish, english in (("name", node.get("name") or "", own.get("name.en", "")),
                                      ("documentation", _instruction(node), own.get("documentation.en", ""))):
            if polish.strip() and not english.strip():
                yield Found(file, subject.author(file, node), {"what": what, "text": " ".join(polish.split())[:60]})


def _instruction(node: Any) -> str:
    return text_of(child(node, "documentation")) if local(node) in HUMAN else ""


def without_instruction(subject: Subject) -> Iterator[Found]:
    """Human tasks that do not say what to do."""
    for info in subject.human:
        if not info.documentation:
            yield Found(info.file, info.id)


def long_instruction(subject: Subject) -> Iterator[Found]:
    """Instructions that nobody in a hurry reads."""
    for info in subject.human:
        count = len(_SENTENCE.findall(info.documentation))
        if count > _MOST_SENTENCES:
            yield Found(info.file, info.id, {"count": str(count), "limit": str(_MOST_SENTENCES)})


RULES = (
    Rule("name-missing", "house", "This {kind} has no name, and screens and histories show it by its name.",
         "Give it a name in Polish, and in English as property «name.en».", without_name),
    Rule("english-missing", "house", "The {what} “{text}” has no English.",
         "Set the property «{what}.en» of the element (in Camunda Modeler under Extension properties).",
         without_english),
    Rule("instruction-missing", "house", "This task does not say what to do.",
         "Write one to three sentences into its documentation.", without_instruction),
    Rule("instruction-long", "hint", "The instruction has {count} sentences; {limit} are read.",
         "Keep what this step needs; the rest belongs into the hints of the form.", long_instruction),
)
