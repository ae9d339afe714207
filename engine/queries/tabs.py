"""The tabs of My work as statements, each built once a shape: building one takes longer than running it.

Conditions of the partial indexes stand literally, so that both databases use them; everything that differs from one
look to the next is a parameter. Pages are found by key (due time and identifier), never by counting rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)

from engine.model.actors import Actor
from engine.model.errors import NotFound
from engine.queries.reading import Reading, wall
from engine.queries.worklists import OPEN, joined
from engine.store import tables as t
from engine.store.names import words

PAGE = 25
#: counts stop here and are shown as "999+"
CAP = 1000
TABS = ("mine", "team", "waiting", "done")
_WORDS = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_w = t.work_item.c
_ELSEWHERE: ColumnElement[bool] = literal_column("work_item.institution_id<>work_item.waiting_id")
_OWNED: ColumnElement[bool] = literal_column("work_item.owner_id IS NOT NULL")
_PERFORMED: ColumnElement[bool] = literal_column("work_item.performer_id IS NOT NULL")


@dataclass(frozen=True)
class Shape:
    """What makes one statement differ from another; ``words`` is how many words are searched for, -1 for a number."""

    tab: str
    roles: int
    postgresql: bool
    after: bool = False
    overdue: bool = False
    definition: bool = False
    words: int = 0


@lru_cache(maxsize=500)
def page(shape: Shape) -> Select[Any]:
    """The joined rows of a page and one more, which tells whether there is a next page."""
    key = _key(shape.tab)
    order = (key.desc(), _w.work_item_id.desc()) if shape.tab == "done" else (key, _w.work_item_id)
    limited = [select(_w.work_item_id).where(one, _wall(shape), *_filters(shape)).order_by(*order).limit(PAGE + 1)
               for one in _branches(shape.tab, shape.roles)]
    if len(limited) == 1:
        ids = limited[0].subquery()
    else:
        ids = union_all(*(select(one.subquery().c.work_item_id) for one in limited)).subquery()
    return joined(_w.work_item_id.in_(select(ids.c.work_item_id))).order_by(*order).limit(PAGE + 1)


@lru_cache(maxsize=100)
def counts(roles: int, postgresql: bool) -> Select[Any]:
    """How much each tab holds, in one row; a team's work is counted role by role."""
    columns: list[ColumnElement[Any]] = []
    for tab in TABS:
        shape = Shape(tab, roles, postgresql)
        parts = [_capped(shape, one) for one in _branches(tab, roles)]
        columns.append(sum(parts[1:], start=parts[0]).label(tab))
    return select(*columns)


def _capped(shape: Shape, wanted: ColumnElement[bool]) -> ColumnElement[Any]:
    found = select(_w.work_item_id).where(wanted, _wall(shape)).limit(CAP).subquery()
    counted: ScalarSelect[Any] = select(func.count()).select_from(found).scalar_subquery()
    return counted


def _key(tab: str) -> ColumnElement[Any]:
    return _w.closed_at if tab == "done" else _w.due_at


def _branches(tab: str, roles: int) -> list[ColumnElement[bool]]:
    """The work of a tab; a team's one by one, because an index can give only one team's in order."""
    me, here = given("account"), given("institution")
    if tab == "mine":
        return [and_(_w.owner_id == me, _w.institution_id == here, OPEN, _OWNED)]
    if tab == "team":
        return [and_(_w.institution_id == here, _w.team == role, OPEN) for role in given_roles(roles)]
    if tab == "waiting":
        return [and_(_w.waiting_id == here, OPEN, _ELSEWHERE)]
    return [and_(_w.performer_id == me, _w.institution_id == here, _PERFORMED)]


def _wall(shape: Shape) -> ColumnElement[bool]:
    return wall(_w.case_id, given("institution"), given_roles(shape.roles), given("now"), postgresql=shape.postgresql)


def given_roles(count: int) -> list[BindParameter[Any]]:
    """The parameters of so many roles; ``asking`` gives an empty one to who has none."""
    return [given(f"role_{number}") for number in range(max(1, count))]


def given(name: str) -> BindParameter[Any]:
    """A parameter whose type is that of what it is compared with."""
    return bindparam(name)


def _filters(shape: Shape) -> Iterator[ColumnElement[bool]]:
    if shape.after:
        here, there = tuple_(_key(shape.tab), _w.work_item_id), tuple_(
            bindparam("after_at", type_=t.Moment()), bindparam("after_id", type_=t.Id()))
        yield here < there if shape.tab == "done" else here > there
    if shape.overdue:
        yield _w.due_at < bindparam("now")
        # asked of each row that is shown: a list of all paused cases is a walk through all cases
        paused = t.case_file.alias("paused")
        yield ~exists(select(paused.c.case_id).where(paused.c.case_id == _w.case_id, paused.c.paused_at.is_not(None)))
    if shape.definition:
        yield _w.case_id.in_(select(t.case_file.c.case_id).where(t.case_file.c.definition == bindparam("definition")))
    yield from found_by(shape.words, _w.case_id)


# --- search

def found_by(count: int, case_id: ColumnElement[UUID]) -> Iterator[ColumnElement[bool]]:
    """Conditions of a search: a case number (-1), or so many whole words of a person's names."""
    if count < 0:
        yield case_id.in_(select(t.case_file.c.case_id).where(t.case_file.c.number == bindparam("number")))
    key = t.institution_name_key.c
    for place in range(count):
        yield case_id.in_(select(key.case_id).where(
            key.institution_id == bindparam("institution"), key.name_key == bindparam(f"word_{place}")))


def searched(reading: Reading, actor: Actor, search: str) -> tuple[int, Mapping[str, Any]]:
    """What is searched for and its parameters: words become this institution's tokens of them."""
    text = search.strip()
    if "/" in text:
        return -1, {"number": text}
    scope = f"names|{actor.institution_id.hex}"
    tokens = [reading.vault.token(scope, word) for word in words(text)[:_WORDS]]
    return len(tokens), {f"word_{place}": token for place, token in enumerate(tokens)}


def asking(reading: Reading, actor: Actor) -> dict[str, Any]:
    """The parameters that say who asks and when; whoever holds no role here belongs to no team."""
    roles = sorted(actor.roles) or [""]
    return {"account": actor.account_id, "institution": actor.institution_id, "now": reading.now,
            **{f"role_{number}": role for number, role in enumerate(roles)}}


# --- the way through the pages

def cursor(row: Any, tab: str) -> str:
    """Where the next page begins: behind this row."""
    at = row.closed_at if tab == "done" else row.due_at
    return f"{(at - _EPOCH) // timedelta(milliseconds=1)}.{row.work_item_id.hex}"


def behind(after: str) -> Mapping[str, Any]:
    """The parameters of a cursor; NotFound if it is none."""
    if not after:
        return {}
    stamp, _, identifier = after.partition(".")
    try:
        return {"after_at": _EPOCH + timedelta(milliseconds=int(stamp)), "after_id": UUID(hex=identifier)}
    except (ValueError, OverflowError):
        raise NotFound from None
