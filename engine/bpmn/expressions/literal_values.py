"""The value of a tree that is written out as it stands: a number, a text, a truth, a date, time or duration."""

from __future__ import annotations

from typing import Any

from engine.bpmn.expressions import trees
from engine.bpmn.expressions.functions import BUILTINS
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.trees import Node

_WRITTEN = frozenset({"date", "time", "date and time", "duration", "years and months duration"})


class Unwritten:
    """The mark for a tree that has to be computed."""


UNWRITTEN = Unwritten()


def literal_value(node: Node) -> Any:
    """The value, or UNWRITTEN if the tree has to be computed."""
    if node.kind == trees.CONSTANT:
        return node.parts[0]
    if node.kind == trees.NEGATIVE:
        inside = literal_value(node.parts[0])
        return -inside if isinstance(inside, int) and not isinstance(inside, bool) else UNWRITTEN
    if node.kind != trees.CALL or node.parts[0].kind != trees.NAME or node.parts[0].parts[0] not in _WRITTEN:
        return UNWRITTEN
    arguments = [literal_value(argument) for argument in node.parts[1]]
    if UNWRITTEN in arguments or node.parts[2] is not None:
        return UNWRITTEN
    return BUILTINS[node.parts[0].parts[0]].call(Run({}), arguments)
