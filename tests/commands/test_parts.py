"""Who may do what in a case follows from the role held there, not from the house one works in."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from engine.assembly import Bundle, Engine, bundle_of
from engine.model import errors
from engine.model.actors import Actor
from engine.model.commands import (
    ChangeAttributes,
    ClaimWorkItem,
    EndAgreement,
    EndParticipation,
    InviteParticipant,
    PublishDefinition,
    RetryIncident,
    SendMessage,
    SignAgreement,
    StartProcess,
)
from engine.queries.cases import CasePage
from engine.queries.people import Agreements
from tests.cast import ADMINISTRATION, Cast
from tests.makers import BUNDLES, ask


@pytest.fixture
def shared(engine: Engine, cast: Cast) -> UUID:
    """A case that Anna's institution coordinates and in which it plays a second role, held by a colleague."""
    case_id = ask(engine, cast.anna).case_id
    assert case_id
    engine.carry_out(SignAgreement(name="Drugi głos", parties=(
        (cast.institutions["family-support"], "asker"), (cast.institutions["family-support"], "expert"))),
        ADMINISTRATION)
    engine.carry_out(InviteParticipant(case_id=case_id, institution_id=cast.institutions["family-support"],
                                       role="expert"), cast.anna)
    return case_id


def colleague(cast: Cast) -> Actor:
    return replace(cast.anna, account_id=cast.krystyna.account_id, roles=frozenset({"expert"}))


def test_a_colleague_in_another_role_does_not_coordinate(engine: Engine, cast: Cast, shared: UUID) -> None:
    labour = cast.institutions["labour"]
    assert engine.look(CasePage(shared), colleague(cast)), "she takes part"
    for command in (
        InviteParticipant(case_id=shared, institution_id=labour, role="expert"),
        EndParticipation(case_id=shared, institution_id=labour, role="expert", reason="nie moja rola"),
        SendMessage(case_id=shared, message="QuestionMoved"),
        StartProcess(case_id=shared, process="opinion"),
        RetryIncident(case_id=shared, incident_id=engine.clock.new_id()),
    ):
        with pytest.raises(errors.NotAllowed):
            engine.carry_out(command, colleague(cast))


@pytest.mark.parametrize("roles", [{"leader"}, {"administrator"}, {"social-worker"}, set()])
def test_a_colleague_without_a_part_is_not_told_that_the_case_exists(engine: Engine, cast: Cast,
                                                                      roles: set[str]) -> None:
    case = ask(engine, cast.anna)
    stranger = replace(cast.krystyna, roles=frozenset(roles))
    item = case.offered[0]
    for command in (ClaimWorkItem(case_id=case.case_id, work_item_id=item),
                    SendMessage(case_id=case.case_id, message="QuestionMoved")):
        with pytest.raises(errors.NotFound):
            engine.carry_out(command, stranger)


def test_who_lost_the_role_in_the_case_finishes_nothing_there(engine: Engine, cast: Cast) -> None:
    """The institution stays in another role; what was offered to the ended one is no longer its own."""
    case = ask(engine, cast.anna)
    labour = cast.institutions["labour"]
    engine.carry_out(SignAgreement(name="Dwie role", parties=(
        (cast.institutions["family-support"], "asker"), (labour, "asker"))), ADMINISTRATION)
    engine.carry_out(InviteParticipant(case_id=case.case_id, institution_id=labour, role="asker"), cast.anna)
    engine.carry_out(EndParticipation(case_id=case.case_id, institution_id=labour, role="expert", reason="koniec"),
                     cast.anna)
    with pytest.raises(errors.NotFound):
        engine.carry_out(ClaimWorkItem(case_id=case.case_id, work_item_id=case.offered[0]), cast.maria)


def test_who_may_start_other_cases_changes_no_facts_of_this_one(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    maria = replace(cast.maria, roles=cast.maria.roles | {"asker"})
    with pytest.raises(errors.NotAllowed):
        engine.carry_out(ChangeAttributes(case_id=case.case_id, values={"wanted_by": "2027-07-01"}, reason="bo tak"),
                         maria)


def test_who_coordinates_keeps_the_case_when_an_agreement_with_others_ends(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    ended = next(one for one in engine.look(Agreements(), cast.igor) if one.name == "Opinie")
    engine.carry_out(EndAgreement(agreement_id=ended.agreement_id, reason="wypowiedzenie"), ADMINISTRATION)
    assert engine.look(CasePage(case.case_id), cast.anna)
    with pytest.raises(errors.NotFound):
        engine.look(CasePage(case.case_id), cast.maria)


def test_who_coordinates_does_not_become_a_sender_by_entering_a_notice(engine: Engine, cast: Cast) -> None:
    """Else work for the sender's role would lie with a team in which nobody is."""
    bundle = bundle_of(BUNDLES / "opinion")
    definition = bundle.files["definition.json"].replace(b'"sender": "asker"', b'"sender": "reporter"').replace(
        b'{"id": "expert"', b'{"id": "reporter", "name": {"pl": "Z", "en": "R"}, "clearance": {}}, {"id": "expert"')
    engine.carry_out(PublishDefinition(bundle=Bundle({**bundle.files, "definition.json": definition}).pack(),
                                       standard_only=True), ADMINISTRATION)
    case = ask(engine, cast.anna)
    held = {(one.institution_id, one.role.pl) for one in engine.look(CasePage(case.case_id), cast.anna).participants}
    assert held == {(cast.institutions["family-support"], "Pytający"), (cast.institutions["labour"], "Opiniujący")}
