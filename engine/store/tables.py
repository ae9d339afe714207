"""The tables: what every row means. Written only in the store, read in queries and nowhere else.

Identifiers are version-7 UUIDs made by the clock; moments are milliseconds since 1970 in UTC; an open end is
``FOREVER``, never NULL, so that one comparison decides whether a participation is valid. Columns ending in ``_enc``
hold AES-256-GCM under the key of the person the case is about. Every table of a case carries ``case_id``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import UUID as PgUuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from engine.store.bodies import packed, unpacked

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
#: the open end of a participation, an appointment or an agreement
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as milliseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Milliseconds for the database."""
        return None if value is None else (value - _EPOCH) // _MS

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """An aware UTC moment for the program."""
        return None if value is None else _EPOCH + value * _MS


class Id(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, sixteen bytes on SQLite."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """The type of the database at hand."""
        return dialect.type_descriptor(PgUuid(as_uuid=True) if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """What the driver takes."""
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """A UUID for the program."""
        return value if value is None or isinstance(value, UUID) else UUID(bytes=bytes(value))


class Body(TypeDecorator[bytes]):
    """The body of a ledger entry, plain for the program, packed in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Packed for the database."""
        return None if value is None else packed(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        """Plain for the program."""
        return None if value is None else unpacked(bytes(value))


metadata = MetaData(naming_convention={
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s",
})


def _id(name: str, *rest: Any, **more: Any) -> Column[UUID]:
    return Column(name, Id, *rest, **({"nullable": False} | more))


def _at(name: str, **more: Any) -> Column[datetime]:
    return Column(name, Moment, **({"nullable": False} | more))


def _text(name: str, **more: Any) -> Column[str]:
    return Column(name, Text, **({"nullable": False} | more))


def _blob(name: str, **more: Any) -> Column[bytes]:
    return Column(name, LargeBinary, **({"nullable": False} | more))


# --- institutions and people who work in them

institution = Table(
    "institution", metadata,
    _id("institution_id", primary_key=True), _text("name"), _text("short_name"), _text("phone"), _text("email"),
)
account = Table(
    "account", metadata,
    _id("account_id", primary_key=True), _text("email", unique=True), _text("name"), _text("phone"),
    _text("language"), _text("password_hash"), _blob("link_hash", nullable=True), _at("link_ends_at", nullable=True),
)
appointment = Table(
    "appointment", metadata,
    _id("appointment_id", primary_key=True), _id("account_id", ForeignKey("account.account_id")),
    _id("institution_id", ForeignKey("institution.institution_id")), _text("role"), _at("from_at"), _at("until_at"),
    Index("appointment_by_account", "account_id"),
)
session = Table(
    "session", metadata,
    _blob("session_hash", primary_key=True), _id("account_id"), _id("institution_id", nullable=True),
    _at("opened_at"), _at("seen_at"),
)
throttle = Table(
    "throttle", metadata,
    _blob("throttle_key", primary_key=True), Column("failures", Integer, nullable=False), _at("free_at"),
)
agreement = Table(
    "agreement", metadata, _id("agreement_id", primary_key=True), _text("name"), _at("from_at"), _at("ends_at"),
)
agreement_party = Table(
    "agreement_party", metadata,
    _id("agreement_id", ForeignKey("agreement.agreement_id"), primary_key=True),
    _id("institution_id", primary_key=True), _text("role", primary_key=True),
)

# --- definitions

bundle = Table("bundle", metadata, _text("digest", primary_key=True), _blob("content"))
definition = Table(
    "definition", metadata,
    _text("name", primary_key=True), Column("release", Integer, primary_key=True, autoincrement=False),
    _text("digest"), _text("note"), _text("title"), _at("published_at"), _id("published_by"),
    Column("live", Boolean, nullable=False),
)

# --- cases

person_key = Table(
    "person_key", metadata,
    _id("person_id", primary_key=True), _blob("wrapped"), _text("kek_id"), _blob("identifier_token", nullable=True),
    _at("destroyed_at", nullable=True),
    # unique: two notices of one person that arrive at the same instant must not make two people
    Index("person_by_identifier", "identifier_token", unique=True, sqlite_where=text("destroyed_at IS NULL"),
          postgresql_where=text("destroyed_at IS NULL")),
)
case_file = Table(
    "case_file", metadata,
    _id("case_id", primary_key=True), _text("number"), _text("definition"), _text("digest"),
    Column("release", Integer, nullable=False), _text("state"), _text("stage"), _id("person_id"), _blob("person_enc"),
    _id("coordinator_id"), _id("responsible_id"), _at("key_date", nullable=True),
    _at("opened_at"), _at("closed_at", nullable=True), _id("previous_case_id", nullable=True),
    Column("revision", Integer, nullable=False), Column("sequence", Integer, nullable=False),
    _blob("head"), _blob("seal"),
    Index("case_by_person", "person_id"), UniqueConstraint("coordinator_id", "number"),
)
case_serial = Table(
    "case_serial", metadata,
    _id("institution_id", primary_key=True), Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("serial", Integer, nullable=False),
)
notice = Table(
    "notice", metadata,
    _id("sender_id", primary_key=True), _text("notice_id", primary_key=True), _id("case_id"),
)
participation = Table(
    "participation", metadata,
    _id("participation_id", primary_key=True), _id("case_id"), _id("institution_id"), _text("role"),
    _at("from_at"), _at("until_at"), _id("agreement_id", nullable=True), _at("key_date", nullable=True),
    Index("participation_by_case", "case_id", "institution_id", "until_at", "from_at"),
    Index("participation_by_institution", "institution_id", "key_date", "case_id", "until_at", "from_at"),
)
institution_name_key = Table(
    "institution_name_key", metadata,
    _id("institution_id", primary_key=True), _blob("name_key", primary_key=True), _id("case_id", primary_key=True),
    Index("name_key_by_case", "case_id"),
)
case_attribute = Table(
    "case_attribute", metadata,
    _id("case_id", primary_key=True), _text("name", primary_key=True), _text("value"),
    Index("case_attribute_by_value", "name", "value", "case_id"),
)

# --- running processes

process_instance = Table(
    "process_instance", metadata,
    _id("instance_id", primary_key=True), _id("case_id"), _text("digest"), _text("process"),
    _blob("snapshot_enc"), _at("started_at"), _at("ended_at", nullable=True),
    Index("process_instance_by_case", "case_id"),
)
work_item = Table(
    "work_item", metadata,
    _id("work_item_id", primary_key=True), _id("case_id"), _id("instance_id"), _text("element"), _text("digest"),
    _id("institution_id"), _text("team"), _id("waiting_id"), _id("owner_id", nullable=True),
    _id("excluded_id", nullable=True), _id("performer_id", nullable=True), _id("previous_id", nullable=True),
    _text("state"), Column("priority", SmallInteger, nullable=False), _text("wanted_role"),
    _blob("item_enc", nullable=True),
    _at("due_at"), _at("follow_up_at", nullable=True), _at("offered_at"), _at("closed_at", nullable=True),
    _id("answer_id", nullable=True),
    Index("work_item_inbox", "institution_id", "team", "due_at", "work_item_id", "case_id",
          sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    Index("work_item_owned", "owner_id", "due_at", "work_item_id", "case_id",
          sqlite_where=text("closed_at IS NULL AND owner_id IS NOT NULL"),
          postgresql_where=text("closed_at IS NULL AND owner_id IS NOT NULL")),
    Index("work_item_waiting", "waiting_id", "due_at", "work_item_id", "case_id", "institution_id",
          sqlite_where=text("closed_at IS NULL AND institution_id<>waiting_id"),
          postgresql_where=text("closed_at IS NULL AND institution_id<>waiting_id")),
    Index("work_item_performed", "performer_id", "closed_at", "work_item_id",
          sqlite_where=text("performer_id IS NOT NULL"), postgresql_where=text("performer_id IS NOT NULL")),
    Index("work_item_by_case", "case_id", "closed_at"),
)
answer = Table(
    "answer", metadata,
    _id("answer_id", primary_key=True), _id("case_id"), _id("work_item_id", nullable=True), _text("form"),
    _text("digest"), _text("element"), _id("institution_id"), _text("role"), _id("account_id"), _at("given_at"),
    _blob("values_enc"), Index("answer_by_case", "case_id", "given_at"),
)
attachment = Table(
    "attachment", metadata,
    _id("attachment_id", primary_key=True), _id("case_id"), _id("work_item_id", nullable=True), _text("form"),
    _text("digest"), _text("field"), _blob("name_enc"), _text("kind"), Column("size", Integer, nullable=False),
    _id("account_id"), _at("attached_at"), _blob("content_enc"), Index("attachment_by_case", "case_id"),
)
draft = Table(
    "draft", metadata,
    _id("work_item_id", primary_key=True), _id("account_id", primary_key=True), _id("case_id"),
    _blob("values_enc"), _at("saved_at"),
)
subscription = Table(
    "subscription", metadata,
    _id("activity_id", primary_key=True), _text("name", primary_key=True), _id("case_id"), _id("instance_id"),
    _text("kind"), _text("element"), _text("correlation"),
    Index("subscription_by_case", "case_id"), Index("subscription_by_name", "name", "kind", "correlation"),
)
kept_message = Table(
    "kept_message", metadata,
    _id("message_id", primary_key=True), _text("name"), _blob("content_enc"), _at("kept_at"),
    _at("delivered_at", nullable=True), Index("kept_message_by_name", "name"),
)
incident = Table(
    "incident", metadata,
    _id("incident_id", primary_key=True), _id("case_id"), _id("instance_id", nullable=True), _text("element"),
    _text("reason"), _text("params"), _id("activity_id", nullable=True), _text("command"), _at("raised_at"),
    _at("resolved_at", nullable=True), Index("incident_by_case", "case_id"),
)
handover = Table(
    "handover", metadata,
    _id("handover_id", primary_key=True), _id("case_id"), _id("from_institution_id"), _id("to_institution_id"),
    _id("offer_item_id"), _id("work_item_id"), _text("state"), _at("offered_at"), _at("decided_at", nullable=True),
    _id("offered_by"), _id("decided_by", nullable=True), _id("offer_answer_id", nullable=True),
    _id("answer_id", nullable=True),
    Index("handover_by_case", "case_id"), Index("handover_by_item", "work_item_id"),
)

# --- the ledger

ledger_entry = Table(
    "ledger_entry", metadata,
    _id("stream", primary_key=True), Column("sequence", Integer, primary_key=True, autoincrement=False),
    _id("case_id", nullable=True), _at("at"), _id("actor_id"), _id("institution_id", nullable=True), _text("type"),
    Column("body", Body, nullable=False), _blob("hash"),
    Index("ledger_entry_by_actor", "actor_id", "at"), Index("ledger_entry_by_type", "type", "at"),
)
stream_head = Table(
    "stream_head", metadata,
    _id("stream", primary_key=True), _text("name", unique=True), Column("sequence", Integer, nullable=False),
    _blob("head"), _blob("seal"),
)
sight = Table(
    "sight", metadata,
    _id("case_id", primary_key=True), _id("stream", primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
)
receipt = Table(
    "receipt", metadata,
    _blob("token", primary_key=True), _id("account_id"), _text("answer"), _at("made_at"),
)

# --- background work

job = Table(
    "job", metadata,
    _id("job_id", primary_key=True), _text("queue"), _text("kind"), _id("case_id", nullable=True),
    _id("activity_id", nullable=True), _text("payload"),
    _text("dedup_key", nullable=True, unique=True), Column("priority", SmallInteger, nullable=False),
    _at("run_at"), _text("state"), Column("attempts", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False), _at("lease_until", nullable=True),
    _id("lease_token", nullable=True), _text("error"), _at("created_at"), _at("finished_at", nullable=True),
    Index("job_due", "queue", "run_at", sqlite_where=text("state='queued'"),
          postgresql_where=text("state='queued'")),
    Index("job_leased", "lease_until", sqlite_where=text("state='running'"),
          postgresql_where=text("state='running'")),
    Index("job_by_activity", "activity_id", sqlite_where=text("activity_id IS NOT NULL"),
          postgresql_where=text("activity_id IS NOT NULL")),
)
mail = Table(
    "mail", metadata,
    _id("mail_id", primary_key=True), _id("account_id"), _text("kind"), _id("work_item_id", nullable=True),
    _text("number"), _at("written_at"), _at("sent_at", nullable=True),
    # unique: one letter a person about one task, although two workers may believe the job to be theirs
    Index("mail_by_item", "work_item_id", "account_id", "kind", unique=True),
)
installation = Table("installation", metadata, _text("name", primary_key=True), _text("value"))
