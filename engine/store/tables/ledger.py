"""The ledger, its heads, who looked, once-only receipts."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from engine.store.tables.columns import Body, at, blob, id_, metadata, text_

ledger_entry = Table(
    "ledger_entry", metadata,
    id_("stream", primary_key=True), Column("sequence", Integer, primary_key=True, autoincrement=False),
    id_("case_id", nullable=True), at("at"), id_("actor_id"), id_("institution_id", nullable=True), text_("type"),
    Column("body", Body, nullable=False), blob("hash"),
    Index("ledger_entry_by_actor", "actor_id", "at"), Index("ledger_entry_by_type", "type", "at"),
)
stream_head = Table(
    "stream_head", metadata,
    id_("stream", primary_key=True), text_("name", unique=True), Column("sequence", Integer, nullable=False),
    blob("head"), blob("seal"),
)
sight = Table(
    "sight", metadata,
    id_("case_id", primary_key=True), id_("stream", primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
)
receipt = Table(
    "receipt", metadata,
    blob("token", primary_key=True), id_("account_id"), text_("answer"), at("made_at"),
)
