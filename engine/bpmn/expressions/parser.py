"""From the text of an expression to its tree (DMN 1.5, 10.3.1.2). Binds weakest first: or, and, comparison, + −, × ÷,
**, minus sign, instance of, then paths, filters and calls. What the tree means stays with the compiler.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from engine.bpmn.expressions import trees
from engine.bpmn.expressions.names import KnownNames, name_before, unknown_name
from engine.bpmn.expressions.operands import half_range, operand
from engine.bpmn.expressions.refusals import ExpressionRefused
from engine.bpmn.expressions.runs import MAX_DEPTH
from engine.bpmn.expressions.tokens import AT, END, TEXT, WORD, Token, read_tokens
from engine.bpmn.expressions.trees import Node
from engine.bpmn.expressions.type_parser import TypeParser
from engine.bpmn.expressions.types import Type

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
# Operators of one strength, weakest first; all are taken from left to right (10.3.1.2, note on precedence).
_CHAINS = (("+", "-"), ("*", "/"), ("**",))
# After these a «[» cannot open a filter, so it closes a range: [1..5[
_NO_OPERAND = frozenset({")", "]", "}", ",", "and", "or", "then", "else", "return", "satisfies", ""})


class Parser:
    """Reads one text once."""

    def __init__(self, text: str, known: KnownNames, types: Mapping[str, Type]) -> None:
        self.text = text
        self.tokens = read_tokens(text)
        self.at = 0
        self.depth = 0
        self.known = known
        self.types = TypeParser(self, types)
        self.doubts: list[ExpressionRefused] = []
        """What the standard gives null for, though its author will hardly have meant it."""

    # --- whole texts -------------------------------------------------------------------------------------------------

    def expression_alone(self) -> Node:
        """The whole text as one expression."""
        node = self.expression()
        self.finish()
        return node

    def unary_tests(self) -> Node:
        """The whole text as the tests of a cell (rule 15): «-», not(tests), or tests of which one must hold."""
        if self.tokens[0].text == "-" and self.tokens[1].kind == END:
            return Node(trees.ANY, ())
        if negated := self._negated_tests():
            node = Node(trees.NOT_TESTS, negated)
        else:  # in parentheses, as after «in», or without
            node = Node(trees.TESTS, self._in_tests() if self._is_whole_list() else self._tests())
        self.finish()
        return node

    def _is_whole_list(self) -> bool:
        """Whether all of the text is several tests in one pair of parentheses."""
        if self.tokens[0].text != "(" or self.tokens[0].kind in (TEXT, AT):
            return False
        return _closing(self.tokens, 0) == len(self.tokens) - 2 and _holds_commas(self.tokens)

    def _negated_tests(self) -> tuple[Node, ...] | None:
        if self.tokens[0].text != "not" or self.tokens[1].text != "(":
            return None
        if _closing(self.tokens, 1) != len(self.tokens) - 2:
            return None
        self.at = 2
        tests = self._tests()
        self.expect(")")
        return tests

    def _tests(self) -> tuple[Node, ...]:
        tests = [self.test()]
        while self.accept(","):
            tests.append(self.test())
        return tuple(tests)

    def finish(self) -> None:
        """Refuse anything that is left."""
        if self.token.kind != END:
            self.unexpected()

    # --- moving through the tokens -----------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The token not yet taken."""
        return self.tokens[self.at]

    def accept(self, text: str) -> bool:
        """Take the next token if it is this sign or word."""
        token = self.tokens[self.at]
        if token.text == text and token.kind not in (TEXT, AT):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Take this sign or word, or refuse."""
        if not self.accept(text):
            self.unexpected(f"; «{text}» is missing")

    def unexpected(self, hint: str = "") -> NoReturn:
        """Refuse the next token."""
        if self.token.kind == END:
            raise ExpressionRefused("Unfinished", self.text, self.token.position, hint=hint)
        raise ExpressionRefused("Unexpected", self.text, self.token.position, found=self.token.text[:40], hint=hint)

    def deeper(self) -> None:
        """Count one level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionRefused("TooDeep", self.text, self.token.position, limit=MAX_DEPTH)

    # --- operators ---------------------------------------------------------------------------------------------------

    def expression(self) -> Node:
        """One expression, as far as it reaches."""
        self.deeper()
        start = self.token.position
        nodes = [self._conjunction()]
        while self.accept("or"):
            nodes.append(self._conjunction())
        self.depth -= 1
        return nodes[0] if len(nodes) == 1 else Node(trees.OR, tuple(nodes), start)

    def _conjunction(self) -> Node:
        start = self.token.position
        nodes = [self._comparison()]
        while self.accept("and"):
            nodes.append(self._comparison())
        return nodes[0] if len(nodes) == 1 else Node(trees.AND, tuple(nodes), start)

    def _comparison(self) -> Node:
        left = self._chain(0)
        levels = 0
        while (following := self._comparison_tail(left)) is not None:
            left = following
            levels += 1
            self.deeper()
        self.depth -= levels
        return left

    def _comparison_tail(self, left: Node) -> Node | None:
        token = self.token
        if token.kind == END or token.kind in (TEXT, AT):
            return None
        if token.text in _COMPARISONS:
            self.at += 1
            ranged = token.text in ("=", "!=") and self.at_comparison()  # range("[2..)") = >=2
            right = half_range(self) if ranged else self._chain(0)
            return Node(trees.COMPARISON, (token.text, left, right), token.position)
        if self.accept("between"):
            low = self._chain(0)
            self.expect("and")
            return Node(trees.BETWEEN, (left, low, self._chain(0)), token.position)
        if self.accept("in"):
            return Node(trees.IN, (left, self._in_tests()), token.position)
        return None

    def _in_tests(self) -> tuple[Node, ...]:
        """What follows «in»: one test, or several in parentheses."""
        if self.token.text == "(" and self._is_test_list():
            self.at += 1
            tests = self._tests()
            self.expect(")")
            return tests
        return (self.test(),)

    def _is_test_list(self) -> bool:
        """Whether the parenthesis holds a list of tests, not the start of a range or of a longer expression."""
        closing = _closing(self.tokens, self.at)
        after = self.tokens[closing + 1].text if closing is not None else ""
        return not _holds_dots(self.tokens, self.at) and after not in (".", "[", "+", "-", "*", "/", "**", "(")

    def test(self) -> Node:
        """One positive unary test (rule 14): a comparison with the tested value, a range, or an expression."""
        token = self.token
        if self.at_comparison():
            self.at += 1
            return Node(trees.TEST, (token.text, self._chain(0)), token.position)
        return self.expression()

    def at_comparison(self) -> bool:
        """Whether a comparison sign comes next."""
        return self.token.text in _COMPARISONS and self.token.kind not in (TEXT, AT)

    def arithmetic(self) -> Node:
        """One side of a comparison."""
        return self._chain(0)

    def _chain(self, strength: int) -> Node:
        if strength == len(_CHAINS):
            return self._negated()
        start = self.token.position
        first = self._chain(strength + 1)
        rest: list[tuple[str, Node]] = []
        while self.token.text in _CHAINS[strength] and self.token.kind not in (TEXT, AT):
            operator = self.token.text
            self.at += 1
            rest.append((operator, self._chain(strength + 1)))
        return Node(trees.CHAIN, (first, tuple(rest)), start) if rest else first

    def _negated(self) -> Node:
        start = self.token.position
        signs = 0
        while self.accept("-"):
            signs += 1
        node = self._instance()
        if not signs:
            return node
        negative = Node(trees.NEGATIVE, (node,), start)
        return negative if signs % 2 else Node(trees.NEGATIVE, (negative,), start)

    def _instance(self) -> Node:
        node = self._reached()
        start = self.token.position
        if self.accept("instance"):
            self.expect("of")
            return Node(trees.INSTANCE, (node, self.types.type()), start)
        return node

    # --- paths, filters, calls ---------------------------------------------------------------------------------------

    def _reached(self) -> Node:
        """An operand and what is reached from it."""
        node = operand(self)
        levels = 0
        while True:
            token = self.token
            if token.kind in (TEXT, AT):
                break
            if token.text == "." and self.tokens[self.at + 1].kind == WORD:
                self.at += 1
                node = Node(trees.PATH, (node, self.path_name()), token.position)
            elif token.text == "[" and self.tokens[self.at + 1].text not in _NO_OPERAND:
                self.at += 1
                node = Node(trees.FILTER, (node, self.expression()), token.position)
                self.expect("]")
            elif token.text == "(" and _callable(node):
                node = self._call(node)
            else:
                break
            levels += 1
            self.deeper()
        self.depth -= levels
        return node

    def path_name(self) -> str:
        """The name after a point."""
        found = self.known.longest(self.tokens, self.at) or unknown_name(self.tokens, self.at)
        greedy = unknown_name(self.tokens, self.at)
        name, length = found if found[1] >= greedy[1] else greedy
        self.at += length
        return name

    def _call(self, function: Node) -> Node:
        start = self.token.position
        self.expect("(")
        names: list[str] = []
        arguments: list[Node] = []
        while not self.accept(")"):
            if arguments:
                self.expect(",")
            if named := name_before(self.tokens, self.at, ":"):
                names.append(named[0])
                self.at += named[1] + 1
            arguments.append(self.expression())
        if names and len(names) != len(arguments):
            self.unexpected("; name all arguments or none")
        return Node(trees.CALL, (function, tuple(arguments), tuple(names) or None), start)


def _callable(node: Node) -> bool:
    return node.kind in (trees.NAME, trees.PATH, trees.FUNCTION, trees.CALL, trees.FILTER, trees.CONSTANT)


def _closing(tokens: list[Token], opening: int) -> int | None:
    """Where the parenthesis that opens at a token is closed."""
    depth = 0
    for index in range(opening, len(tokens)):
        if tokens[index].kind not in (TEXT, AT):
            depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return index
    return None


def _holds_commas(tokens: list[Token]) -> bool:
    """Whether a comma stands in the parenthesis that opens first, and in no bracket further in."""
    depth = 0
    for token in tokens:
        if token.kind in (TEXT, AT):
            continue
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
        if token.text == "," and depth == 1:
            return True
    return False


def _holds_dots(tokens: list[Token], opening: int) -> bool:
    """Whether a parenthesis is a range: two points inside it and in no bracket further in."""
    depth = 0
    for token in tokens[opening:]:
        if token.kind in (TEXT, AT):
            continue
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
        if token.text in ("..", ",") and depth == 1:
            return token.text == ".."
        if depth <= 0:
            return False
    return False
