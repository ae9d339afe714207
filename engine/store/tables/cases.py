"""Cases, persons, participation."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, SmallInteger, Table, UniqueConstraint, text

from engine.store.tables.columns import at, blob, id_, metadata, text_

person_key = Table(
    "person_key", metadata,
    id_("person_id", primary_key=True), blob("wrapped"), text_("kek_id"), blob("identifier_token", nullable=True),
    at("destroyed_at", nullable=True),
    # unique: two notices of one person that arrive at the same instant must not make two people
    Index("person_by_identifier", "identifier_token", unique=True, sqlite_where=text("destroyed_at IS NULL"),
          postgresql_where=text("destroyed_at IS NULL")),
)
case_file = Table(
    "case_file", metadata,
    id_("case_id", primary_key=True), text_("number"), text_("definition"), text_("digest"),
    Column("release", Integer, nullable=False), text_("state"), text_("stage"), id_("person_id"), blob("person_enc"),
    id_("coordinator_id"), id_("responsible_id"), at("key_date", nullable=True),
    at("opened_at"), at("closed_at", nullable=True), id_("previous_case_id", nullable=True),
    Column("revision", Integer, nullable=False), Column("sequence", Integer, nullable=False),
    blob("head"), blob("seal"), at("paused_at", nullable=True),
    Index("case_by_person", "person_id"), UniqueConstraint("coordinator_id", "number"),
)
case_serial = Table(
    "case_serial", metadata,
    id_("institution_id", primary_key=True), Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("serial", Integer, nullable=False),
)
notice = Table(
    "notice", metadata,
    id_("sender_id", primary_key=True), text_("notice_id", primary_key=True), id_("case_id"),
)
participation = Table(
    "participation", metadata,
    id_("participation_id", primary_key=True), id_("case_id"), id_("institution_id"), text_("role"),
    at("from_at"), at("until_at"), id_("agreement_id", nullable=True), at("key_date", nullable=True),
    Index("participation_by_case", "case_id", "institution_id", "until_at", "from_at"),
    Index("participation_by_institution", "institution_id", "key_date", "case_id", "until_at", "from_at"),
)
institution_name_key = Table(
    "institution_name_key", metadata,
    id_("institution_id", primary_key=True), blob("name_key", primary_key=True), id_("case_id", primary_key=True),
    Index("name_key_by_case", "case_id"),
)
case_attribute = Table(
    "case_attribute", metadata,
    id_("case_id", primary_key=True), text_("name", primary_key=True), text_("value"),
    Index("case_attribute_by_value", "name", "value", "case_id"),
)
