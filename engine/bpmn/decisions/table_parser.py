"""From the XML of a decision table to its compiled form, with every problem of its cells told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.bpmn.decisions.documents import Element, child, children, english, text
from engine.bpmn.decisions.hit_policies import AGGREGATIONS, POLICIES, RANKED
from engine.bpmn.decisions.item_types import allowed_values, from_outside
from engine.bpmn.decisions.tables import Input, Output, Row, Table, Trace
from engine.bpmn.expressions import Expression, ExpressionRefused, compile_expression, compile_unary_tests, trees
from engine.bpmn.expressions.literal_values import UNWRITTEN, literal_value
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.types import Type, fitted

if TYPE_CHECKING:
    from engine.bpmn.decisions.boxes import Box, BoxMaker

_NULL = compile_expression("null")
_LETTERS = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "C": "COLLECT",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
}


def table_box(maker: BoxMaker, element: Element, place: str) -> Box:
    """A decision table as a box; the trace keeps what it did."""
    table = read_table(maker, element)
    maker.tables.append(table)
    return maker.typed(element, lambda run, trace: _traced(run, maker.owner_id, table, trace))


def _traced(run: Run, owner: str, table: Table, trace: Trace) -> Any:
    """The value of a table; which rows applied is noted too where its own trace is not kept, as in a function."""
    try:
        return table.decide(run, trace)
    finally:
        run.note(owner, trace.rows)


def read_table(maker: BoxMaker, element: Element) -> Table:
    """The compiled table."""
    policy = (element.get("hitPolicy") or "UNIQUE").strip().upper()
    policy = _LETTERS.get(policy, policy)
    if policy not in POLICIES:
        maker.problem("DecisionHitPolicy", policy=policy)
        policy = "UNIQUE"
    aggregation = element.get("aggregation") or ""
    if aggregation and (aggregation not in AGGREGATIONS or policy != "COLLECT"):
        maker.problem("DecisionAggregation", aggregation=aggregation, policy=policy)
        aggregation = ""
    inputs = tuple(_input(maker, column) for column in children(element, "input"))
    outputs = tuple(_output(maker, element, column) for column in children(element, "output"))
    if policy in RANKED and not any(column.values for column in outputs):
        maker.problem("DecisionPriorities", policy=policy, output=", ".join(column.label for column in outputs))
    texts = [(a.get("name") or text(a), english(a, "name")) for a in children(element, "annotation")]
    rows = tuple(
        _row(maker, rule, number, inputs, outputs, bool(texts))
        for number, rule in enumerate(children(element, "rule"), 1)
    )
    return Table(maker.owner, policy, aggregation, inputs, outputs, rows)


def _input(maker: BoxMaker, column: Element) -> Input:
    expression = child(column, "inputExpression")
    source = text(expression)
    label = column.get("label") or source or column.get("id") or ""
    compiled = maker.expression(source, label, expression) or _NULL
    wanted = maker.types.named((expression.get("typeRef") if expression is not None else "") or "", maker.owner_id)
    values = child(column, "inputValues")
    tests = None
    if source_values := text(values):
        tests = maker.tests(source_values, f"{label}, input values", values)
    allowed = allowed_values(values, maker.owner, lambda problem: None)
    return Input(column.get("id", ""), label, english(column, "label"), compiled, wanted, allowed, tests)


def _output(maker: BoxMaker, table: Element, column: Element) -> Output:
    name = column.get("name") or table.get("outputLabel") or column.get("label") or "output"
    label = column.get("label") or name
    wanted = maker.types.named(column.get("typeRef") or "", maker.owner_id)
    values = child(column, "outputValues")
    ranked = _priorities(maker, text(values), label)
    default_source = text(child(column, "defaultOutputEntry"))
    default = maker.expression(default_source, f"{label}, default") if default_source else None
    allowed = allowed_values(values, maker.owner, lambda problem: None)  # told with the priorities
    return Output(column.get("id", ""), name, label, english(column, "label"), wanted, ranked, allowed, default)


def _priorities(maker: BoxMaker, source: str, label: str) -> tuple[Expression, ...]:
    """The listed output values, each alone, in their order."""
    if not source:
        return ()
    try:
        tree = compile_unary_tests(source, names=maker.names).tree
        if tree.kind != trees.TESTS:  # «-» and not(…) have no order
            return ()
        if any(part.kind == trees.TEST or trees.mentions(part, "?") for part in tree.parts):
            return ()
        starts = [trees.first_place(part) for part in tree.parts]
        last = len(source) - (1 if source.startswith("(") and source.endswith(")") and starts[0] else 0)
        ends = [*starts[1:], last]
        texts = [source[start:end].strip().rstrip(",").strip() for start, end in zip(starts, ends, strict=True)]
        return tuple(compile_expression(each, names=maker.names) for each in texts)
    except ExpressionRefused as refusal:
        maker.problem("DecisionExpression", place=f"{label}, output values", reason=str(refusal))
        return ()


def _row(maker: BoxMaker, rule: Element, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...],
         annotated: bool) -> Row:  # fmt: skip
    tests = children(rule, "inputEntry")
    entries = children(rule, "outputEntry")
    for have, want in ((len(tests), len(inputs)), (len(entries), len(outputs))):
        if have != want:
            maker.problem("DecisionRuleWidth", row=str(number), have=str(have), want=str(want))
            return Row(number, rule.get("id", ""), (maker.tests("null", ""),) * len(inputs), (None,) * len(outputs))
    labels = [column.label for column in inputs] + [column.label for column in outputs]
    places = [f"row {number}, {label}" for label in labels]
    cells = tuple(maker.tests(text(cell), place, cell) for cell, place in zip(tests, places, strict=False))
    given = tuple(
        maker.expression(source, place, cell) if (source := text(cell)) not in ("", "-") else None
        for cell, place in zip(entries, places[len(inputs) :], strict=True)
    )
    known = maker.names.union(*(column.expression.reads for column in inputs))
    for compiled, place in zip((*cells, *given), places, strict=True):
        if compiled is not None and (word := _bare_word(compiled.tree)) and word not in known:
            maker.hint("DecisionBareWord", place=place, word=word)
    types = tuple(maker.types.named(cell.get("typeRef"), maker.owner_id) for cell in entries)
    own = types if any(type_.kind != "Any" for type_ in types) else ()
    for at, (compiled, place) in enumerate(zip(given, places[len(inputs) :], strict=True)):
        _fits_column(maker, compiled, place, outputs[at], own[at : at + 1])
    return Row(number, rule.get("id", ""), cells, given, *_annotation(rule, annotated), own)


def _fits_column(maker: BoxMaker, cell: Expression | None, place: str, column: Output, own: tuple[Type, ...]) -> None:
    """Tell a written-out output that its column, or the cell itself, does not take: it gives null (10.3.2.9.4)."""
    value = literal_value(cell.tree) if cell is not None else UNWRITTEN
    if cell is None or value is UNWRITTEN or value is None:
        return
    run = Run({})
    for type_ in (column.type, *own):
        value = fitted(run, from_outside(value, type_), type_)
        if value is None:
            maker.house("DecisionOutputType", place=place, text=cell.text[:200], type=type_.kind)
            return
    if column.allowed is not None and not column.allowed(run, value):
        maker.house("DecisionOutputValue", place=place, text=cell.text[:200])


def _bare_word(tree: trees.Node) -> str:
    """The name a cell consists of: more often a text whose quotation marks were forgotten."""
    if tree.kind in (trees.TESTS, trees.NOT_TESTS):
        return next(filter(None, map(_bare_word, tree.parts)), "")
    return str(tree.parts[0]) if tree.kind == trees.NAME and tree.parts[0] not in ("?", "item") else ""


def _annotation(rule: Element, annotated: bool) -> tuple[str, str]:
    """What stands beside a row: its annotation columns, else its description."""
    entries = children(rule, "annotationEntry") if annotated or children(rule, "annotationEntry") else []
    polish = "; ".join(filter(None, (text(entry) for entry in entries))) or text(rule, "description")
    inside = "; ".join(filter(None, (english(entry, "text") for entry in entries)))
    return polish, inside or english(rule, "annotation") or english(rule, "description")
