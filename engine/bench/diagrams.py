"""The definitions that are measured: small diagrams written here, as long and wide as one needs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine.bpmn.bundles import Bundle

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="measured" targetNamespace="https://powrot.example/measured">
"""
#: what a person answers: one answer that routes, one text of 200 characters
ANSWERS = {"approved": "yes", "note": "x" * 200}
#: what a new case is opened with
QUESTION = {"family_name": "Żółć", "given_names": "Łukasz", "wanted_by": "2027-06-01", "size": "0"}


def _flows(*pairs: str) -> str:
    """``a>b`` is a flow, ``a>b:=x`` one with a condition."""
    return "".join(_flow(*pair.partition(":")[::2]) for pair in pairs)


def _flow(ends: str, condition: str) -> str:
    source, target = ends.split(">")
    inside = (f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
              if condition else "")
    return (f'<bpmn:sequenceFlow id="f-{source}-{target}" sourceRef="{source}" targetRef="{target}">{inside}'
            "</bpmn:sequenceFlow>")


def _user(name: str, inside: str = "") -> str:
    return (f'<bpmn:userTask id="{name}" name="{name}" camunda:formKey="answer" '
            f'camunda:dueDate="=working days after(today(), 5)">{inside}</bpmn:userTask>')


def _script(name: str, text: str) -> str:
    return f'<bpmn:scriptTask id="{name}" name="{name}"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'


_TIMER = ('<bpmn:boundaryEvent id="late" attachedToRef="work" cancelActivity="false"><bpmn:timerEventDefinition id="t">'
          "<bpmn:timeDuration>P30D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
          '<bpmn:endEvent id="noted"/>')
_BEGIN = '<bpmn:startEvent id="begin"/>' + _script("who", 'participants = ["worker"]')

#: a round of three finished task instances: the human task with a boundary timer, a script, a gateway
ROUNDS = (_BEGIN + _user("work") + _TIMER + _script("count", "rounds = (if rounds = null then 0 else rounds) + 1")
          + '<bpmn:exclusiveGateway id="again" default="f-again-work"/><bpmn:endEvent id="done"/>',
          ("begin>who", "who>work", "late>noted", "work>count", "count>again", "again>work",
           'again>done:=approved = "no"'))
#: a round of two tasks side by side
PAIRS = (_BEGIN + _user("left") + _user("right")
         + '<bpmn:exclusiveGateway id="meet"/><bpmn:parallelGateway id="split"/><bpmn:parallelGateway id="join"/>'
           '<bpmn:exclusiveGateway id="again" default="f-again-meet"/>'
         '<bpmn:endEvent id="done"/>',
         ("begin>who", "who>meet", "meet>split", "split>left", "split>right", "left>join", "right>join", "join>again",
          "again>meet", 'again>done:=approved = "no"'))
#: as many open items as the case was opened with; each one finished waits for the others
OPEN_ITEMS = (_BEGIN + _user("each", '<bpmn:multiInstanceLoopCharacteristics camunda:collection="=items" '
                                     'camunda:elementVariable="item"/>')
              + _script("list", "items = for i in 1..number(size) return i") + '<bpmn:endEvent id="done"/>',
              ("begin>who", "who>list", "list>each", "each>done"))
#: start, A, gateway, B1 B2 B3 side by side, Z: the process that other systems were measured with
FIVE_TASKS = (_BEGIN + "".join(_user(one) for one in ("A", "B1", "B2", "B3", "Z"))
              + '<bpmn:exclusiveGateway id="agreed" default="f-agreed-split"/><bpmn:parallelGateway id="split"/>'
                '<bpmn:parallelGateway id="join"/><bpmn:endEvent id="done"/><bpmn:endEvent id="refused"/>',
              ("begin>who", "who>A", "A>agreed", "agreed>split", 'agreed>refused:=approved = "no"', "split>B1",
               "split>B2", "split>B3", "B1>join", "B2>join", "B3>join", "join>Z", "Z>done"))
#: a task, a message and a timer that come again and again, each counted: what several processes hammer at once
HAMMERED = (_BEGIN + _user("work") + _script("count", "rounds = (if rounds = null then 0 else rounds) + 1")
            + '<bpmn:boundaryEvent id="late" attachedToRef="hold" cancelActivity="false"><bpmn:timerEventDefinition '
              'id="t"><bpmn:timeCycle>R/PT1S</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
            + _script("tick", "ticks = (if ticks = null then 0 else ticks) + 1") + '<bpmn:endEvent id="ticked"/>'
            + '<bpmn:receiveTask id="hold" name="hold" messageRef="halt"/><bpmn:endEvent id="done"/>'
            + '<bpmn:receiveTask id="ping" name="ping" messageRef="pinged"/>'
            + _script("note", "pings = (if pings = null then 0 else pings) + 1") + '<bpmn:parallelGateway id="split"/>'
            + '<bpmn:exclusiveGateway id="again"/><bpmn:exclusiveGateway id="once"/>',
            ("begin>who", "who>split", "split>again", "again>work", "work>count", "count>again", "split>hold",
             "hold>done", "late>tick", "tick>ticked", "split>once", "once>ping", "ping>note", "note>once"))

_MESSAGES = '<bpmn:message id="pinged" name="Ping"/><bpmn:message id="halt" name="Halt"/>'

Diagram = tuple[str, tuple[str, ...]]


def bundle(name: str, diagram: Diagram) -> Bundle:
    """The bundle of a measured definition: diagram, definition file and its two forms."""
    body, flows = diagram
    xml = f'{_HEAD}<bpmn:process id="{name}" name="{name}" isExecutable="true">{_lanes(body)}{body}{_flows(*flows)}'
    return Bundle({
        f"{name}.bpmn": f"{xml}</bpmn:process>{_MESSAGES}</bpmn:definitions>".encode(),
        "definition.json": json.dumps(_definition(name)).encode(),
        "forms/answer.form": json.dumps(_form("answer", ("approved", "note"))).encode(),
        "forms/question.form": json.dumps(_form("question", tuple(QUESTION))).encode(),
    })


def _lanes(body: str) -> str:
    nodes = [part.split('"')[0] for part in body.split('<bpmn:userTask id="')[1:]]
    return ('<bpmn:laneSet id="lanes"><bpmn:lane id="worker" name="worker">'
            + "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in nodes)
            + "</bpmn:lane></bpmn:laneSet>")


def _form(name: str, keys: Sequence[str]) -> dict[str, object]:
    fields = [{"type": "textfield", "key": key, "label": key, "properties": {"label_en": key}} for key in keys]
    return {"type": "default", "id": name, "components": fields,
            "properties": {"title": name, "title_en": name, "sensitivity": "social", "basis": "KPA art. 7",
                           "retention": "case", "kind": "fact"}}


def _definition(name: str) -> dict[str, object]:
    clearance = dict.fromkeys(("basic", "social", "health", "offence", "family"), "full")
    return {
        "id": name, "name": {"pl": name, "en": name}, "main": name, "start": {"form": "question"},
        "person": {"family_name": "family_name", "given_names": "given_names"},
        "roles": [{"id": "asker", "name": {"pl": "asker", "en": "asker"}, "clearance": clearance, "coordinates": True},
                  {"id": "worker", "name": {"pl": "worker", "en": "worker"}, "clearance": clearance}],
        "coordinator": "asker", "sender": "asker", "participants": {"variable": "participants"},
        "attributes": [{"id": "wanted_by", "name": {"pl": "do", "en": "by"}, "type": "date", "from": "wanted_by",
                        "column": True, "searchable": True, "sensitive": False, "key_date": True}],
        "stages": [], "letters": [],
    }
