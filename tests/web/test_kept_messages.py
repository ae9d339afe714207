"""Messages that nobody waited for: seen by their names only, given to a case by a person, or given up with a reason."""

from __future__ import annotations

import pytest

from engine.assembly import Bundle, bundle_of
from engine.model.commands import DeliverKeptMessage, DiscardMessage, OpenCase, PublishDefinition
from engine.model.errors import NobodyWaits, NotAllowed, NotFound
from engine.queries.kept_messages import KeptMessages
from engine.queries.work_items import MyWork
from tests.cast import ADMINISTRATION
from tests.makers import BUNDLES

KEYED = (b'<bpmn:intermediateCatchEvent id="go" name="Id\xc5\xba"><bpmn:extensionElements><camunda:properties>'
         b'<camunda:property name="correlation.nr" value="=nr"/></camunda:properties></bpmn:extensionElements>')


@pytest.fixture
def keyed(engine):
    """The process of crossing messages, its message found by a number."""
    files = dict(bundle_of(BUNDLES / "crossing").files)
    drawn = files["crossing.bpmn"].replace(b'<bpmn:intermediateCatchEvent id="go" name="Id\xc5\xba">', KEYED)
    assert drawn != files["crossing.bpmn"]
    engine.carry_out(PublishDefinition(bundle=Bundle({**files, "crossing.bpmn": drawn}).pack(), standard_only=True),
                     ADMINISTRATION)
    return engine


@pytest.fixture
def waiting(keyed, cast):
    """A case that waits for number 7, and a message for it that came with a wrong number."""
    case = keyed.carry_out(OpenCase(definition="crossing", answers={"nr": 7}), cast.anna)
    keyed.deliver("Go", {"pesel": "44051401359"}, ADMINISTRATION, {"nr": 8})
    keyed.worker().drain()
    return case


def test_who_coordinates_gives_a_message_with_a_wrong_key_to_a_case(enter, keyed, waiting, cast):
    anna = enter("anna").get("/cases")
    assert anna.links("/kept-messages")
    anna.get("/kept-messages")
    assert "Go" in anna.text
    assert waiting.number in anna.text
    assert "nr" in anna.text
    assert "44051401359" not in anna.text, "what it says is not shown"
    (form,) = anna.page.xpath("//form[contains(@action, '/delivery')]")
    anna.post(form.get("action"), {"case": waiting.case_id.hex})
    assert "Żadna wiadomość nie czeka." in anna.text
    assert "Poszło" in [row.title.pl for row in keyed.look(MyWork(tab="team"), cast.anna).rows]
    assert all(verdict.agrees for _, verdict in keyed.verify())


def test_an_administrator_gives_a_message_up_with_a_reason(enter, keyed, waiting):
    igor = enter("igor").get("/administration")
    assert igor.links("/kept-messages")
    igor.get("/kept-messages")
    assert waiting.number not in igor.text, "administrators do not see cases"
    (form,) = igor.page.xpath("//form[contains(@action, '/end')]")
    igor.post(form.get("action"), {"reason": ""})
    assert igor.status == 422
    igor.post(form.get("action"), {"reason": "pomyłka nadawcy"})
    assert "Żadna wiadomość nie czeka." in igor.text
    adam = enter("adam").get("/audits/streams/admin")
    assert "pomyłka nadawcy" in adam.text


def test_it_is_delivered_or_given_up_once_and_by_the_right_people(keyed, waiting, cast):
    (kept,) = keyed.look(KeptMessages(), cast.igor)
    deliver = DeliverKeptMessage(case_id=waiting.case_id, message_id=kept.message_id, anyway=True)
    discard = DiscardMessage(message_id=kept.message_id, reason="x")
    with pytest.raises(NotFound):
        keyed.carry_out(deliver, cast.ewa)
    with pytest.raises(NotAllowed):
        keyed.carry_out(discard, cast.anna)
    with pytest.raises(NobodyWaits):
        keyed.carry_out(DeliverKeptMessage(case_id=waiting.case_id, message_id=kept.message_id), cast.anna)
    keyed.carry_out(deliver, cast.anna)
    for again, who in ((deliver, cast.anna), (discard, cast.igor)):
        with pytest.raises(NotFound):
            keyed.carry_out(again, who)


@pytest.mark.parametrize("who", ["maria", "adam", "ola"])
def test_others_have_no_such_page(enter, keyed, waiting, who):
    assert enter(who).get("/kept-messages").status == 404
