"""Of the person a case is about nothing stands in clear in the database; without their key it is gone for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from engine.assembly import Engine
from engine.model.commands import (
    AcceptHandover,
    ChangeAttributes,
    CompleteWorkItem,
    EndParticipation,
    OfferHandover,
    SendMessage,
)
from engine.model.errors import Refused
from engine.queries.audits import AuditCases, CaseHistory
from engine.queries.cases import CaseList, CasePage
from engine.queries.work_items import HandedIn, MyWork, TaskPage
from engine.store import tables as t
from engine.store.keys import Unreadable
from engine.store.ledger import stream_id
from tests import courses
from tests.cast import Cast
from tests.intruders import as_owner
from tests.makers import ask, finish

#: distinctive words; each is something a person said or typed
SECRETS = {
    "family name": "Brzęczyszczykiewicz", "given name": "Grzegorzysław", "PESEL": "44051401458",
    "question": "Kwestionowana-sprawa-mieszkania", "answer": "Odpowiedziana-obszernie", "health": "Rozpoznanie-tajne",
    "draft": "Brudnopisany-tekst", "routing answer": "Licznikowy-warunek", "message": "Powiadomienie-ustne",
    "remark": "Zastrzeżona-uwaga", "reason": "Uzasadnienie-poufne",
}


def whole_case(engine: Engine, cast: Cast) -> Any:
    """A case in which every way of saying something was used."""
    case = ask(engine, cast.anna, family_name=SECRETS["family name"], given_names=SECRETS["given name"],
               pesel=SECRETS["PESEL"], question=SECRETS["question"])
    engine.save_draft(case.offered[0], {"opinion": SECRETS["draft"]}, cast.maria)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion=SECRETS["answer"],
                     diagnosis=SECRETS["health"])
    engine.save_draft(written.offered[0], {"enough": SECRETS["draft"]}, cast.anna)
    checked = finish(engine, cast.anna, case.case_id, written.offered[0], enough="yes")
    offered = engine.carry_out(OfferHandover(case_id=case.case_id, work_item_id=checked.offered[0],
                                             answers={"remark": SECRETS["remark"]}), cast.anna)
    engine.carry_out(AcceptHandover(case_id=case.case_id, work_item_id=offered.offered[0], answers={
        "decision": "accept", "reason": SECRETS["remark"]}), cast.maria)
    moved = ask(engine, cast.anna, family_name=SECRETS["family name"])
    engine.carry_out(ChangeAttributes(case_id=moved.case_id, values={"wanted_by": "2027-07-01"},
                                      reason=SECRETS["reason"]), cast.anna)
    engine.carry_out(EndParticipation(case_id=moved.case_id, institution_id=cast.institutions["labour"], role="expert",
                                      reason=SECRETS["reason"]), cast.anna)
    courses.publish_visit(engine)
    visit = courses.visit(engine, cast.anna, family_name=SECRETS["family name"], given_names=SECRETS["given name"])
    last = [finish(engine, cast.maria, visit.case_id, one) for one in visit.offered][-1]
    with pytest.raises(Refused):
        engine.carry_out(CompleteWorkItem(case_id=visit.case_id, work_item_id=last.offered[0], answers={
            "amount": SECRETS["routing answer"], "note": SECRETS["remark"]}), cast.anna)
    with pytest.raises(Refused):
        engine.carry_out(SendMessage(case_id=visit.case_id, message="VisitMoved",
                                     payload={"place": SECRETS["message"]}), cast.anna)
    return case


def stored(engine: Engine, database_url: str, folder: Path) -> bytes:
    """Every byte the database keeps: the file with its log, or a dump of every column of every table."""
    if database_url.startswith("sqlite"):
        return b"".join(one.read_bytes() for one in folder.glob("powrot.db*"))
    with as_owner(database_url) as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname='public'")).scalars().all()
        rows = [str(one).encode() for name in names
                for one in connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608 — names of the catalogue
    return b"\n".join(rows)


def spellings(word: str) -> set[bytes]:
    """How a text may stand in bytes: UTF-8, UTF-16, escaped JSON, hexadecimal, folded capitals."""
    return {word.encode(), word.upper().encode(), word.encode("utf-16-le"), json.dumps(word)[1:-1].encode(),
            word.encode().hex().encode(), repr(word.encode())[2:-1].encode()}


def test_nothing_of_a_person_stands_in_clear(engine: Engine, cast: Cast, database_url: str, tmp_path: Path) -> None:
    whole_case(engine, cast)
    engine.worker().drain()
    engine.look(CaseList(search=SECRETS["family name"]), cast.anna)
    found = stored(engine, database_url, tmp_path)
    assert b"2027/0001" in found, "what is looked through is the database"
    assert [name for name, word in SECRETS.items() if any(one in found for one in spellings(word))] == []


def test_the_keys_lie_beside_the_database_and_only_their_owner_reads_them(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert all(key not in repr(engine.vault) for key in json.loads(file.read_text()).values() if len(key) > 10)


def test_keys_are_not_in_the_database(engine: Engine, cast: Cast, database_url: str, tmp_path: Path) -> None:
    whole_case(engine, cast)
    found = stored(engine, database_url, tmp_path)
    known = json.loads((tmp_path / "keys.json").read_text())
    for name in ("wrapping", "index", "ledger"):
        assert not any(one in found for one in spellings(known[name]))


def test_a_reason_is_read_by_who_takes_part_and_by_nobody_else(engine: Engine, cast: Cast, database_url: str) -> None:
    case = ask(engine, cast.anna)
    engine.carry_out(ChangeAttributes(case_id=case.case_id, values={"wanted_by": "2027-07-01"},
                                      reason=SECRETS["reason"]), cast.anna)

    def reasons(lines: Any) -> list[str]:
        return [one.data["reason"] for one in lines if one.type == "AttributesChanged"]

    assert reasons(engine.look(CasePage(case.case_id), cast.maria).timeline) == [SECRETS["reason"]]
    assert reasons(engine.look(CaseHistory(case.case_id), cast.adam).lines) == ["•••"]
    with as_owner(database_url) as connection:
        connection.execute(update(t.person_key).values(wrapped=b""))
    assert reasons(engine.look(CasePage(case.case_id), cast.anna).timeline) == ["•••"]
    assert courses.agrees(engine)


def test_ciphertexts_that_changed_places_are_not_read(engine: Engine, cast: Cast, database_url: str) -> None:
    """The place is part of the seal: the answers of one step cannot be passed off as those of another."""
    case = courses.handed_over(engine, cast)
    with engine.database.reading() as connection:
        row = connection.execute(t.case_file.select()).one()
        wrapped = connection.execute(t.person_key.select()).one().wrapped
    cipher = engine.vault.cipher(wrapped)
    assert cipher.open_json(f"case_file|{case.case_id.hex}", row.person_enc)["person"]["family_name"] == "Żółć"
    for place in ("case_file|" + "0" * 32, f"answer|{case.case_id.hex}"):
        with pytest.raises(Unreadable):
            cipher.open_json(place, row.person_enc)


@pytest.mark.parametrize("remains", [b"", bytes(40), b"x"], ids=["nothing", "zeros", "rubbish"])
def test_an_erased_person_is_unreadable_while_every_chain_agrees(engine: Engine, cast: Cast, database_url: str,
                                                                 remains: bytes) -> None:
    case = ask(engine, cast.anna, pesel=SECRETS["PESEL"])
    other = ask(engine, cast.anna, family_name="Nieusunięta")
    engine.save_draft(case.offered[0], {"opinion": "pamiętane"}, cast.maria)
    with as_owner(database_url) as connection:
        person = connection.execute(t.case_file.select().where(t.case_file.c.case_id == case.case_id)).one().person_id
        connection.execute(update(t.person_key).where(t.person_key.c.person_id == person).values(wrapped=remains))
    names = [row.person.family_name for row in engine.look(MyWork(tab="team"), cast.maria).rows]
    assert names == ["•••", "NIEUSUNIĘTA"]
    assert {row.number: row.person.masked for row in engine.look(CaseList(), cast.anna).rows} == {
        case.number: True, other.number: False}
    page = engine.look(CasePage(case.case_id), cast.anna)
    assert (page.row.person.masked, [one.values for one in page.answers]) == (True, [{}])
    task = engine.look(TaskPage(case.offered[0]), cast.maria)
    assert (task.row.person.masked, task.values) == (True, {})
    assert engine.look(HandedIn(case.offered[0]), cast.maria)[0].person.masked
    assert len(engine.look(AuditCases(), cast.adam).rows) == 2
    assert engine.look(CaseHistory(case.case_id, verify=True), cast.adam).verified.agrees
    assert courses.agrees(engine)


def test_nothing_more_is_done_in_the_case_of_an_erased_person(engine: Engine, cast: Cast, database_url: str) -> None:
    case = ask(engine, cast.anna)
    with as_owner(database_url) as connection:
        connection.execute(update(t.person_key).values(wrapped=b""))
    before = courses.everything(engine, "ledger_entry", "stream_head")
    for command, actor in ((CompleteWorkItem(case_id=case.case_id, work_item_id=case.offered[0], answers={}),
                            cast.maria),
                           (ChangeAttributes(case_id=case.case_id, values={"wanted_by": "2027-07-01"}, reason="tak"),
                            cast.anna)):
        with pytest.raises(Unreadable):
            engine.carry_out(command, actor)
    assert courses.everything(engine, "ledger_entry", "stream_head") == before
    assert courses.types(engine, stream_id("admin"))[-2:] == ["CommandRefused"] * 2, "the trace cannot be in the case"
    assert courses.agrees(engine)
