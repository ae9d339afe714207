"""What a table gives when several rows apply, or none (DMN 1.5, 8.2.10 and 8.2.11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from engine.bpmn.decisions.refusals import DecisionFailed
from engine.bpmn.expressions.functions import BUILTINS
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.values import same


class Hit(NamedTuple):
    """A row that applies, with the values of its outputs in order."""

    row: int
    values: tuple[Any, ...]


class Ranking(NamedTuple):
    """What a policy may need to know beside the hits."""

    decision: str
    priority: Callable[[Hit], tuple[int, ...]]
    policy: str = ""


Policy = Callable[[Run, list[Hit], Ranking], list[Hit]]


def _unique(run: Run, hits: list[Hit], ranking: Ranking) -> list[Hit]:
    if len(hits) > 1:
        raise DecisionFailed("NotUnique", ranking.decision, rows=_rows(hits))
    return hits


def _any(run: Run, hits: list[Hit], ranking: Ranking) -> list[Hit]:
    for hit in hits[1:]:
        if not same(run, list(hits[0].values), list(hit.values)):
            raise DecisionFailed("NotTheSame", ranking.decision, rows=_rows(hits))
    return hits


def _first(run: Run, hits: list[Hit], ranking: Ranking) -> list[Hit]:
    return hits[:1]


def _ranked(run: Run, hits: list[Hit], ranking: Ranking) -> list[Hit]:
    return sorted(hits, key=ranking.priority)


def _priority(run: Run, hits: list[Hit], ranking: Ranking) -> list[Hit]:
    return _ranked(run, hits, ranking)[:1]


def _all(run: Run, hits: list[Hit], ranking: Ranking) -> list[Hit]:
    return hits


POLICIES: dict[str, Policy] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "COLLECT": _all,
    "RULE ORDER": _all,
    "OUTPUT ORDER": _ranked,
}
MULTIPLE = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
RANKED = frozenset({"PRIORITY", "OUTPUT ORDER"})
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


def aggregate(run: Run, aggregation: str, values: list[Any]) -> Any:
    """The sum, least, greatest or number of some values; of none 0 for a number of values, else null."""
    if aggregation == "COUNT":
        return len(values)
    return BUILTINS[AGGREGATIONS[aggregation]].call(run, [values]) if values else None


def _rows(hits: list[Hit]) -> str:
    return ", ".join(str(hit.row) for hit in hits)
