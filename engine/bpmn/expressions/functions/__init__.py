"""The built-in functions of the language (DMN 1.5, 10.3.4) and those of this engine, one module a family."""

from engine.bpmn.expressions.functions import (
    contexts,
    conversions,
    days,
    lists,
    numerics,
    ranges,
    strings,
)
from engine.bpmn.expressions.functions.registry import BUILTINS

__all__ = ["BUILTINS", "contexts", "conversions", "days", "lists", "numerics", "ranges", "strings"]
