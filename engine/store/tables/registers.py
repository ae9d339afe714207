"""Registers: the rows that owners keep, every version of each, and the places that cases have booked."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, text

from engine.store.tables.columns import at, blob, id_, metadata, text_

register_row = Table(
    "register_row", metadata,
    id_("row_id", primary_key=True), text_("register"), id_("institution_id", nullable=True), text_("title"),
    Column("revision", Integer, nullable=False), text_("content"), Column("places", Integer, nullable=True),
    Column("taken", Integer, nullable=False), at("put_at"), at("retired_at", nullable=True),
    Index("register_row_live", "register", "title", sqlite_where=text("retired_at IS NULL"),
          postgresql_where=text("retired_at IS NULL")),
)
register_version = Table(
    "register_version", metadata,
    id_("row_id", primary_key=True), Column("revision", Integer, primary_key=True, autoincrement=False),
    text_("title"), text_("content"), at("put_at"), id_("put_by"),
)
#: ``told_enc``: what the row's owner may know, under the key of the person the case is about
booking = Table(
    "booking", metadata,
    id_("booking_id", primary_key=True), id_("row_id"), id_("case_id"), text_("element"), at("booked_at"),
    at("released_at", nullable=True), blob("told_enc", nullable=True),
    # unique: one case has one place in a row, although two tasks may ask for it at the same instant
    Index("booking_live", "row_id", "case_id", unique=True, sqlite_where=text("released_at IS NULL"),
          postgresql_where=text("released_at IS NULL")),
    Index("booking_by_case", "case_id"),
)
