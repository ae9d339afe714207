"""Worklists and the task page: what one person has to do, what their team has, what they wait for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, union_all

from engine.model.actors import Actor
from engine.model.errors import NotFound
from engine.queries import answers
from engine.queries.reading import Reading
from engine.queries.rows import Attribute, Holder, Task, WorkPage, WorkRow
from engine.queries.worklists import OPEN, holders, joined, row_of, work_row
from engine.store import tables as t
from engine.store.names import words

PAGE = 25
#: counts stop here and are shown as "999+"
CAP = 1000
TABS = ("mine", "team", "waiting", "done")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_w = t.work_item.c
#: the words of the partial indexes, written literally so that both databases use them
_ELSEWHERE: ColumnElement[bool] = literal_column("work_item.institution_id<>work_item.waiting_id")
_OWNED: ColumnElement[bool] = literal_column("work_item.owner_id IS NOT NULL")
_PERFORMED: ColumnElement[bool] = literal_column("work_item.performer_id IS NOT NULL")


@dataclass(frozen=True)
class MyWork:
    """A page of My work: one tab, filtered, in order of due time; ``after`` is the cursor of the page before."""

    tab: str = "mine"
    after: str = ""
    search: str = ""
    definition: str = ""
    overdue: bool = False
    counts: ClassVar[bool] = True

    def answer(self, reading: Reading, actor: Actor) -> WorkPage:
        """The page, with the counts of all tabs."""
        tab = self.tab if self.tab in TABS else "mine"
        found = self.rows(reading, actor)
        rows = tuple(work_row(reading, actor, one) for one in found[:PAGE])
        reading.seen((one.case_id for one in rows), f"worklist-{tab}")
        columns: dict[str, Attribute] = {one.name: one for row in rows for one in row.attributes if one.column}
        last = found[PAGE - 1] if len(found) > PAGE else None
        return WorkPage(tab, rows, {one: _count(reading, actor, one) for one in TABS},
                        _cursor(last, tab) if last is not None else "", tuple(columns.values()))

    def rows(self, reading: Reading, actor: Actor) -> list[Any]:
        """The joined rows of the page and one more, which tells whether there is a next page."""
        tab = self.tab if self.tab in TABS else "mine"
        key = _w.closed_at if tab == "done" else _w.due_at
        branches = [self._branch(reading, actor, tab, one, key) for one in _branches(actor, tab)]
        if not branches:
            return []
        order = (key.desc(), _w.work_item_id.desc()) if tab == "done" else (key, _w.work_item_id)
        limited = [one.order_by(*order).limit(PAGE + 1) for one in branches]
        if len(limited) == 1:
            ids = limited[0].subquery()
        else:
            ids = union_all(*(select(one.subquery().c.work_item_id) for one in limited)).subquery()
        statement = joined(_w.work_item_id.in_(select(ids.c.work_item_id))).order_by(*order).limit(PAGE + 1)
        return list(reading.connection.execute(statement))

    def _branch(self, reading: Reading, actor: Actor, tab: str, wanted: ColumnElement[bool],
                key: ColumnElement[datetime]) -> Select[Any]:
        statement = select(_w.work_item_id).where(wanted, reading.shared(_w.case_id, actor))
        if self.after:
            statement = statement.where(_beyond(self.after, key, descending=tab == "done"))
        if self.overdue:
            statement = statement.where(_w.due_at < reading.now)
        if self.definition:
            statement = statement.where(_w.case_id.in_(
                select(t.case_file.c.case_id).where(t.case_file.c.definition == self.definition)))
        for condition in found_by(reading, actor, self.search, _w.case_id):
            statement = statement.where(condition)
        return statement


def _branches(actor: Actor, tab: str) -> list[ColumnElement[bool]]:
    if tab == "mine":
        return [and_(_w.owner_id == actor.account_id, _w.institution_id == actor.institution_id, OPEN, _OWNED)]
    if tab == "team":
        return [and_(_w.institution_id == actor.institution_id, _w.team == role, OPEN) for role in sorted(actor.roles)]
    if tab == "waiting":
        return [and_(_w.waiting_id == actor.institution_id, OPEN, _ELSEWHERE)]
    return [and_(_w.performer_id == actor.account_id, _w.institution_id == actor.institution_id, _PERFORMED)]


def found_by(reading: Reading, actor: Actor, search: str,
             case_id: ColumnElement[UUID]) -> Iterator[ColumnElement[bool]]:
    """Conditions of a search: a case number, or whole words of a person's names through this institution's tokens."""
    text = search.strip()
    if "/" in text:
        yield case_id.in_(select(t.case_file.c.case_id).where(t.case_file.c.number == text))
        return
    key = t.institution_name_key.c
    for word in words(text)[:6]:
        token = reading.vault.token(f"names|{actor.institution_id.hex}", word)
        yield case_id.in_(select(key.case_id).where(key.institution_id == actor.institution_id, key.name_key == token))


def _count(reading: Reading, actor: Actor, tab: str) -> int:
    total = 0
    for wanted in _branches(actor, tab):
        capped = select(_w.work_item_id).where(wanted, reading.shared(_w.case_id, actor)).limit(CAP)
        total += reading.connection.execute(select(func.count()).select_from(capped.subquery())).scalar_one()
    return min(total, CAP)


def _cursor(row: Any, tab: str) -> str:
    at = row.closed_at if tab == "done" else row.due_at
    return f"{(at - _EPOCH) // timedelta(milliseconds=1)}.{row.work_item_id.hex}"


def _beyond(after: str, key: ColumnElement[datetime], *, descending: bool) -> ColumnElement[bool]:
    stamp, _, identifier = after.partition(".")
    try:
        at, last = _EPOCH + timedelta(milliseconds=int(stamp)), UUID(hex=identifier)
    except (ValueError, OverflowError):
        raise NotFound from None
    if descending:
        return or_(key < at, and_(key == at, _w.work_item_id < last))
    return or_(key > at, and_(key == at, _w.work_item_id > last))


@dataclass(frozen=True)
class TaskPage:
    """Everything the task page shows to someone who takes part."""

    work_item_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> Task:
        """The task; NotFound for anybody who does not take part in its case."""
        raw = row_of(reading, self.work_item_id)
        known = reading.own_case(raw.case_id, actor)
        reading.seen([raw.case_id], "task")
        return answers.task(known, raw, work_row(reading, actor, raw))


@dataclass(frozen=True)
class HandedIn:
    """The page after a completion: what happens next, who has the ball, and the next task of the same person."""

    work_item_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> tuple[WorkRow, tuple[Holder, ...], WorkRow | None]:
        """The finished item, who has the ball in its case now, the actor's next task."""
        raw = row_of(reading, self.work_item_id)
        known = reading.own_case(raw.case_id, actor)
        reading.seen([raw.case_id], "receipt")
        tabs = (replace(_NEXT, tab=tab) for tab in ("mine", "team"))
        following = next((one for page in tabs for one in page.rows(reading, actor)), None)
        return (work_row(reading, actor, raw), holders(known),
                work_row(reading, actor, following) if following is not None else None)


_NEXT = MyWork()
