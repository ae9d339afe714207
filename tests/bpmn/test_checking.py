"""Whatever lies in a file or folder, checking it gives sentences: never a traceback, never a hang."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn.checking import bundle_files, check_files, check_paths, fails, line, refuse_problems
from engine.bpmn.problems import DiagramRefused, Problem
from tests.bpmn.examples import FOLDER, example
from tests.bpmn.sketches import sketch

ROOT = Path(__file__).parents[2]
PLAIN = sketch("s u1 p1 u2 p2 e; p1 u3 p2").replace(b'name="u1"', 'name="Zażółć gęślą jaźń"'.encode())
TEXT = PLAIN.decode()


def codes(problems: tuple[Problem, ...] | list[Problem], level: str = "error") -> set[str]:
    return {one.code for one in problems if one.level == level}


def checked(data: bytes) -> tuple[Problem, ...]:
    return check_files({"diagram.bpmn": data})


# -- files of every origin --------------------------------------------------------------------------------------------

ENCODINGS = {
    "UTF-8": PLAIN,
    "UTF-8 with a mark": b"\xef\xbb\xbf" + PLAIN,
    "UTF-8 declared": b'<?xml version="1.0" encoding="UTF-8"?>' + PLAIN,
    "UTF-16": ('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode("utf-16"),
    "UTF-16 that says UTF-8": ('<?xml version="1.0" encoding="UTF-8"?>' + TEXT).encode("utf-16"),
    "UTF-16 big-endian": b"\xfe\xff" + ('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode("utf-16-be"),
    "Latin-2": ('<?xml version="1.0" encoding="ISO-8859-2"?>' + TEXT).encode("iso-8859-2"),
    "windows-1250": ('<?xml version="1.0" encoding="windows-1250"?>' + TEXT).encode("cp1250"),
    "blanks before the declaration": b'\n <?xml version="1.0"?>' + PLAIN,
}


@pytest.mark.parametrize("data", ENCODINGS.values(), ids=ENCODINGS)
def test_every_declared_encoding_is_read(data: bytes) -> None:
    problems = checked(data)
    assert codes(problems) == set()
    assert any("Zażółć gęślą jaźń" in one.sentence() for one in problems)   # it has no English


@pytest.mark.parametrize("name", ["diagram.bpmn", "diagram.bpmn20.xml", "DIAGRAM.BPMN"])
def test_the_usual_names_of_diagrams_are_known(name: str) -> None:
    assert "definition-missing" in codes(check_files({name: PLAIN}), "house")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
HOSTILE = {
    "nothing": b"",
    "blanks": b"  \n ",
    "not XML": b"BPMN is a fine thing",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "cut off": PLAIN[: len(PLAIN) // 2],
    "cut off inside a letter": PLAIN[: PLAIN.index("ż".encode()) + 1],
    "undeclared Latin-2": TEXT.encode("iso-8859-2"),
    "undeclared windows-1250": TEXT.encode("cp1250"),
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?>' + PLAIN,
    "UTF-16 cut off": ('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode("utf-16")[:501],
    "entities of other files": (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                                + PLAIN.replace(b'isExecutable="true">', b'isExecutable="true">&x;')),
    "a document type from afar": b'<!DOCTYPE d SYSTEM "http://example.org/d.dtd">' + PLAIN,
    "a billion laughs": f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><d>&l19;</d>'.encode(),
    "laughs in an attribute": f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><d a="&l19;"/>'.encode(),
    "XPDL": b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1" Id="a"/>',
    "HTML": b"<!DOCTYPE html><html><body>403</body></html>",
    "definitions of WSDL": b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>',
    "deep": b"<a>" * 100_000,
    "ten thousand levels": TEXT.replace("</bpmn:process>", '<bpmn:subProcess id="x">' * 10_000).encode(),
    "NUL": PLAIN.replace(b"Process", b"Pro\x00cess"),
    "two roots": PLAIN + PLAIN,
    "an open comment": PLAIN.replace(b"<bpmn:process", b"<!-- <bpmn:process"),
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_or_broken_file_is_refused_with_one_sentence(data: bytes) -> None:
    problems = checked(data)
    assert len(codes(problems) & {"not-xml", "not-bpmn", "doctype", "too-deep", "too-many-elements"}) == 1
    assert not any("root:" in one.sentence() for one in problems)


@pytest.mark.parametrize("name", ["definition.json", "forms/a.form", "a.dmn"])
@pytest.mark.parametrize("data", [*HOSTILE.values(), b"[" * 100_000, b'{"a":NaN}', b'"\\ud800"', b"null"])
def test_other_files_of_the_bundle_are_as_safe(name: str, data: bytes) -> None:
    problems = check_files({"a.bpmn": PLAIN, name: data})
    assert {one.file for one in problems if one.level == "error"} == {name}


def test_extensions_of_other_tools_are_no_error() -> None:
    strange = ('<bpmn:extensionElements><x:colour xmlns:x="http://example.org/x" a="1"><x:deep/></x:colour>'
               "</bpmn:extensionElements>")
    data = sketch("s u1 e", bodies={"u1": strange}, attributes={"u1": 'xmlns:y="http://example.org/y" y:a="b"'})
    assert codes(checked(data)) == set()
    assert "schema" not in codes(checked(data), "house")


def test_python_in_a_condition_is_refused_with_what_to_write() -> None:
    problems = [one for one in check_files(example("expression", "bad")) if one.code == "expression"]
    assert len(problems) == 1
    assert "write" in problems[0].sentence()


def test_a_file_that_cannot_be_read_does_not_hide_the_problems_of_the_others() -> None:
    problems = check_files({"a.bpmn": PLAIN[:300], "b.bpmn": sketch("s u1 e; u2 e")})
    assert codes(problems) == {"not-xml", "no-incoming"}


# -- mutations ---------------------------------------------------------------------------------------------------------

SEEDS = sorted(FOLDER.glob("*/bad.bpmn"))
BOUNDED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@BOUNDED
@given(st.sampled_from(SEEDS), st.data())
def test_cutting_and_mixing_diagrams_gives_sentences(seed: Path, data: st.DataObject) -> None:
    lines = seed.read_bytes().split(b"\n")
    other = data.draw(st.sampled_from(SEEDS)).read_bytes().split(b"\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    begin = data.draw(st.integers(0, len(other) - 1))
    drop = data.draw(st.integers(0, 4))
    mixed = b"\n".join([*lines[:place], *other[begin:begin + drop], *lines[place + drop:]])
    for problem in checked(mixed):
        assert problem.sentence()


@BOUNDED
@given(st.sampled_from(SEEDS), st.integers(0, 10_000), st.sampled_from([
    b"", b'"', b"<", b"&#0;", b"sourceRef", b"99999999999999999999", b"-1", b"\xff", b"=", b"${x}", b"PT", b" id",
    b"__class__", b"R/PT0S", b"P99999999999Y",
]))  # fmt: skip
def test_a_wrong_letter_anywhere_gives_sentences(seed: Path, at: int, wrong: bytes) -> None:
    data = seed.read_bytes()
    place = at % len(data)
    for problem in checked(data[:place] + wrong + data[place + len(wrong):]):
        assert problem.sentence()


# -- paths --------------------------------------------------------------------------------------------------------

def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_a_line_names_file_element_level_and_sentence(tmp_path: Path) -> None:
    written(tmp_path, example("no-incoming", "bad"))
    problem = next(one for one in check_paths([tmp_path]) if one.level == "error")
    sentence = "No flow leads here, although the process has a start event."
    assert line(problem) == f"{tmp_path / 'bad.bpmn'}:u2: error: {sentence}"


def test_a_folder_is_checked_with_the_forms_beside_it(tmp_path: Path) -> None:
    good = example("form-unknown", "good")
    written(tmp_path / "processes" / "demo", {name: good[name] for name in ("process.bpmn", "definition.json")})
    written(tmp_path / "forms" / "demo", {"notice.form": good["forms/notice.form"]})
    folder = tmp_path / "processes" / "demo"
    assert set(bundle_files(folder)) == {"process.bpmn", "definition.json", "forms/notice.form"}
    found = codes(check_paths([folder]), "house")
    assert "form-unknown" not in found
    assert "start-unknown" not in found
    assert check_paths([tmp_path]) == check_paths([folder])     # and not a second time for the folder of the forms


def test_a_file_of_a_definition_is_checked_with_its_folder(tmp_path: Path) -> None:
    folder = written(tmp_path / "demo", example("role-unknown", "bad"))
    assert "role-unknown" in codes(check_paths([folder / "process.bpmn"]), "house")
    assert {one.file for one in check_paths([folder / "process.bpmn"])} == {str(folder / "process.bpmn")}


def test_a_file_of_another_tool_is_checked_alone_whatever_its_name(tmp_path: Path) -> None:
    written(tmp_path, {"umowa.xml": PLAIN, "broken.bpmn": PLAIN[:300]})
    problems = check_paths([tmp_path / "umowa.xml"])
    assert codes(problems) == set()
    assert fails(problems)
    assert not fails(problems, "error")


@pytest.mark.parametrize(("make", "code"), [
    (lambda path: path / "gone.bpmn", "file-missing"),
    (lambda path: path, "nothing-here"),
    (lambda path: path / "sub.bpmn", "nothing-here"),
])  # fmt: skip
def test_what_is_not_there_is_said(tmp_path: Path, make: Callable[[Path], Path], code: str) -> None:
    (tmp_path / "sub.bpmn").mkdir()
    assert codes(check_paths([make(tmp_path)])) == {code}


def test_only_errors_refuse_a_file_and_house_rules_a_publication() -> None:
    files = example("due-missing", "bad")
    assert any(one.code == "due-missing" for one in refuse_problems(files))
    with pytest.raises(DiagramRefused) as refused:
        refuse_problems(files, "house")
    assert "due-missing" in {one.code for one in refused.value.problems}


def test_the_shipped_processes_can_be_published() -> None:
    for folder in sorted(path.parent for path in (ROOT / "processes").glob("*/definition.json")):
        assert [line(one) for one in check_paths([folder]) if one.level != "hint"] == []


def test_the_shipped_files_follow_the_schemas_beside_them() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schemas = {"processes/*/definition.json": "processes/definition.schema.json",
               "forms/*/*.form": "forms/profile.schema.json"}
    for pattern, schema in schemas.items():
        validator = jsonschema.Draft202012Validator(json.loads((ROOT / schema).read_text(encoding="utf-8")))
        for path in sorted(ROOT.glob(pattern)):
            errors = list(validator.iter_errors(json.loads(path.read_text(encoding="utf-8"))))
            assert [f"{path.name}: {'/'.join(map(str, one.absolute_path))}: {one.message}" for one in errors] == []
