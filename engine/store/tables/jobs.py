"""Background work, letters, the installation itself."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, SmallInteger, Table, text

from engine.store.tables.columns import at, id_, metadata, text_

job = Table(
    "job", metadata,
    id_("job_id", primary_key=True), text_("queue"), text_("kind"), id_("case_id", nullable=True),
    id_("activity_id", nullable=True), text_("payload"),
    text_("dedup_key", nullable=True, unique=True), Column("priority", SmallInteger, nullable=False),
    at("run_at"), text_("state"), Column("attempts", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False), at("lease_until", nullable=True),
    id_("lease_token", nullable=True), text_("error"), at("created_at"), at("finished_at", nullable=True),
    Index("job_due", "queue", "run_at", sqlite_where=text("state='queued'"),
          postgresql_where=text("state='queued'")),
    Index("job_leased", "lease_until", sqlite_where=text("state='running'"),
          postgresql_where=text("state='running'")),
    Index("job_by_activity", "activity_id", sqlite_where=text("activity_id IS NOT NULL"),
          postgresql_where=text("activity_id IS NOT NULL")),
)
mail = Table(
    "mail", metadata,
    id_("mail_id", primary_key=True), id_("account_id"), text_("kind"), id_("work_item_id", nullable=True),
    text_("number"), at("written_at"), at("sent_at", nullable=True),
    # unique: one letter a person about one task, although two workers may believe the job to be theirs
    Index("mail_by_item", "work_item_id", "account_id", "kind", unique=True),
)
installation = Table("installation", metadata, text_("name", primary_key=True), text_("value"))
