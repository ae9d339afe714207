"""Questions on a page: names as the engine reads them, what was typed put back, conditions, earlier answers, errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from engine.model.answers import FieldProblem
from engine.model.fields import Condition, Field, Limits, Note, Option, Section
from engine.model.forms import Form
from engine.queries.rows import Earlier, Words
from web import fields, nonanswers
from web.languages import speaking

YES_NO = (Option("yes", "Tak", "Yes"), Option("no", "Nie", "No"))


@pytest.fixture(autouse=True)
def _polish():
    with speaking("pl"):
        yield


def form(*items):
    """A form of one section."""
    return Form("f", "F", "F", (Section("", "", tuple(items)),))


def block(field, **shown):
    """The block of one question."""
    (found,) = fields.blocks(form(field), fields.Shown(**shown))
    return found


def test_each_kind_has_its_component():
    kinds = {"text": "input", "textarea": "character_count", "number": "input", "money": "input", "date": "date_input",
             "datetime": "date_input", "pesel": "input", "radio": "radios", "select": "select",
             "checklist": "checkboxes", "checkbox": "tick", "declaration": "tick", "file": "file", "list": "rows"}
    for kind, macro in kinds.items():
        assert block(Field("k", kind, "Pytanie", options=YES_NO)).macro == macro


@pytest.mark.parametrize(("raw", "parts"), [
    ("2027-05-12T10:30:00+02:00", ("12", "5", "2027", "10:30")), ("2027-05-02", ("2", "5", "2027", "")),
    ("32.13.2027 25:99", ("32", "13", "2027", "25:99")), ("1..2027", ("1", "", "2027", "")), ("", ("", "", "", "")),
    ("jutro", ("jutro", "", "", "")), (None, ("", "", "", "")),
])  # fmt: skip
def test_a_date_is_put_back_as_it_was_typed(raw, parts):
    assert fields.date_parts(raw) == parts


def test_what_a_page_posts_is_what_the_form_reads():
    asked = form(Field("born", "datetime", "x"), Field("kin", "list", "x", fields=(Field("name", "text", "x"),)))
    shown = fields.blocks(asked, fields.Shown({"born": "12.5.2027 10:00", "kin": [{"name": "Ewa"}, {"name": "Jan"}]}))
    post = {f"born-{one['name']}": [one["value"]] for one in shown[0].params["items"]}
    post |= {row[0].params["name"]: [row[0].params["value"]] for row in shown[1].rows}
    assert asked.read(post) == {"born": "12.5.2027 10:00", "kin": [{"name": "Ewa"}, {"name": "Jan"}]}


def test_a_list_without_rows_shows_an_empty_one_and_a_full_one_no_button():
    several = Field("kin", "list", "x", fields=(Field("name", "text", "x"),), limits=Limits(rows_most=2))
    assert len(block(several).rows) == 1
    assert block(several).can_add
    assert not block(several, values={"kin": [{}, {}]}).can_add


def test_what_is_not_obligatory_says_so():
    assert block(Field("k", "text", "Adres")).params["label"]["text"] == "Adres (nieobowiązkowe)"
    assert block(Field("k", "text", "Adres", required=True)).params["label"]["text"] == "Adres"


def test_a_non_answer_stands_among_choices_and_below_everything_else():
    radio = block(Field("k", "radio", "x", options=YES_NO, nonanswers=("refused",)), values={"k": "__refused__"})
    assert radio.params["items"][-1] == {"value": "__refused__", "text": "Odmówił(a)"}
    assert radio.params["value"] == "__refused__"
    text = block(Field("k", "text", "x", nonanswers=("unknown", "refused")), values={"k": "__refused__"})
    assert text.params["value"] is None
    assert text.nonanswer["name"] == "k-nonanswer"
    assert text.nonanswer["value"] == "__refused__"


def test_an_error_stands_at_its_question_and_links_to_it():
    asked = form(Field("born", "date", "Data", required=True), Field("kin", "list", "Bliscy",
                 fields=(Field("name", "text", "Imię", required=True),)))
    problems = (FieldProblem("born", "AnswerMissing"), FieldProblem("kin-0-name", "AnswerMissing"),
                FieldProblem("kin", "TooFewRows", {"least": 1}), FieldProblem("odd", "UnknownField", {"name": "odd"}))
    shown = fields.blocks(asked, fields.Shown({"kin": [{"name": ""}]}, problems))
    assert shown[0].params["errorMessage"]["text"] == "Data: potrzebna jest odpowiedź."
    assert shown[1].rows[0][0].error == "Imię: potrzebna jest odpowiedź."
    assert shown[1].error == "Bliscy: co najmniej 1."
    assert [one["href"] for one in fields.summary(asked, problems)] == [
        "#born-day", "#kin-0-name", "#kin", "#main-content"]


def test_a_problem_that_may_be_confirmed_offers_to_and_stays_confirmed():
    pesel = Field("k", "pesel", "PESEL")
    problem = FieldProblem("k", "PeselCheckDigit", confirmable=True)
    assert block(pesel).confirm is None
    assert block(pesel, problems=(problem,)).confirm["name"] == "k-confirmed"
    assert block(pesel, values={"_confirmed": ["k"]}).confirm["items"][0]["checked"]


def test_a_condition_goes_to_the_script_and_is_said_in_words():
    asked = form(Field("place", "radio", "Jest dokąd wrócić?", options=YES_NO),
                 Field("where", "text", "Dokąd?", show_if=(Condition("place", ("yes", "__unknown__")),)))
    found = fields.blocks(asked, fields.Shown())[1]
    assert json.loads(found.asked_if) == [{"name": "place", "is": ["yes", "__unknown__"]}]
    assert found.condition == "Tylko gdy: Jest dokąd wrócić? – Tak albo Nie wiem"


def test_a_condition_inside_a_list_names_the_field_of_its_row():
    several = Field("kin", "list", "x", fields=(
        Field("lives", "radio", "Żyje?", options=YES_NO),
        Field("where", "text", "Gdzie?", show_if=(Condition("lives", ("yes",)),))))
    found = block(several, values={"kin": [{}, {"lives": "yes"}]}).rows[1][1]
    assert json.loads(found.asked_if) == [{"name": "kin-1-lives", "is": ["yes"]}]
    assert found.condition == "Tylko gdy: Żyje? – Tak"


def test_what_depends_on_the_task_is_left_out_where_it_is_not_asked():
    mine = Field("k", "text", "x", show_if=(Condition("item", ("labour",), of_context=True),))
    assert fields.blocks(form(mine), fields.Shown(context={"item": "ngo"})) == ()
    assert len(fields.blocks(form(mine), fields.Shown(context={"item": "labour"}))) == 1


def test_headings_and_notes_stand_in_order_and_an_empty_section_has_none():
    asked = Form("f", "F", "F", (
        Section("Dom", "Home", (Note("Pytaj spokojnie.", "Ask calmly."), Field("k", "text", "x"))),
        Section("Inni", "Others", (Field("y", "text", "x", show_if=(Condition("item", ("no",), of_context=True),)),))))
    assert [(one.macro, one.text) for one in fields.blocks(asked, fields.Shown())] == [
        ("heading", "Dom"), ("note", "Pytaj spokojnie."), ("input", "")]


ROLES = tuple(Words(name, name) for name in "ABCDEFG")


@pytest.mark.parametrize(("readers", "others", "said"), [
    (ROLES[:2], ROLES[2:4], ("A, B", "C, D")),
    (ROLES, (), ("wszyscy uczestnicy", "")),
    (ROLES[:5], ROLES[5:], ("pozostali uczestnicy", "F, G")),
    (ROLES[:2], ROLES[2:], ("A, B", "pozostali")),
    ((), (), ("", "")),
])  # fmt: skip
def test_who_will_read_it_is_said_and_the_longer_list_is_the_others(readers, others, said):
    assert fields.audience(readers, others) == said


def test_an_earlier_answer_can_be_taken_over_until_it_is():
    given = Earlier("a lot", "ZK Chełm", Words("Krok", "Step"), datetime(2027, 5, 3, 8, tzinfo=UTC))
    asked = Field("k", "text", "x")
    before = block(asked, earlier={"k": (given,)})
    assert [before.earlier[0][name] for name in ("who", "answer", "same")] == ["ZK Chełm", "a lot", "k"]
    assert block(asked, earlier={"k": (given,)}, values={"k": "a lot"}).earlier[0]["same"] == ""


def test_english_labels_are_used_where_there_are_any():
    with speaking("en"):
        found = block(Field("k", "radio", "Pytanie", "Question", "Wskazówka", "Hint", required=True, options=YES_NO))
    assert found.params["fieldset"]["legend"]["text"] == "Question"
    assert found.params["items"][0]["text"] == "Yes"
    assert found.params["hint_text"] == "Hint"


def test_an_answer_and_a_reason_for_none_lose_neither_and_are_named():
    post = {"k": ["tekst"], "k-nonanswer": ["__refused__"], "d-day": ["1"], "d-nonanswer": ["__unknown__"],
            "free-nonanswer": ["__unknown__"], "n": ["x"], "n-nonanswer": [""]}
    assert [one.key for one in nonanswers.contradictions(post)] == ["k", "d"]
    assert nonanswers.without_contradictions(post) == {
        "k": ["tekst"], "d-day": ["1"], "free-nonanswer": ["__unknown__"], "n": ["x"], "n-nonanswer": [""]}
