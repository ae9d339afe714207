"""Spiff's parser with our table of elements, over all files of one bundle."""

from __future__ import annotations

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.bpmn.documents import child, children, local, text_of
from engine.bpmn.elements import ElementInfo, read_elements
from engine.bpmn.normalise import Normalised
from engine.bpmn.parsers.activities import AdHocParser, CallParser, SubProcessParser
from engine.bpmn.parsers.events import (
    BoundaryParser,
    CatchParser,
    ReceiveParser,
    SendParser,
    StartParser,
    ThrowParser,
)
from engine.bpmn.parsers.nodes import (
    ComplexParser,
    EventGatewayParser,
    GatewayParser,
    HumanParser,
    RuleParser,
    ScriptParser,
    ServiceParser,
)
from engine.bpmn.parsers.scopes import ScopeParser
from engine.bpmn.parsers.sources import Source
from engine.bpmn.problems import Problem
from engine.bpmn.specs import events, gateways, subprocesses, tasks


class BundleParser(BpmnParser):
    """Parses the executable processes of all files; problems are collected, nothing is raised half way."""

    PARSER_CLASSES: ClassVar = {
        full_tag("startEvent"): (StartParser, events.StartEvent),
        full_tag("endEvent"): (ThrowParser, events.EndEvent),
        full_tag("intermediateCatchEvent"): (CatchParser, events.IntermediateCatch),
        full_tag("intermediateThrowEvent"): (ThrowParser, events.IntermediateThrow),
        full_tag("boundaryEvent"): (BoundaryParser, events.Boundary),
        full_tag("task"): (HumanParser, tasks.AbstractTask),
        full_tag("userTask"): (HumanParser, tasks.UserTask),
        full_tag("manualTask"): (HumanParser, tasks.ManualTask),
        full_tag("scriptTask"): (ScriptParser, tasks.Script),
        full_tag("serviceTask"): (ServiceParser, tasks.External),
        full_tag("businessRuleTask"): (RuleParser, tasks.BusinessRule),
        full_tag("sendTask"): (SendParser, events.Send),
        full_tag("receiveTask"): (ReceiveParser, events.Receive),
        full_tag("callActivity"): (CallParser, subprocesses.Call),
        full_tag("subProcess"): (SubProcessParser, subprocesses.SubProcess),
        full_tag("transaction"): (SubProcessParser, subprocesses.Transaction),
        full_tag("adHocSubProcess"): (AdHocParser, subprocesses.AdHoc),
        full_tag("exclusiveGateway"): (GatewayParser, gateways.Exclusive),
        full_tag("parallelGateway"): (GatewayParser, gateways.Parallel),
        full_tag("inclusiveGateway"): (GatewayParser, gateways.Inclusive),
        full_tag("complexGateway"): (ComplexParser, gateways.Complex),
        full_tag("eventBasedGateway"): (EventGatewayParser, gateways.EventBased),
    }
    PROCESS_PARSER_CLASS = ScopeParser

    def __init__(self) -> None:
        super().__init__()
        self.sources: dict[str, Source] = {}
        self.problems: list[Problem] = []
        self.reads: set[str] = set()
        self.infos: dict[str, ElementInfo] = {}
        self.ad_hocs: dict[str, Any] = {}
        self.calls: list[tuple[Source, Any, str, Any]] = []
        self.used_decisions: list[tuple[Source, Any, str]] = []

    def add(self, normalised: Normalised) -> None:
        """Another file of the bundle."""
        infos = {info.id: info for info in read_elements(normalised)}
        self.infos.update(infos)
        self.sources[normalised.file] = Source(normalised, infos, self.problems, self.reads)
        for process in children(normalised.root, "process"):
            if process.get("isExecutable", "true") in ("true", "1"):
                self._process(process, normalised)

    def _process(self, process: Any, normalised: Normalised) -> None:
        if process.get("id") in self.process_parsers:
            source = self.sources[normalised.file]
            source.problem("duplicate-process", process, process=process.get("id"))
            return
        self.create_parser(process, normalised.file)

    def parse(self) -> dict[str, Any]:
        """All specs by name: processes and sub-processes, outer first."""
        specs: dict[str, Any] = {}
        while len(specs) < len(self.process_parsers):  # parsing a scope adds the parsers of its sub-processes
            for name in [name for name in self.process_parsers if name not in specs]:
                specs[name] = self.process_parsers[name].get_spec()
        self._calls(specs)
        return specs

    def _calls(self, specs: dict[str, Any]) -> None:
        processes = {name for name, parser in self.process_parsers.items() if local(parser.node) == "process"}
        for source, node, called, spec in self.calls:
            if called not in processes:
                source.problem("called-process-unknown", node, process=called)
                continue
            self._callable(source, node, called, specs[called].start)
            declared = child(self.process_parsers[called].node, "ioSpecification")
            if declared is not None:
                spec.same_in = _names(declared, "dataInput")
                spec.same_out = _names(declared, "dataOutput")

    def _callable(self, source: Source, node: Any, called: str, start: Any) -> None:
        """A call enters by the plain start (§10.5.2), or where nothing leads when no start is drawn."""
        drawn = [name for name in start.plain_starts if self.infos_of(called, name) == "startEvent"]
        if len(drawn) > 1 or (not start.plain_starts and start.waiting_starts):
            source.problem("called-process-start", node, process=called)

    def infos_of(self, process: str, name: str) -> str:
        """The kind of an element of a process."""
        return str(self.process_parsers[process].spec.task_specs[name].info.kind)

    def correlations_of(self, source: Source, scope: Any, message: str | None) -> dict[str, str]:
        """For each correlation key of the process: the expression over its own data (§8.4.3, context-based)."""
        process = scope
        while local(process) != "process":
            process = process.getparent()
        found = {}
        for subscription in children(process, "correlationSubscription"):
            for binding in children(subscription, "correlationPropertyBinding"):
                name = source.named.name(binding.get("correlationPropertyRef")) or binding.get("correlationPropertyRef")
                text = text_of(child(binding, "dataPath"))
                if name and text and self._concerns(source, binding.get("correlationPropertyRef"), message):
                    found[name] = text
        return found

    def _concerns(self, source: Source, reference: str | None, message: str | None) -> bool:
        key = source.by_id.get(reference)
        rows = children(key, "correlationPropertyRetrievalExpression") if key is not None else []
        return any(row.get("messageRef") == message for row in rows)


def _names(declared: Any, kind: str) -> tuple[str, ...]:
    return tuple(part.get("name") or part.get("id") for part in children(declared, kind))
