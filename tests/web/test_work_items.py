"""My work and the task page: what is to be done, drafts, finishing, receipts, and two people at one task."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.makers import ask, finish

ANSWER = {"opinion": "Mieszkanie jest gotowe."}


@pytest.fixture
def asked(engine, cast):
    """A question that waits for the labour office."""
    return ask(engine, cast.anna)


@pytest.fixture
def task(asked):
    """The path of the task it made."""
    return f"/tasks/{asked.offered[0]}"


def test_no_receipt_is_shown_for_a_task_that_nobody_finished(enter, task):
    maria = enter("maria")
    assert maria.post(f"{task}/completion", {**ANSWER, "salary": "1"}).status == 422
    assert maria.get(f"{task}/completion").response.headers["Location"] == task


def test_maria_finds_the_task_in_her_teams_list_with_its_due_date(enter, task):
    maria = enter("maria").get("/?tab=team")
    assert "ŻÓŁĆ Łukasz" in maria.text
    assert "Napisz opinię" in maria.text
    assert "wt. 11.05.2027 · za 5 dni roboczych" in maria.text
    assert maria.links(r"/tasks/.*") == [task]


def test_an_overdue_task_says_so_in_words(enter, task, clock):
    clock.move(days=10)
    assert "Po terminie o 3 dni robocze (wt. 11.05.2027)" in enter("maria").get("/?tab=team").text


def test_the_counts_stand_on_the_tabs(enter, task):
    maria = enter("maria")
    assert "Dla mnie (0)" in maria.text
    assert "Mój zespół (1)" in maria.text
    assert "Na Twój zespół czeka 1 zadanie." in maria.text


def test_anna_sees_whom_she_waits_for(enter, task):
    assert "Czeka na: PUP" in enter("anna").get("/?tab=waiting").text


@pytest.mark.parametrize("words", ["zolc lukasz", "ŻÓŁĆ", "Łukasz Żółć"])
def test_a_search_takes_names_in_any_order_and_without_diacritics(enter, task, words):
    assert "1 wynik dla" in enter("maria").get(f"/?tab=team&q={words}").text


def test_a_search_without_a_hit_says_how_to_search(enter, task):
    assert "Nic tu nie pasuje" in enter("maria").get("/?tab=team&q=nikt").text


def test_a_broken_page_cursor_is_no_error_of_ours(enter, task):
    assert enter("maria").get("/?tab=team&after=nonsense").status == 404


def test_maria_takes_the_task_and_gives_it_back(enter, task):
    maria = enter("maria").get(task)
    maria.post(f"{task}/claim")
    assert "Zadanie jest Twoje." in maria.text
    assert "W trakcie (Ty)" in maria.text
    maria.post(f"{task}/release")
    assert "Zadanie wróciło do zespołu." in maria.text
    assert "Do zrobienia" in maria.text


def test_the_task_page_says_who_this_is_about_why_and_until_when(enter, task):
    maria = enter("maria").get(task)
    assert maria.heading() == "Napisz opinię"
    for words in ("ŻÓŁĆ Łukasz", "Sprawa 2027/0001", "Dlaczego to dostajesz", "Policzone dni:", "śr. 05.05.2027",
                  "Poprzedni krok", "Anna Nowak"):
        assert words in maria.text


def test_under_each_question_stands_who_will_see_the_answer(enter, task):
    maria = enter("maria").get(task)
    hint = maria.page.get_element_by_id("diagnosis-hint").text_content()
    assert "Zobaczą: Opiniujący. Nie zobaczą: Pytający." in hint
    assert maria.field("diagnosis").get("aria-describedby") == "diagnosis-hint"


def test_the_button_names_the_person(enter, task):
    button = enter("maria").get(task).page.xpath("//*[@class='powrot-save-bar']/button")[0]
    assert button.text_content() == "Zakończ i przekaż: ŻÓŁĆ Łukasz"


def test_the_first_button_is_the_harmless_one_because_enter_presses_it(enter, task):
    first = enter("maria").get(task).page.xpath("//form[@id='task-form']//button")[0]
    assert first.get("formaction") == f"{task}/draft"


def test_gaps_are_named_with_links_and_a_count_beside_the_button(enter, engine, cast, asked):
    item = finish(engine, cast.maria, asked.case_id, asked.offered[0], **ANSWER).offered[0]
    anna = enter("anna").get(f"/tasks/{item}")
    anna.post(f"/tasks/{item}/completion")
    assert anna.status == 422
    assert anna.errors() == ["Czy wystarcza: potrzebna jest odpowiedź."]
    assert anna.page.xpath("//*[contains(@class, 'error-summary')]//a/@href") == ["#enough"]
    assert anna.page.get_element_by_id("enough").get("name") == "enough"
    assert "1 pole do poprawy" in anna.text
    assert anna.page.xpath("//title")[0].text.startswith("Błąd: ")


def test_what_was_typed_stays_in_the_fields_after_an_error(enter, task):
    maria = enter("maria").get(task)
    maria.post(f"{task}/completion", {"opinion": "dwa\nwiersze", "diagnosis": "Zażółć"})
    assert maria.status == 422
    assert maria.field("diagnosis").get("value") == "Zażółć"


def test_finishing_shows_a_receipt_that_names_who_goes_on(enter, task):
    maria = enter("maria").get(task)
    maria.post(f"{task}/completion", ANSWER)
    assert maria.heading() == "Zakończone: Napisz opinię"
    assert "Piłka jest teraz po stronie: MOPR" in maria.text
    assert "Sprawdź opinię" in maria.text


def test_a_double_click_gives_the_same_receipt_and_one_entry(enter, engine, task, asked, cast):
    maria = enter("maria").get(task)
    tokens = dict(maria._tokens)
    maria.post(f"{task}/completion", ANSWER)
    first = maria.text
    maria._tokens = tokens
    maria.post(f"{task}/completion", ANSWER)
    assert maria.text == first
    assert "Ostatnio zrobione (1)" in maria.get("/").text


def test_the_second_to_finish_learns_who_was_first_and_loses_nothing_twice(enter, task, engine, cast, asked):
    maria = enter("maria").get(task)
    finish(engine, cast.maria, asked.case_id, asked.offered[0], **ANSWER)
    maria.post(f"{task}/completion", {"opinion": "Inna opinia."})
    assert maria.status == 409
    assert "Maria Wrona" in maria.text
    assert "Inna opinia." in maria.text  # what was typed can still be copied
    assert maria.get(task).heading() == "Napisz opinię"
    assert "Zrobione przez: Maria Wrona, PUP" in maria.text


def test_a_finished_task_shows_what_was_written(enter, task, engine, cast, asked):
    finish(engine, cast.maria, asked.case_id, asked.offered[0], **ANSWER)
    assert "Mieszkanie jest gotowe." in enter("maria").get(task).text


def test_what_anna_may_not_see_is_counted_and_not_shown(enter, engine, cast, asked):
    finish(engine, cast.maria, asked.case_id, asked.offered[0], diagnosis="tajne rozpoznanie", **ANSWER)
    anna = enter("anna").get(f"/cases/{asked.case_id}")
    assert "tajne rozpoznanie" not in anna.response.text
    assert "1 odpowiedź nie jest dla Ciebie widoczna." in anna.text


def test_the_person_who_wrote_it_may_not_check_it(enter, engine, cast, asked):
    offered = finish(engine, cast.maria, asked.case_id, asked.offered[0], **ANSWER).offered
    assert "Sprawdź opinię" in enter("anna").get(f"/tasks/{offered[0]}").text


def test_who_is_not_in_the_team_reads_about_the_task_and_gets_no_button(enter, task):
    anna = enter("anna").get(task)
    assert "To zadanie czeka na: PUP (Opiniujący)." in anna.text
    assert not anna.page.xpath("//main//button")
    assert anna.post(f"{task}/completion", ANSWER).status in {403, 404}


def test_a_draft_is_kept_by_a_button_without_a_script(enter, task):
    maria = enter("maria").get(task)
    maria.post(f"{task}/draft", {"opinion": "pół zdania"})
    assert "Szkic jest zapisany." in maria.text
    assert maria.field("opinion").get("value") == "pół zdania"
    assert "Zapisano" in maria.text


def test_a_draft_is_kept_by_the_script_as_json(enter, task):
    maria = enter("maria").get(task)
    sent = {"version": 0, "fields": [["opinion", "z klawiatury"], ["_token", "x"]]}
    answer = maria.client.post(f"{task}/draft", json=sent, headers={"X-CSRFToken": maria._tokens["csrf_token"]})
    assert answer.status_code == 200
    assert maria.get(task).field("opinion").get("value") == "z klawiatury"


def test_nobody_else_sees_the_draft(enter, task, engine, cast):
    maria = enter("maria").get(task)
    maria.post(f"{task}/draft", {"opinion": "tylko moje"})
    assert "tylko moje" not in enter("anna").get(task).response.text


def test_keeping_a_draft_is_no_look_at_the_person(enter, task, engine):
    maria = enter("maria").get(task)
    before = views(engine)
    maria.client.post(f"{task}/draft", json={"fields": []}, headers={"X-CSRFToken": maria._tokens["csrf_token"]})
    assert views(engine) == before


def views(engine):
    with engine.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM ledger_entry WHERE type = 'PersonalDataViewed'")
        return found.scalar_one()


def test_a_draft_after_the_session_ended_says_so_to_the_script(enter, task, clock):
    maria = enter("maria").get(task)
    clock.move(hours=2)
    answer = maria.client.post(f"{task}/draft", json={"fields": []})
    assert answer.status_code == 401
    assert answer.json["message"] == "Najpierw się zaloguj."


def test_an_answer_to_a_question_the_form_does_not_have_is_named(enter, task):
    maria = enter("maria").get(task)
    maria.post(f"{task}/completion", {**ANSWER, "salary": "1"})
    assert maria.errors() == ["Ten formularz nie ma pytania „salary”."]


def test_ten_megabytes_in_a_field_are_refused_with_a_sentence(enter, task):
    maria = enter("maria").get(task)
    maria.post(f"{task}/completion", {"opinion": "x" * 10_000_000})
    assert maria.status == 413
    assert "najwyżej 12 MB, a tekstu najwyżej 3 MB" in maria.text


def test_maria_attaches_a_file_and_anna_may_open_it(enter, task, asked):
    maria = enter("maria").get(task)
    pdf = (BytesIO(b"%PDF-1.7 opinia"), "opinia ząb.pdf")
    maria.post(f"{task}/draft", {**ANSWER, "_file-papers": pdf}, content_type="multipart/form-data")
    assert "opinia ząb.pdf" in maria.text
    kept = maria.field("papers").get("value")
    maria.post(f"{task}/completion", {**ANSWER, "papers": kept})
    assert maria.heading() == "Zakończone: Napisz opinię"
    (link,) = maria.get(f"/cases/{asked.case_id}").links(r"/attachments/.*")[:1]
    answer = maria.get(link).response
    assert answer.data == b"%PDF-1.7 opinia"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''opinia%20z%C4%85b.pdf")
    assert enter("ewa").get(link).status == 404


def test_a_file_of_another_kind_is_refused_at_its_question_and_the_text_stays(enter, task):
    maria = enter("maria").get(task)
    program = (BytesIO(b"MZ program"), "opinia.pdf")
    maria.post(f"{task}/completion", {**ANSWER, "_file-papers": program}, content_type="multipart/form-data")
    assert maria.status == 422
    assert maria.errors() == ["opinia.pdf nie jest plikiem PDF, JPG, PNG ani DOCX, mimo nazwy."]
    assert maria.field("opinion").get("value") == ANSWER["opinion"]
