"""RULES: everything a bundle can be told before it runs. One row a rule: code, level, sentence, way round, function.

Three levels. **error**: it cannot run exactly as the standard says; always refuses. **house**: it is not ready for real
people; refuses to publish, never to try or to import. **hint**: shown. Each row stands in docs/rules.md and has a good
and a bad example in tests/diagrams.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.problems import SENTENCES, Problem
from engine.bpmn.rules import (
    activities,
    data,
    events,
    figures,
    flows,
    forms,
    house,
    papers,
    readings,
    registers,
    structure,
    tables,
    texts,
)
from engine.bpmn.rules.subjects import Found, Rule, Subject

RULES: dict[str, Rule] = {
    rule.code: rule
    for module in (readings, structure, flows, events, activities, data, texts, tables, forms, house, papers, figures,
                   registers)
    for rule in module.RULES
}
SENTENCES.update({code: rule.sentence for code, rule in RULES.items()})

LEVELS = ("error", "house", "hint")


def examine(subject: Subject) -> tuple[Problem, ...]:
    """Every problem of a bundle, each once, by file, then the worst first."""
    found = [*subject.problems, *subject.compiling()]
    for rule in RULES.values():
        found.extend(_apply(rule, subject))
    return in_order(found)


def _apply(rule: Rule, subject: Subject) -> Iterable[Problem]:
    if rule.check is None:
        return ()
    return [Problem(rule.code, rule.level, one.file, one.element, one.params) for one in rule.check(subject)]


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems without repetition, by file, then the worst first."""
    unique = {(one.code, one.file, one.element, tuple(sorted(one.params.items()))): one for one in problems}
    return tuple(sorted(unique.values(), key=lambda one: (one.file, LEVELS.index(one.level), one.element, one.code)))


__all__ = ["LEVELS", "RULES", "Found", "Rule", "Subject", "examine", "in_order"]
