"""The way round each refusal of reading and compiling; documents, normalise, parsers and decisions find them."""

from __future__ import annotations

from engine.bpmn.problems import SENTENCES
from engine.bpmn.rules.subjects import Rule

#: Code of a refusal → what an author can do instead.
WAYS = {
    # the file
    "not-xml": "Export the diagram again; the file was cut off, edited by hand, or is not in the encoding it declares.",
    "not-bpmn": "Export as BPMN 2.0 XML. Drawings, pictures and older XPDL files are not BPMN.",
    "file-too-large": "Split the diagram: call parts of it as processes of their own.",
    "too-deep": "Draw inner sub-processes as processes of their own and call them.",
    "too-many-elements": "Split the diagram: call parts of it as processes of their own.",
    "doctype": "Remove the document type declaration; BPMN needs none.",
    # identity and references
    "duplicate-id": "Give one of the two elements another id.",
    "duplicate-process": "Give one of the two processes another id, or remove the older file from the folder.",
    "dangling-reference": "Draw what is named, or choose an existing one in the modeler's list.",
    "flow-crosses-scope":
        "End the branch in its sub-process and go on behind it, or throw an event that the other side catches.",
    "default-flow": "Choose one of the element's own outgoing flows as the default.",
    "no-process": "Set at least one process to executable (isExecutable).",
    # elements and events
    "computed-name": "Write a fixed name; tell cases apart by correlation keys.",
    "event-subprocess-flows": "Remove the flows: the start event of an event sub-process triggers it.",
    "data-association": "Use input and output parameters (camunda:inputOutput), or a script before or behind.",
    "unknown-element": "Replace the element by one the README lists.",
    "unknown-event": "Use a kind of event that the standard allows at this place (BPMN 2.0.2 Table 10.93).",
    "event-without-definition": "Choose what the event waits for or throws: message, timer, signal …",
    "several-definitions-here": "Draw one event for each definition.",
    "instantiate": "Remove the incoming flow, or do not let the element start the process.",
    "link-without-catch": "Draw the catching link with the same name in the same process, or draw the flow itself.",
    "link-with-several-catches": "Keep one catching link of this name; a link leads to one place.",
    "timer-text": "Write ISO 8601 (PT2H, P3D, 2027-05-04T08:00:00+02:00, R3/P1D) or an expression that begins with =.",
    "timer-cycle-here": "Use a duration and draw the repetition as a loop, or use a non-interrupting boundary timer.",
    "event-subprocess-starts": "Give the event sub-process one start event with a trigger.",
    "boundary-on-nothing": "Attach the event to an activity of the same process level.",
    "boundary-has-incoming": "Let the flow lead to the activity, or to an intermediate event.",
    "several-starts": "Keep one start event; draw a gateway behind it where the ways part.",
    "called-process-start": "Give the called process one plain start event beside those with a trigger.",
    "start-has-incoming": "Let the flow lead to the step behind the start event.",
    "end-has-outgoing": "Use an intermediate event, or remove the flow.",
    "cancel-outside-transaction": "Make the sub-process a transaction, or use an error event.",
    "compensation-handler": "Connect the event by one association with one activity that is for compensation.",
    "compensation-target": "Name an activity of the same scope that has a compensation handler.",
    # gateways
    "event-gateway-target": "Let only catching events and receive tasks follow an event-based gateway.",
    "event-gateway-flows": "Draw at least two ways out, or wait with a single catching event.",
    "event-gateway-parallel": "Let a parallel gateway lead to the events, or let the gateway start the process.",
    "complex-gateway": "Use a parallel, inclusive or exclusive gateway.",
    "gateway-condition": "Write a condition for the flow, or make it the default flow.",
    # activities
    "expression": "Write FEEL, for example «=track = \"URGENT\"»; the sentence shows what to write where it can.",
    "script-line": "Write one assignment a line: «name = expression».",
    "script-missing": "Write the assignments, or make it a plain task.",
    "multi-instance-without-size": "Set a collection (camunda:collection) or a loop cardinality.",
    "multi-instance-two-sizes": "Remove the cardinality or the collection.",
    "multi-instance-behaviour": "Leave the behaviour at All; throw events from inside the activity where needed.",
    "negative-size": "Write a whole number of 0 or more, or an expression.",
    "loop-without-end": "Set a loop condition or a maximum of at least 1.",
    "called-process-unknown": "Add the file with that process to the folder, set it executable, or correct the id.",
    "called-element-missing": "Choose the process to call.",
    "decision-unknown": "Add the decision table to the folder, or correct the id.",
    "decision-missing": "Choose the decision, and how its result is mapped.",
    "service-without-topic": "Set the implementation to External and give a topic.",
    "service-implementation": "Set the implementation to External: a worker outside does the job and reports back.",
    "listener-code": "Remove the listener; draw what it does as a script, a service task or a mapping.",
    "token-quantity": "Leave the quantity at 1; draw a parallel split or a multi-instance activity.",
    "ad-hoc": "Draw the part as an ordinary sub-process, or remove what is not allowed in an ad-hoc one.",
}

RULES = (
    *(Rule(code, "error", SENTENCES[code], way) for code, way in WAYS.items()),
    Rule("expression-doubt", "hint", SENTENCES["expression-doubt"],
         "Give the function the arguments the standard lists, or correct the date, time or duration."),
)
