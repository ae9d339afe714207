"""A case as one line of a list, as far as its reader may know it."""

from __future__ import annotations

from typing import Any

from engine.model.actors import Actor
from engine.queries.reading import MASK, Reading, attributes_of, person_of
from engine.queries.rows import CaseRow, Words
from engine.store.keys import Unreadable


def case_row(reading: Reading, row: Any, actor: Actor, *, masked: bool = False) -> CaseRow:
    """One line of a list of cases, as someone who takes part may know it; ``masked`` for who does not."""
    definition = reading.definition(row.digest)
    try:
        content = reading.cipher(row.wrapped).open_json(f"case_file|{row.case_id.hex}", row.person_enc)
    except Unreadable:
        content, masked = {"attributes": {}, "person": {}}, True
    stage = next((one.name for one in definition.stages if one.id == row.stage), None)
    named = not masked and reading.names_person(definition, row.case_id, actor)
    person = MASK if masked else person_of(content, definition, named=named)
    return CaseRow(
        row.case_id, row.number, Words(definition.name.pl, definition.name.en), person,
        Words(stage.pl, stage.en) if stage else Words("", ""), row.state, row.key_date,
        reading.institution(row.responsible_id),
        tuple(one for one in attributes_of(definition, content["attributes"], all_of_them=not masked) if one.column),
        row.paused_at)
