"""What practice may learn from: counts of coded answers, too small ones hidden, nobody to be found in them."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from engine.assembly import Engine, bundle_of
from engine.bpmn.bundles import Bundle
from engine.model.actors import Actor
from engine.model.commands import EndAgreement, PublishDefinition
from engine.model.errors import NotAllowed, NotFound
from engine.queries.figures import FigureBoard
from engine.store import tables as t
from tests.cast import ADMINISTRATION, Cast
from tests.clocks import FrozenClock
from tests.makers import BUNDLES, ask, finish

YES_NO = {"yes": {"pl": "tak", "en": "yes"}, "no": {"pl": "nie", "en": "no"}}
FIGURES = {
    "groups": [{"id": "letter", "name": {"pl": "Litera", "en": "Letter"},
                "value": "substring(person.family_name, 1, 1)",
                "values": {"A": {"pl": "A", "en": "A"}, "B": {"pl": "B", "en": "B"}}}],
    "figures": [{"id": "enough", "name": {"pl": "Czy wystarczy", "en": "Is it enough"}, "form": "check",
                 "value": "enough", "values": YES_NO, "grouped": True,
                 "beside": [{"value": "yes", "percent": 17, "source": {"pl": "źródło", "en": "source"}}]}],
}


def publish(engine: Engine, figures: object = FIGURES) -> None:
    files = dict(bundle_of(BUNDLES / "opinion").files) | {"figures.json": json.dumps(figures).encode()}
    engine.carry_out(PublishDefinition(bundle=Bundle(files).pack(), standard_only=True), ADMINISTRATION)


def answered(engine: Engine, cast: Cast, enough: str, *, name: str = "Abacki") -> None:
    """A question whose opinion was found to be enough, or not."""
    case = ask(engine, cast.anna, family_name=name)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Tak.")
    finish(engine, cast.anna, case.case_id, written.offered[0], enough=enough)


@pytest.fixture
def counted(engine: Engine, cast: Cast) -> Cast:
    """Twelve times enough, eleven times not, over three months, of people with two letters."""
    publish(engine)
    for number in range(23):
        answered(engine, cast, "yes" if number < 12 else "no", name="Abacki" if number % 2 else "Babacki")
    return cast


def test_the_board_counts_codes_and_hides_what_is_small(engine: Engine, counted: Cast) -> None:
    board = engine.look(FigureBoard(), counted.anna)
    assert [(row.counts, row.total) for row in board.tables[0].rows] == [((12, 11), 23)]
    assert [(one.ours, one.published) for one in board.tables[0].shares] == [(pytest.approx(100 * 12 / 23), 17)]
    letters = {row.name.pl: (row.counts, row.total) for row in board.groups[0][1][0].rows}
    assert letters["A"][0] == (None, None), "six and five could be somebody"
    assert engine.look(FigureBoard(year=2026), counted.anna).tables[0].rows[0].total is None


def test_a_count_below_ten_does_not_follow_from_others(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    publish(engine)
    for number in range(34):
        answered(engine, cast, "yes" if number % 2 else "no")
    clock.move(days=90)
    answered(engine, cast, "yes")
    year, quarters = engine.look(FigureBoard(), cast.anna), [
        engine.look(FigureBoard(quarter=one), cast.anna) for one in (1, 2, 3, 4)]
    shown = [one.tables[0].rows[0].counts[0] for one in quarters]
    assert year.tables[0].rows[0].counts[0] == 18
    assert shown == [None] * 4, "17 this quarter would give away the one of the next"


def test_partners_only_may_look(engine: Engine, counted: Cast) -> None:
    assert engine.look(FigureBoard(), counted.adam).tables
    with pytest.raises(NotAllowed):
        engine.look(FigureBoard(), counted.ewa)
    with pytest.raises(NotFound):
        engine.look(FigureBoard(definition="nothing"), counted.anna)


def test_who_is_no_partner_any_more_may_not(engine: Engine, counted: Cast) -> None:
    with engine.database.reading() as connection:
        agreements = list(connection.execute(select(t.agreement.c.agreement_id)).scalars())
    for one in agreements:
        engine.carry_out(EndAgreement(agreement_id=one, reason="wygasło"), ADMINISTRATION)
    with pytest.raises(NotAllowed):
        engine.look(FigureBoard(), Actor(
            counted.maria.account_id, counted.maria.name, counted.maria.institution_id, counted.maria.institution,
            frozenset({"expert"})))


def test_a_mark_knows_no_case(engine: Engine, counted: Cast) -> None:
    columns = set(t.figure_mark.c.keys())
    assert not columns & {"case_id", "work_item_id", "account_id", "person_id", "at"}
    with engine.database.reading() as connection:
        cases = {one.bytes for one in connection.execute(select(t.case_file.c.case_id)).scalars()}
        marks = {bytes(one) for one in connection.execute(select(t.figure_mark.c.mark)).scalars()}
    assert len(marks) == 46
    assert not marks & cases


def test_a_code_that_is_not_declared_is_not_counted(engine: Engine, cast: Cast) -> None:
    figures = json.loads(json.dumps(FIGURES))
    del figures["figures"][0]["values"]["no"]
    publish(engine, figures)
    for _ in range(11):
        answered(engine, cast, "no")
    assert engine.look(FigureBoard(), cast.anna).tables[0].rows[0].counts == (None,)
