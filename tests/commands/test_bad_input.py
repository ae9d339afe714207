"""Bad input at the front door: a sentence that names what and where, nothing changed or lost, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import zstandard

from engine.assembly import Bundle, Engine, bundle_of
from engine.bpmn.problems import DiagramRefused
from engine.model import actors
from engine.model.actors import Actor
from engine.model.commands import (
    AddAccount,
    AddInstitution,
    ChangeAttributes,
    ClaimWorkItem,
    Command,
    CompleteWorkItem,
    EndParticipation,
    GrantRole,
    OpenCase,
    PublishDefinition,
    SendMessage,
    SetPassword,
    SignAgreement,
    SignIn,
)
from engine.model.errors import InvalidAnswers, InvalidInput, NotFound, Refused, UnknownDefinition
from engine.queries.audits import AuditCases, OtherStreams
from engine.queries.cases import CaseList, CasePicture, StartPage
from engine.queries.work_items import MyWork
from tests import courses
from tests.cast import ADMINISTRATION, Cast
from tests.makers import BUNDLES, QUESTION, ask

HALF = "pół\ud83dznaku"
NOWHERE = UUID("00000000-0000-7000-8000-00000000dead")
TRACES = ("ledger_entry", "stream_head", "case_file", "throttle")


@pytest.fixture
def case(engine: Engine, cast: Cast) -> Any:
    return ask(engine, cast.anna)


def refused(engine: Engine, command: Command, actor: Actor) -> Refused:
    """The refusal; nothing but its trace has changed, and the trace can be read."""
    before = courses.everything(engine, *TRACES)
    with pytest.raises(Refused) as found:
        engine.carry_out(command, actor)
    assert courses.everything(engine, *TRACES) == before
    assert courses.agrees(engine)
    assert str(found.value).encode()
    assert found.value.status < 500
    return found.value


def problems(refusal: Refused) -> list[tuple[str, str]]:
    assert isinstance(refusal, InvalidAnswers)
    return [(one.key, one.code) for one in refusal.params["problems"]]


def writing(case: Any, **answers: Any) -> CompleteWorkItem:
    return CompleteWorkItem(case_id=case.case_id, work_item_id=case.offered[0], answers=answers)


ANSWERS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"opinion": "dobrze", "nobody_asked": "x"}, [("nobody_asked", "UnknownField")]),
    ({"opinion": "x" * 1_000_000}, [("opinion", "TextTooLong")]),
    ({"opinion": ["a", "list"]}, [("opinion", "NotText")]),
    ({"opinion": {"an": "object"}}, [("opinion", "NotText")]),
    ({"opinion": True}, [("opinion", "NotText")]),
    ({"opinion": "a\x07bell"}, [("opinion", "ForbiddenCharacter")]),
    ({"opinion": "two\nlines"}, [("opinion", "OneLineOnly")]),
    ({"a" * 500: "x"}, [("a" * 100, "UnknownField")]),
]


def test_answers_that_do_not_fit_name_their_question(engine: Engine, cast: Cast, case: Any) -> None:
    for answers, found in ANSWERS:
        assert problems(refused(engine, writing(case, **answers), cast.maria)) == found


UNWRITABLE = {
    "half a character": HALF, "half a character deep inside": {"rows": [{"a": [HALF]}]}, "not a number": float("nan"),
    "infinite": float("-inf"), "too large": 10**30, "NUL": "a\x00b", "ten megabytes": "x" * 10_000_000,
    "bottomless": json.loads("[" * 200 + "]" * 200), "a set": {1, 2}, "an object": object(),
    "a name that is no text": {7: "x"}, "half a name": {HALF: "x"},
}


@pytest.mark.parametrize("value", UNWRITABLE.values(), ids=UNWRITABLE)
def test_what_cannot_be_written_down_is_refused_wherever_it_comes_in(engine: Engine, cast: Cast, case: Any,
                                                                     value: Any) -> None:
    courses.publish_visit(engine)
    visit = courses.visit(engine, cast.anna)
    for command, actor in (
        (writing(case, opinion=value), cast.maria),
        (writing(visit, seen=value), cast.maria),
        (SendMessage(case_id=case.case_id, message="QuestionWithdrawn", payload={"x": value}), cast.anna),
        (OpenCase(definition="opinion", answers=QUESTION | {"question": value}), cast.anna),
        (ChangeAttributes(case_id=case.case_id, values={"wanted_by": value}, reason="tak"), cast.anna),
    ):
        refusal = refused(engine, command, actor)
        assert isinstance(refusal, InvalidInput), type(command)
        assert refusal.params["reason"]


def test_bytes_are_no_answer(engine: Engine, cast: Cast) -> None:
    courses.publish_visit(engine)
    refused(engine, writing(courses.visit(engine, cast.anna), seen=b"\xff"), cast.maria)


SHAPES: list[Callable[[Any], Command]] = [
    lambda case: CompleteWorkItem(case_id=case.case_id, work_item_id=case.offered[0], answers=["a", "list"]),
    lambda case: CompleteWorkItem(case_id=case.case_id, work_item_id=case.offered[0], answers=None),
    lambda case: CompleteWorkItem(case_id=case.case_id.hex, work_item_id=case.offered[0], answers={}),
    lambda case: CompleteWorkItem(case_id=case.case_id, work_item_id="1; DROP TABLE case_file", answers={}),
    lambda case: ChangeAttributes(case_id=case.case_id, values={}, reason=None),
    lambda case: SendMessage(case_id=case.case_id, message=["QuestionWithdrawn"]),
    lambda _: OpenCase(definition=7, answers={}),
    lambda _: OpenCase(definition="opinion", answers="text"),
]


def test_a_request_of_the_wrong_shape_names_its_field(engine: Engine, cast: Cast, case: Any) -> None:
    for make in SHAPES:
        assert isinstance(refused(engine, make(case), cast.anna), InvalidInput)


def test_an_impossible_date_is_refused(engine: Engine, cast: Cast, case: Any) -> None:
    for value in ("2027-02-30", "30.02.2027", "2027-13-01", "yesterday", "", "0000-00-00", "2027-W22-1", "20270601",
                  "2027-06-01T99:00", "99999-01-01", 20270601, None, True, ["2027-06-01"]):
        change = ChangeAttributes(case_id=case.case_id, values={"wanted_by": value}, reason="tak")
        assert refused(engine, change, cast.anna).params == {"field": "wanted_by", "reason": "this must be a date"}


def test_a_date_that_a_list_could_not_show_is_refused(engine: Engine, cast: Cast, case: Any) -> None:
    for value in ("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "0000-01-01"):
        refused(engine, ChangeAttributes(case_id=case.case_id, values={"wanted_by": value}, reason="tak"), cast.anna)
        refusal = refused(engine, OpenCase(definition="opinion", answers=QUESTION | {"wanted_by": value}), cast.anna)
        assert refusal.params["field"] == "wanted_by"
    assert engine.look(CaseList(), cast.anna).rows


def test_an_attribute_nobody_declared_is_refused(engine: Engine, cast: Cast, case: Any) -> None:
    refusal = refused(engine, ChangeAttributes(case_id=case.case_id, values={"shoe": "43"}, reason="tak"), cast.anna)
    assert refusal.params["field"] == "shoe"


def test_an_unknown_definition_is_named(engine: Engine, cast: Cast) -> None:
    for name in ("nothing", "../opinion", "opinion; DROP TABLE definition", ""):
        refusal = refused(engine, OpenCase(definition=name, answers=QUESTION), cast.anna)
        assert isinstance(refusal, UnknownDefinition)
        assert refusal.params == {"name": name}


def test_things_that_do_not_exist_are_not_found(engine: Engine, cast: Cast, case: Any) -> None:
    for command in (CompleteWorkItem(case_id=NOWHERE, work_item_id=NOWHERE, answers={}),
                    ClaimWorkItem(case_id=case.case_id, work_item_id=NOWHERE)):
        assert isinstance(refused(engine, command, cast.maria), NotFound)
    other = ask(engine, cast.anna, family_name="Inna")
    wrong = ClaimWorkItem(case_id=other.case_id, work_item_id=case.offered[0])
    assert isinstance(refused(engine, wrong, cast.maria), NotFound), "an item of another case"


NONSENSE: tuple[Command, ...] = (
    AddInstitution(name="", short_name="x"), AddInstitution(name="  ", short_name="x"),
    AddInstitution(name="x\x00y", short_name="x"), AddInstitution(name=HALF, short_name="x"),
    AddAccount(email="nobody", name="x"), AddAccount(email="a@b@c", name="x"), AddAccount(email=HALF, name="x"),
    AddAccount(email="anna@powrot.example", name="second"), AddAccount(email="x@y.pl", name="x", password="short"),
    AddAccount(email="x@y.pl", name="x", password="x" * 200),
    GrantRole(account_id=NOWHERE, institution_id=NOWHERE, role="expert"),
    SignAgreement(name="x", parties=()), SignAgreement(name="x", parties=((NOWHERE, HALF),)),
)


def test_administration_refuses_nonsense(engine: Engine, cast: Cast) -> None:
    for command in NONSENSE:
        refused(engine, command, ADMINISTRATION)


def test_a_role_for_an_account_that_does_not_exist_is_refused(engine: Engine, cast: Cast) -> None:
    grant = GrantRole(account_id=NOWHERE, institution_id=cast.institutions["labour"], role="expert")
    assert isinstance(refused(engine, grant, ADMINISTRATION), NotFound)


def test_nonsense_at_the_sign_in_is_a_wrong_sign_in_or_a_sentence(engine: Engine, cast: Cast) -> None:
    for command in (SignIn(email="nobody@nowhere.pl", password="x"), SignIn(email=HALF, password=HALF),
                    SignIn(email="", password=""), SignIn(email="a" * 100_000, password="b" * 100_000),
                    SetPassword(link="guess", password="zielone jabłka rosną wysoko"),
                    SetPassword(link=HALF, password=HALF)):
        refused(engine, command, actors.visitor())


def test_a_reason_that_cannot_be_kept_is_refused(engine: Engine, cast: Cast, case: Any) -> None:
    end = EndParticipation(case_id=case.case_id, institution_id=cast.institutions["labour"], role="expert", reason=HALF)
    assert refused(engine, end, cast.anna).params["field"] == "reason"


def test_a_token_of_rubbish_is_refused(engine: Engine, cast: Cast, case: Any) -> None:
    refusal = refused(engine, ClaimWorkItem(case_id=case.case_id, work_item_id=case.offered[0], token=HALF), cast.maria)
    assert refusal.params["field"] == "token"


# --- bundles

def bundles() -> Iterator[tuple[str, bytes]]:
    whole = bundle_of(BUNDLES / "opinion")
    yield "nothing", b""
    yield "rubbish", b"\x00\x01\x02" * 50
    yield "text", b"<xml/>"
    yield "cut off", whole.pack()[:-20]
    yield "turned", whole.pack()[::-1]
    yield "compressed rubbish", zstandard.compress(b"\xff" * 100)
    yield "compressed number", zstandard.compress(b"\x00\x00\x00\x017")
    yield "compressed object", zstandard.compress(b"\x00\x00\x00\x02{}")
    yield "wrong lengths", zstandard.compress(b"\x00\x00\x00\x0d[[\"a\", -5000]]" + b"x" * 10)
    yield "no text for a name", zstandard.compress(b"\x00\x00\x00\x07[[7,1]]x")
    yield "bomb", zstandard.compress(bytes(100_000_000))
    yield "empty", Bundle({}).pack()
    for name in ("definition.json", "opinion.bpmn"):
        yield f"without {name}", Bundle({one: data for one, data in whole.files.items() if one != name}).pack()
    for name in ("definition.json", "opinion.bpmn", "forms/check.form"):
        for kind, data in (("empty", b""), ("rubbish", b"\xff\xfe\x00rubbish"), ("half", whole.files[name][:200]),
                           ("null", b"null"), ("list", b"[]"), ("bottomless", b"[" * 100_000)):
            yield f"{name} {kind}", Bundle({**whole.files, name: data}).pack()
    entity = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>'
    yield "a hostile diagram", Bundle({**whole.files, "opinion.bpmn": entity}).pack()
    other_main = json.loads(whole.files["definition.json"]) | {"main": "nothing"}
    yield "a main process that is not there", Bundle(
        {**whole.files, "definition.json": json.dumps(other_main).encode()}).pack()
    no_form = json.loads(whole.files["definition.json"]) | {"start": {"form": "nothing"}}
    yield "a start form that is not there", Bundle(
        {**whole.files, "definition.json": json.dumps(no_form).encode()}).pack()


@pytest.mark.parametrize("standard_only", [True, False], ids=["standard", "house"])
def test_a_broken_bundle_is_refused_with_a_sentence(engine: Engine, cast: Cast, standard_only: bool) -> None:
    taken = []
    for name, packed in bundles():
        try:
            refusal = refused(engine, PublishDefinition(bundle=packed, standard_only=standard_only), ADMINISTRATION)
        except (pytest.fail.Exception, AssertionError):
            taken.append(name)
        else:
            assert isinstance(refusal, InvalidInput | DiagramRefused) or refusal.status == 422, name
    assert taken == []
    assert ask(engine, cast.anna).number, "the published version works as before"


# --- questions

RUBBISH = (
    MyWork(search=HALF), MyWork(search="2027/\x00"), MyWork(search="2027/" + HALF), MyWork(after=HALF),
    MyWork(after="x"), MyWork(after="1.2"), MyWork(after=f"{10**40}.{NOWHERE.hex}"), MyWork(definition="\x00"),
    CaseList(search=HALF), CaseList(after="x"), CaseList(after=f"2027-01-01.{NOWHERE.hex}"), CaseList(search="\x00/"),
    StartPage("\x00"), StartPage("nothing"), StartPage(HALF),
)
AUDITORS_RUBBISH = (
    AuditCases(search="\x00"), AuditCases(after="zz"), AuditCases(after=HALF), OtherStreams(HALF),
    OtherStreams("access", after=10**30), OtherStreams("access", after="x"),
)


def test_a_question_of_rubbish_is_refused(engine: Engine, cast: Cast, case: Any) -> None:
    for query, actor in [*((one, cast.anna) for one in RUBBISH), *((one, cast.adam) for one in AUDITORS_RUBBISH)]:
        with pytest.raises(Refused) as found:
            engine.look(query, actor)
        assert found.value.status in (404, 422), query


def test_odd_but_harmless_questions_have_answers(engine: Engine, cast: Cast, case: Any) -> None:
    assert engine.look(MyWork(tab="nonsense"), cast.anna).tab == "mine"
    assert engine.look(MyWork(search="%' OR 1=1 --"), cast.anna).rows == ()
    assert engine.look(MyWork(search="a b c d e f g h " * 50), cast.anna).rows == ()
    assert engine.look(CasePicture(case.case_id, file="../../etc/passwd"), cast.anna).file == "opinion.bpmn"
    assert engine.look(OtherStreams("nothing"), cast.adam) == ()
    assert engine.look(OtherStreams("access", after=-7), cast.adam)


def test_a_draft_of_rubbish_is_refused_and_the_old_one_stays(engine: Engine, cast: Cast, case: Any) -> None:
    engine.save_draft(case.offered[0], {"opinion": "dobry"}, cast.maria)
    before = courses.everything(engine)
    for value in UNWRITABLE.values():
        with pytest.raises(Refused):
            engine.save_draft(case.offered[0], {"opinion": value}, cast.maria)
    for actor in (cast.ewa, cast.anna, cast.adam, cast.igor):
        with pytest.raises(NotFound):
            engine.save_draft(case.offered[0], {"opinion": "cudzy"}, actor)
    with pytest.raises(NotFound):
        engine.save_draft(NOWHERE, {"opinion": "znikąd"}, cast.maria)
    assert courses.everything(engine) == before
