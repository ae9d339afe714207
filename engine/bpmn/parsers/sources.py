"""What a parser needs beside its node: the names of its file, compiled texts, and a place for problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.documents import child, children, extension, local, qname, text_of
from engine.bpmn.elements import ElementInfo, Named
from engine.bpmn.evaluations import Expression, compile_text, is_name
from engine.bpmn.normalise import Normalised
from engine.bpmn.problems import Problem
from engine.bpmn.specs.nodes import Mapping as Parameter
from engine.model.errors import Refused


class Variable:
    """An expression that is just the name of a variable, whatever letters it has."""

    def __init__(self, name: str) -> None:
        self.text = name
        self.reads = frozenset({name})
        self.doubts: tuple[Refused, ...] = ()

    def evaluate(self, scope: Mapping[str, Any], environment: Any) -> Any:
        """The value of the variable, null without one."""
        return scope.get(self.text)


class Source:
    """One normalised file while it is parsed."""

    def __init__(
        self, normalised: Normalised, infos: dict[str, ElementInfo], problems: list[Problem], reads: set[str]
    ) -> None:
        self.normalised = normalised
        self.infos = infos
        self.problems = problems
        self.doubts: list[Problem] = []
        """Parts of expressions that are null whatever happens: valid, but hardly meant."""
        self.reads = reads
        self.named = Named(normalised.root)
        self.associations = [node for node in normalised.root.iter() if local(node) == "association"]
        # Data objects may have names that are no plain words; expressions may use them once they are declared.
        self.spaced = frozenset(
            node.get("name")
            for node in normalised.root.iter(*(qname(kind) for kind in _DATA))
            if node.get("name") and not is_name(node.get("name"))
        )
        self.by_id = {node.get("id"): node for node in normalised.root.iter() if node.get("id")}

    def author(self, key: str) -> str:
        """The author's id of an element."""
        return self.normalised.ids.get(key) or key

    def problem(self, code: str, node: Any, **params: str) -> None:
        """Something the engine cannot run exactly as the standard says."""
        name = self.author(node.get("id") or "") if node is not None else ""
        self.problems.append(Problem(code, "error", self.normalised.file, name, params))

    def expression(self, text: str, node: Any) -> Expression | None:
        """The compiled text, or None and a problem."""
        try:
            compiled = compile_text(text, self.spaced)
        except Refused as refused:
            self.problem("expression", node, text=text.strip()[:200], reason=str(refused).removesuffix("."))
            return None
        self.reads |= compiled.reads
        name = self.author(node.get("id") or "") if node is not None else ""
        for doubt in compiled.doubts:
            params = {"text": text.strip()[:200], "reason": str(doubt.params["reason"])}
            self.doubts.append(Problem("expression-doubt", "hint", self.normalised.file, name, params))
        return compiled

    def variable(self, name: str) -> Expression:
        """The value of a variable by its name."""
        self.reads.add(name)
        return Variable(name)

    def variable_or_expression(self, text: str, node: Any) -> Expression | None:
        """A collection or source: the name of a variable, or an expression."""
        return self.variable(text.strip()) if is_name(text) and "." not in text else self.expression(text, node)

    def text_or_expression(self, text: str | None, node: Any) -> Expression | str | None:
        """Plain text, unless it begins with = or holds ${…}."""
        if text is None or not text.strip():
            return None
        return self.expression(text, node) if is_expression(text) else text.strip()

    def properties_of_message(self, reference: str | None) -> dict[str, str]:
        """The correlation properties of a message: name and path into its payload (§8.4.3)."""
        found = {}
        used = {
            text_of(row)
            for key in self.normalised.root.iter(qname("correlationKey"))
            for row in children(key, "correlationPropertyRef")
        }
        for row in children(self.normalised.root, "correlationProperty"):
            for path in children(row, "correlationPropertyRetrievalExpression"):
                if path.get("messageRef") == reference and row.get("id") in used:
                    found[row.get("name") or row.get("id")] = text_of(child(path, "messagePath")) or text_of(path)
        return found

    def payload_path(self, text: str, node: Any) -> Expression | None:
        """An expression over a payload; the variables of the process are not meant."""
        before = set(self.reads)
        compiled = self.expression(text, node)
        self.reads.intersection_update(before)
        return compiled

    def parameters(self, node: Any, kind: str) -> tuple[Parameter, ...]:
        """The camunda input or output parameters of an element."""
        rows = [row for row in extension(node, "inputOutput", kind) if row.get("name")]
        zeebe = extension(node, "ioMapping", "input" if kind == "inputParameter" else "output")
        return tuple(Parameter(row.get("name"), self._parameter(row, node)) for row in rows) + tuple(
            Parameter(row.get("target"), self.text_or_expression(row.get("source"), node)) for row in zeebe
        )

    def _parameter(self, row: Any, node: Any) -> Any:
        parts = [part for part in row if isinstance(part.tag, str)]
        if not parts:
            return self.text_or_expression(row.text, node)
        if local(parts[0]) == "list":
            return [self._parameter(part, node) for part in parts[0]]
        if local(parts[0]) == "map":
            return {part.get("key") or "": self._parameter(part, node) for part in parts[0]}
        self.problem("listener-code", node, kind=local(parts[0]))
        return None

    def data_name(self, reference: str | None) -> str | None:
        """The variable behind a reference: of a data input or output the data object it is associated with."""
        for kind, inner, outer in (
            ("dataInputAssociation", "targetRef", "sourceRef"),
            ("dataOutputAssociation", "sourceRef", "targetRef"),
        ):
            for row in self.normalised.root.iter(qname(kind)) if reference else ():
                if text_of(child(row, inner)) == reference and text_of(child(row, outer)):
                    return self.own_name(text_of(child(row, outer)))
        return self.own_name(reference) if reference else None

    def own_name(self, reference: str) -> str:
        """The name of a data object, data store, property, data input or output; a plain text names itself."""
        node = self.by_id.get(reference)
        if node is None:
            return reference
        if local(node) in ("dataObjectReference", "dataStoreReference"):
            behind = self.by_id.get(node.get("dataObjectRef") or node.get("dataStoreRef"))
            name = behind.get("name") if behind is not None else None
            return str(name or node.get("name") or node.get("dataObjectRef") or reference)
        return str(node.get("name") or reference)

    def condition(self, flow: Any) -> Expression | None:
        """The condition of a flow; one that is there but empty is nobody's guess."""
        node = child(flow, "conditionExpression")
        return None if node is None else self.expression(text_of(node), flow)

    def handed_in(self, node: Any) -> tuple[Parameter, ...]:
        """The camunda:in rows of a signal or message definition: its payload."""
        rows = [row for row in extension(node, "in") if row.get("target")]
        texts = [(row.get("target"), row.get("source"), row.get("sourceExpression")) for row in rows]
        return tuple(
            Parameter(target, self.variable(source) if source else self.expression(text or "", node))
            for target, source, text in texts
        )

    def data_associations(self, node: Any) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
        """What plain data associations copy in and out, where the names on both sides differ (§10.4.2)."""
        given = [self._association(row) for row in children(node, "dataInputAssociation")]
        taken = [self._association(row) for row in children(node, "dataOutputAssociation")]
        for row in children(node, "dataInputAssociation", "dataOutputAssociation"):
            if children(row, "assignment", "transformation"):
                self.problem("data-association", node)
        return (
            tuple(Parameter(target, self.variable(source)) for source, target in given if source and target != source),
            tuple(Parameter(target, self.variable(source)) for source, target in taken if source and target != source),
        )

    def _association(self, row: Any) -> tuple[str, str]:
        ends = [self.own_name(text_of(child(row, end))) for end in ("sourceRef", "targetRef")]
        return (ends[0], ends[1]) if all(ends) else ("", "")


_DATA = ("dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "dataInput", "dataOutput", "property")


def is_expression(text: str) -> bool:
    """Whether a text that may be literal is meant as an expression."""
    plain = text.strip()
    return plain.startswith("=") or "${" in plain or "#{" in plain
