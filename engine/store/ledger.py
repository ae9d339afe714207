"""The ledger: append-only chains of events, one a case, and one for each other stream.

An entry's hash is SHA-256 of 0x02, the previous hash and the body, canonical JSON; a chain begins with the digest
of its stream's identifier. The end of each chain is sealed by a key outside the database, so that cutting off or
adding entries shows as well as changing one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import orjson

from engine.model.actors import NOBODY, Actor
from engine.model.events import Event
from engine.store.keys import Vault

_STREAMS = UUID("5f0c3d1e-6d0a-5c39-9d5e-70077011ed9e")
_OPTIONS = orjson.OPT_SORT_KEYS


def stream_id(name: str) -> UUID:
    """The identifier of a stream that is not a case: access, admin, views of a node and day."""
    return uuid5(_STREAMS, name)


def beginning(stream: UUID) -> bytes:
    """The hash before the first entry."""
    return sha256(b"\x02" + stream.bytes).digest()


def following(previous: bytes, body: bytes) -> bytes:
    """The hash of an entry, from the hash before it and its body."""
    return sha256(b"\x02" + previous + body).digest()


@dataclass
class Chain:
    """The end of one chain, moving as entries are appended."""

    stream: UUID
    sequence: int
    head: bytes

    @classmethod
    def new(cls, stream: UUID) -> Chain:
        """A chain without entries."""
        return cls(stream, 0, beginning(stream))

    def append(self, event: Event, actor: Actor, header: dict[str, Any], at: datetime,
               case_id: UUID | None) -> dict[str, Any]:
        """The ledger row of the event, linked to the one before it; ``header`` is what all entries of the actor say."""
        self.sequence += 1
        body = orjson.dumps({**header, "s": self.sequence, "t": type(event).__name__, "v": event.version,
                             "at": at.isoformat(timespec="milliseconds"), "d": event.data()}, option=_OPTIONS)
        self.head = following(self.head, body)
        return {"stream": self.stream, "sequence": self.sequence, "case_id": case_id, "at": at,
                "actor_id": actor.account_id,
                "institution_id": None if actor.institution_id == NOBODY else actor.institution_id,
                "type": type(event).__name__, "body": body, "hash": self.head}


def header(actor: Actor, command: str, release: int = 0) -> dict[str, Any]:
    """What every entry says beside its event: who, for whom, in which roles, by which request, on which version."""
    known: dict[str, Any] = {
        "a": actor.account_id.hex,
        "k": "" if actor.kind == "person" else actor.kind,
        "n": actor.name if actor.kind == "system" else "",
        "r": sorted(actor.roles),
        "i": "" if actor.institution_id == NOBODY else actor.institution_id.hex,
        "f": "" if actor.covering_for is None else actor.covering_for.hex,
        "c": command,
        "q": actor.request_id,
        "p": release,
    }
    return {name: value for name, value in known.items() if value}


@dataclass(frozen=True)
class Verdict:
    """What verifying a chain found: how many entries agree, or the first broken one and why."""

    stream: UUID
    entries: int
    broken: int = 0
    reason: str = ""

    @property
    def agrees(self) -> bool:
        """Whether every entry is the one that was written, none is missing and none was added."""
        return not self.reason


def verify(stream: UUID, rows: Iterable[Any], head: tuple[int, bytes, bytes] | None, vault: Vault,
           case_id: UUID | None = None) -> Verdict:
    """Recompute a chain from its first entry; ``rows`` come in order of sequence, ``head`` is its stored end."""
    known, count = beginning(stream), 0
    for row in rows:
        count += 1
        reason = next(_faults(row, count, known, case_id), "")
        if reason:
            return Verdict(stream, count, count, reason)
        known = bytes(row.hash)
    return Verdict(stream, count, *_end(stream, count, known, head, vault))


def _faults(row: Any, expected: int, previous: bytes, case_id: UUID | None) -> Iterator[str]:
    body = bytes(row.body)
    if row.sequence != expected:
        yield "missing"
    if following(previous, body) != bytes(row.hash):
        yield "changed"
    copies = (row.sequence, row.type, row.at.isoformat(timespec="milliseconds"), row.actor_id.hex,
              row.institution_id.hex if row.institution_id else "", row.case_id)
    if (*_told(body), case_id) != copies:
        yield "column"


def _told(body: bytes) -> tuple[Any, ...]:
    """What an entry says of the columns beside it; nothing if a forger left no such words."""
    try:
        told = orjson.loads(body)
        return told["s"], told["t"], told["at"], told["a"], told.get("i", "")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return ()


def _end(stream: UUID, count: int, known: bytes, head: tuple[int, bytes, bytes] | None,
         vault: Vault) -> tuple[int, str]:
    if head is None:
        return (count, "head") if count else (0, "")
    sequence, stored, seal = head
    if vault.seal_head(stream, sequence, bytes(stored)) != bytes(seal):
        return sequence, "seal"
    if sequence != count:
        return min(count, sequence) + 1, "missing" if count < sequence else "added"
    return (0, "") if known == bytes(stored) else (count, "head")
