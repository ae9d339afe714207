"""Worklists and the task page: what one person has to do, what their team has, what they wait for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar
from uuid import UUID

from engine.model.actors import Actor
from engine.queries import answers, tabs
from engine.queries.reading import Reading
from engine.queries.rows import Attribute, Holder, Task, WorkPage, WorkRow
from engine.queries.tabs import CAP, PAGE, TABS
from engine.queries.worklists import holders, row_of, work_row


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
        return WorkPage(tab, rows, _counts(reading, actor), tabs.cursor(last, tab) if last is not None else "",
                        tuple(columns.values()))

    def rows(self, reading: Reading, actor: Actor) -> list[Any]:
        """The joined rows of the page and one more, which tells whether there is a next page."""
        tab = self.tab if self.tab in TABS else "mine"
        count, sought = tabs.searched(reading, actor, self.search)
        shape = tabs.Shape(tab, len(actor.roles), reading.is_postgresql, bool(self.after), self.overdue,
                           bool(self.definition), count)
        known = {**tabs.asking(reading, actor), **tabs.behind(self.after), **sought, "definition": self.definition}
        return list(reading.connection.execute(tabs.page(shape), known))


def _counts(reading: Reading, actor: Actor) -> dict[str, int]:
    row = reading.connection.execute(
        tabs.counts(len(actor.roles), reading.is_postgresql), tabs.asking(reading, actor)).one()
    return {tab: min(row[place], CAP) for place, tab in enumerate(TABS)}


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
        pages = (replace(_NEXT, tab=tab) for tab in ("mine", "team"))
        following = next((one for page in pages for one in page.rows(reading, actor)), None)
        reading.seen([raw.case_id, *([following.case_id] if following is not None else [])], "receipt")
        return (work_row(reading, actor, raw), holders(known),
                work_row(reading, actor, following) if following is not None else None)


_NEXT = MyWork()
