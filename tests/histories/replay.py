"""Recorded cases: requests in, ledger entries out, byte for byte, on either database.

A history is a JSON file: who asks for what, in order, and under ``said`` the entries that followed, as they stand in
the chain. ``RECORD=1 pytest tests/histories`` writes ``said`` anew; whoever reviews the change reads that difference. A
real bug first becomes a history here.

    {"story": "…", "definition": "visit", "steps": [
      {"by": "anna", "asks": "OpenCase", "with": {"answers": {…}}, "said": ["{…}", …]},
      {"by": "maria", "asks": "CompleteWorkItem", "item": "roof", "with": {"answers": {}}, "refused": "…", "said": […]},
      {"passes": {"days": 8}, "said": […]}],
     "head": "hash of the last entry"}
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.assembly import Engine
from engine.bpmn.runner import Live
from engine.model import commands as c
from engine.model.errors import Refused
from engine.store import tables as t
from engine.store.cached_cases import CachedCases
from engine.store.unit_of_work import UnitOfWork
from tests import courses
from tests.cast import ADMINISTRATION, Cast
from tests.clocks import FrozenClock

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.json"))


def read(file: Path) -> dict[str, Any]:
    """A history."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def write(file: Path, history: dict[str, Any]) -> None:
    """The history as a file that reads well in a difference: one line an entry."""
    file.write_text(json.dumps(history, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def counted_randomness() -> Any:
    """Instead of the machine's randomness, so that keys and therefore commitments are the same again."""
    numbers = count(1)

    def urandom(size: int) -> bytes:
        return b"".join(next(numbers).to_bytes(4, "big") for _ in range(size // 4 + 1))[:size]

    return urandom


@dataclass
class Player:
    """Plays the steps of a history through the front door."""

    engine: Engine
    cast: Cast
    clock: FrozenClock
    history: dict[str, Any]
    case_id: UUID | None = None
    known: int = 0
    after: list[Any] = field(default_factory=list)

    def play(self) -> dict[str, Any]:
        """The history as it went this time."""
        steps = [{**step, "said": self._step(step)} for step in self.history["steps"]]
        last = courses.entries(self.engine, self.case_id)[-1]
        return {**self.history, "steps": steps, "head": bytes(last.hash).hex()}

    def _step(self, step: dict[str, Any]) -> list[str]:
        refused = ""
        try:
            self._do(step)
        except Refused as refusal:
            refused = refusal.code
        assert refused == step.get("refused", ""), step
        for check in self.after:
            check(self)
        rows = courses.entries(self.engine, self.case_id)
        new, self.known = rows[self.known:], len(rows)
        return [bytes(one.body).decode() for one in new]

    def _do(self, step: dict[str, Any]) -> None:
        if "passes" in step:
            self.clock.move(**step["passes"])
            self.engine.worker().drain()
            return
        kind = c.__dict__[step["asks"]]
        given = dict(step.get("with", {}))
        if kind is c.OpenCase:
            given["definition"] = self.history["definition"]
        else:
            given["case_id"] = self.case_id
        if "item" in step:
            given["work_item_id"] = self._item(step["item"])
        if "institution" in step:
            given["institution_id"] = self.cast.institutions[step["institution"]]
        actor = ADMINISTRATION if step["by"] == "system" else self.cast.actors[step["by"]]
        receipt = self.engine.carry_out(kind(**given), actor)
        self.case_id = self.case_id or receipt.case_id

    def _item(self, element: str) -> UUID:
        w = t.work_item.c
        with self.engine.database.reading() as connection:
            return connection.execute(select(w.work_item_id).where(
                w.case_id == self.case_id, w.element == element).order_by(w.offered_at.desc(), w.work_item_id.desc())
            ).scalars().first()

    # --- what must hold after every step

    def lives(self) -> list[Live]:
        """The case's running instances, brought back from their snapshots as another process would."""
        p = t.process_instance.c
        with self.engine.database.writing() as connection:
            uow = UnitOfWork(connection, self.clock, self.engine.vault, ADMINISTRATION, "look")
            uow.lock_case(self.case_id)
            rows = connection.execute(select(p.instance_id).where(
                p.case_id == self.case_id, p.ended_at.is_(None))).scalars().all()
            return [CachedCases(self.clock).take(uow, one) for one in rows]


def ledger_alone(player: Player) -> None:
    """What is open can be told from the entries alone: every activity entered is open, or was left once."""
    element_of: dict[str, str] = {}
    closed: Counter[str] = Counter()
    for row in courses.entries(player.engine, player.case_id):
        told = json.loads(bytes(row.body))["d"] if row.type == "ProcessAdvanced" else {}
        for activity, element in told.get("entered", ()):
            assert activity not in element_of, f"{element} entered twice"
            element_of[activity] = element
        closed.update([*told.get("left", ()), *told.get("cancelled", ())])
    assert set(closed) <= set(element_of), "something was left that was never entered"
    assert not [element_of[one] for one, times in closed.items() if times > 1], "left twice"
    still = {activity: element for activity, element in element_of.items() if activity not in closed}
    live = {token.id.hex: token.element for one in player.lives() for token in one.workflow.tokens.values()
            if token.internal_data.get("in")}
    assert Counter(still.values()) == Counter(live.values())
    assert still == live


def worklists_agree(player: Player) -> None:
    """The open work items are the open human tasks of the instances, and the open subscriptions theirs."""
    w, s = t.work_item.c, t.subscription.c
    with player.engine.database.reading() as connection:
        offered = dict(map(tuple, connection.execute(select(w.work_item_id, w.element).where(
            w.case_id == player.case_id, w.closed_at.is_(None)))))
        waiting = set(connection.execute(select(s.activity_id).where(s.case_id == player.case_id)).scalars())
    work = {one.activity_id: one.element for live in player.lives() for one in live.open_work}
    assert offered == work
    tokens = {token.id for live in player.lives() for token in live.workflow.tokens.values()}
    assert waiting <= tokens


def flows_are_recorded(player: Player) -> None:
    """Every flow that an entry names exists in the diagram and leads to what was entered, or to a join that waits."""
    with player.engine._reading() as reading:
        row = reading.connection.execute(select(t.case_file.c.digest).where(
            t.case_file.c.case_id == player.case_id)).scalar_one()
        compiled = reading.compiled(row)
    entered: set[str] = set()
    taken: set[str] = set()
    for entry in courses.entries(player.engine, player.case_id):
        told = json.loads(bytes(entry.body))["d"] if entry.type == "ProcessAdvanced" else {}
        entered |= {element for _, element in told.get("entered", ())}
        taken |= set(told.get("flows", ()))
    assert taken <= set(compiled.flows)
    reached = {compiled.flows[one].target for one in taken}
    assert {one for one in reached if not compiled.elements[one].kind.endswith("Gateway")} <= entered


def chain_agrees(player: Player) -> None:
    """The chain verifies after every step."""
    assert courses.agrees(player.engine)


CHECKS = (ledger_alone, worklists_agree, flows_are_recorded, chain_agrees)
