"""The parser of one element: makes its spec; flows are connected by the scope when all its specs are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition

from engine.bpmn.documents import camunda, child, extension, text_of
from engine.bpmn.elements import potential_owners
from engine.bpmn.evaluations import script_lines
from engine.bpmn.parsers.sources import Source
from engine.bpmn.specs.tasks import External

if TYPE_CHECKING:
    from engine.bpmn.parsers.scopes import ScopeParser

_CODE = ("class", "delegateExpression", "expression")


class NodeParser(TaskParser):
    """Base of all element parsers. Spiff's own walk along the flows is not used: a long process would recurse."""

    process_parser: ScopeParser

    @property
    def source(self) -> Source:
        """The file this element is in."""
        return self.process_parser.source

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """What Spiff's specs want to know; the rest stands in `info`."""
        return {"lane": None, "bpmn_name": self.node.get("name")}

    def parse_node(self) -> Any:
        """The spec of this element, with everything but its flows."""
        self.task = self.create_task()
        self.describe(self.task)
        self.refuse_code()
        return self.task

    def create_task(self) -> Any:
        """A plain spec of the table's class."""
        return self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)

    def describe(self, spec: Any) -> None:
        """Give a spec what every element has."""
        spec.element = self.source.author(self.bpmn_id)
        spec.info = self.source.infos[spec.element]
        given, taken = self.source.data_associations(self.node)
        spec.inputs_mapped = given + self.source.parameters(self.node, "inputParameter")
        spec.outputs_mapped = self.source.parameters(self.node, "outputParameter") + taken

    def refuse_code(self) -> None:
        """Listeners and quantities that would have to run or count and do not."""
        for kind in ("executionListener", "taskListener", "connector"):
            if extension(self.node, kind):
                self.problem("listener-code", kind=kind)
        for name in ("startQuantity", "completionQuantity"):
            if self.node.get(name, "1") != "1":
                self.problem("token-quantity", attribute=name, value=self.node.get(name))

    def problem(self, code: str, **params: str) -> None:
        """Something wrong with this element."""
        self.source.problem(code, self.node, **params)


class HumanParser(NodeParser):
    """User, manual and abstract tasks."""

    def create_task(self) -> Any:
        """A spec that knows when and for whom."""
        spec = super().create_task()
        texts = {
            "due": "dueDate",
            "follow_up": "followUpDate",
            "group": "candidateGroups",
            "assignee": "assignee",
            "priority": "priority",
        }
        for attribute, name in texts.items():
            setattr(spec, attribute, self.source.text_or_expression(camunda(self.node, name), self.node))
        if spec.group is None:
            spec.group = self.source.text_or_expression(potential_owners(self.node), self.node)
        return spec


class ScriptParser(NodeParser):
    """Script tasks: assignments, one a line, whatever scriptFormat says."""

    def create_task(self) -> Any:
        """A spec with its compiled lines."""
        spec = super().create_task()
        script = self._script()
        if not script:
            self.problem("script-missing")
        lines = []
        for number, name, text, line in script_lines(script):
            if not name:
                self.problem("script-line", line=str(number), text=line[:200])
                continue
            lines.append((name, self.source.expression(text, self.node)))
        spec.lines = tuple(lines)
        return spec

    def _script(self) -> str:
        """The script; one expression beside a result variable is an assignment too."""
        zeebe = extension(self.node, "script")
        result = camunda(self.node, "resultVariable") or (zeebe[0].get("resultVariable") if zeebe else None)
        script = text_of(child(self.node, "script")) or (zeebe[0].get("expression") or "" if zeebe else "")
        if camunda(self.node, "resource"):
            self.problem("service-implementation", attribute="camunda:resource")
        return f"{result} = {script.removeprefix('=')}" if result and script and "\n" not in script else script


class ServiceParser(NodeParser):
    """Service tasks (and send tasks or events implemented as such): external ones only."""

    def create_task(self) -> Any:
        """A spec with its topic."""
        spec = super().create_task()
        topic = external_topic(self.node)
        for name in _CODE:
            if camunda(self.node, name):
                self.problem("service-implementation", attribute=f"camunda:{name}")
        if not topic:
            self.problem("service-without-topic")
        spec.topic = self.source.text_or_expression(topic, self.node) or ""
        return spec


def external_topic(node: Any) -> str | None:
    """The topic of a task done outside."""
    return camunda(node, "topic") if camunda(node, "type") in ("external", None) else None


def external(parser: NodeParser) -> Any:
    """A job in place of whatever else the element could be."""
    spec = External(parser.spec, parser.bpmn_id, **parser.bpmn_attributes)
    spec.topic = parser.source.text_or_expression(external_topic(parser.node), parser.node) or ""
    return spec


class RuleParser(NodeParser):
    """Business rule tasks."""

    def create_task(self) -> Any:
        """A spec with its decision and where the result goes; or a job, where a program outside decides."""
        if external_topic(self.node) and not camunda(self.node, "decisionRef"):
            return external(self)
        spec = super().create_task()
        called = extension(self.node, "calledDecision")
        spec.decision = camunda(self.node, "decisionRef") or (called[0].get("decisionId") if called else "") or ""
        spec.result_variable = camunda(self.node, "resultVariable") or (
            called[0].get("resultVariable") if called else None
        )
        mapping = camunda(self.node, "mapDecisionResult")
        # camunda:decisionRef gives a list of rows where it says nothing; a called decision gives what DMN says
        spec.mapping = mapping or ("value" if called else "resultList")
        if mapping not in (None, "", "resultList", "collectEntries", "singleResult", "singleEntry"):
            self.problem("decision-missing")
        if not spec.decision:
            self.problem("decision-missing")
        self.process_parser.parser.used_decisions.append((self.source, self.node, spec.decision))
        return spec


class GatewayParser(NodeParser):
    """Exclusive, parallel and inclusive gateways."""


class ComplexParser(NodeParser):
    """Complex gateways."""

    def create_task(self) -> Any:
        """Diverging only behaves like an inclusive gateway; converging needs its activation condition."""
        spec = super().create_task()
        text = text_of(child(self.node, "activationCondition"))
        spec.activation = self.source.expression(text, self.node) if text else None
        return spec


class EventGatewayParser(NodeParser):
    """Event-based gateways."""

    def create_task(self) -> Any:
        """Spiff's class wants a definition; ours lets the events keep theirs."""
        spec = self.spec_class(
            self.spec, self.bpmn_id, event_definition=MultipleEventDefinition(), **self.bpmn_attributes
        )
        spec.all_events = self.node.get("eventGatewayType") == "Parallel"
        if spec.all_events and self.node.get("instantiate") not in ("true", "1"):
            self.problem("event-gateway-parallel")
        return spec
