"""The whole cast before every query and every case: each sees what the tables say, and Ewa sees nothing anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from engine.assembly import Engine
from engine.model import actors, errors
from engine.model.actors import Actor
from engine.model.commands import (
    ClaimWorkItem,
    CompleteWorkItem,
    EndAgreement,
    EndParticipation,
    EndRole,
    GrantRole,
    OfferHandover,
    SetPassword,
    SignAgreement,
    SignIn,
)
from engine.queries import attachments, audits, cases, handovers, people, work_items
from engine.queries.audits import AuditCases, CaseHistory, OtherStreams
from engine.queries.cases import CaseList, CasePage, CasePicture, Startables, StartPage
from engine.queries.handovers import HandoverPage, MyHandovers
from engine.queries.people import Accounts, Agreements, Institutions, Mailbox, RoleNames
from engine.queries.work_items import HandedIn, MyWork, TaskPage
from engine.store import ledger
from engine.store import tables as t
from engine.store.keys import digest
from tests import courses
from tests.cast import ADMINISTRATION, PASSWORD, Cast, email
from tests.makers import ask, finish

TABS = ("mine", "team", "waiting", "done")
REFUSALS = (errors.NotFound, errors.NotAllowed)


@dataclass(frozen=True)
class House:
    """Two open cases and a closed one, with every kind of row that a query may be asked for."""

    engine: Engine
    cast: Cast
    cases: tuple[UUID, ...]
    items: tuple[UUID, ...]
    handovers: tuple[UUID, ...]

    def look(self, query: Any, actor: Actor) -> Any:
        """The answer, or the refusal."""
        try:
            return self.engine.look(query, actor)
        except REFUSALS as refusal:
            return refusal


@pytest.fixture
def house(engine: Engine, cast: Cast) -> House:
    closed = courses.handed_over(engine, cast)
    open_case = ask(engine, cast.anna, family_name="Otwarta")
    engine.carry_out(ClaimWorkItem(case_id=open_case.case_id, work_item_id=open_case.offered[0]), cast.maria)
    offered = ask(engine, cast.anna, family_name="Podana")
    written = finish(engine, cast.maria, offered.case_id, offered.offered[0], opinion="Gotowe")
    checked = finish(engine, cast.anna, offered.case_id, written.offered[0], enough="yes")
    engine.carry_out(OfferHandover(case_id=offered.case_id, work_item_id=checked.offered[0], answers={}), cast.anna)
    with engine.database.reading() as connection:
        items = tuple(connection.execute(select(t.work_item.c.work_item_id)).scalars())
        offers = tuple(connection.execute(select(t.handover.c.handover_id)).scalars())
    engine.worker().drain()
    return House(engine, cast, (closed.case_id, open_case.case_id, offered.case_id), items, offers)


def about_cases(house: House) -> Iterator[Any]:
    """Every query that names a case or something of it."""
    for case_id in house.cases:
        yield from (CasePage(case_id), CasePicture(case_id), CaseHistory(case_id), CaseHistory(case_id, verify=True))
    for item in house.items:
        yield from (TaskPage(item), HandedIn(item))
    for offer in house.handovers:
        yield HandoverPage(offer)


def lists() -> Iterator[Any]:
    """Every query that finds cases by itself."""
    for search in ("", "2027/0001", "Żółć", "otwarta"):
        yield from (MyWork(tab=tab, search=search) for tab in TABS)
        yield from (CaseList(search=search), AuditCases(search=search if "/" in search else ""))
    yield MyHandovers()


def test_every_query_of_the_house_is_asked_here() -> None:
    modules = (work_items, cases, handovers, audits, people, attachments)
    found = {one.__name__ for module in modules for one in vars(module).values()
             if isinstance(one, type) and hasattr(one, "answer") and one.__module__ == module.__name__}
    asked = {type(one).__name__ for one in lists()} | {
        "CasePage", "CasePicture", "CaseHistory", "TaskPage", "HandedIn", "HandoverPage", "Startables", "StartPage",
        "MayStart", "OtherStreams", "Mailbox", "Accounts", "Institutions", "Agreements", "RoleNames",
        "AttachedFile"}  # asked where files are attached: tests/commands/test_attachments.py
    assert found == asked


def test_ewa_finds_nothing_anywhere(house: House) -> None:
    for query in about_cases(house):
        assert isinstance(house.look(query, house.cast.ewa), errors.NotFound), query
    for query in lists():
        found = house.look(query, house.cast.ewa)
        assert isinstance(found, errors.NotFound) or not getattr(found, "rows", found), query
        assert not any(getattr(found, "counts", {}).values()), query
    for query in (Accounts(), Institutions(), Agreements(), RoleNames(), OtherStreams("access")):
        assert isinstance(house.look(query, house.cast.ewa), REFUSALS), query
    assert house.look(Mailbox(), house.cast.ewa) == ()


def test_ewa_leaves_no_sight_behind_because_she_saw_nothing(house: House) -> None:
    before = courses.everything(house.engine)
    for query in (*about_cases(house), *lists()):
        house.look(query, house.cast.ewa)
    assert courses.everything(house.engine) == before


@pytest.mark.parametrize("role", ["coordinator", "social-worker", "asker", "expert", "administrator", "process-owner",
                                  "leader", "auditor-of-elsewhere"])
def test_a_role_elsewhere_opens_no_case(house: House, role: str) -> None:
    """The same role names at another institution, or a house role, are no part in a case."""
    stranger = replace(house.cast.ewa, roles=frozenset({role}))
    for query in about_cases(house):
        assert isinstance(house.look(query, stranger), errors.NotFound), query
    for query in lists():
        found = house.look(query, stranger)
        assert isinstance(found, errors.NotFound) or not getattr(found, "rows", found), query


INSIDERS = {"anna", "barbara", "maria"}


def test_the_whole_cast_sees_the_cases_it_takes_part_in_and_no_other(house: House) -> None:
    for name, actor in house.cast.actors.items():
        for case_id in house.cases:
            opened = not isinstance(house.look(CasePage(case_id), actor), errors.NotFound)
            assert opened == (name in INSIDERS), name
        seen = {row.case_id for query in lists() if not isinstance(query, MyHandovers | AuditCases)
                for row in house.look(query, actor).rows}
        assert seen == (set(house.cases) if name in INSIDERS else set()), name


@pytest.mark.parametrize("role", ["administrator", "process-owner", "leader", "coordinator", "social-worker"])
def test_a_colleague_without_a_part_in_the_case_sees_no_name(house: House, role: str) -> None:
    """Same institution, no role in the case: lists are as closed as pages are."""
    for insider in (house.cast.anna, house.cast.maria):
        colleague = replace(insider, roles=frozenset({role}))
        for query in about_cases(house):
            assert isinstance(house.look(query, colleague), errors.NotFound), query
        for query in lists():
            found = house.look(query, colleague)
            assert isinstance(found, errors.NotFound) or not getattr(found, "rows", found), query


def words_of(found: Any) -> str:
    return json.dumps(found, default=lambda one: vars(one) if hasattr(one, "__dict__") else str(one),
                      ensure_ascii=False, skipkeys=True)


def test_auditors_read_everything_about_the_deed_and_nothing_about_the_person(house: House) -> None:
    for who in (house.cast.adam, house.cast.dorota):
        rows = house.engine.look(AuditCases(), who).rows
        assert {row.case_id for row in rows} == set(house.cases)
        assert all(row.person.masked for row in rows)
        for case_id in house.cases:
            history = house.engine.look(CaseHistory(case_id, verify=True), who)
            assert history.verified.agrees
            assert {line.actor for line in history.lines} >= {"Anna Nowak"}
            said = words_of((history, house.engine.look(CasePicture(case_id), who).marks))
            assert not [one for one in ("Żółć", "ŻÓŁĆ", "Łukasz", "Otwarta", "OTWARTA", "Podana", "PODANA", "Gotowe",
                                        "zdrowy", "Czy mieszkanie") if one in said]
        for query in about_cases(house):
            if not isinstance(query, CaseHistory | CasePicture):
                assert isinstance(house.look(query, who), errors.NotFound), query


def test_nobody_but_auditors_reads_histories_and_other_chains(house: House) -> None:
    for name, actor in house.cast.actors.items():
        if name in ("adam", "dorota"):
            continue
        for query in (*(CaseHistory(one) for one in house.cases), AuditCases(), OtherStreams("access")):
            assert isinstance(house.look(query, actor), REFUSALS), (name, query)


def test_an_administrator_keeps_the_house_and_sees_no_case(house: House) -> None:
    igor = house.cast.igor
    assert house.engine.look(Accounts(), igor)
    assert house.engine.look(Institutions(), igor)
    assert house.engine.look(Agreements(), igor)
    for query in (*about_cases(house), AuditCases()):
        assert isinstance(house.look(query, igor), errors.NotFound), query
    for name, actor in house.cast.actors.items():
        if name != "igor":
            for query in (Accounts(), Institutions(), Agreements(), RoleNames()):
                assert isinstance(house.look(query, actor), errors.NotFound), name


def test_a_visitor_and_the_system_see_no_case(house: House) -> None:
    for query in (*about_cases(house), *lists()):
        with pytest.raises(errors.SignInNeeded):
            house.engine.look(query, actors.visitor())
        found = house.look(query, house.engine.operator())
        assert isinstance(found, errors.NotFound) or not getattr(found, "rows", found), query


def test_what_can_be_started_tells_nothing_of_any_case(house: House) -> None:
    said = words_of(house.engine.look(Startables(), house.cast.ewa))
    assert "2027/" not in said
    assert isinstance(house.look(StartPage("opinion"), house.cast.ewa), errors.NotAllowed)
    assert isinstance(house.look(StartPage("nothing"), house.cast.anna), errors.NotFound)


def test_letters_are_read_by_whom_they_went_to(house: House) -> None:
    for name in ("anna", "maria", "ewa"):
        letters = house.engine.look(Mailbox(), house.cast.actors[name])
        assert {one.email for one in letters} <= {email(name)}
    assert house.engine.look(Mailbox(), house.cast.maria)


# --- what ends, ends at once

def sees(house: House, actor: Actor) -> set[str]:
    """Through which doors an actor still sees anything of the cases."""
    pages = {type(query).__name__ for query in about_cases(house)
             if not isinstance(house.look(query, actor), REFUSALS)}
    return pages | {f"{type(query).__name__}-{getattr(query, 'tab', '')}" for query in lists()
                    if not isinstance(house.look(query, actor), REFUSALS)
                    and getattr(house.look(query, actor), "rows", house.look(query, actor))}


def test_the_doors_are_open_before(house: House) -> None:
    assert sees(house, house.cast.maria) >= {"CasePage", "TaskPage", "HandoverPage", "MyWork-mine", "MyWork-team",
                                             "MyWork-done", "CaseList-", "MyHandovers-"}
    assert "MyWork-waiting" in sees(house, house.cast.anna)


def test_an_ended_participation_closes_the_case_at_once(house: House) -> None:
    engine, cast = house.engine, house.cast
    case_id = house.cases[1]
    engine.carry_out(EndParticipation(case_id=case_id, institution_id=cast.institutions["labour"], role="expert",
                                      reason="zmiana"), cast.anna)
    assert isinstance(house.look(CasePage(case_id), cast.maria), errors.NotFound)
    left = [row.case_id for query in lists() if isinstance(query, MyWork | CaseList)
            for row in engine.look(query, cast.maria).rows]
    assert case_id not in left
    assert left, "other cases stay"
    assert engine.look(CasePage(case_id), cast.anna)
    with engine.database.reading() as connection:
        item = connection.execute(select(t.work_item.c.work_item_id).where(t.work_item.c.case_id == case_id)).scalar()
    with pytest.raises(errors.NotFound):
        engine.carry_out(CompleteWorkItem(case_id=case_id, work_item_id=item, answers={"opinion": "za późno"}),
                         cast.maria)


def test_an_ended_agreement_closes_everything_shared_under_it(house: House) -> None:
    agreement = next(one for one in house.engine.look(Agreements(), house.cast.igor) if one.name == "Opinie")
    house.engine.carry_out(EndAgreement(agreement_id=agreement.agreement_id, reason="wypowiedzenie"), ADMINISTRATION)
    assert sees(house, house.cast.maria) == set()


def test_an_agreement_that_runs_out_closes_everything_by_itself(engine: Engine, cast: Cast,
                                                                clock: Any) -> None:
    before = next(one for one in engine.look(Agreements(), cast.igor) if one.name == "Opinie")
    engine.carry_out(EndAgreement(agreement_id=before.agreement_id, reason="nowe"), ADMINISTRATION)
    clock.move(seconds=1)
    ends_at = clock.now().replace(hour=23)
    engine.carry_out(SignAgreement(name="Krótkie", ends_at=ends_at, parties=(
        (cast.institutions["family-support"], "asker"), (cast.institutions["labour"], "expert"))), ADMINISTRATION)
    case = ask(engine, cast.anna)
    assert engine.look(CasePage(case.case_id), cast.maria)
    clock.move_to(ends_at)
    with pytest.raises(errors.NotFound):
        engine.look(CasePage(case.case_id), cast.maria)
    assert engine.look(MyWork(tab="team"), cast.maria).rows == ()


def test_an_ended_role_is_gone_at_the_next_look(house: House) -> None:
    engine, cast = house.engine, house.cast
    with engine.database.writing() as connection:  # a one-time link, as its letter would bring it
        connection.execute(t.account.update().where(t.account.c.account_id == cast.maria.account_id).values(
            link_hash=digest("link"), link_ends_at=engine.clock.now() + timedelta(hours=1)))
    engine.carry_out(SetPassword(link="link", password=PASSWORD), actors.visitor())
    token = engine.carry_out(SignIn(email=email("maria"), password=PASSWORD), actors.visitor()).extra["session"]
    assert sees(house, engine.signed_in(token).actor)
    for role in ("expert", "labour"):
        engine.carry_out(EndRole(account_id=cast.maria.account_id, institution_id=cast.institutions["labour"],
                                 role=role, reason="odeszła"), ADMINISTRATION)
    again = engine.signed_in(token)
    assert again.places == ()
    assert sees(house, again.actor) == set()
    assert sees(house, replace(cast.maria, roles=frozenset({"labour"}))) == set(), "one role ended, another kept"


# --- fields by clearance

def test_fields_are_shown_by_the_clearance_of_the_role(engine: Engine, cast: Cast) -> None:
    courses.publish_visit(engine)
    case_id, item = courses.measuring(engine, cast)
    finish(engine, cast.anna, case_id, item, amount="10", note="jasno")

    def measured(actor: Actor) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
        found = next(one for one in engine.look(CasePage(case_id), actor).answers if one.element == "measure")
        return dict(found.values), found.masked, found.hidden

    everything = ({"amount": "10", "note": "jasno"}, (), ())
    assert measured(cast.anna) == everything, "who wrote it reads it"
    assert measured(cast.barbara) == ({"note": "jasno"}, ("amount",), ()), "flag: that there is an answer, not which"
    assert measured(cast.maria) == everything, "cleared for health"


# --- every sight is written down before it is given

def views(engine: Engine) -> list[tuple[str, str, tuple[str, ...]]]:
    rows = courses.entries(engine, ledger.stream_id(f"views:n1:{engine.clock.now():%Y-%m-%d}"))
    found = [(one, json.loads(bytes(one.body))["d"]) for one in rows]
    return [(data["query"], data["part"], tuple(data["cases"])) for _, data in found]


@pytest.mark.parametrize("make", [
    lambda house: (CasePage(house.cases[1]), house.cast.anna),
    lambda house: (TaskPage(house.items[-1]), house.cast.maria),
    lambda house: (HandedIn(house.items[0]), house.cast.maria),
    lambda house: (HandoverPage(house.handovers[0]), house.cast.anna),
    lambda house: (MyHandovers(), house.cast.maria),
    lambda house: (MyWork(tab="team"), house.cast.maria),
    lambda house: (CaseList(), house.cast.anna),
    lambda house: (CaseHistory(house.cases[0]), house.cast.adam),
    lambda house: (AuditCases(), house.cast.dorota),
], ids=lambda make: str(make.__code__.co_names[0]))
def test_a_look_at_personal_data_is_written_down_first(house: House, make: Callable[[House], Any]) -> None:
    engine, (query, actor) = house.engine, make(house)
    before = views(engine)
    engine.look(query, actor)
    written = views(engine)[len(before):]
    assert [one[0] for one in written] == [type(query).__name__]
    assert {UUID(hex=case) for case in written[0][2]} <= set(house.cases)
    row = courses.entries(engine, ledger.stream_id(f"views:n1:{engine.clock.now():%Y-%m-%d}"))[-1]
    assert row.actor_id == actor.account_id
    assert courses.agrees(engine)


@pytest.mark.parametrize("make", [
    lambda house: (CasePage(house.cases[1]), house.cast.anna),
    lambda house: (MyWork(tab="team"), house.cast.maria),
    lambda house: (AuditCases(), house.cast.adam),
], ids=["page", "list", "audit"])
def test_nothing_is_shown_if_the_ledger_cannot_be_written(house: House, make: Callable[[House], Any]) -> None:
    engine, (query, actor) = house.engine, make(house)

    @event.listens_for(engine.database.engine, "before_cursor_execute")
    def full(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO ledger_entry"):
            raise OSError("no space left on device")

    shown = None
    with pytest.raises(OSError, match="no space"):
        shown = engine.look(query, actor)
    assert shown is None
    event.remove(engine.database.engine, "before_cursor_execute", full)
    assert engine.look(query, actor)


def test_the_case_page_says_who_looked(house: House) -> None:
    house.engine.look(CasePage(house.cases[0]), house.cast.barbara)
    seen = house.engine.look(CasePage(house.cases[0]), house.cast.anna).viewers
    assert ("Barbara Lis", "MOPR", "PersonalDataViewed") in {(one.actor, one.institution, one.type) for one in seen}


def test_a_grant_opens_what_the_role_takes_part_in(house: House) -> None:
    engine, cast = house.engine, house.cast
    engine.carry_out(GrantRole(account_id=cast.leon.account_id, institution_id=cast.institutions["family-support"],
                               role="asker"), ADMINISTRATION)
    assert engine.look(CasePage(house.cases[0]), replace(cast.leon, roles=cast.leon.roles | {"asker"}))
