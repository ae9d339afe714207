"""Bodies of ledger entries are packed in the table, and nothing of the ledger depends on how."""

from __future__ import annotations

import orjson
import zstandard
from sqlalchemy import select, text

from engine.assembly import Engine
from engine.store import tables as t
from engine.store.bodies import LARGEST, packed, unpacked
from tests.cast import Cast
from tests.makers import ask

BODY = (b'{"a":"01","at":"2027-05-04T06:00:00.000+00:00",'
        b'"c":"OpenCase","d":{"stage":"asked"},"s":1,"t":"StageReached","v":1}')


def test_a_body_comes_back_as_it_was():
    for body in (BODY, b"{}", b"", "żółć".encode(), bytes(range(256))):
        assert unpacked(packed(body)) == body


def test_an_entry_takes_less_than_half_of_its_words(engine: Engine, cast: Cast) -> None:
    ask(engine, cast.anna)
    with engine.database.reading() as connection:
        plain = sum(len(one) for one in connection.execute(select(t.ledger_entry.c.body)).scalars())
        stored = connection.execute(text("SELECT sum(length(body)) FROM ledger_entry")).scalar_one()
    assert stored < plain / 2


def test_what_the_first_dictionary_packed_is_read_for_ever():
    """These bytes lie in ledgers already: a changed dictionary would make them unreadable."""
    kept = bytes.fromhex(FIRST)
    assert orjson.loads(unpacked(kept))["t"] == "StageReached"
    assert unpacked(kept) == BODY


def test_plain_bodies_are_read_as_they_lie():
    assert unpacked(BODY) == BODY


def test_bytes_that_nobody_packed_are_no_body_but_do_no_harm():
    bomb = b"\x01" + zstandard.ZstdCompressor().compress(bytes(LARGEST + 1))
    for stored in (b"", b"\x01", b"\x01nothing", packed(BODY)[:-3], b"\x02" + packed(BODY), bomb):
        assert unpacked(stored) == stored


FIRST = "0128b52ffd207345010088352d303454303661736b656476223a317d0700f466871c2f58235b2d3613714c4600d416a82c20"
