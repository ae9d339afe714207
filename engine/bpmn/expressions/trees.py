"""The tree of an expression, as the parser makes it and the compiler reads it; only these kinds exist."""

from __future__ import annotations

from typing import Any, NamedTuple


class Node(NamedTuple):
    """A part of an expression: its kind, what belongs to it, and where it starts in the text."""

    kind: str
    parts: tuple[Any, ...]
    position: int = 0


# kind         parts
CONSTANT = "constant"  # value
NAME = "name"  # name
LIST = "list"  # (node, …)
CONTEXT = "context"  # ((key, node), …)
RANGE = "range"  # start node | None, end node | None, start included, end included
PATH = "path"  # node, name
FILTER = "filter"  # node, condition
CALL = "call"  # function node, (node, …), (name, …) | None
CHAIN = "chain"  # first node, ((operator, node), …): + - * / ** left to right
NEGATIVE = "negative"  # node
COMPARISON = "comparison"  # operator, left, right
BETWEEN = "between"  # node, low, high
IN = "in"  # node, (test node, …)
TEST = "test"  # operator, node: a comparison with the value tested
AND = "and"  # (node, …)
OR = "or"  # (node, …)
IF = "if"  # ((condition, then), …), else
FOR = "for"  # ((name, domain node, end node | None), …), body
SOME = "some"  # ((name, domain node, end node | None), …), condition
EVERY = "every"  # ((name, domain node, end node | None), …), condition
INSTANCE = "instance"  # node, type
FUNCTION = "function"  # ((name, type), …), body
ANY = "any"  # the empty test «-»
TESTS = "tests"  # (test node, …): one of them must hold
NOT_TESTS = "not tests"  # (test node, …): none of them may


def size_of(node: Any) -> int:
    """How many parts a tree has: what one pass through it costs."""
    if isinstance(node, Node):
        return 1 + sum(size_of(part) for part in node.parts)
    return sum(size_of(part) for part in node) if type(node) is tuple else 0


def first_place(node: Any) -> int:
    """Where the text of a tree begins: an operator stands behind its left side."""
    parts = node.parts if isinstance(node, Node) else node if type(node) is tuple else ()
    places = [first_place(part) for part in parts if isinstance(part, Node | tuple)]
    own = [node.position] if isinstance(node, Node) else []
    return min(own + [place for place in places if place >= 0], default=-1)


def reads_names(node: Any) -> bool:
    """Whether a tree reads any variable but «?»; the name of a function that it calls is none."""
    if isinstance(node, Node):
        if node.kind == NAME:
            return bool(node.parts[0] != "?")
        parts = node.parts[1:] if node.kind == CALL and node.parts[0].kind == NAME else node.parts
        return any(reads_names(part) for part in parts)
    return type(node) is tuple and any(reads_names(part) for part in node)


def mentions(node: Any, name: str) -> bool:
    """Whether a name occurs anywhere in a tree."""
    if isinstance(node, Node):
        return (node.kind == NAME and node.parts[0] == name) or any(mentions(part, name) for part in node.parts)
    return type(node) is tuple and any(mentions(part, name) for part in node)
