"""Hostile diagrams and values: each ends with a sentence, soon, and leaves nothing behind."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from engine.bpmn import runner
from engine.bpmn.bundles import Bundle, compile_bundle
from engine.bpmn.failures import StepFailed
from engine.bpmn.problems import DiagramRefused
from engine.bpmn.snapshots import SnapshotUnreadable, dump, restore
from engine.model.errors import Refused
from tests.bpmn.players import HEAD, Player, compiled, diagram, flows, play
from tests.bpmn.test_core import E, S, boundary, gateway, many, script, timer, user
from tests.bpmn.test_events import catch, sub


def nested(depth: int) -> str:
    return user("i") if depth == 0 else sub(f"x{depth}", nested(depth - 1))


STOPPED = {
    "self-calling process": S + '<callActivity id="c" calledElement="p"/>' + flows("s>c"),
    "doubling tokens": S
    + gateway("exclusive", "m")
    + gateway("parallel", "g")
    + gateway("exclusive", "x")
    + flows("s>m", "m>g", "g>x", "g>m", "x>m"),
    "endless circle": S + gateway("exclusive", "m") + script("a", "x = 1") + flows("s>m", "m>a", "a>m"),
    "endless loop activity": S + '<scriptTask id="a"><script>x = 1</script><standardLoopCharacteristics>'
    "<loopCondition>=true</loopCondition></standardLoopCharacteristics></scriptTask>" + flows("s>a"),
    "cardinality 10^9": S + many("a", "<loopCardinality>=1000000000</loopCardinality>") + flows("s>a"),
    "nested multi-instance": S
    + sub(
        "o",
        "<multiInstanceLoopCharacteristics><loopCardinality>9999</loopCardinality>"
        "</multiInstanceLoopCharacteristics>" + many("a", "<loopCardinality>9999</loopCardinality>"),
    )
    + flows("s>o"),
    "list in a text": S + many("a", "", attributes='camunda:collection="items"') + flows("s>a"),
    "growing list": S
    + gateway("exclusive", "m")
    + script("a", "items = concatenate(items, items)")
    + flows("s>m", "m>a", "a>m"),
    "growing text": S + gateway("exclusive", "m") + script("a", "items = items + items") + flows("s>m", "m>a", "a>m"),
    "timer beyond the calendar": S + catch("t", timer("timeDuration", "=when")) + flows("s>t"),
    "timer that is a number": S + catch("t", timer("timeDate", "=number")) + flows("s>t"),
}
VALUES: dict[str, Any] = {"items": "aaaaaaaaaa", "when": "P99999999999Y", "number": 5}


@pytest.mark.parametrize("name", list(STOPPED))
def test_runaway_is_stopped_with_the_element(name: str) -> None:
    values = {**VALUES, "items": [1]} if name == "growing list" else VALUES
    with pytest.raises(StepFailed) as stopped:
        Player(compiled(STOPPED[name]), "p", values)
    assert stopped.value.element
    assert "{" not in str(stopped.value)


@pytest.mark.parametrize(
    "text", ["P99999999999Y", "R/PT0S", "R99999999999999999999/PT1H", "0000-00-00", "NaN", "PT1e999S"]
)
@pytest.mark.parametrize("form", ["timeDuration", "timeDate", "timeCycle"])
def test_hostile_timer_text_is_refused(form: str, text: str) -> None:
    with pytest.raises((DiagramRefused, StepFailed)):
        play(S + user("a") + boundary("b", "a", timer(form, text), False) + flows("s>a"))


def test_deep_xml_and_many_elements_are_refused() -> None:
    deep = HEAD + "<a>" * 5000 + "</a>" * 5000 + "</definitions>"
    wide = HEAD + "<a/>" * 70_000 + "</definitions>"
    for data in (deep, wide, HEAD + "<!-- " + "x" * 9_000_000 + " --></definitions>"):
        with pytest.raises(DiagramRefused):
            compiled(data.encode())


def test_nesting_runs_as_deep_as_it_is_read() -> None:
    with pytest.raises((DiagramRefused, StepFailed)):
        play(S + nested(150) + flows("s>x150"))
    case = play(S + nested(40) + flows("s>x40"))
    assert case.open == ["i"]


def test_billion_laughs_is_refused() -> None:
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    with pytest.raises(DiagramRefused):
        compiled(f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]><x>&l9;</x>'.encode())


@pytest.mark.parametrize("name", ["typename", "__class__", "__dict__", "self", "data", "ą", "a b", "x" * 1000])
def test_odd_names_are_only_names(name: str) -> None:
    case = play(S + user("a", "b") + flows("s>a", "a>b"), {name: {"typename": "Task", "__class__": 1}})
    case.answer("a", {name: [1]})
    assert case.variables[name] == [1]


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), "\ud800", "x" * 2_000_000, {1, 2}, object(), b"x", {"a": [float("nan")]}]
)
def test_values_that_no_json_can_hold_are_refused(value: Any) -> None:
    case = play(S + user("a") + flows("s>a"))
    with pytest.raises(StepFailed):
        case.complete("a", x=value)


def test_deep_value_is_refused() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(StepFailed):
        play(S + user("a") + flows("s>a")).complete("a", x=value)


@pytest.mark.parametrize("data", [b"", b"PWS", b"PWS\x01rubbish", b"XYZ\x01", b"PWS\x09" + b"0" * 50])
def test_damaged_snapshot_is_refused(data: bytes) -> None:
    case = play(S + user("a") + flows("s>a"))
    with pytest.raises(SnapshotUnreadable):
        restore(data, case.definition, case.clock)


def test_snapshot_of_another_version_is_refused() -> None:
    case = play(S + user("a") + flows("s>a"))
    with pytest.raises(SnapshotUnreadable):
        restore(dump(case.live), compiled(S + user("b") + flows("s>b")), case.clock)


def test_snapshot_names_no_class() -> None:
    import zstandard

    case = play(S + user("a") + boundary("b", "a", timer("timeDuration", "PT1H")) + flows("s>a"), {"x": 1})
    text = zstandard.ZstdDecompressor().decompress(dump(case.live)[4:], max_output_size=10**7).decode()
    assert "Task" not in text
    assert "engine" not in text
    assert "SpiffWorkflow" not in text


def test_failed_step_leaves_the_stored_snapshot_as_it_was() -> None:
    definition = compiled(
        S + user("a") + gateway("exclusive", "g") + user("b", "c") + flows("s>a", "a>g", "g>b:=x > 1", "g>c:=x > 2")
    )
    case = Player(definition)
    before = dump(case.live)
    with pytest.raises(StepFailed):
        case.complete("a", x=0)
    case.live = restore(before, definition, case.clock)
    case.complete("a", x=2)
    assert case.open == ["b"]


def test_unknown_activity_is_not_waiting() -> None:
    case = play(S + user("a") + E + flows("s>a", "a>e"))
    for call in (
        lambda: runner.complete(case.live, case.clock.new_id(), {}, case.clock),
        lambda: runner.finish_job(case.live, case.clock.new_id(), {}, case.clock),
        lambda: runner.fire_timer(case.live, case.clock.new_id(), case.clock),
        lambda: runner.deliver(case.live, "M1", {}, case.clock),
    ):
        with pytest.raises(Refused):
            call()
    assert case.open == ["a"]


def test_long_process_needs_no_recursion() -> None:
    count = 1000
    body = S + "".join(script(f"t{n}", f"x = {n}") for n in range(count)) + E
    body += flows("s>t0", *(f"t{n}>t{n + 1}" for n in range(count - 1)), f"t{count - 1}>e")
    case = Player(compiled(body), reload=False)
    assert case.ended
    assert case.variables == {"x": count - 1}


def test_five_blocks_of_five_start_small() -> None:
    body, drawn = S, ["s>g0"]
    for block in range(5):
        body += (
            gateway("parallel", f"g{block}")
            + gateway("parallel", f"j{block}")
            + user(*(f"t{block}{n}" for n in range(5)))
        )
        drawn += [f"g{block}>t{block}{n}" for n in range(5)] + [f"t{block}{n}>j{block}" for n in range(5)]
        drawn.append(f"j{block}>g{block + 1}" if block < 4 else f"j{block}>e")
    case = play(body + E + flows(*drawn))
    assert len(case.live.workflow.tokens) <= 20
    for block in range(5):
        for number in range(5):
            case.complete(f"t{block}{number}")
    assert case.ended


@pytest.mark.parametrize("pair", [False, True])
def test_snapshot_does_not_grow_with_rounds(pair: bool) -> None:
    inside = (
        gateway("parallel", "g") + user("a", "b") + gateway("parallel", "j"),
        ["m>g", "g>a", "g>b", "a>j", "b>j", "j>x"],
    )
    body, drawn = inside if pair else (user("a"), ["m>a", "a>x"])
    case = play(
        S
        + gateway("exclusive", "m")
        + body
        + gateway("exclusive", "x", "f_x_e")
        + E
        + flows("s>m", *drawn, "x>m:=again", "x>e"),
        {"again": True},
        reload=False,
    )
    sizes = []
    for _ in range(300):
        for element in case.open:
            case.complete(element)
        sizes.append(len(dump(case.live)))
    assert max(sizes[10:]) - min(sizes[10:]) < 40
    assert len(case.live.workflow.tokens) < 8


def test_automatic_loop_of_many_rounds_ends_right() -> None:
    case = play(
        S
        + gateway("exclusive", "m")
        + script("a", "n = n + 1")
        + gateway("exclusive", "x", "f_x_e")
        + E
        + flows("s>m", "m>a", "a>x", "x>m:=n < 10000", "x>e"),
        {"n": 0},
    )
    assert case.ended
    assert case.variables == {"n": 10000}


def test_library_loggers_are_silent() -> None:
    assert logging.getLogger("spiff.task").level >= logging.ERROR


def test_compiled_bundle_is_kept() -> None:
    files = {"x.bpmn": diagram(S + user("kept") + flows("s>kept"))}
    assert compile_bundle(Bundle(files)) is compile_bundle(Bundle(dict(files)))
