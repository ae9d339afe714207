"""The yardstick: the same round of a loop run by the BPMN library as it comes, without anything of ours.

Only its step in memory is taken; conditions and scripts are Python there, which is why they are written again here.
"""

from __future__ import annotations

import logging
from functools import partial
from io import BytesIO
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from engine.bench.figures import took

_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="yardstick" targetNamespace="https://powrot.example/stock">
 <bpmn:process id="rounds" isExecutable="true">
  <bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
  <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="work"/>
  <bpmn:userTask id="work" name="work"><bpmn:incoming>f1</bpmn:incoming><bpmn:incoming>f4</bpmn:incoming>
   <bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
  <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="count"/>
  <bpmn:scriptTask id="count" name="count"><bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>
   <bpmn:script>rounds = rounds + 1</bpmn:script></bpmn:scriptTask>
  <bpmn:sequenceFlow id="f3" sourceRef="count" targetRef="again"/>
  <bpmn:exclusiveGateway id="again" default="f4"><bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>
   <bpmn:outgoing>f5</bpmn:outgoing></bpmn:exclusiveGateway>
  <bpmn:sequenceFlow id="f4" sourceRef="again" targetRef="work"/>
  <bpmn:sequenceFlow id="f5" sourceRef="again" targetRef="done">
   <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">approved == "no"</bpmn:conditionExpression>
  </bpmn:sequenceFlow>
  <bpmn:endEvent id="done"><bpmn:incoming>f5</bpmn:incoming></bpmn:endEvent>
 </bpmn:process>
</bpmn:definitions>
"""
_ROUND = 3
_ANSWERS = {"approved": "yes", "note": "x" * 200}


def stock_steps(shape: str, past: int, count: int = 5) -> list[float]:
    """Milliseconds of the library's own step after so many task instances; none where it stood still."""
    if shape != "rounds":
        return []
    # at their default level its loggers walk the whole instance for every record, which would not be a fair measure
    logging.getLogger("spiff").setLevel(logging.ERROR)
    parser = BpmnParser()
    parser.add_bpmn_io(BytesIO(_XML))
    workflow = BpmnWorkflow(parser.get_spec("rounds"))
    workflow.data["rounds"] = 0
    for task in workflow.get_tasks(state=TaskState.READY):
        task.data["rounds"] = 0
    workflow.do_engine_steps()
    times: list[float] = []
    for _ in range(past // _ROUND + count):
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        if task is None:
            return []   # its search stops at a depth of 1,000 tasks: the loop stands still for ever
        times.append(took(partial(_step, workflow, task)))
    return times[-count:]


def _step(workflow: Any, task: Any) -> None:
    task.data.update(_ANSWERS)
    task.run()
    workflow.do_engine_steps()
