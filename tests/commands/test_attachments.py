"""Files: known by what they contain, sealed where they lie, opened only by who may see the question they answer."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from engine.assembly import Engine
from engine.model.attachments import FileKindRefused, FileTooLarge, Upload, kind_of, safe_name
from engine.model.commands import AttachFile
from engine.model.errors import InvalidInput, NotFound
from engine.queries.attachments import AttachedFile
from tests.cast import Cast
from tests.makers import ask, finish

PDF = b"%PDF-1.7 tajny dokument Lukasza"


def test_a_file_is_sealed_and_opened_by_who_sees_its_question(engine: Engine, cast: Cast, tmp_path: Path) -> None:
    case = ask(engine, cast.anna)
    item = case.offered[0]
    kept = engine.carry_out(AttachFile(case_id=case.case_id, work_item_id=item,
                                       file=Upload("papers", "C:\\tmp\\zaświadczenie.pdf", PDF)), cast.maria)
    token = kept.extra["attachment"]
    finish(engine, cast.maria, case.case_id, item, opinion="Gotowe", papers=[token])
    row, content = engine.look(AttachedFile(UUID(hex=token)), cast.anna)
    assert (row.name, row.media_type, content) == ("zaświadczenie.pdf", "application/pdf", PDF)
    with pytest.raises(NotFound):
        engine.look(AttachedFile(UUID(hex=token)), cast.ewa)
    on_disk = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert b"tajny dokument" not in on_disk
    assert "zaświadczenie".encode() not in on_disk


def test_a_file_of_another_task_is_no_answer(engine: Engine, cast: Cast) -> None:
    first, second = ask(engine, cast.anna), ask(engine, cast.anna)
    kept = engine.carry_out(AttachFile(case_id=first.case_id, work_item_id=first.offered[0],
                                       file=Upload("papers", "a.pdf", PDF)), cast.maria)
    with pytest.raises(InvalidInput):
        finish(engine, cast.maria, second.case_id, second.offered[0], opinion="x", papers=[kept.extra["attachment"]])


@pytest.mark.parametrize(("name", "content", "refusal"), [
    ("program.pdf", b"MZ\x90\x00", FileKindRefused),
    ("paczka.docx", b"PK\x03\x04 nothing of an office", FileKindRefused),
    ("wielki.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), FileTooLarge),
])
def test_a_file_is_known_by_its_content(name: str, content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal, match=name):
        kind_of(Upload("papers", name, content))


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/passwd", "passwd"), ('a"b\r\nc.pdf', "abc.pdf"), ("", "plik"), ("...", "plik"), ("ż.PDF", "ż.PDF"),
])
def test_a_file_name_leads_nowhere(given: str, kept: str) -> None:
    assert safe_name(given) == kept
