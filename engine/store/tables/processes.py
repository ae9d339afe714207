"""Running processes, their work items, answers, messages and incidents."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, SmallInteger, Table, text

from engine.store.tables.columns import at, blob, id_, metadata, text_

process_instance = Table(
    "process_instance", metadata,
    id_("instance_id", primary_key=True), id_("case_id"), text_("digest"), text_("process"),
    blob("snapshot_enc"), at("started_at"), at("ended_at", nullable=True),
    Index("process_instance_by_case", "case_id"),
)
work_item = Table(
    "work_item", metadata,
    id_("work_item_id", primary_key=True), id_("case_id"), id_("instance_id"), text_("element"), text_("digest"),
    id_("institution_id"), text_("team"), id_("waiting_id"), id_("owner_id", nullable=True),
    id_("excluded_id", nullable=True), id_("performer_id", nullable=True), id_("previous_id", nullable=True),
    text_("state"), Column("priority", SmallInteger, nullable=False), text_("wanted_role"),
    blob("item_enc", nullable=True),
    at("due_at"), at("follow_up_at", nullable=True), at("offered_at"), at("closed_at", nullable=True),
    id_("answer_id", nullable=True),
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
    id_("answer_id", primary_key=True), id_("case_id"), id_("work_item_id", nullable=True), text_("form"),
    text_("digest"), text_("element"), id_("institution_id"), text_("role"), id_("account_id"), at("given_at"),
    blob("values_enc"), Index("answer_by_case", "case_id", "given_at"),
)
attachment = Table(
    "attachment", metadata,
    id_("attachment_id", primary_key=True), id_("case_id"), id_("work_item_id", nullable=True), text_("form"),
    text_("digest"), text_("field"), blob("name_enc"), text_("kind"), Column("size", Integer, nullable=False),
    id_("account_id"), at("attached_at"), blob("content_enc"), Index("attachment_by_case", "case_id"),
)
draft = Table(
    "draft", metadata,
    id_("work_item_id", primary_key=True), id_("account_id", primary_key=True), id_("case_id"),
    blob("values_enc"), at("saved_at"),
)
subscription = Table(
    "subscription", metadata,
    id_("activity_id", primary_key=True), text_("name", primary_key=True), id_("case_id"), id_("instance_id"),
    text_("kind"), text_("element"), text_("correlation"),
    Index("subscription_by_case", "case_id"), Index("subscription_by_name", "name", "kind", "correlation"),
)
kept_message = Table(
    "kept_message", metadata,
    id_("message_id", primary_key=True), text_("name"), blob("content_enc"), at("kept_at"),
    at("delivered_at", nullable=True), Index("kept_message_by_name", "name"),
)
incident = Table(
    "incident", metadata,
    id_("incident_id", primary_key=True), id_("case_id"), id_("instance_id", nullable=True), text_("element"),
    text_("reason"), text_("params"), id_("activity_id", nullable=True), text_("command"), at("raised_at"),
    at("resolved_at", nullable=True), Index("incident_by_case", "case_id"),
)
handover = Table(
    "handover", metadata,
    id_("handover_id", primary_key=True), id_("case_id"), id_("from_institution_id"), id_("to_institution_id"),
    id_("offer_item_id"), id_("work_item_id"), text_("state"), at("offered_at"), at("decided_at", nullable=True),
    id_("offered_by"), id_("decided_by", nullable=True), id_("offer_answer_id", nullable=True),
    id_("answer_id", nullable=True),
    Index("handover_by_case", "case_id"), Index("handover_by_item", "work_item_id"),
)
