"""The table of law in docs/legal.md: what it names exists, and whatever a diagram, form or table cites stands in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

from engine.bpmn.bundles import Bundle, Compiled, compile_bundle
from engine.bpmn.checking import bundle_files
from engine.model.forms import Form

ROOT = Path(__file__).parents[2]
FOLDERS = [file.parent for file in sorted(ROOT.glob("processes/*/definition.json"))]
COLUMNS = ["When", "Duty or fact", "Basis", "Certainty", "Element or row", "Form field", "Test"]
CERTAINTIES = {"act", "secondary", "unverified", "design"}
OUTSIDE = re.compile(r"outside: .{15,}")

# Codes are cited by article, regulations and the prison rules by paragraph.
_CODES = ("KKW", "KK", "KC", "KPA", "UPS", "USW", "DODO", "RODO", "świadczeniach zdrowotnych",
          "przemocy domowej")
_PART = re.compile(
    r"(?P<code>\b(?:KKW|KK|KC|KPA|UPS|USW|DODO|RODO)\b|świadczeniach zdrowotnych|przemocy domowej)"
    r"|(?P<act>Dz\.U\. \d{4} poz\. \d+)"
    r"|(?P<habit>orozumieni|(?i:zwyczaj urzędu)|wykaz akt|nstrukcja kancelaryjna|cudzoziemcach)"
    r"|(?P<sign>art\.|§) (?P<numbers>\d+[a-z¹]*(?:(?:–| ?, | i )\d+[a-z¹]*)*)"
)
# Paragraphs of a code, items and letters are below what is compared here.
_BELOW = re.compile(r"(?:ust\.|pkt|zd\.) ?\d+[a-z]*(?:–\d+[a-z]*)?|lit\. ?[a-z]\b(?:, [a-z]\b)*")


def cited(text: str) -> set[tuple[str, str]]:
    """Act and article (or paragraph of a regulation) of every citation in a text; an act alone has no number."""
    found: set[tuple[str, str]] = set()
    act, numbered = "", True
    for part in _PART.finditer(_BELOW.sub("", text)):
        if part["sign"]:
            is_unit = (part["sign"] == "art.") == (act in _CODES)
            if act and is_unit:
                found |= {(act, number) for number in re.findall(r"\d+[a-z¹]*", part["numbers"])}
                numbered = True
        else:
            found |= set() if numbered else {(act, "")}
            act, numbered = part["code"] or part["act"] or part["habit"].lower(), False
    return found | (set() if numbered else {(act, "")})


def test_citations_are_read_as_lawyers_write_them() -> None:
    assert cited("KKW art. 164 § 1, art. 165 § 3; regulamin Dz.U. 2022 poz. 2847 § 54; RODO art. 13") == {
        ("KKW", "164"), ("KKW", "165"), ("Dz.U. 2022 poz. 2847", "54"), ("RODO", "13")}  # fmt: skip
    assert cited("KKW art. 168a § 1–1a, 6; rozp. Dz.U. 2015 poz. 927 § 149 ust. 4, 150: na wniosek") == {
        ("KKW", "168a"), ("Dz.U. 2015 poz. 927", "149"), ("Dz.U. 2015 poz. 927", "150")}  # fmt: skip
    assert cited("RODO art. 6 ust. 1 lit. c, e; Porozumienie") == {("RODO", "6"), ("orozumieni", "")}
    assert cited("UPS art. 7 pkt 12 i art. 13 ust. 3. Ustawa Dz.U. 2025 poz. 620") == {
        ("UPS", "7"), ("UPS", "13"), ("Dz.U. 2025 poz. 620", "")}  # fmt: skip


# --- the document -----------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    when: str
    fact: str
    basis: str
    certainty: str
    element: str
    field: str
    test: str


@cache
def tables() -> dict[str, list[Row]]:
    """Heading → rows of the table below it."""
    found: dict[str, list[Row]] = {}
    heading = ""
    for line in (ROOT / "docs" / "legal.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line.startswith("|") and not line.startswith("|--"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells != COLUMNS and len(cells) == len(COLUMNS):
                found.setdefault(heading, []).append(Row(*cells))
    return found


ROWS = list(chain.from_iterable(tables().values()))
each_row = pytest.mark.parametrize("row", ROWS, ids=[f"{number}: {row.basis[:40]}" for number, row in enumerate(ROWS)])


def ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@cache
def compiled() -> list[Compiled]:
    return [compile_bundle(Bundle(bundle_files(folder))) for folder in FOLDERS]


@cache
def named() -> set[str]:
    """Everything a row may name in its column of elements: elements, and rows of tables as `table#3`."""
    names = set(chain.from_iterable(one.elements for one in compiled()))
    for file in ROOT.glob("processes/*/*.dmn"):
        names |= {f"{file.stem}#{number}" for number in range(1, file.read_text("utf-8").count("<rule ") + 1)}
    return names


@cache
def asked() -> set[str]:
    forms = [Form.parse(file.read_bytes(), file.name) for file in sorted(ROOT.glob("forms/*/*.form"))]
    return {f"{form.id}.{path}" for form in forms for path, _field in form.walk()}


@cache
def trials() -> dict[str, str]:
    return {f"{file.parents[1].name}/{file.stem}": file.read_text("utf-8")
            for file in ROOT.glob("processes/*/trials/*.json")}  # fmt: skip


def test_the_timeline_of_a_release_has_all_its_rows() -> None:
    assert len(tables()["The timeline of a release"]) >= 23


@each_row
def test_every_row_says_where_it_is_done_or_why_not(row: Row) -> None:
    assert row.fact
    assert cited(row.basis), row.basis
    assert set(row.certainty.split(", ")) <= CERTAINTIES, row.certainty
    assert ticked(row.element) or ticked(row.field) or ticked(row.test) or OUTSIDE.match(row.element), row.fact


@each_row
def test_every_element_field_and_test_that_a_row_names_exists(row: Row) -> None:
    assert set(ticked(row.element)) <= named()
    assert set(ticked(row.field)) <= asked()
    for name in ticked(row.test):
        if "::" in name:
            file, function = name.split("::")
            assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), name
        else:
            assert name in trials(), name


# --- what the files cite ----------------------------------------------------------------------------------------------


def bases() -> Iterator[tuple[str, str]]:
    """Where something is cited, and the citation."""
    for file in sorted(ROOT.glob("processes/*/*.bpmn")):
        for one in etree.parse(file).iter("{http://camunda.org/schema/1.0/bpmn}property"):
            if one.get("name") == "basis":
                yield file.name, one.get("value")
    for file in sorted(ROOT.glob("processes/*/*.dmn")):
        for one in etree.parse(file).iter("{https://www.omg.org/spec/DMN/20191111/MODEL/}rule"):
            yield file.name, one.findtext("{https://www.omg.org/spec/DMN/20191111/MODEL/}description") or ""
    for file in sorted([*ROOT.glob("forms/*/*.form"), *ROOT.glob("processes/*/definition.json")]):
        yield from ((file.name, basis) for basis in _bases_in(json.loads(file.read_text(encoding="utf-8"))))


def _bases_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from chain.from_iterable(_bases_in(one) for one in value)
    elif isinstance(value, dict):
        if isinstance(value.get("basis"), str):
            yield value["basis"]
        yield from chain.from_iterable(_bases_in(one) for one in value.values())


CITED = sorted(set(bases()))


def test_every_basis_cites_something() -> None:
    assert [place for place in CITED if not cited(place[1])] == []


@pytest.mark.parametrize("place", sorted({place for place, _basis in CITED}))
def test_every_basis_of_a_file_stands_in_the_table(place: str) -> None:
    known = set(chain.from_iterable(cited(row.basis) for row in ROWS))
    mine = set(chain.from_iterable(cited(basis) for file, basis in CITED if file == place))
    assert sorted(mine - known) == []
