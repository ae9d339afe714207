"""Decision files as graphs: what each decision requires, and one evaluation of them (DMN 1.5, clauses 6 and 10.4)."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.decisions.boxes import BOXES, Box, BoxMaker
from engine.bpmn.decisions.checks import check_table
from engine.bpmn.decisions.documents import Element, child, children, label, name
from engine.bpmn.decisions.hit_policies import MULTIPLE
from engine.bpmn.decisions.imports import imports_of
from engine.bpmn.decisions.item_types import ItemTypes, from_outside
from engine.bpmn.decisions.refusals import DecisionFailed, DecisionProblem
from engine.bpmn.decisions.tables import Table, Trace
from engine.bpmn.expressions.calls import closure
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.types import ANY, Type, declared_function, fitted
from engine.bpmn.expressions.values import Function

_KINDS = ("decision", "inputData", "businessKnowledgeModel", "decisionService")


@dataclass
class Part:
    """One element of a decision graph."""

    id: str
    kind: str
    name: str
    type: Type
    element: Element
    requires: list[tuple[str, Part]] = field(default_factory=list)
    """What it requires, with the name of the import it comes from (or nothing)."""
    box: Box | None = None
    tables: list[Table] = field(default_factory=list)
    reads: frozenset[str] = frozenset()
    """The variables a decision's own logic reads; functions see none."""
    invalid: str = ""

    @property
    def other_names(self) -> tuple[str, ...]:
        """The id and the outputs of a decision that has no variable: by these others know it too."""
        if self.kind != "decision" or child(self.element, "variable") is not None:
            return ()
        outputs = self.tables[0].outputs if len(self.tables) == 1 else ()
        return (self.id, *(column.name for column in outputs))


class Model:
    """One decision file, compiled; problems are kept, so that publication can show them all."""

    def __init__(self, root: Element, file: str, imports: Mapping[str, Model] | None = None) -> None:
        """Compile the root element of a file; ``imports`` are other models by namespace and by file name."""
        self.file = file
        self.problems: list[DecisionProblem] = []
        self.namespace = root.get("namespace") or ""
        self.name = root.get("name") or ""
        self._imports = imports_of(root, imports or {})
        self.types = ItemTypes(root, self.problems.append, self._imported_types())
        self.parts: dict[str, Part] = {}
        self._collect(root)
        self._connect()
        self._compile()

    def _tell(self, code: str, element: str, **params: str) -> None:
        self.problems.append(DecisionProblem(code, element, params=params))

    def sees(self, other: Model) -> bool:
        """Whether a model is this one or imported by it, itself or through others."""
        seen: list[Model] = [self]
        for model in seen:
            seen.extend(each for each in model.imported if each not in seen)
        return other in seen

    @property
    def imported(self) -> tuple[Model, ...]:
        """The models it imports itself."""
        return tuple(each.model for each in self._imports)

    def _unnamed(self) -> Iterator[Model]:
        """The models imported without a name, and theirs: their elements count as this model's own, depth first."""
        for each in self._imports:
            if not each.prefix:
                yield each.model
                yield from (model for model in each.model._unnamed() if model is not self)

    def _imported_types(self) -> dict[str, Type]:
        found: dict[str, Type] = {}
        for each in self._imports:
            prefix = f"{each.prefix}." if each.prefix else ""
            found = {f"{prefix}{type_name}": type_ for type_name, type_ in each.model.types.all.items()} | found
        return found

    def _collect(self, root: Element) -> None:
        for element in children(root, *_KINDS):
            identity = element.get("id") or element.get("name") or ""
            if identity in self.parts:
                self._tell("DecisionDuplicateId", identity, id=identity)
                continue
            variable = child(element, "variable")
            type_name = variable.get("typeRef") if variable is not None else None
            own = (variable.get("name") if variable is not None else None) or element.get("name") or identity
            self.parts[identity] = Part(identity, name(element), own, self.types.named(type_name, identity), element)

    def _connect(self) -> None:
        for part in self.parts.values():
            for reference in part.element.iter():
                if name(reference) in _REFERENCES and reference is not part.element:
                    self._require(part, (reference.get("href") or "").strip())
        for model in self._unnamed():  # one name for two things: which one its decisions mean, the standard leaves open
            needed = {required.id for part in model.parts.values() for _, required in part.requires}
            for identity in sorted(needed & self.parts.keys()):
                self._tell("DecisionDuplicateId", identity, id=identity)
        for part in self.parts.values():
            path = _cycle(part)
            if path:
                self._tell("DecisionCycle", part.id, decision=part.name, path=" → ".join(path))
                part.invalid = "it requires itself"

    def _require(self, part: Part, href: str) -> None:
        namespace, _, identity = href.rpartition("#")
        if namespace and namespace != self.namespace:
            for each in self._imports:
                if namespace in (each.namespace, each.model.namespace) and identity in each.model.parts:
                    part.requires.append((each.prefix, each.model.parts[identity]))
                    return
        for model in (self, *self._unnamed()):
            if identity in model.parts and namespace in ("", self.namespace, model.namespace):
                part.requires.append(("", model.parts[identity]))
                return
        self._tell("DecisionRequirement", part.id, decision=part.name, target=href)

    def _check(self, part: Part) -> None:
        """What can be told of the tables of a part that compiled."""
        for table in part.tables:
            self.problems.extend(check_table(table, part.id))
        if child(part.element, "decisionTable") is not None and part.kind == "decision":
            gives = _gives(part.tables[0])
            if gives and part.type.kind not in ("Any", gives):
                params = {"policy": part.tables[0].policy, "gives": gives, "type": part.type.kind}
                self._tell("DecisionResultType", part.id, decision=label(part.element), **params)

    def _left_open(self) -> set[str]:
        """The decisions a model draws without logic, for a person to take, and on which nothing it decides depends."""
        decisions = [part for part in self.parts.values() if part.kind == "decision"]
        bare = {part.id for part in decisions if not any(name(element) in BOXES for element in part.element)}
        needed = {required.id for part in self.parts.values() if part.id not in bare for _, required in part.requires}
        return bare - needed if len(bare) < len(decisions) else set()

    def _compile(self) -> None:
        names = {part.name for part in self.parts.values()} | self.types.names
        for model in (*self.imported, *self._unnamed()):
            names |= {part.name for part in model.parts.values()} | model.types.names
        names |= {each.prefix for each in self._imports}
        left_open = self._left_open()
        for part in self.parts.values():
            if part.kind not in ("decision", "businessKnowledgeModel"):
                continue
            if part.id in left_open:
                part.invalid = "it has no logic"
                self.problems.append(DecisionProblem("DecisionOpen", part.id, "hint", {"decision": part.name}))
                continue
            maker = BoxMaker(label(part.element), part.id, frozenset(names - {""}), self.types, self.problems.append)
            if part.kind == "decision":
                part.box = maker.box(part.element, "its logic")
            elif (logic := child(part.element, "encapsulatedLogic")) is not None:
                part.box = maker.function(logic, "its logic")
            part.tables = maker.tables
            part.reads = frozenset(maker.reads) if part.kind == "decision" else frozenset()
            if not maker.failed:
                self._check(part)
            part.invalid = part.invalid or maker.failed


def _gives(table: Table) -> str:
    """The kind of value a table gives by its hit policy, where that is settled."""
    if table.aggregation and len(table.outputs) > 1:
        return "context"
    if table.aggregation == "COUNT":
        return "number"
    if table.policy in MULTIPLE and not table.aggregation:
        return "list"
    return "context" if len(table.outputs) > 1 else ""


_REFERENCES = frozenset(
    {
        "requiredDecision",
        "requiredInput",
        "requiredKnowledge",
        "outputDecision",
        "encapsulatedDecision",
        "inputDecision",
        "inputData",
    }
)


def _cycle(start: Part) -> list[str]:
    """The names on a way from a part back to itself, or nothing. Recursive functions are no cycle."""
    if start.kind != "decision":
        return []
    open_parts: list[tuple[Part, list[str]]] = [(start, [start.name])]
    seen: set[int] = set()
    while open_parts:
        part, path = open_parts.pop()
        for _, required in part.requires:
            if required is start:
                return [*path, start.name]
            if id(required) not in seen and required.kind == "decision":
                seen.add(id(required))
                open_parts.append((required, [*path, required.name]))
    return []


def _requirements(part: Part) -> list[tuple[str, Part]]:
    """What must be there before a part; a service decides its own parts itself."""
    return [] if part.kind == "decisionService" else part.requires


def _imported_scope(given: Mapping[str, Any], prefix: str) -> Mapping[str, Any]:
    inside = given.get(prefix) if prefix else None
    return inside if isinstance(inside, Mapping) else given


def _other_names(part: Part, value: Any) -> dict[str, Any]:
    """By what else a decision without a variable is known: Camunda's modellers write none."""
    names = part.other_names
    outputs = value if isinstance(value, dict) and len(names) > 2 else dict.fromkeys(names[1:], value)
    return {part.id: value, **outputs} if names else {}


class Evaluation:
    """One deciding: every decision is taken once, its inputs read once; traces are kept by decision id."""

    def __init__(self, run: Run, given: Mapping[str, Any], provided: Mapping[int, Any] | None = None) -> None:
        self.run = run
        self.given = given
        self.traces: dict[str, Trace] = {}
        self._values: dict[int, Any] = dict(provided or {})
        self._scopes: dict[int, Mapping[str, Any]] = {}

    def value(self, part: Part) -> Any:
        """The value of any part of the graph: of an input what was given, of a function that function."""
        if id(part) not in self._values:
            for each in self._needed_by(part):
                if id(each) not in self._values:
                    self._values[id(each)] = _VALUES[each.kind](self, each)
        return self._values[id(part)]

    def _needed_by(self, part: Part) -> list[Part]:
        """What a part needs and does not have yet, and itself, each after what it needs in turn."""
        ordered: list[Part] = []
        seen = {id(part)}
        open_parts = [(part, iter(_requirements(part)))]
        while open_parts:
            current, rest = open_parts[-1]
            following = next(rest, None)
            if following is None:
                ordered.append(current)
                open_parts.pop()
                continue
            prefix, required = following
            if id(required) not in seen and id(required) not in self._values:
                seen.add(id(required))
                self._scopes[id(required)] = _imported_scope(self._scope(current), prefix)
                open_parts.append((required, iter(_requirements(required))))
        return ordered

    def _scope(self, part: Part) -> Mapping[str, Any]:
        """What was given to a part: all, or for one of another file what was given under the name of its import."""
        return self._scopes.get(id(part), self.given)

    def _input(self, part: Part) -> Any:
        return fitted(self.run, from_outside(self._scope(part).get(part.name), part.type), part.type)

    def _decision(self, part: Part) -> Any:
        if part.invalid or part.box is None:
            raise DecisionFailed("Invalid", part.name, detail=part.invalid or "it has no logic")
        trace = self.traces.setdefault(part.id, Trace())
        own = self._required(part)
        scope: Any = ChainMap(own, self._scope(part))  # type: ignore[arg-type] # nothing is ever written to it
        result = self.run.within(scope, lambda run, _: part.box(run, trace))  # type: ignore[misc] # checked above
        if trace.inputs is None:
            trace.inputs = {name: value for name, value in own.items() if not isinstance(value, Function)}
        return fitted(self.run, result, part.type)

    def _required(self, part: Part) -> dict[str, Any]:
        own: dict[str, Any] = {}
        for prefix, required in part.requires:
            value = self.value(required)
            if prefix:
                own.setdefault(prefix, {})[required.name] = value
            else:
                own[required.name] = value
        for _, required in part.requires:
            for other_name, value in _other_names(required, self._values.get(id(required))).items():
                own.setdefault(other_name, value)
        return own

    def _knowledge(self, part: Part) -> Any:
        if part.invalid or part.box is None:
            return None
        own: dict[str, Any] = {}
        made = self.run.within(own, lambda run, _: part.box(run, Trace()))  # type: ignore[misc] # checked above
        made = declared_function(made, part.type)
        self._values[id(part)] = made  # so that it may call itself, through others too
        own.update(self._required(part))
        own[part.name] = made
        return made

    def _service(self, part: Part) -> Any:
        roles: dict[str, list[tuple[str, Part]]] = {}
        parts = {required.id: (prefix, required) for prefix, required in part.requires}
        for reference in part.element:
            found = parts.get((reference.get("href") or "").rpartition("#")[2])
            if found is not None:
                prefix, required = found
                called = f"{prefix}.{required.name}" if prefix else required.name
                roles.setdefault(name(reference), []).append((called, required))
        inputs = [*roles.get("inputData", ()), *roles.get("inputDecision", ())]
        outputs = roles.get("outputDecision", [])

        def serve(run: Run, bound: dict[str, Any]) -> Any:
            provided = {
                id(each): fitted(run, from_outside(bound[called], each.type), each.type) for called, each in inputs
            }
            inner = Evaluation(run, {}, provided)
            values = {called: inner.value(each) for called, each in outputs}
            return next(iter(values.values())) if len(values) == 1 else values

        served = closure(tuple(called for called, _ in inputs), (ANY,) * len(inputs), serve)
        return declared_function(served, part.type)


_VALUES = {
    "inputData": Evaluation._input,
    "decision": Evaluation._decision,
    "businessKnowledgeModel": Evaluation._knowledge,
    "decisionService": Evaluation._service,
}
