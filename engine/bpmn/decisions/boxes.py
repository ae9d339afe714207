"""Boxed expressions (DMN 1.5, 10.2): literal expressions, contexts, invocations, lists, relations, functions, and the
boxed if, for, some, every and filter. Each becomes one function of the run, read in the variables the run has then."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from engine.bpmn.decisions.documents import Element, child, children, name, text
from engine.bpmn.decisions.item_types import ItemTypes, Tell
from engine.bpmn.decisions.refusals import DecisionFailed, DecisionProblem
from engine.bpmn.decisions.table_parser import table_box
from engine.bpmn.decisions.tables import Table, Trace
from engine.bpmn.expressions import Expression, ExpressionRefused, UnaryTests, compile_expression, compile_unary_tests
from engine.bpmn.expressions.calls import closure, invoke
from engine.bpmn.expressions.loops import items_of
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.types import ANY, Type, declared_function, fitted
from engine.bpmn.expressions.values import Function, taken

Compiled = TypeVar("Compiled", Expression, UnaryTests)
Box = Callable[[Run, Trace], Any]
# JUEL stands in older files of Camunda: a name or path is the same there, anything else is refused as text.
_FEEL = (
    "feel",
    "juel",
    "https://www.omg.org/spec/dmn/",
    "http://www.omg.org/spec/dmn/",
    "http://www.omg.org/spec/feel/",
)
# A function that does not exist is an error to us, though null to the standard: another language was meant.
_NO_FUNCTION = ("UnknownFunction", "NoFunction")


class BoxMaker:
    """Compiles the logic of one decision or business knowledge model."""

    def __init__(self, owner: str, owner_id: str, names: frozenset[str], types: ItemTypes, tell: Tell) -> None:
        self.owner = owner
        self.owner_id = owner_id
        self.names = names
        self.types = types
        self.tell = tell
        self.failed = ""
        self.tables: list[Table] = []
        self.reads: set[str] = set()
        """The variables its texts read, without those that boxes around them bind."""
        self.bound: frozenset[str] = frozenset()

    def problem(self, code: str, **params: str) -> None:
        """Tell a problem of this decision."""
        self.failed = self.failed or params.get("reason") or params.get("place") or code
        self.tell(DecisionProblem(code, self.owner_id, params={"decision": self.owner, **params}))

    def hint(self, code: str, **params: str) -> None:
        """Tell what may be meant otherwise."""
        self.tell(DecisionProblem(code, self.owner_id, "hint", {"decision": self.owner, **params}))

    def house(self, code: str, **params: str) -> None:
        """Tell what the standard lets pass and nobody means."""
        self.tell(DecisionProblem(code, self.owner_id, "house", {"decision": self.owner, **params}))

    def knowing(self, *names: str) -> BoxMaker:
        """A maker inside a box that binds more names."""
        inner = BoxMaker(self.owner, self.owner_id, self.names | set(names), self.types, self.tell)
        inner.problem = self.problem  # type: ignore[method-assign] # one owner, one list of problems
        inner.tables, inner.reads, inner.bound = self.tables, self.reads, self.bound | set(names)
        return inner

    # --- texts -------------------------------------------------------------------------------------------------------

    def expression(self, source: str, place: str, element: Element | None = None) -> Expression | None:
        """A compiled text, or None (and a problem) if it is not valid."""
        if not self.speaks_feel(element, place):
            return None
        try:
            return self.doubted(compile_expression(source, names=self.names, types=self.types.all), place)
        except ExpressionRefused as refusal:
            self.problem("DecisionExpression", place=place, reason=str(refusal))
            return None

    def tests(self, source: str, place: str, element: Element | None = None) -> UnaryTests | None:
        """Compiled cell tests, or None for a cell that is empty, «-» or not valid."""
        if source in ("", "-") or not self.speaks_feel(element, place):
            return None
        try:
            return self.doubted(compile_unary_tests(source, names=self.names, types=self.types.all), place)
        except ExpressionRefused as refusal:
            self.problem("DecisionExpression", place=place, reason=str(refusal))
            return None

    def doubted(self, compiled: Compiled, place: str) -> Compiled:
        """The compiled text, with what it will never give told; at run time that is null, as the standard says."""
        for doubt in compiled.doubts:
            if doubt.problem in _NO_FUNCTION:
                params = {"decision": self.owner, "place": place, "reason": str(doubt)}
                self.tell(DecisionProblem("DecisionExpression", self.owner_id, params=params))
                continue
            self.hint("DecisionDoubt", place=place, text=compiled.text[:200], reason=str(doubt.params["reason"]))
        self.reads |= compiled.reads - self.bound
        return compiled

    def speaks_feel(self, element: Element | None, place: str) -> bool:
        """Whether an element is written in FEEL; else a problem is told."""
        language = element.get("expressionLanguage") if element is not None else None
        if not language or language.lower().startswith(_FEEL):
            return True
        self.problem("DecisionLanguage", place=place, language=language)
        return False

    # --- boxes -------------------------------------------------------------------------------------------------------

    def box(self, parent: Element, place: str) -> Box:
        """The boxed expression inside an element; nothing (and a problem) if there is none."""
        for element in parent:
            make = BOXES.get(name(element))
            if make is not None:
                return make(self, element, place)
        self.problem("DecisionEmpty", place=place)
        return _nothing

    def literal(self, element: Element, place: str) -> Box:
        """A text; typed if it says so."""
        if child(element, "importedValues") is not None:
            self.problem("DecisionLanguage", place=place, language="importedValues")
        source = text(element)
        if not source:
            self.problem("DecisionEmpty", place=place)
            return _nothing
        compiled = self.expression(source, place, element)
        if compiled is None:
            return _nothing
        return self.typed(element, lambda run, trace: compiled.run(run))

    def typed(self, element: Element, box: Box) -> Box:
        """A box whose value is made to fit the type its element names."""
        return self._as(element, box)

    def _as(self, typed: Element, box: Box) -> Box:
        """A box whose value is made to fit the type that some element names."""
        type_name = typed.get("typeRef") or text(typed, "typeRef")
        wanted = self.types.named(type_name, self.owner_id) if type_name else ANY
        return box if wanted.kind == "Any" else lambda run, trace: fitted(run, box(run, trace), wanted)

    def context(self, element: Element, place: str) -> Box:
        """Entries that see those before them; an entry without a name is the result (10.2.1.4)."""
        entries: list[tuple[str | None, Box, Type]] = []
        maker = self
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            entry_name = variable.get("name") if variable is not None else None
            inner = (
                maker.knowing(entry_name) if entry_name and child(entry, "functionDefinition") is not None else maker
            )
            box = inner.box(entry, f"{place}, {entry_name or 'result'}")
            wanted = self.types.named(variable.get("typeRef"), self.owner_id) if variable is not None else ANY
            entries.append((entry_name, box, wanted))
            if entry_name:
                maker = maker.knowing(entry_name)
        return self.typed(element, lambda run, trace: _context(run, trace, entries))

    def invocation(self, element: Element, place: str) -> Box:
        """A function called with bindings by name (10.2.1.6)."""
        called = self.box(element, place)
        bindings = [
            (parameter.get("name", ""), self._as(parameter, self.box(binding, f"{place}, {parameter.get('name')}")))
            for binding in children(element, "binding")
            if (parameter := child(binding, "parameter")) is not None
        ]
        names = tuple(name for name, _ in bindings)

        def run_it(run: Run, trace: Trace) -> Any:
            return invoke(run, called(run, trace), [box(run, Trace()) for _, box in bindings], names)

        return self.typed(element, run_it)

    def list(self, element: Element, place: str) -> Box:
        """A list of boxes."""
        items = [BOXES[name(item)](self, item, place) for item in element if name(item) in BOXES]
        return self.typed(element, lambda run, trace: [item(run, Trace()) for item in items])

    def relation(self, element: Element, place: str) -> Box:
        """Rows of one kind of context (10.2.1.8)."""
        columns = children(element, "column")
        names = [column.get("name", "") for column in columns]
        rows = []
        for number, row in enumerate(children(element, "row"), 1):
            cells = [BOXES[name(cell)](self, cell, place) for cell in row if name(cell) in BOXES]
            if len(cells) != len(names):
                self.problem("DecisionRuleWidth", row=str(number), have=str(len(cells)), want=str(len(names)))
            rows.append([self._as(column, cell) for column, cell in zip(columns, cells, strict=False)])

        def table(run: Run, trace: Trace) -> Any:
            return [{c: cell(run, Trace()) for c, cell in zip(names, row, strict=False)} for row in rows]

        return self.typed(element, table)

    def function(self, element: Element, place: str) -> Box:
        """A function (10.2.1.7); one in Java or PMML is not run."""
        if element.get("kind", "FEEL") != "FEEL":
            self.problem("DecisionExternal", kind=element.get("kind", ""))
            return _nothing
        parameters = children(element, "formalParameter")
        names = tuple(parameter.get("name", "") for parameter in parameters)
        types = tuple(self.types.named(parameter.get("typeRef"), self.owner_id) for parameter in parameters)
        body = self.knowing(*names).box(element, place)
        type_name = element.get("typeRef")
        declared = self.types.named(type_name, self.owner_id) if type_name else ANY

        def make(run: Run, trace: Trace) -> Function:
            scope = run.scope
            made = closure(
                names,
                types,
                lambda inner, bound: inner.within(ChainMap(bound, _mutable(scope)), lambda r, _: body(r, Trace())),
            )
            return declared_function(made, declared)

        return make

    def conditional(self, element: Element, place: str) -> Box:
        """If, then, else in boxes."""
        condition, then, otherwise = (self._part(element, part, place) for part in ("if", "then", "else"))
        return self.typed(
            element,
            lambda run, trace: (then if condition(run, Trace()) is True else otherwise)(run, trace),
        )

    def filter(self, element: Element, place: str) -> Box:
        """The items for which a match holds."""
        whole = self._part(element, "in", place)
        match = self.knowing("item")._part(element, "match", place)

        def kept(run: Run, trace: Trace) -> Any:
            items = items_of(run, whole(run, trace))
            if items is None:
                return None
            return [item for item in items if _inside(run, {"item": item}, item, match) is True]

        return self.typed(element, kept)

    def loop(self, element: Element, place: str) -> Box:
        """For, some and every in boxes."""
        variable = element.get("iteratorVariable", "")
        domain = self._part(element, "in", place)
        inner = self.knowing(variable, "partial")
        body = inner._part(element, "return" if name(element) == "for" else "satisfies", place)
        finish = {"for": lambda results: results, "some": _some, "every": _every}[name(element)]

        def run_it(run: Run, trace: Trace) -> Any:
            items = items_of(run, domain(run, trace))
            if items is None:
                return None
            partial: list[Any] = []
            for item in items:
                partial.append(_inside(run, {variable: taken(item), "partial": partial}, None, body))
            return finish(partial)

        return self.typed(element, run_it)

    def _part(self, element: Element, part: str, place: str) -> Box:
        found = child(element, part)
        if found is None:
            self.problem("DecisionEmpty", place=f"{place}, {part}")
            return _nothing
        return self.box(found, f"{place}, {part}")


def _nothing(run: Run, trace: Trace) -> Any:
    raise DecisionFailed("Invalid", "", detail="see the problems of its file")


def _some(results: list[Any]) -> bool | None:
    return True if True in [r is True for r in results] else (None if any(r is not False for r in results) else False)


def _every(results: list[Any]) -> bool | None:
    if any(r is False for r in results):
        return False
    return True if all(r is True for r in results) else None


def _mutable(scope: Mapping[str, Any]) -> Any:
    """A scope as ChainMap takes it; nothing is ever written to it."""
    return scope


def _inside(run: Run, bound: dict[str, Any], item: Any, box: Box) -> Any:
    run.spend(10)
    entries = item if isinstance(item, dict) else {}
    scope = ChainMap(bound, entries, _mutable(run.scope))
    return run.within(scope, lambda inner, _: box(inner, Trace()))


def _boxed(box: Box, trace: Trace) -> Callable[[Run, Any], Any]:
    return lambda run, _: box(run, trace)


def _context(run: Run, trace: Trace, entries: list[tuple[str | None, Box, Type]]) -> Any:
    made: dict[str, Any] = {}
    scope = ChainMap(made, _mutable(run.scope))
    for entry_name, box, wanted in entries:
        value = fitted(run, run.within(scope, _boxed(box, trace)), wanted)
        if entry_name is None:
            return value
        made[entry_name] = value
    return made


BOXES: dict[str, Callable[[BoxMaker, Element, str], Box]] = {
    "literalExpression": BoxMaker.literal,
    "decisionTable": table_box,
    "context": BoxMaker.context,
    "invocation": BoxMaker.invocation,
    "list": BoxMaker.list,
    "relation": BoxMaker.relation,
    "functionDefinition": BoxMaker.function,
    "encapsulatedLogic": BoxMaker.function,
    "conditional": BoxMaker.conditional,
    "filter": BoxMaker.filter,
    "for": BoxMaker.loop,
    "some": BoxMaker.loop,
    "every": BoxMaker.loop,
}
