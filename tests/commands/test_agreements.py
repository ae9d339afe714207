"""Agreements that a process signs, extends and ends by itself: only parties to one in force see what is shared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from engine.assembly import bundle_of
from engine.model.actors import Actor, system
from engine.model.commands import (
    ExtendAgreement,
    GrantRole,
    InviteParticipant,
    OpenCase,
    PublishDefinition,
    SignAgreement,
)
from engine.model.errors import InvalidInput, NotFound
from engine.model.services import AgreementOver
from engine.queries.cases import CaseList, CasePage
from engine.queries.people import Agreements
from engine.queries.work_items import TaskPage
from tests.cast import ADMINISTRATION
from tests.makers import ask, finish

APPLICATION = {
    "institution": "Stolarnia Dąbrówka", "kind": "employer", "register_number": "0000000000",
    "address": "ul. Zmyślona 1", "given_names": "Łucja", "family_name": "Dąb", "position": "właścicielka",
    "phone": "82 000 00 31", "help_offered": ["jobs"], "undertaking": "Dwa staże rocznie.",
    "valid_from": "2027-06-01", "valid_to": "2027-12-31", "no_offence_data": True}
STEPS = {
    "check-application": {"checked": "accepted", "register_checked": True},
    "check-data": {"data_confirmed": ["own-actions", "offer"], "arrangement": "controller", "lawful": "yes"},
    "sign-house": {"agreed_scope": True, "signed_on": "2027-05-04", "agreement_number": "U/12/2027"},
    "sign-applicant": {"binds": True, "signed_on": "2027-05-04", "signed_how": "trusted"},
}


def agreements(engine):
    return {one.name: one for one in engine.look(Agreements(), ADMINISTRATION)}


@pytest.fixture
def joined(engine, cast):
    """The NGO has applied as an employer; the secretariat is MOPR."""
    bundle = bundle_of(Path(__file__).parents[2] / "processes" / "partnership")
    engine.carry_out(PublishDefinition(bundle=bundle.pack(), standard_only=True), ADMINISTRATION)
    places = cast.institutions
    engine.carry_out(SignAgreement(name="Przystępowanie", parties=(
        (places["ngo"], "applicant"), (places["family-support"], "secretariat"))), ADMINISTRATION)
    natalia, krystyna = cast.natalia, cast.krystyna
    for actor, role in ((natalia, "applicant"), (krystyna, "secretariat")):
        engine.carry_out(GrantRole(account_id=actor.account_id, institution_id=actor.institution_id, role=role),
                         ADMINISTRATION)
    cast.actors["natalia"] = with_role(natalia, "applicant", "employer")
    cast.actors["krystyna"] = with_role(krystyna, "secretariat", "coordinator")
    return engine.carry_out(OpenCase(definition="partnership", answers=APPLICATION), cast.natalia)


def with_role(actor: Actor, *roles: str) -> Actor:
    return Actor(actor.account_id, actor.name, actor.institution_id, actor.institution, actor.roles | set(roles))


def test_a_case_about_an_institution_is_named_and_found_by_its_title(engine, cast, joined):
    row = engine.look(CasePage(joined.case_id), cast.krystyna).row
    assert (row.person.title, row.person.family_name) == ("Stolarnia Dąbrówka", "")
    for words, found in (("stolarnia", 1), ("dabrowka stolarnia", 1), ("Dąb", 0)):
        assert len(engine.look(CaseList(search=words), cast.krystyna).rows) == found
    with pytest.raises(NotFound):
        engine.look(CasePage(joined.case_id), cast.ewa)


def test_an_agreement_is_extended_only_while_it_is_in_force(engine, cast, clock):
    until = clock.now() + timedelta(days=30)
    receipt = engine.carry_out(SignAgreement(name="Krótkie", ends_at=until, parties=(
        (cast.institutions["ngo"], "expert"), (cast.institutions["family-support"], "asker"))), ADMINISTRATION)
    agreement = UUID(receipt.extra["agreement"])
    case_id = ask(engine, cast.anna).case_id
    engine.carry_out(InviteParticipant(case_id=case_id, institution_id=cast.institutions["ngo"], role="expert"),
                     cast.anna)
    guest = with_role(cast.natalia, "expert")
    with pytest.raises(InvalidInput):
        engine.carry_out(ExtendAgreement(agreement_id=agreement, ends_at=until), ADMINISTRATION)
    engine.carry_out(ExtendAgreement(agreement_id=agreement, ends_at=until + timedelta(days=30)), ADMINISTRATION)
    clock.move(days=31)
    assert engine.look(CasePage(case_id), guest).row.case_id == case_id
    clock.move(days=30)
    with pytest.raises(NotFound):
        engine.look(CasePage(case_id), guest)
    with pytest.raises(AgreementOver):
        engine.carry_out(ExtendAgreement(agreement_id=agreement, ends_at=clock.now() + timedelta(days=9)),
                         ADMINISTRATION)


def test_signatures_record_the_agreement_and_its_end_by_a_party_ends_it_at_once(engine, cast, joined):
    opened = list(joined.offered)
    for _ in range(12):
        if not opened:
            break
        opened = [item for one in opened for item in _done(engine, cast, joined.case_id, one)]
        engine.worker().drain()
    signed = agreements(engine)["Stolarnia Dąbrówka"]
    assert set(signed.parties) == {("Nowy Start", "employer"), ("MOPR", "coordinator")}
    assert signed.ends_at == datetime(2027, 12, 31, 22, 59, tzinfo=UTC)
    engine.deliver("PartnershipEnded", {}, system("tests"))
    engine.worker().drain()
    assert agreements(engine)["Stolarnia Dąbrówka"].ends_at < signed.ends_at
    assert all(verdict.agrees for _, verdict in engine.verify())


def _done(engine, cast, case_id, item):
    element = engine.look(TaskPage(item), cast.krystyna).element
    answers = STEPS.get(element) or {
        "contact-desk": {"desk_name": "Łucja Dąb", "desk_phone": "82 000 00 31", "desk_hours": "8-15",
                         "deputy": "Jan Dąb"},
        "announce": {"registered": True, "authorised": "1", "told_on": "2027-05-04"}}[element]
    return finish(engine, ADMINISTRATION, case_id, item, **answers).offered
