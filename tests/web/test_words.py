"""Every code has words: events, commands, queries, states, faults, refusals; in both languages."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import UTC, datetime

import pytest

import engine.queries
from engine.model import commands
from engine.model.answers import FieldProblem
from engine.model.errors import AlreadyDone, NotAllowed, Refused
from engine.model.events import REGISTRY
from engine.model.fields import Field, Option
from engine.queries.rows import Attribute, Line, Person, Words
from web import sentences, words
from web.languages import speaking

LINE = Line(1, "", datetime(2027, 5, 4, tzinfo=UTC), "", "Anna", "person", (), "MOPR", "", "", 1, {})


def line(kind, **data):
    """An entry as a query gives it."""
    names = {"write": Words("Napisz", "Write"), "e1": Words("PUP", "Labour"), "expert": Words("Opiniujący", "Expert")}
    return Line(**{**{one.name: getattr(LINE, one.name) for one in fields_of(Line)}, "type": kind, "data": data,
                   "names": names})


def test_every_event_has_its_sentence():
    assert set(sentences.EVENTS) == set(REGISTRY)


def test_sentences_and_details_speak_of_fields_the_event_has():
    for name, said in sentences.EVENTS.items():
        known = {one.name for one in fields_of(REGISTRY[name])} | {"element"}
        named = {key for key, _text in said.details}
        for text in (said.sentence, *(text for _key, text in said.details)):
            named |= {part.partition("}")[0] for part in text.split("{")[1:]}
        assert named <= known, name


def test_every_detail_of_every_field_can_be_said():
    """No field of an event is silently left out of the auditor's page but the keys of rows."""
    for name, event in REGISTRY.items():
        said = {key for key, _text in sentences.EVENTS[name].details} | set(sentences.EVENTS[name].sentence.split("{"))
        assert said or not fields_of(event)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_line_is_said_with_names_instead_of_identifiers(language):
    offered = line("WorkItemOffered", element="write", institution_id="e1", role="expert",
                   due="2027-05-11T21:59:59+00:00")
    with speaking(language):
        said = [sentences.sentence(offered), *sentences.details(offered)]
    assert said == {
        "pl": ["Zadanie „Napisz” trafiło do: PUP (Opiniujący).", "Termin: wt. 11.05.2027."],
        "en": ["Task “Write” went to: Labour (Expert).", "Due: Tue 11.05.2027."],
    }[language]  # fmt: skip


def test_a_step_of_the_process_is_told_whole():
    step = line("ProcessAdvanced", entered=[["a1", "write"]], decided=[["write", "d", [2, 3], "c"]], flows=["f1", "f2"],
                assigned=[["x", "answers", "write", "c"]], armed=[["a1", "write", "2027-05-11T08:00:00+00:00"]],
                left=["a0"], thrown=[["write", "Moved"]])
    with speaking("pl"):
        assert sentences.details(step) == [
            "Rozpoczęto: Napisz.", "Przepływy: f1, f2.", "Decyzje: Napisz: wiersze 2, 3.",
            "Zapisane wartości: x (odpowiedź).", "Ustawione zegary: Napisz – wt. 11.05.2027, 10:00.",
            "Wysłano: Moved.", "Kroków zakończonych: 1."]


def test_an_incident_says_its_cause_in_words():
    stuck = line("IncidentRaised", element="write", reason="NoFlowApplies", params={"element": "write"})
    with speaking("pl"):
        assert sentences.details(stuck) == [
            "Przyczyna: Napisz: żaden warunek przepływów nie jest spełniony i nie ma przepływu domyślnego."]


def test_an_event_of_a_newer_version_is_shown_by_its_name():
    assert sentences.sentence(line("SomethingNew")) == "SomethingNew"
    assert sentences.details(line("SomethingNew", x="1")) == []


def test_a_timeline_leaves_the_machinery_to_the_auditor():
    told = sentences.told([line("ProcessAdvanced"), line("CaseOpened", number="2027/0001")])
    assert [one.type for one in told] == ["CaseOpened"]


def test_every_command_has_words():
    assert {one.__name__ for one in commands.ALL} == set(words.COMMANDS)


def test_every_query_has_words():
    found = set()
    for module in pkgutil.iter_modules(engine.queries.__path__, "engine.queries."):
        loaded = importlib.import_module(module.name)
        found |= {name for name, one in vars(loaded).items() if isinstance(one, type) and is_dataclass(one)
                  and hasattr(one, "answer") and one.__module__ == module.name}
    assert found <= set(words.QUERIES)


def test_refusals_are_said_with_what_they_name():
    with speaking("pl"):
        assert words.refusal(NotAllowed(command="OpenCase")) == "Twoja rola na to nie pozwala: otwarcie sprawy."
        assert words.refusal(AlreadyDone(owner="Anna", at="4.05.2027")).startswith("To zadanie ma już zakończone Anna")
        assert words.reason("Busy", {}) == "Baza danych jest zajęta. Spróbuj za chwilę; nic nie zmieniono."
        assert words.reason("unheard-of", {}) == "unheard-of"
    assert issubclass(NotAllowed, Refused)


def test_persons_are_shown_family_name_first_or_masked():
    with speaking("pl"):
        assert words.person(Person("kowalski", "Jan", 1984)) == "KOWALSKI Jan · 1984"
        assert words.person(Person("•••", "•••", masked=True)) == "Nazwisko zasłonięte"


CHOICE = Field("k", "radio", "Pytanie?", "Question?", options=(Option("a", "Tak jest", "It is"),))


@pytest.mark.parametrize(("field", "value", "said"), [
    (CHOICE, "a", "Tak jest"), (CHOICE, "__refused__", "Odmówił(a)"), (CHOICE, None, "Brak odpowiedzi"),
    (Field("k", "checkbox", "x"), True, "Tak"), (Field("k", "date", "x"), "2027-05-12", "śr. 12.05.2027"),
    (Field("k", "money", "x"), "1234.50", "1234,50 zł"), (Field("k", "number", "x", suffix="dni"), 3, "3 dni"),
    (Field("k", "checklist", "x", options=CHOICE.options), ["a", "gone"], "Tak jest, gone"),
])  # fmt: skip
def test_answers_are_read_back_in_words(field, value, said):
    with speaking("pl"):
        assert words.answer(field, value) == said


def test_a_problem_names_the_question_and_dates_are_said():
    with speaking("pl"):
        assert words.problem(FieldProblem("k", "AnswerMissing"), CHOICE) == "Pytanie: potrzebna jest odpowiedź."
        early = FieldProblem("k", "DateTooEarly", {"earliest": "2027-05-04"})
        assert words.problem(early, CHOICE) == "Pytanie: nie wcześniej niż wt. 04.05.2027."
        rule = FieldProblem("k", "CheckFailed", {"message": "Za późno.", "message_en": "Too late."})
        assert words.problem(rule, CHOICE) == "Za późno."


def test_attributes_are_said_by_their_kind():
    with speaking("pl"):
        assert words.attribute(Attribute("a", Words("x", "x"), "datetime", "2027-05-12T10:00:00+02:00")) == (
            "śr. 12.05.2027, 10:00")
        choice = Attribute("a", Words("x", "x"), "choice", "b", options={"b": Words("Be", "Bee")})
        assert words.attribute(choice) == "Be"
        assert words.attribute(Attribute("a", Words("x", "x"), "text", None)) == "–"
