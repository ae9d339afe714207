"""Random diagrams, mangled diagrams, tables, forms and snapshots, within a fixed budget and always the same ones."""

from __future__ import annotations

import copy
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.bpmn.bundles import Bundle, compile_bundle
from engine.bpmn.decisions import parse_decisions
from engine.bpmn.expressions import Environment
from engine.bpmn.failures import NotWaiting
from engine.bpmn.snapshots import SnapshotUnreadable, dump, restore
from engine.model.deadlines import Calendar
from engine.model.definitions import Definition
from engine.model.errors import Refused
from engine.model.forms import Form
from tests.bpmn.element_checks import CHECKS
from tests.bpmn.nests import Nest, act
from tests.bpmn.players import ROOTS, Clock, Player, compiled, diagram
from tests.bpmn.token_games import TokenGame, TooLong, dice_of, draw


@pytest.mark.parametrize("block", range(10))
def test_any_mix_of_gateways_runs_as_the_token_game_says(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        dice = dice_of(seed)
        drawing = draw(dice)
        variables = {f"v{number}": dice.random() < 0.5 for number in range(4)}
        try:
            game = TokenGame(drawing, variables)
        except TooLong:
            continue
        _play_both(dice, game, Player(compiled(diagram(drawing.xml())), "p", dict(variables)), seed)


def _play_both(dice: random.Random, game: TokenGame, case: Player, seed: int) -> None:
    for _ in range(12):
        assert case.open == sorted(game.open.elements()), f"seed {seed}"
        if not case.open:
            assert case.ended is not game.stuck, f"seed {seed}"
            break
        element, values = dice.choice(case.open), {f"v{dice.randint(0, 3)}": dice.random() < 0.5}
        try:
            game.complete(element, values)
        except TooLong:
            return
        case.answer(element, values)
    assert case.ran == {name: count for name, count in game.ran.items() if count}, f"seed {seed}"


IDS = ["a", "b", "s", "e", "x", "g", "j", "c", "h", "p", "q", "nowhere", "", "message1", "signal1", "error1", "i", "z"]
TEXTS = [
    "",
    "=",
    "=x > 1",
    "PT1H",
    "R3/PT1H",
    "nonsense (",
    "-1",
    "999999999",
    "true",
    "null",
    "=items",
    "a",
    "ą",
    "${x}",
]


@pytest.mark.parametrize("block", range(10))
def test_a_mangled_diagram_is_refused_or_runs(block: int) -> None:
    for seed in range(block * 40, block * 40 + 40):
        dice = dice_of(seed)
        check = dice.choice(CHECKS)
        files = {"m.bpmn": mangled(dice, check.body), **{f"c{n}.bpmn": data for n, data in enumerate(check.files)}}
        if check.table is not None:
            files["t.dmn"] = check.table
        with suppress(Refused):
            _run(dice, files, check.variables)


def mangled(dice: random.Random, body: str) -> bytes:
    root = etree.fromstring(diagram(body))
    for _ in range(dice.randint(1, 3)):
        nodes = list(root.iter())
        node, other = dice.choice(nodes), dice.choice(nodes)
        dice.choice([_drop, _change, _forget, _write, _copy, _rename])(dice, node, other)
    return etree.tostring(root)


def _drop(dice: random.Random, node: Any, other: Any) -> None:
    if node.getparent() is not None:
        node.getparent().remove(node)


def _change(dice: random.Random, node: Any, other: Any) -> None:
    if node.attrib:
        node.set(dice.choice(list(node.attrib)), dice.choice(IDS + TEXTS + ["false", "Parallel", "Sequential", "None"]))


def _forget(dice: random.Random, node: Any, other: Any) -> None:
    if node.attrib:
        del node.attrib[dice.choice(list(node.attrib))]


def _write(dice: random.Random, node: Any, other: Any) -> None:
    node.text = dice.choice(TEXTS)


def _copy(dice: random.Random, node: Any, other: Any) -> None:
    other.append(copy.deepcopy(node))


def _rename(dice: random.Random, node: Any, other: Any) -> None:
    node.tag = other.tag


def _run(dice: random.Random, files: dict[str, bytes], variables: dict[str, Any]) -> None:
    definition = compile_bundle(Bundle(files))
    case = Player(definition, dice.choice(list(definition.processes)), {**variables, "x": 9, "items": ["q"]})
    for _ in range(5):
        if case.open:
            case.answer(dice.choice(case.open), {"x": 1})
        case.advance(hours=2)


@pytest.mark.parametrize("seed", range(60))
def test_a_mangled_snapshot_is_refused(seed: int) -> None:
    dice = dice_of(seed)
    check = next(check for check in CHECKS if check.title == "boundary timer on sub-process (interrupting)")
    case = Player(compile_bundle(Bundle({"m.bpmn": diagram(check.body)})))
    data = bytearray(dump(case.live))
    for _ in range(dice.randint(1, 4)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    if bytes(data) != dump(case.live):
        with pytest.raises(SnapshotUnreadable):
            restore(bytes(data), case.definition, case.clock)


def course(definition: Any, seed: int, reload: bool) -> list[Any]:
    """What is open, waited for and done after each of a number of random acts."""
    dice = dice_of(seed)
    case = Player(definition, "p", {"x": 1}, reload=reload)
    seen = []
    for _ in range(25):
        with suppress(NotWaiting):
            act(dice, case)
        seen.append((case.open, case.waits, dict(case.ran), case.ended, dict(case.variables)))
    while case.open and len(seen) < 300:
        case.answer(case.open[0], {"x": 1})
        seen.append((case.open, case.waits, case.ended))
    return seen


@pytest.mark.parametrize("block", range(8))
def test_a_nest_of_scopes_and_events_runs_the_same_with_and_without_saving(block: int) -> None:
    for seed in range(block * 10, block * 10 + 10):
        dice = dice_of(seed)
        called = diagram(Nest(dice, "q").body(0), roots=ROOTS, process="q")
        definition = compiled(diagram(Nest(dice).body(3, top=True)), called)
        assert course(definition, seed, True) == course(definition, seed, False), f"seed {seed}"


TABLES = sorted((Path(__file__).parents[1] / "diagrams").glob("Decision*/*.dmn"))
VALUES = [None, True, 0, -1, 10**30, 0.1, "", "a", "2027-05-04", [1, [None]], {"typename": {"__class__": 1}}]


@pytest.mark.parametrize("block", range(6))
def test_a_mangled_table_is_refused_or_decides(block: int) -> None:
    assert TABLES
    for seed in range(block * 40, block * 40 + 40):
        dice = dice_of(seed)
        root = etree.fromstring(dice.choice(TABLES).read_bytes())
        for _ in range(dice.randint(1, 4)):
            nodes = list(root.iter(etree.Element))
            dice.choice([_drop, _change, _forget, _write, _copy, _rename])(dice, dice.choice(nodes), dice.choice(nodes))
        environment = Environment(clock=Clock(), calendar=Calendar())
        with suppress(Refused):
            for decision in parse_decisions(etree.tostring(root), "t.dmn").values():
                decision.decide({name: dice.choice(VALUES) for name in (*decision.reads, "x")}, environment)


@pytest.mark.parametrize("block", range(4))
def test_a_mangled_form_or_definition_is_refused_or_read(block: int) -> None:
    root = Path(__file__).parents[2]
    files = [root / "processes" / "opinion" / "definition.json", *sorted((root / "forms" / "opinion").glob("*.form"))]
    for seed in range(block * 40, block * 40 + 40):
        dice = dice_of(seed)
        path = dice.choice(files)
        data = bytearray(path.read_bytes())
        for _ in range(dice.randint(1, 5)):
            place = dice.randrange(len(data))
            data[place : place + dice.randint(0, 3)] = dice.choice([b"", b"{", b"]", b'"', b"null", b"-1e999", b"\xff"])
        with suppress(Refused):
            if path.suffix == ".json":
                Definition.parse(bytes(data))
            else:
                Form.parse(bytes(data), path.name)
