"""What we rely on in SpiffWorkflow is still there, and where stock is right we do the same."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
from typing import Any

import pytest
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.bpmn.players import Player, compiled, diagram, flows
from tests.bpmn.test_core import E, S, boundary, gateway, user
from tests.bpmn.test_events import ERROR, MESSAGE, end, sub

# The private and undocumented names that our subclasses override or call, by their place in the library.
NAMES = {
    "SpiffWorkflow.task:Task": [
        "_add_child",
        "_child_added_notify",
        "_set_state",
        "_inherit_data",
        "_ready",
        "cancel",
        "complete",
        "run",
        "parent",
        "children",
        "has_state",
    ],
    "SpiffWorkflow.specs.base:TaskSpec": [
        "_predict",
        "_update",
        "_update_hook",
        "_on_ready_hook",
        "_run_hook",
        "_on_complete",
        "_on_complete_hook",
        "_on_cancel",
        "_on_error",
        "_connect_notify",
        "connect",
        "test",
    ],
    "SpiffWorkflow.workflow:Workflow": ["_task_completed_notify", "_remove_task", "is_completed"],
    "SpiffWorkflow.bpmn.workflow:BpmnWorkflow": ["create_subprocess", "get_task_from_id", "do_engine_steps", "catch"],
    "SpiffWorkflow.bpmn.util.subworkflow:BpmnSubWorkflow": ["_calculate_depth", "parent_workflow"],
    "SpiffWorkflow.bpmn.util.event:EventManager": ["add_task", "remove_task"],
    "SpiffWorkflow.bpmn.specs.mixins.subworkflow_task:SubWorkflowTask": ["_on_subworkflow_completed", "start_workflow"],
    "SpiffWorkflow.bpmn.specs.bpmn_process_spec:BpmnProcessSpec": ["_add_notify"],
    "SpiffWorkflow.bpmn.specs.control:BpmnStartTask": [],
    "SpiffWorkflow.bpmn.parser.BpmnParser:BpmnParser": ["_get_parser_class", "create_parser", "get_process_parser"],
    "SpiffWorkflow.bpmn.parser.ProcessParser:ProcessParser": ["_index_process_nodes", "_parse", "get_spec"],
    "SpiffWorkflow.bpmn.parser.TaskParser:TaskParser": ["create_task", "parse_node"],
    "SpiffWorkflow.bpmn.specs.event_definitions.base:EventDefinition": ["throw"],
}


def found(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def test_the_library_is_the_version_we_know() -> None:
    assert importlib.metadata.version("SpiffWorkflow") == "3.2.0"


@pytest.mark.parametrize("place", list(NAMES))
def test_names_we_rely_on_exist(place: str) -> None:
    owner = found(place)
    assert [name for name in NAMES[place] if not hasattr(owner, name)] == []


def test_a_task_still_has_the_state_we_fill_in_when_loading() -> None:
    source = inspect.getsource(found("SpiffWorkflow.task:Task").__init__)
    for name in ("id", "workflow", "_parent", "_children", "_state", "triggered", "task_spec", "thread_id", "data",
                 "internal_data", "last_state_change"):  # fmt: skip
        assert f"self.{name} = " in source


# -- equivalence with stock, where stock is right ---------------------------------------------------------------------

SUB = sub("x", '<startEvent id="i_s"/>' + user("i") + '<endEvent id="i_e"/>' + flows("i_s>i", "i>i_e"))
FAILING = sub("x", '<startEvent id="i_s"/>' + user("i") + end("i_x", ERROR) + flows("i_s>i", "i>i_x"))
LOOP = S + gateway("exclusive", "m") + user("a") + gateway("exclusive", "x", "f_x_e") + E
DIAGRAMS = {
    "sequence": S + user("a", "b", "c") + E + flows("s>a", "a>b", "b>c", "c>e"),
    "parallel": S
    + gateway("parallel", "g")
    + user("a", "b", "c")
    + gateway("parallel", "j")
    + user("z")
    + E
    + flows("s>g", "g>a", "g>b", "g>c", "a>j", "b>j", "c>j", "j>z", "z>e"),
    "exclusive": S
    + gateway("exclusive", "g", "f_g_b")
    + user("a", "b")
    + E
    + flows("s>g", "g>a:x > 5", "g>b", "a>e", "b>e"),
    "inclusive": S
    + gateway("inclusive", "g", "f_g_c")
    + user("a", "b", "c", "z")
    + gateway("inclusive", "j")
    + E
    + flows("s>g", "g>a:x > 1", "g>b:x > 2", "g>c", "a>j", "b>j", "c>j", "j>z", "z>e"),
    "sub-process": S + SUB + user("z") + E + flows("s>x", "x>z", "z>e"),
    "error boundary": S
    + FAILING
    + user("z", "h")
    + E
    + boundary("b", "x", ERROR)
    + flows("s>x", "x>z", "z>e", "b>h", "h>e"),
    "loop": LOOP + flows("s>m", "m>a", "a>x", "x>m:x > 99", "x>e"),
    "implicit merge": S
    + gateway("parallel", "g")
    + user("a", "b", "c")
    + E
    + flows("s>g", "g>a", "g>b", "a>c", "b>c", "c>e"),
}


def stock(body: str, x: int) -> list[list[str]]:
    """The open tasks after every completion, as stock SpiffWorkflow sees it; always the first by name is done."""
    parser = BpmnParser()
    parser.add_bpmn_str(diagram(body))
    workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
    workflow.task_tree.data["x"] = x
    course = []
    while True:
        workflow.do_engine_steps()
        ready = sorted(workflow.get_tasks(state=TaskState.READY, manual=True), key=lambda task: task.task_spec.name)
        course.append([task.task_spec.name for task in ready])
        if not ready:
            return course
        ready[0].run()


def ours(body: str, x: int) -> list[list[str]]:
    case = Player(compiled(body), "p", {"x": x})
    course = [case.open]
    while case.open:
        case.complete(case.open[0])
        course.append(case.open)
    return course


@pytest.mark.parametrize("x", [0, 2, 9])
@pytest.mark.parametrize("name", list(DIAGRAMS))
def test_same_course_as_stock(name: str, x: int) -> None:
    assert ours(DIAGRAMS[name], x) == stock(DIAGRAMS[name], x)


def test_a_boundary_message_opens_the_same_tasks_as_in_stock() -> None:
    body = S + user("a", "h") + boundary("b", "a", MESSAGE) + E + flows("s>a", "a>e", "b>h", "h>e")
    case = Player(compiled(body))
    case.message("M1")
    assert case.open == ["h"]
