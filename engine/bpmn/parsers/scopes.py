"""The parser of one process or sub-process: all its elements first, then its flows, boundaries, starts and handlers."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.bpmn.documents import child, children, extension, local, text_of
from engine.bpmn.event_definitions import Compensate
from engine.bpmn.normalise import ACTIVITIES, FLOW_NODES
from engine.bpmn.parsers.activities import repeat
from engine.bpmn.parsers.compensations import bind_handler, check_targets, compensated_outside
from engine.bpmn.parsers.reaches import give_reaches
from engine.bpmn.parsers.sources import Source
from engine.bpmn.specs.events import Catching, HandlerStart, Undo
from engine.bpmn.specs.gateways import EventBased, Joining, StartGate
from engine.bpmn.specs.nodes import Flow, ScopeStart

_CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


class ScopeSpec(BpmnProcessSpec):
    """The spec of a process or sub-process; its root starts as our scopes start."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        del self.task_specs["Start"]
        self.start = ScopeStart(self, "Start")
        self.ad_hoc: Any = None
        undo = Undo(self, "_undo", event_definition=NoneEventDefinition())
        undo.definitions = (Compensate(None),)


class ScopeParser(ProcessParser):
    """Parses one scope without walking along its flows."""

    source: Source

    def __init__(
        self, p: Any, node: Any, nsmap: Any, data_stores: Any, filename: str | None = None, lane: Any = None
    ) -> None:
        self.source = p.sources[filename]
        super().__init__(p, node, nsmap, data_stores, filename=filename, lane=lane)

    def _index_process_nodes(self) -> None:
        """Only this level: what is inside a sub-process belongs to the sub-process."""
        self.node_elements = {node.get("id"): node for node in children(self.node, *FLOW_NODES)}
        self.flow_elements = [node for node in children(self.node, "sequenceFlow")]

    @property
    def is_handler(self) -> bool:
        """Whether this is an event sub-process."""
        return self.node.get("triggeredByEvent") in ("true", "1")

    def _parse(self) -> None:
        self.spec = ScopeSpec(self.node.get("id"), description=self.get_name(), filename=self.filename)
        for node in self.node_elements.values():
            self._place(node)
        self._connect()
        self._boundaries()
        check_targets(self)
        self._starts()
        self._handlers()
        give_reaches(self.spec)
        self._unknown()
        self._listeners()

    def _place(self, node: Any) -> None:
        parser_class, spec_class = self.parser._get_parser_class(node.tag)
        parser = parser_class(self, spec_class, node, self.nsmap)
        spec = parser.parse_node()
        if local(node) in ACTIVITIES:
            repeat(parser, spec)

    def _listeners(self) -> None:
        """Program code on the process itself or on a flow would have to run too."""
        for node in [self.node, *self.flow_elements] if local(self.node) == "process" else self.flow_elements:
            if extension(node, "executionListener"):
                self.source.problem("listener-code", node, kind="executionListener")

    def _unknown(self) -> None:
        for node in children(self.node):
            if local(node) not in FLOW_NODES | _PASSIVE:
                self.source.problem("unknown-element", node, kind=local(node))

    def spec_of(self, key: str | None) -> Any:
        """The spec that stands in the flow for an element."""
        return self.spec.task_specs.get(key)

    # -- flows ----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        outgoing: dict[str, list[Any]] = {}
        incoming: dict[str, list[str]] = {}
        for flow in self.flow_elements:
            ends = self._end(flow, "sourceRef"), self._end(flow, "targetRef")
            if all(ends):
                outgoing.setdefault(ends[0], []).append(flow)
                incoming.setdefault(ends[1], []).append(flow.get("id"))
        for key, node in self.node_elements.items():
            self._leave(node, self._ordered(node, outgoing.get(key, [])))
            spec = self.spec_of(key)
            if isinstance(spec, Joining):
                spec.incoming = tuple(incoming.get(key, ()))
            self._grammar(node, incoming.get(key, []), outgoing.get(key, []))
        self.incoming = incoming

    def _end(self, flow: Any, attribute: str) -> str:
        key = flow.get(attribute) or ""
        if key in self.node_elements:
            return str(key)
        known = key in self.source.by_id
        self.source.problem(
            "flow-crosses-scope" if known else "dangling-reference", flow, attribute=attribute, target=key or "nothing"
        )
        return ""

    def _ordered(self, node: Any, flows: list[Any]) -> list[Any]:
        """In the order of the element's own list, which is the order conditions are tried in (Table 8.49, ordered)."""
        order = {text_of(part): place for place, part in enumerate(children(node, "outgoing"))}
        return sorted(flows, key=lambda flow: order.get(flow.get("id"), len(order)))

    def _leave(self, node: Any, flows: list[Any]) -> None:
        spec, default = self.spec_of(node.get("id")), node.get("default")
        if default and default not in {flow.get("id") for flow in flows}:
            self.source.problem("default-flow", node, flow=default)
        ignores = local(node) in ("parallelGateway", "eventBasedGateway")
        made = []
        for flow in flows:
            is_default = flow.get("id") == default
            condition = None if ignores or is_default else self.source.condition(flow)
            made.append(Flow(flow.get("id"), self._author(flow), flow.get("targetRef"), condition, is_default))
        spec.flows = tuple(made)
        self._decidable(node, made)
        for flow in made:
            spec.connect(self.spec_of(flow.target))

    def _author(self, flow: Any) -> str | None:
        key: str | None = self.source.normalised.ids.get(flow.get("id"))
        return key

    def _decidable(self, node: Any, flows: list[Flow]) -> None:
        if local(node) == "exclusiveGateway" and len(flows) > 1:
            for flow in flows:
                if flow.condition is None and not flow.default and not self._has_condition(flow):
                    self.source.problem("gateway-condition", node, flow=flow.author or flow.id)

    def _has_condition(self, flow: Flow) -> bool:
        node = self.source.by_id[flow.id]
        return bool(text_of(child(node, "conditionExpression")))

    def _grammar(self, node: Any, incoming: list[str], outgoing: list[Any]) -> None:
        kind = local(node)
        if node.get("triggeredByEvent") in ("true", "1") and (incoming or outgoing):
            self.source.problem("event-subprocess-flows", node)
        if node.get("isForCompensation") in ("true", "1") and (incoming or outgoing):
            self.source.problem("compensation-handler", node)
        if kind == "startEvent" and incoming:
            self.source.problem("start-has-incoming", node)
        if node.get("instantiate") in ("true", "1") and incoming:
            self.source.problem("instantiate", node, kind=kind)
        if kind == "boundaryEvent" and incoming:
            self.source.problem("boundary-has-incoming", node)
        if kind == "endEvent" and outgoing:
            self.source.problem("end-has-outgoing", node)
        if kind == "eventBasedGateway":
            self._event_gateway(node, outgoing)
        if kind == "complexGateway" and len(incoming) > 1 and self.spec_of(node.get("id")).activation is None:
            self.source.problem(
                "complex-gateway",
                node,
                what="several incoming flows without activationCondition",
                reason="nothing says when it fires",
            )

    def _event_gateway(self, node: Any, outgoing: list[Any]) -> None:
        if len(outgoing) < 2:
            self.source.problem("event-gateway-flows", node, count=str(len(outgoing)))
        for flow in outgoing:
            target = self.spec_of(flow.get("targetRef"))
            if not isinstance(target, Catching) or target.passes():
                self.source.problem("event-gateway-target", node, target=self.source.author(flow.get("targetRef")))

    # -- boundaries, starts, handlers -----------------------------------------------------------------------------

    def _boundaries(self) -> None:
        for key, node in self.node_elements.items():
            if local(node) != "boundaryEvent":
                continue
            host = self.node_elements.get(node.get("attachedToRef"))
            if host is None or local(host) not in ACTIVITIES:
                self.source.problem("boundary-on-nothing", node)
                continue
            spec = self.spec_of(host.get("id"))
            spec.boundary += (key,)
            kinds = {definition.kind for definition in self.spec_of(key).definitions}
            if "cancel" in kinds and local(host) != "transaction":
                self.source.problem("cancel-outside-transaction", node)
            if "compensate" in kinds:
                bind_handler(self, node, spec)

    def _starts(self) -> None:
        start = self.spec.start
        events = [node for node in self.node_elements.values() if local(node) == "startEvent"]
        waiting = [node.get("id") for node in events if self.spec_of(node.get("id")).definitions]
        plain = [node.get("id") for node in events if node.get("id") not in waiting]
        if not events:
            plain = [key for key, node in self.node_elements.items() if self._can_start(key, node)]
        start.plain_starts, start.waiting_starts = tuple(plain), tuple(waiting)
        self.spec.ad_hoc = self.parser.ad_hocs.get(self.spec.name)
        start.one_by_one = self.spec.ad_hoc is not None and self.spec.ad_hoc.sequential
        start.together = tuple(
            frozenset(flow.target for flow in spec.flows)
            for spec in self.spec.task_specs.values()
            if isinstance(spec, EventBased) and spec.all_events
        )
        self._one_plain_start(plain, events)
        if waiting and not self.is_handler:
            gate = StartGate(self.spec, "_starts", event_definition=MultipleEventDefinition())
            gate.flows = tuple(Flow(f"start:{key}", None, key) for key in waiting)
        if self.is_handler and (len(events) != 1 or not waiting):
            self.source.problem("event-subprocess-starts", self.node, count=str(len(waiting)))

    def _one_plain_start(self, plain: list[str], events: list[Any]) -> None:
        """A sub-process is entered in one way only; a process may have several starts, and who starts it says which."""
        if events and len(plain) > 1 and local(self.node) != "process":
            self.source.problem("several-starts", self.node, count=str(len(plain)))

    def _can_start(self, key: str, node: Any) -> bool:
        return (
            not self.incoming.get(key)
            and local(node) != "boundaryEvent"
            and node.get("triggeredByEvent") not in ("true", "1")
            and node.get("isForCompensation") not in ("true", "1")
            and not any(definition.kind == "link" for definition in self.spec_of(key).definitions)
        )

    def _handlers(self) -> None:
        handlers = []
        for key, node in self.node_elements.items():
            if node.get("triggeredByEvent") not in ("true", "1"):
                continue
            starts = children(node, "startEvent")
            inner = self.parser.get_process_parser(key).get_spec()
            if len(starts) != 1 or not inner.task_specs[starts[0].get("id")].definitions:
                continue
            spec = self._handler(key, starts[0], inner.task_specs[starts[0].get("id")])
            if any(definition.kind == "compensate" for definition in spec.definitions):
                if self.spec.start.undo_handler is not None or compensated_outside(self):
                    self.source.problem("compensation-handler", node)
                self.spec.start.undo_handler = [key, starts[0].get("id")]
            else:
                handlers.append(spec.name)
        self.spec.start.handlers = tuple(handlers)

    def _handler(self, key: str, start: Any, inner: Any) -> HandlerStart:
        spec = HandlerStart(self.spec, f"{start.get('id')}.listener", event_definition=NoneEventDefinition())
        spec.definitions, spec.parallel = inner.definitions, inner.parallel
        spec.element, spec.info = inner.element, inner.info
        spec.handler, spec.start = key, start.get("id")
        kinds = {definition.kind for definition in inner.definitions}
        spec.interrupting = start.get("isInterrupting", "true") in ("true", "1") or "error" in kinds
        return spec

    def correlation(self, message: str | None) -> dict[str, str]:
        """What the process says about the correlation of a message (§8.4.3)."""
        return self.parser.correlations_of(self.source, self.node, message)


_PASSIVE = frozenset(
    {
        "sequenceFlow",
        "incoming",
        "outgoing",
        "documentation",
        "extensionElements",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "textAnnotation",
        "association",
        "group",
        "ioSpecification",
        "property",
        "auditing",
        "monitoring",
        "categoryValueRef",
        "dataInputAssociation",
        "dataOutputAssociation",
        "performer",
        "resourceRole",
        "potentialOwner",
        "humanPerformer",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
        "completionCondition",
        "artifact",
        "correlationSubscription",
        "supports",
        "ioBinding",
        "supportedInterfaceRef",
    }
)
