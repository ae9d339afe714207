"""Institutions, the people who work in them, their agreements."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from engine.store.tables.columns import at, blob, id_, metadata, text_

institution = Table(
    "institution", metadata,
    id_("institution_id", primary_key=True), text_("name"), text_("short_name"), text_("phone"), text_("email"),
)
account = Table(
    "account", metadata,
    id_("account_id", primary_key=True), text_("email", unique=True), text_("name"), text_("phone"),
    text_("language"), text_("password_hash"), blob("link_hash", nullable=True), at("link_ends_at", nullable=True),
)
appointment = Table(
    "appointment", metadata,
    id_("appointment_id", primary_key=True), id_("account_id", ForeignKey("account.account_id")),
    id_("institution_id", ForeignKey("institution.institution_id")), text_("role"), at("from_at"), at("until_at"),
    Index("appointment_by_account", "account_id"),
)
session = Table(
    "session", metadata,
    blob("session_hash", primary_key=True), id_("account_id"), id_("institution_id", nullable=True),
    at("opened_at"), at("seen_at"),
)
throttle = Table(
    "throttle", metadata,
    blob("throttle_key", primary_key=True), Column("failures", Integer, nullable=False), at("free_at"),
)
agreement = Table(
    "agreement", metadata, id_("agreement_id", primary_key=True), text_("name"), at("from_at"), at("ends_at"),
)
agreement_party = Table(
    "agreement_party", metadata,
    id_("agreement_id", ForeignKey("agreement.agreement_id"), primary_key=True),
    id_("institution_id", primary_key=True), text_("role", primary_key=True),
)
