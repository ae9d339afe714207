"""Every refusal of a diagram is either the standard's own or a decision of ours, told in the README."""

from __future__ import annotations

import re
from pathlib import Path

from engine.bpmn.problems import SENTENCES
from engine.bpmn.rules import RULES, flows, readings, structure

ROOT = Path(__file__).parents[2]
# What BPMN 2.0.2 itself forbids or leaves without a meaning, and files that are none.
NOT_OURS = frozenset({
    "not-xml", "not-bpmn", "no-process", "duplicate-id", "duplicate-process", "dangling-reference",
    "flow-crosses-scope", "default-flow", "event-subprocess-flows", "unknown-event", "event-without-definition",
    "instantiate", "link-without-catch", "link-with-several-catches", "timer-text", "event-subprocess-starts",
    "boundary-on-nothing", "boundary-has-incoming", "several-starts", "start-has-incoming", "end-has-outgoing",
    "cancel-outside-transaction", "compensation-handler", "compensation-target", "event-gateway-target",
    "event-gateway-flows", "ad-hoc", "event-gateway-parallel", "negative-size", "multi-instance-two-sizes",
    "multi-instance-without-size", "script-missing", "called-element-missing", "decision-missing", "no-incoming",
})  # fmt: skip


def test_every_refusal_of_ours_is_a_decision_of_the_readme() -> None:
    decisions = (ROOT / "README.md").read_text(encoding="utf-8").split("## Decisions")[1]
    told = {code for code in re.findall(r"`([\w-]+)`", decisions) if code in SENTENCES}
    refused = {rule.code for module in (readings, flows, structure) for rule in module.RULES if rule.level == "error"}
    assert refused >= told
    assert refused - told == NOT_OURS


def test_a_refusal_has_a_reason_and_a_way_round() -> None:
    assert [code for code, rule in RULES.items() if not rule.sentence.strip() or not rule.way.strip()] == []
