"""From the tree of an expression to one Python function that evaluates it.

Every part becomes a closure over its parts, ``part(run, frame)``; nothing is looked up in Python and nothing but what
stands in this package can be called. A frame holds the names one construct binds, and the frame outside it.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.bpmn.expressions import calls, literals, operators, trees
from engine.bpmn.expressions.parser import Parser
from engine.bpmn.expressions.refusals import ExpressionRefused
from engine.bpmn.expressions.runs import Part
from engine.bpmn.expressions.trees import Node

Names = set[str] | frozenset[str]


class Compiler:
    """Compiles one text; collects the names it reads from the scope."""

    def __init__(
        self,
        parser: Parser,
        declared: Callable[[str], bool],
        bound: frozenset[str] = frozenset(),
        lenient: bool = False,
    ) -> None:
        self.text = parser.text
        self.doubts = parser.doubts
        self._lenient = lenient
        self.declared = declared
        """Whether a name was declared by the model: then a call of it is no call of a function of the language."""
        self.reads: set[str] = set()
        self.perhaps: set[str] = set()
        """Names that may also be keys of the items a filter goes through."""
        # Innermost last: the names of a frame, and whether it also holds the entries of a filtered item.
        self.frames: list[tuple[Names, bool]] = [(bound, False)] if bound else []

    def doubt(self, refusal: ExpressionRefused) -> None:
        """Refuse what only a model may leave to run time, where it is null."""
        if not self._lenient:
            raise refusal
        self.doubts.append(refusal)

    def compile(self, node: Node) -> Part:
        """The function of a part."""
        if node.kind == trees.CALL:
            function, arguments, names = node.parts
            return calls.call(self, function, arguments, names, node.position)
        return _COMPILERS[node.kind](self, *node.parts)

    def inside(self, names: Names, node: Node, item: bool = False) -> Part:
        """The function of a part that sees more names."""
        self.frames.append((names, item))
        part = self.compile(node)
        self.frames.pop()
        return part

    def find(self, name: str) -> tuple[int | None, list[int]]:
        """How many frames out a name is bound, and which frames on the way hold items that may have it as a key."""
        items: list[int] = []
        for depth, (names, item) in enumerate(reversed(self.frames)):
            if item:
                items.append(depth)
            if name in names:
                return depth, items
        return None, items


_COMPILERS: dict[str, Callable[..., Part]] = {
    trees.CONSTANT: literals.constant,
    trees.NAME: literals.name_part,
    trees.LIST: literals.list_part,
    trees.CONTEXT: literals.context,
    trees.RANGE: literals.range_part,
    trees.PATH: literals.path,
    trees.FILTER: literals.filter_part,
    trees.CHAIN: operators.chain,
    trees.NEGATIVE: operators.negative_part,
    trees.COMPARISON: operators.comparison,
    trees.BETWEEN: operators.between,
    trees.IN: operators.in_part,
    trees.TEST: operators.test,
    trees.AND: operators.and_part,
    trees.OR: operators.or_part,
    trees.TESTS: operators.any_test,
    trees.NOT_TESTS: operators.not_tests,
    trees.ANY: operators.anything,
    trees.IF: operators.if_part,
    trees.INSTANCE: operators.instance,
    trees.FOR: calls.for_part,
    trees.SOME: calls.some,
    trees.EVERY: calls.every,
    trees.FUNCTION: calls.function,
}
