"""Decision files that import each other (DMN 1.5, 6.3.3): in any order, with a name and without, in circles too."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.decisions import Decision, read_library
from tests.bpmn.decision_files import DMN, decision, input_data, item, literal, needs


def model(space: str, *elements: str, imports: dict[str, str] | None = None, place: str = "") -> bytes:
    taken = "".join(
        f'<import name="{name}" namespace="{target}" importType="{DMN}"' + (f' locationURI="{place}"' if place else "")
        + "/>"
        for name, target in (imports or {}).items()
    )
    body = "".join(elements)
    return f'<definitions xmlns="{DMN}" id="d" name="{space}" namespace="{space}">{taken}{body}</definitions>'.encode()


def borrowed(space: str, identity: str) -> str:
    href = f"{space}#{identity}"
    return f'<informationRequirement><requiredDecision href="{href}"/></informationRequirement>'


def problems(files: dict[str, bytes]) -> list[str]:
    _, library = read_library(files)
    return [problem.code for each in library.models for problem in each.problems if problem.level == "error"]


def decisions(files: dict[str, bytes]) -> dict[str, Decision]:
    assert problems(files) == []
    return read_library(files)[0]


CHAIN = {
    "a.dmn": model("a", decision("top", literal('"a" + b.middle'), borrowed("b", "middle")), imports={"b": "b"}),
    "b.dmn": model("b", decision("middle", literal('"b" + c.low'), borrowed("c", "low")), imports={"c": "c"}),
    "c.dmn": model("c", decision("low", literal('"c" + given'), needs("input:given")), input_data("given")),
}


@pytest.mark.parametrize("order", ["abc", "cba", "bac"])
def test_a_chain_of_files_is_read_in_any_order(order: str) -> None:
    files = {f"{letter}.dmn": CHAIN[f"{letter}.dmn"] for letter in order}
    assert decisions(files)["top"].decide({"given": "!"}).outputs == "abc!"


def test_files_that_import_each_other_are_read() -> None:
    files = {
        "a.dmn": model("a", decision("x", literal("b.y + 1"), borrowed("b", "y")), decision("z", literal("1")),
                       imports={"b": "b"}),
        "b.dmn": model("b", decision("y", literal("a.z + 1"), borrowed("a", "z")), imports={"a": "a"}),
    }  # fmt: skip
    assert decisions(files)["x"].decide({}).outputs == 3


def test_elements_imported_without_a_name_are_at_home() -> None:
    home = model("a", decision("x", literal("y"), needs("y"), "tText"), imports={"": "b"})
    away = model("b", item("tText", "string"), decision("y", literal("given"), needs("input:given")),
                 input_data("given"))  # fmt: skip
    found = decisions({"a.dmn": home, "b.dmn": away})["x"]
    assert [found.decide({"given": value}).outputs for value in ("text", 5)] == ["text", None]


def test_a_file_is_found_by_its_place_where_its_namespace_is_another() -> None:
    files = {
        "a.dmn": model("a", decision("x", literal("i.y"), borrowed("elsewhere", "y")), imports={"i": "elsewhere"},
                       place="parts/b.dmn"),
        "b.dmn": model("b", decision("y", literal("7"))),
    }  # fmt: skip
    assert decisions(files)["x"].decide({}).outputs == 7


def test_a_service_takes_decisions_of_another_file_by_their_full_name() -> None:
    service = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="b#top"/>'
        '<inputDecision href="b#low"/></decisionService>'
    )
    call = '<knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>'
    files = {
        "a.dmn": model("a", service, decision("x", literal("s(b.low: 5)"), call), imports={"b": "b"}),
        "b.dmn": model("b", decision("top", literal("low * 2"), needs("low")), decision("low", literal("1"))),
    }
    found = decisions(files)
    given: list[dict[str, Any]] = [{"b.low": 4}, {"b": {"low": 4}}]
    assert found["x"].decide({}).outputs == 10
    assert [found["s"].decide(each).outputs for each in given] == [8, 8]


def test_one_id_in_two_files_means_neither_unless_one_imports_the_other() -> None:
    one, other = model("a", decision("x", literal("1"))), model("b", decision("x", literal("2")))
    assert problems({"a.dmn": one, "b.dmn": other}) == ["DecisionDuplicateId"]
    assert "x" not in read_library({"a.dmn": one, "b.dmn": other})[0]
    above = model("a", decision("x", literal("b.x * 10"), borrowed("b", "x")), imports={"b": "b"})
    assert decisions({"a.dmn": above, "b.dmn": other})["x"].decide({}).outputs == 20


def test_a_name_that_would_mean_two_things_across_files_is_told() -> None:
    home = model("a", decision("x", literal("y"), needs("y")), decision("z", literal("1")), imports={"": "b"})
    away = model("b", decision("y", literal("z"), needs("z")), decision("z", literal("2")))
    assert problems({"a.dmn": home, "b.dmn": away}) == ["DecisionDuplicateId"]


def test_what_an_absent_file_should_hold_is_told() -> None:
    assert problems({"a.dmn": CHAIN["a.dmn"]}) == ["DecisionRequirement"]


def test_problems_of_a_file_without_decisions_are_told() -> None:
    java = (
        '<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic kind="Java"><context/>'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    assert problems({"a.dmn": model("a", java)}) == ["DecisionExternal"]
