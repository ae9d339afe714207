"""What a definition file may say, and a sentence for everything else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.model import definitions, json_files
from engine.model.definitions import Definition, DefinitionRefused


def definition(**more: Any) -> dict[str, Any]:
    return {
        "id": "opinion",
        "name": {"pl": "Opinia", "en": "Opinion"},
        "main": "opinion",
        "start": {"form": "question"},
        "person": {"family_name": "surname", "given_names": "names"},
        "roles": [
            {"id": "asker", "name": {"pl": "Pytający", "en": "Asker"}, "clearance": {"basic": "full"}},
            {"id": "expert", "name": {"pl": "Ekspert", "en": "Expert"}, "clearance": {"social": "flag"}},
        ],
        "coordinator": "asker",
        "participants": {"variable": "experts"},
        "attributes": [
            {"id": "due", "name": {"pl": "Termin", "en": "Due"}, "type": "date", "from": "due", "key_date": True}
        ],
        "stages": [{"id": "asked", "name": {"pl": "Zadane", "en": "Asked"}, "opened_by": ["ask"]}],
        "retentions": [{"id": "file", "name": {"pl": "Akta", "en": "File"}, "years": 5, "basis": "art. 1"}],
        **more,
    }


def refusals(data: dict[str, Any]) -> set[str]:
    with pytest.raises(DefinitionRefused) as refused:
        Definition.parse(json.dumps(data).encode())
    for problem in refused.value.problems:
        sentence = {**json_files.PROBLEMS, **definitions.PROBLEMS}[problem.code]
        assert "{" not in sentence.format_map(problem.params)
    return {problem.code for problem in refused.value.problems}


def test_a_definition_knows_who_sees_what() -> None:
    found = Definition.parse(definition())
    assert found.clearance("expert")["social"] == "flag"
    assert found.clearance("expert")["health"] == "none"
    assert found.clearance("nobody") == {}


def test_a_definition_names_its_key_date_and_its_stages() -> None:
    found = Definition.parse(definition())
    assert found.key_date is not None
    assert found.key_date.name.said_in("en") == "Due"
    stage = found.stage_of("ask")
    assert stage is not None
    assert (stage.id, found.stage_of("elsewhere")) == ("asked", None)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": "Opinion!"}, "IdInvalid"),
        ({"main": ""}, "PropertyMissing"),
        ({"name": "Opinia"}, "WrongShape"),
        ({"extra": 1}, "PropertyUnknown"),
        ({"coordinator": "boss"}, "RoleUnknown"),
        ({"sender": "prison"}, "RoleUnknown"),
        ({"roles": [{"id": "asker", "name": {"pl": "A"}, "clearance": {"victim": "full"}}]}, "PropertyUnknown"),
        ({"roles": [{"id": "asker", "name": {"pl": "A"}, "clearance": {"basic": "all"}}]}, "PropertyInvalid"),
        ({"roles": [{"id": "asker", "name": {"pl": "A"}, "clearance": {}}] * 2}, "Twice"),
        ({"attributes": ["due"]}, "WrongShape"),
        ({"attributes": [{"id": "a", "name": {"pl": "A"}, "type": "blob", "from": "a"}]}, "PropertyInvalid"),
        ({"retentions": [{"id": "file", "name": {"pl": "Akta"}, "basis": "art. 1"}]}, "PropertyMissing"),
    ],
)
def test_a_wrong_entry_gets_its_own_code(changed: dict[str, Any], code: str) -> None:
    assert code in refusals(definition(**changed))


def test_a_file_that_is_no_json_is_refused_with_its_reason() -> None:
    with pytest.raises(DefinitionRefused) as refused:
        Definition.parse(b"<definition/>")
    assert [problem.code for problem in refused.value.problems] == ["NotJson"]
