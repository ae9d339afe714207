"""Marks: one row an answer that counts. No case, no worker, no moment finer than a quarter."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from engine.store.tables.columns import blob, id_, metadata, text_

figure_mark = Table(
    "figure_mark", metadata,
    # a keyed token of what was answered: an answer that is taken back finds its marks, a thief of the table no answer
    blob("mark", primary_key=True), text_("definition"), text_("figure"),
    Column("quarter", Integer, nullable=False), id_("institution_id"), text_("value"), text_("row_value"),
    text_("group_name"), text_("group_value"),
    Index("figure_mark_by_quarter", "definition", "quarter", "figure"),
)
