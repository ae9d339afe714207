"""What is wrong with a diagram, as codes with parameters; which rules exist beyond compiling is left to the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.model.errors import Refused

Level = Literal["error", "house", "hint"]

# English sentence (msgid) of each code. The publication rules add theirs with `SENTENCES.update`.
SENTENCES: dict[str, str] = {
    "not-xml": "This file is not readable XML: {reason}.",
    "not-bpmn": "The root element is {tag}, not definitions of BPMN 2.0.",
    "file-too-large": "The file has {size} bytes; more than {limit} are not read.",
    "too-deep": "Elements are nested {depth} deep; more than {limit} levels are not run.",
    "too-many-elements": "The diagram has {count} elements; more than {limit} are not run.",
    "doctype": "A document type declaration is not accepted: it can hide other files or huge texts.",
    "duplicate-id": "The id is given to more than one element.",
    "duplicate-process": "The process {process} is defined in two files of the bundle.",
    "dangling-reference": "The {attribute} names {target}, which does not exist here.",
    "flow-crosses-scope": "The sequence flow connects two different (sub-)processes; use a message or an event.",
    "unknown-element": "{kind} is not run by this engine.",
    "unknown-event": "{kind} cannot be used on {place}.",
    "event-without-definition": "The event says nothing about what it waits for.",
    "several-definitions-here": "Only one event definition can stand here.",
    "link-without-catch": "No catching link event named {name} exists in the same process.",
    "link-with-several-catches": "There are {count} catching link events named {name}; exactly one is needed.",
    "expression": "{text}: {reason}.",
    "script-line": "Line {line} of the script is not `name = expression`: {text}.",
    "computed-name": "The name {name} is computed; messages and signals have fixed names.",
    "timer-text": "{text} is not an ISO 8601 {kind}: {reason}.",
    "timer-cycle-here": "A repeating timer cannot stand in the flow: such an event goes on once only.",
    "event-subprocess-starts": "An event sub-process needs exactly one start event with a trigger; {count} found.",
    "multi-instance-without-size": "A multi-instance activity needs a loopCardinality or a collection.",
    "multi-instance-two-sizes": "A multi-instance activity has a loopCardinality or a collection, not both.",
    "multi-instance-behaviour": "Behaviour {behavior} of a multi-instance activity is not run; leave it at All.",
    "negative-size": "The size {text} is negative or not a whole number.",
    "loop-without-end": "A loop needs a loopCondition or a loopMaximum of at least 1.",
    "called-process-unknown": "The called process {process} is not an executable process of this bundle.",
    "called-element-missing": "The call activity does not say which process it calls.",
    "expression-doubt": "In «{text}» {reason}; that part is always null.",
    "decision-unknown": "The decision {decision} is in none of the decision tables here, or has no logic there.",
    "decision-file": "The decision file cannot be read: {reason}.",
    "decision-missing": "The business rule task does not say which decision it uses.",
    "script-missing": "The script task has no script.",
    "service-without-topic": 'The service task has no topic (camunda:type="external", camunda:topic).',
    "service-implementation": '{attribute} names program code; only camunda:type="external" with a topic is run.',
    "listener-code": "{kind} would run program code; it is not run, so the element is refused.",
    "token-quantity": "{attribute}={value} is not run; only 1.",
    "event-gateway-target": "{target} cannot follow an event-based gateway; only catching events and receive tasks.",
    "event-gateway-flows": "An event-based gateway needs at least two outgoing flows; {count} found.",
    "event-gateway-parallel": "An event-based gateway of type Parallel must start the process (instantiate).",
    "boundary-on-nothing": "The boundary event is not attached to an activity of the same (sub-)process.",
    "start-has-incoming": "A start event cannot have incoming flows.",
    "event-subprocess-flows": "An event sub-process has no flows in or out; its start event triggers it.",
    "boundary-has-incoming": "A boundary event cannot have incoming flows.",
    "several-starts": "A sub-process has one start event at most; {count} found.",
    "called-process-start": "The called process {process} has no single plain start, so a call cannot start it.",
    "end-has-outgoing": "An end event cannot have outgoing flows.",
    "cancel-outside-transaction": "A cancel event belongs in a transaction or on its boundary.",
    "compensation-handler": "A compensation event on a boundary needs one association to an activity for compensation.",
    "compensation-target": "The activity {target} to compensate is not in reach of this event.",
    "complex-gateway": "The complex gateway uses {what}, which is not run: {reason}.",
    "ad-hoc": "The ad-hoc sub-process contains {what}, which the standard forbids.",
    "default-flow": "The default flow {flow} does not leave this element.",
    "gateway-condition": "Flow {flow} of the gateway has neither a condition nor is it the default flow.",
    "data-association": "Data associations with assignments or transformations are not run.",
    "no-process": "The bundle has no executable process.",
    "correlation": "The correlation key {key} has no expression for message {message}.",
    "instantiate": "{kind} that starts the process must have no incoming flow.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one element of one file."""

    code: str
    level: Level
    file: str
    element: str
    params: dict[str, str] = field(default_factory=dict, hash=False)

    def sentence(self) -> str:
        """The English sentence with its parameters filled in."""
        return SENTENCES.get(self.code, self.code).format_map(_Shown(self.params))


class _Shown(dict[str, str]):
    """Parameters for a sentence; a missing one shows its name instead of failing."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class DiagramRefused(Refused):
    """The diagram cannot run as the standard says: {first}"""

    status = 422

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(count=len(problems), first=f"{first.file}:{first.element}: {first.sentence()}")
