"""Sub-processes, called processes and everything that repeats."""

from __future__ import annotations

from typing import Any

from engine.bpmn.documents import camunda, child, children, extension, text_of
from engine.bpmn.elements import called_zeebe
from engine.bpmn.evaluations import is_name
from engine.bpmn.parsers.nodes import NodeParser
from engine.bpmn.parsers.sources import Source, is_expression
from engine.bpmn.specs.loops import MultiInstance, StandardLoop


class SubProcessParser(NodeParser):
    """Embedded sub-processes and transactions; the inside is a scope with a parser of its own."""

    def create_task(self) -> Any:
        """A spec that names the spec of its inside."""
        self.process_parser.parser.create_parser(self.node, filename=self.filename)
        spec = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes)
        held = children(self.node, "dataObject", "dataObjectReference")
        spec.local_names = tuple(dict.fromkeys(self.source.own_name(part.get("id")) for part in held))
        return spec


class AdHocParser(SubProcessParser):
    """Ad-hoc sub-processes."""

    def create_task(self) -> Any:
        """A spec with its condition; a drawn start or end contradicts "no order" (§10.3.5)."""
        spec = super().create_task()
        text = text_of(child(self.node, "completionCondition"))
        spec.condition = self.source.expression(text, self.node) if text else None
        spec.sequential = self.node.get("ordering", "Parallel") == "Sequential"
        spec.cancels_rest = self.node.get("cancelRemainingInstances", "true") in ("true", "1")
        for kind in ("startEvent", "endEvent"):
            if children(self.node, kind):
                self.problem("ad-hoc", what=kind)
        self.process_parser.parser.ad_hocs[self.bpmn_id] = spec
        return spec


class CallParser(NodeParser):
    """Call activities."""

    def create_task(self) -> Any:
        """A spec with its mappings."""
        called = self.node.get("calledElement") or called_zeebe(self.node) or ""
        spec = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=called, **self.bpmn_attributes)
        if not called:
            self.problem("called-element-missing")
        elif is_expression(called):
            spec.called = self.source.expression(called, self.node)
        else:
            self.process_parser.parser.calls.append((self.source, self.node, called, spec))
        spec.incoming_all, spec.handed_in = self._mappings("in")
        spec.outgoing_all, spec.handed_out = self._mappings("out")
        for row in extension(self.node, "calledElement"):  # Camunda 8 hands everything over unless told otherwise
            spec.incoming_all = row.get("propagateAllParentVariables", "true") == "true"
            spec.outgoing_all = row.get("propagateAllChildVariables", "true") == "true"
        if extension(self.node, "ioMapping"):
            spec.looks_inside = spec.incoming_all = True
        for name in ("variableMappingClass", "variableMappingDelegateExpression", "caseRef"):
            if camunda(self.node, name):
                self.problem("service-implementation", attribute=f"camunda:{name}")
        return spec

    def _mappings(self, kind: str) -> tuple[bool, tuple[tuple[str, Any], ...]]:
        everything, pairs = False, []
        for row in extension(self.node, kind):
            everything = everything or row.get("variables") == "all"
            target, source = row.get("target"), row.get("source")
            if target and source:
                pairs.append((target, self.source.variable_or_expression(source, self.node)))
            elif target and row.get("sourceExpression"):
                pairs.append((target, self.source.expression(row.get("sourceExpression"), self.node)))
        return everything, tuple(pairs)


def repeat(parser: NodeParser, spec: Any) -> Any:
    """The spec that stands in the flow: the activity itself, or the body that repeats it."""
    loop = child(parser.node, "standardLoopCharacteristics")
    many = child(parser.node, "multiInstanceLoopCharacteristics")
    if loop is None and many is None:
        return spec
    scope_spec = parser.spec
    del scope_spec.task_specs[spec.name]
    body = _loop(parser, spec, loop) if many is None else _many(parser, spec, many)
    body.element, body.info = spec.element, spec.info
    spec.name = f"{spec.name} [child]"
    body.task_spec = spec.name
    scope_spec.task_specs[spec.name] = spec
    return body


def _loop(parser: NodeParser, spec: Any, node: Any) -> Any:
    source, text = parser.source, text_of(child(node, "loopCondition"))
    maximum = node.get("loopMaximum")
    condition = source.expression(text, parser.node) if text else None
    limit = int(maximum) if maximum is not None and maximum.lstrip("+").isdigit() else None
    if (maximum is None and not text) or (maximum is not None and not limit):
        parser.problem("loop-without-end")
    before = node.get("testBefore") in ("true", "1")
    return StandardLoop(parser.spec, spec.name, "", limit, condition, before)


def _many(parser: NodeParser, spec: Any, node: Any) -> Any:
    body = MultiInstance(parser.spec, spec.name, "")
    body.sequential = node.get("isSequential") in ("true", "1")
    _sizes(parser, body, node)
    _results(parser, body, node)
    condition = text_of(child(node, "completionCondition")) or _zeebe(node, "completionCondition")
    body.condition = parser.source.expression(condition, parser.node) if condition else None
    if node.get("behavior", "All") != "All" or children(node, "complexBehaviorDefinition"):
        parser.problem("multi-instance-behaviour", behavior=node.get("behavior", "All"))
    return body


def _sizes(parser: NodeParser, body: MultiInstance, node: Any) -> None:
    source = parser.source
    cardinality = text_of(child(node, "loopCardinality"))
    reference = source.data_name(text_of(child(node, "loopDataInputRef")) or None)
    collection = camunda(node, "collection") or reference
    if cardinality and collection:
        parser.problem("multi-instance-two-sizes")
    elif not cardinality and not collection:
        parser.problem("multi-instance-without-size")
    if cardinality:
        if cardinality.lstrip("=").strip().startswith("-"):
            parser.problem("negative-size", text=cardinality[:40])
        body.cardinality = source.expression(cardinality, parser.node)
    if collection:
        body.collection = source.variable_or_expression(collection, parser.node)
    body.input_item = camunda(node, "elementVariable") or _item(child(node, "inputDataItem"), source)


def _results(parser: NodeParser, body: MultiInstance, node: Any) -> None:
    source = parser.source
    reference = text_of(child(node, "loopDataOutputRef")) or None
    body.output = source.data_name(reference) or _zeebe(node, "outputCollection")
    item = _item(child(node, "outputDataItem"), source) or _zeebe(node, "outputElement") or body.input_item
    if body.output and item:
        body.output_item = source.variable_or_expression(item, parser.node)
        body.output_local = item if is_name(item) else None
    elif body.output:
        parser.problem("multi-instance-without-size")


def _item(node: Any, source: Source) -> str | None:
    return None if node is None else node.get("name") or node.get("id")


def _zeebe(node: Any, name: str) -> str | None:
    rows = extension(node, "loopCharacteristics")
    return rows[0].get(name) if rows else None
