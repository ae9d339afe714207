"""Definitions and their bundles."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table

from engine.store.tables.columns import at, blob, id_, metadata, text_

bundle = Table("bundle", metadata, text_("digest", primary_key=True), blob("content"))
definition = Table(
    "definition", metadata,
    text_("name", primary_key=True), Column("release", Integer, primary_key=True, autoincrement=False),
    text_("digest"), text_("note"), text_("title"), at("published_at"), id_("published_by"),
    Column("live", Boolean, nullable=False),
)
