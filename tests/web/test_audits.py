"""The auditor's desk: every entry as a sentence, nothing left out, names masked, and an integrity check that counts."""

from __future__ import annotations

import re

import pytest

from tests.courses import entries, handed_over
from tests.makers import ask


@pytest.fixture
def closed(engine, cast):
    """A case with a whole story."""
    return handed_over(engine, cast)


def test_the_auditor_begins_at_the_desk_and_is_told_that_looks_are_noted(enter):
    adam = enter("adam")
    assert adam.heading() == "Biurko audytora"
    assert "To, co otwierasz, też jest odnotowane" in adam.text


def test_cases_are_found_by_number_and_their_persons_are_masked(enter, closed):
    adam = enter("adam").get("/audits?q=2027/0001")
    assert adam.links(r"/audits/cases/.*") == [f"/audits/cases/{closed.case_id}"]
    assert "Nazwisko zasłonięte" in adam.text
    assert "ŻÓŁĆ" not in adam.text


def test_the_history_leaves_nothing_out(enter, closed, engine):
    adam = enter("adam").get(f"/audits/cases/{closed.case_id}")
    numbers = [int(one.text) for one in adam.page.xpath("(//table)[1]/tbody/tr/td[1]")]
    assert numbers == [one.sequence for one in entries(engine, closed.case_id)]


def test_each_entry_says_who_in_which_role_for_whom_what_when_and_on_which_version(enter, closed):
    adam = enter("adam").get(f"/audits/cases/{closed.case_id}")
    row = next(one for one in adam.page.xpath("//tbody/tr") if "Zakończono zadanie „Napisz" in one.text_content())
    text = " ".join(row.text_content().split())
    for words in ("wt. 04.05.2027, 08:00:00", "Maria Wrona", "PUP",
                  "Opiniujący", "Formularz: opinion."):
        assert words in text
    assert row.xpath("./td[5]")[0].text == "1"


def test_the_history_speaks_english_too(enter, closed):
    adam = enter("adam")
    adam.post("/language", {"language": "en", "next": f"/audits/cases/{closed.case_id}"})
    assert "Task “Write" in adam.text or "was finished." in adam.text
    assert not re.search(r"Zakończono|Wpis tak", adam.text)


def test_the_auditor_sees_who_viewed(enter, closed):
    enter("maria").get(f"/cases/{closed.case_id}")
    adam = enter("adam").get(f"/audits/cases/{closed.case_id}")
    assert "Maria Wrona" in adam.text
    adam.get(f"/audits/cases/{closed.case_id}")
    views = [" ".join(one.text_content().split()) for one in adam.page.xpath("(//table)[2]/tbody/tr")]
    assert any("Adam Rewers" in one and "historia" in one and "audyt" in one for one in views), views


def test_the_integrity_check_counts_the_entries_that_agree(enter, closed, engine):
    adam = enter("adam").get(f"/audits/cases/{closed.case_id}")
    adam.post(f"/audits/cases/{closed.case_id}/verification")
    count = len(entries(engine, closed.case_id))
    assert re.search(rf"{count} wpis\w* zgodn\w+\. Niczego później nie zmieniono", adam.text)


def test_the_integrity_check_names_the_first_broken_entry(enter, closed, engine):
    connection = engine.database.engine.raw_connection()
    try:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE ledger_entry SET type = 'CaseClosed' WHERE sequence = 3 AND stream = ?",
                           (closed.case_id.bytes,))
        connection.commit()
    finally:
        connection.close()
    adam = enter("adam").get(f"/audits/cases/{closed.case_id}")
    adam.post(f"/audits/cases/{closed.case_id}/verification")
    assert "Historia się nie zgadza. Pierwszy naruszony wpis: 3." in adam.text
    assert "#entry-3" in adam.links(".*")
    assert adam.page.get_element_by_id("entry-3") is not None


def test_the_data_protection_officer_reads_histories_too(enter, closed):
    assert enter("dorota").get(f"/audits/cases/{closed.case_id}").status == 200


@pytest.mark.parametrize("name", ["anna", "zofia", "ewa", "igor", "ola", "leon"])
def test_nobody_else_learns_that_the_desk_exists(enter, closed, name):
    somebody = enter(name)
    for path in ("/audits", f"/audits/cases/{closed.case_id}", "/audits/streams/access"):
        assert somebody.get(path).status in {403, 404}
    assert "Biurko audytora" not in somebody.get("/help").text


def test_the_auditor_does_not_open_the_case_itself(enter, closed):
    assert enter("adam").get(f"/cases/{closed.case_id}").status == 404


def test_what_happened_outside_cases_is_there_page_by_page(enter):
    adam = enter("adam").get("/audits/streams/access")
    assert "Wpisano instytucję Zakład Karny w Mieście." in adam.text
    following = adam.links(r"/audits/streams/access\?after=\d+")[0]
    assert adam.get(following).status == 200
    assert adam.get("/audits/streams/admin").status == 200
    assert adam.get("/audits/streams/anything").status == 404


def test_a_case_that_does_not_exist_is_not_found(enter, engine, cast):
    ask(engine, cast.anna)
    adam = enter("adam")
    assert adam.get("/audits/cases/00000000-0000-7000-8000-000000000000").status == 404
    assert "Nie ma sprawy o tym numerze." in adam.get("/audits?q=2099/9999").text
