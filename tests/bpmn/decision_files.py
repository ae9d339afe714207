"""Decision files for tests, built from a few words."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from engine.bpmn.decisions import Decision, parse_decisions

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
Rule = tuple[Iterable[str], Iterable[str]]


def file(*elements: str, namespace: str = DMN) -> bytes:
    """A DMN file with these elements."""
    body = "\n".join(elements)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{namespace}" xmlns:powrot="https://powrot.example/schema/1.0"'
        f' id="d" name="d" namespace="urn:test">{body}</definitions>'
    ).encode()


def read(*elements: str, namespace: str = DMN) -> dict[str, Decision]:
    """The decisions of a file with these elements."""
    return parse_decisions(file(*elements, namespace=namespace), "test.dmn")


def text(source: str, tag: str = "text") -> str:
    """A text inside a tag."""
    return f"<{tag}>{escape(source)}</{tag}>"


def literal(source: str, type_ref: str = "") -> str:
    """A literal expression."""
    return f"<literalExpression{_type(type_ref)}>{text(source)}</literalExpression>"


def needs(*ids: str) -> str:
    """Requirements: an id with ``input:`` or ``knowledge:`` before it is one of these, else a decision."""
    made = []
    for each in ids:
        kind, _, target = each.rpartition(":")
        outer, inner = {"input": ("information", "Input"), "knowledge": ("knowledge", "Knowledge")}.get(
            kind, ("information", "Decision")
        )
        made.append(f'<{outer}Requirement><required{inner} href="#{target}"/></{outer}Requirement>')
    return "".join(made)


def decision(id_: str, logic: str, requirements: str = "", type_ref: str = "", name: str = "") -> str:
    """A decision."""
    variable = f"<variable name={quoteattr(name or id_)}{_type(type_ref)}/>"
    return f'<decision id="{id_}" name={quoteattr(name or id_)}>{variable}{requirements}{logic}</decision>'


def input_data(name: str, type_ref: str = "") -> str:
    """An input."""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{_type(type_ref)}/></inputData>'


def item(name: str, type_ref: str = "", allowed: str = "", collection: bool = False, parts: str = "") -> str:
    """An item definition."""
    many = ' isCollection="true"' if collection else ""
    inside = (text(type_ref, "typeRef") if type_ref else "") + parts
    limits = f"<allowedValues>{text(allowed)}</allowedValues>" if allowed else ""
    return f'<itemDefinition name="{name}"{many}>{inside}{limits}</itemDefinition>'


def part(name: str, type_ref: str) -> str:
    """A component of an item definition."""
    return f'<itemComponent name="{name}">{text(type_ref, "typeRef")}</itemComponent>'


def table(
    inputs: Iterable[tuple[str, str, str]],
    outputs: Iterable[tuple[str, str, str]],
    rows: Iterable[str],
    policy: str = "UNIQUE",
    aggregation: str = "",
) -> str:
    """A table.

    Inputs: expression, type, allowed values. Outputs: name, values, default. A row: «cell | cell => out | out # note».
    """
    head = "".join(
        f"<input label={quoteattr(source)}><inputExpression{_type(type_ref)}>{text(source)}</inputExpression>"
        + (f"<inputValues>{text(allowed)}</inputValues>" if allowed else "")
        + "</input>"
        for source, type_ref, allowed in inputs
    )
    head += "".join(
        f"<output name={quoteattr(name)}>"
        + (f"<outputValues>{text(values)}</outputValues>" if values else "")
        + (f"<defaultOutputEntry>{text(default)}</defaultOutputEntry>" if default else "")
        + "</output>"
        for name, values, default in outputs
    )
    how = f" aggregation={quoteattr(aggregation)}" if aggregation else ""
    return f"<decisionTable hitPolicy={quoteattr(policy)}{how}>{head}{''.join(map(_rule, rows))}</decisionTable>"


def _rule(row: str) -> str:
    cells, _, rest = row.partition("=>")
    outs, _, note = rest.partition("#")
    made = "".join(f"<inputEntry>{text(cell.strip())}</inputEntry>" for cell in cells.split(" | "))
    made += "".join(f"<outputEntry>{text(cell.strip())}</outputEntry>" for cell in outs.split(" | "))
    return f"<rule>{made}" + (f"<annotationEntry>{text(note.strip())}</annotationEntry>" if note else "") + "</rule>"


def _type(type_ref: str) -> str:
    return f" typeRef={quoteattr(type_ref)}" if type_ref else ""
