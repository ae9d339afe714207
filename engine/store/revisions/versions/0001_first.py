"""The first schema: every table, and the triggers by which the ledger and the answers refuse to be changed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.store.revisions.append_only import protect
from engine.store.revisions.columns import ID, MOMENT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def C(name: str, kind: Any, nullable: bool = False) -> sa.Column[Any]:
    """A column, filled unless said otherwise."""
    return sa.Column(name, kind, nullable=nullable)


def where(condition: str) -> dict[str, Any]:
    """The condition of a partial index, on either database."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Create everything on an empty database."""
    op.create_table(
        "account",
        C("account_id", ID), C("email", sa.Text), C("name", sa.Text), C("phone", sa.Text), C("language", sa.Text),
        C("password_hash", sa.Text), C("link_hash", sa.LargeBinary, nullable=True),
        C("link_ends_at", MOMENT, nullable=True), sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "agreement",
        C("agreement_id", ID), C("name", sa.Text), C("from_at", MOMENT), C("ends_at", MOMENT),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_agreement")),
    )
    op.create_table(
        "answer",
        C("answer_id", ID), C("case_id", ID), C("work_item_id", ID, nullable=True), C("form", sa.Text),
        C("digest", sa.Text), C("element", sa.Text), C("institution_id", ID), C("role", sa.Text), C("account_id", ID),
        C("given_at", MOMENT), C("values_enc", sa.LargeBinary),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_answer")),
    )
    op.create_index("answer_by_case", "answer", ["case_id", "given_at"])
    op.create_table(
        "attachment",
        C("attachment_id", ID), C("case_id", ID), C("work_item_id", ID, nullable=True), C("form", sa.Text),
        C("digest", sa.Text), C("field", sa.Text), C("name_enc", sa.LargeBinary), C("kind", sa.Text),
        C("size", sa.Integer), C("account_id", ID), C("attached_at", MOMENT), C("content_enc", sa.LargeBinary),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment")),
    )
    op.create_index("attachment_by_case", "attachment", ["case_id"])
    op.create_table(
        "bundle",
        C("digest", sa.Text), C("content", sa.LargeBinary), sa.PrimaryKeyConstraint("digest", name=op.f("pk_bundle")),
    )
    op.create_table(
        "case_attribute",
        C("case_id", ID), C("name", sa.Text), C("value", sa.Text),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_case_attribute")),
    )
    op.create_index("case_attribute_by_value", "case_attribute", ["name", "value", "case_id"])
    op.create_table(
        "case_file",
        C("case_id", ID), C("number", sa.Text), C("definition", sa.Text), C("digest", sa.Text),
        C("release", sa.Integer), C("state", sa.Text), C("stage", sa.Text), C("person_id", ID),
        C("person_enc", sa.LargeBinary), C("coordinator_id", ID), C("responsible_id", ID),
        C("key_date", MOMENT, nullable=True), C("opened_at", MOMENT), C("closed_at", MOMENT, nullable=True),
        C("previous_case_id", ID, nullable=True), C("revision", sa.Integer), C("sequence", sa.Integer),
        C("head", sa.LargeBinary), C("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("coordinator_id", "number", name=op.f("uq_case_file_coordinator_id")),
    )
    op.create_index("case_by_person", "case_file", ["person_id"])
    op.create_table(
        "case_serial",
        C("institution_id", ID), C("year", sa.SmallInteger), C("serial", sa.Integer),
        sa.PrimaryKeyConstraint("institution_id", "year", name=op.f("pk_case_serial")),
    )
    op.create_table(
        "definition",
        C("name", sa.Text), C("release", sa.Integer), C("digest", sa.Text), C("note", sa.Text), C("title", sa.Text),
        C("published_at", MOMENT), C("published_by", ID), C("live", sa.Boolean),
        sa.PrimaryKeyConstraint("name", "release", name=op.f("pk_definition")),
    )
    op.create_table(
        "draft",
        C("work_item_id", ID), C("account_id", ID), C("case_id", ID), C("values_enc", sa.LargeBinary),
        C("saved_at", MOMENT), sa.PrimaryKeyConstraint("work_item_id", "account_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "handover",
        C("handover_id", ID), C("case_id", ID), C("from_institution_id", ID), C("to_institution_id", ID),
        C("offer_item_id", ID), C("work_item_id", ID), C("state", sa.Text), C("offered_at", MOMENT),
        C("decided_at", MOMENT, nullable=True), C("offered_by", ID), C("decided_by", ID, nullable=True),
        C("offer_answer_id", ID, nullable=True), C("answer_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("handover_id", name=op.f("pk_handover")),
    )
    op.create_index("handover_by_case", "handover", ["case_id"])
    op.create_index("handover_by_item", "handover", ["work_item_id"])
    op.create_table(
        "incident",
        C("incident_id", ID), C("case_id", ID), C("instance_id", ID, nullable=True), C("element", sa.Text),
        C("reason", sa.Text), C("params", sa.Text), C("activity_id", ID, nullable=True), C("command", sa.Text),
        C("raised_at", MOMENT), C("resolved_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_incident")),
    )
    op.create_index("incident_by_case", "incident", ["case_id"])
    op.create_table(
        "installation",
        C("name", sa.Text), C("value", sa.Text), sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "institution",
        C("institution_id", ID), C("name", sa.Text), C("short_name", sa.Text), C("phone", sa.Text), C("email", sa.Text),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_institution")),
    )
    op.create_table(
        "institution_name_key",
        C("institution_id", ID), C("name_key", sa.LargeBinary), C("case_id", ID),
        sa.PrimaryKeyConstraint("institution_id", "name_key", "case_id", name=op.f("pk_institution_name_key")),
    )
    op.create_index("name_key_by_case", "institution_name_key", ["case_id"])
    op.create_table(
        "job",
        C("job_id", ID), C("queue", sa.Text), C("kind", sa.Text), C("case_id", ID, nullable=True),
        C("activity_id", ID, nullable=True), C("payload", sa.Text), C("dedup_key", sa.Text, nullable=True),
        C("priority", sa.SmallInteger), C("run_at", MOMENT), C("state", sa.Text), C("attempts", sa.Integer),
        C("max_attempts", sa.Integer), C("lease_until", MOMENT, nullable=True), C("lease_token", ID, nullable=True),
        C("error", sa.Text), C("created_at", MOMENT), C("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_job_dedup_key")),
    )
    op.create_index("job_by_activity", "job", ["activity_id"], **where("activity_id IS NOT NULL"))
    op.create_index("job_due", "job", ["queue", "run_at"], **where("state='queued'"))
    op.create_index("job_leased", "job", ["lease_until"], **where("state='running'"))
    op.create_table(
        "kept_message",
        C("message_id", ID), C("name", sa.Text), C("content_enc", sa.LargeBinary), C("kept_at", MOMENT),
        C("delivered_at", MOMENT, nullable=True), sa.PrimaryKeyConstraint("message_id", name=op.f("pk_kept_message")),
    )
    op.create_index("kept_message_by_name", "kept_message", ["name"])
    op.create_table(
        "ledger_entry",
        C("stream", ID), C("sequence", sa.Integer), C("case_id", ID, nullable=True), C("at", MOMENT), C("actor_id", ID),
        C("institution_id", ID, nullable=True), C("type", sa.Text), C("body", sa.LargeBinary),
        C("hash", sa.LargeBinary), sa.PrimaryKeyConstraint("stream", "sequence", name=op.f("pk_ledger_entry")),
    )
    op.create_index("ledger_entry_by_actor", "ledger_entry", ["actor_id", "at"])
    op.create_index("ledger_entry_by_type", "ledger_entry", ["type", "at"])
    op.create_table(
        "mail",
        C("mail_id", ID), C("account_id", ID), C("kind", sa.Text), C("work_item_id", ID, nullable=True),
        C("number", sa.Text), C("written_at", MOMENT), C("sent_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_mail")),
    )
    op.create_index("mail_by_item", "mail", ["work_item_id", "account_id", "kind"], unique=True)
    op.create_table(
        "notice",
        C("sender_id", ID), C("notice_id", sa.Text), C("case_id", ID),
        sa.PrimaryKeyConstraint("sender_id", "notice_id", name=op.f("pk_notice")),
    )
    op.create_table(
        "participation",
        C("participation_id", ID), C("case_id", ID), C("institution_id", ID), C("role", sa.Text), C("from_at", MOMENT),
        C("until_at", MOMENT), C("agreement_id", ID, nullable=True), C("key_date", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("participation_id", name=op.f("pk_participation")),
    )
    op.create_index("participation_by_case", "participation", ["case_id", "institution_id", "until_at", "from_at"])
    op.create_index("participation_by_institution", "participation",
                    ["institution_id", "key_date", "case_id", "until_at", "from_at"])
    op.create_table(
        "person_key",
        C("person_id", ID), C("wrapped", sa.LargeBinary), C("kek_id", sa.Text),
        C("identifier_token", sa.LargeBinary, nullable=True), C("destroyed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_key")),
    )
    op.create_index("person_by_identifier", "person_key",
                    ["identifier_token"], unique=True, **where("destroyed_at IS NULL"))
    op.create_table(
        "process_instance",
        C("instance_id", ID), C("case_id", ID), C("digest", sa.Text), C("process", sa.Text),
        C("snapshot_enc", sa.LargeBinary), C("started_at", MOMENT), C("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_process_instance")),
    )
    op.create_index("process_instance_by_case", "process_instance", ["case_id"])
    op.create_table(
        "receipt",
        C("token", sa.LargeBinary), C("account_id", ID), C("answer", sa.Text), C("made_at", MOMENT),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_receipt")),
    )
    op.create_table(
        "session",
        C("session_hash", sa.LargeBinary), C("account_id", ID), C("institution_id", ID, nullable=True),
        C("opened_at", MOMENT), C("seen_at", MOMENT), sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_session")),
    )
    op.create_table(
        "sight",
        C("case_id", ID), C("stream", ID), C("sequence", sa.Integer),
        sa.PrimaryKeyConstraint("case_id", "stream", "sequence", name=op.f("pk_sight")),
    )
    op.create_table(
        "stream_head",
        C("stream", ID), C("name", sa.Text), C("sequence", sa.Integer), C("head", sa.LargeBinary),
        C("seal", sa.LargeBinary), sa.PrimaryKeyConstraint("stream", name=op.f("pk_stream_head")),
        sa.UniqueConstraint("name", name=op.f("uq_stream_head_name")),
    )
    op.create_table(
        "subscription",
        C("activity_id", ID), C("name", sa.Text), C("case_id", ID), C("instance_id", ID), C("kind", sa.Text),
        C("element", sa.Text), C("correlation", sa.Text),
        sa.PrimaryKeyConstraint("activity_id", "name", name=op.f("pk_subscription")),
    )
    op.create_index("subscription_by_case", "subscription", ["case_id"])
    op.create_index("subscription_by_name", "subscription", ["name", "kind", "correlation"])
    op.create_table(
        "throttle",
        C("throttle_key", sa.LargeBinary), C("failures", sa.Integer), C("free_at", MOMENT),
        sa.PrimaryKeyConstraint("throttle_key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "work_item",
        C("work_item_id", ID), C("case_id", ID), C("instance_id", ID), C("element", sa.Text), C("digest", sa.Text),
        C("institution_id", ID), C("team", sa.Text), C("waiting_id", ID), C("owner_id", ID, nullable=True),
        C("excluded_id", ID, nullable=True), C("performer_id", ID, nullable=True), C("previous_id", ID, nullable=True),
        C("state", sa.Text), C("priority", sa.SmallInteger), C("wanted_role", sa.Text),
        C("item_enc", sa.LargeBinary, nullable=True), C("due_at", MOMENT), C("follow_up_at", MOMENT, nullable=True),
        C("offered_at", MOMENT), C("closed_at", MOMENT, nullable=True), C("answer_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("work_item_id", name=op.f("pk_work_item")),
    )
    op.create_index("work_item_by_case", "work_item", ["case_id", "closed_at"])
    op.create_index("work_item_inbox", "work_item",
                    ["institution_id", "team", "due_at", "work_item_id", "case_id"], **where("closed_at IS NULL"))
    op.create_index("work_item_owned", "work_item",
                    ["owner_id", "due_at", "work_item_id", "case_id"], **where("closed_at IS NULL AND owner_id IS NOT NULL"))
    op.create_index("work_item_performed", "work_item",
                    ["performer_id", "closed_at", "work_item_id"], **where("performer_id IS NOT NULL"))
    op.create_index("work_item_waiting", "work_item",
                    ["waiting_id", "due_at", "work_item_id", "case_id", "institution_id"], **where("closed_at IS NULL AND institution_id<>waiting_id"))
    op.create_table(
        "agreement_party",
        C("agreement_id", ID), C("institution_id", ID), C("role", sa.Text),
        sa.PrimaryKeyConstraint("agreement_id", "institution_id", "role", name=op.f("pk_agreement_party")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.agreement_id"], name=op.f("fk_agreement_party_agreement_id_agreement")),
    )
    op.create_table(
        "appointment",
        C("appointment_id", ID), C("account_id", ID), C("institution_id", ID), C("role", sa.Text), C("from_at", MOMENT),
        C("until_at", MOMENT), sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_appointment")),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name=op.f("fk_appointment_account_id_account")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.institution_id"], name=op.f("fk_appointment_institution_id_institution")),
    )
    op.create_index("appointment_by_account", "appointment", ["account_id"])
    protect(op.get_bind(), "ledger_entry", "stream", "sequence")
    protect(op.get_bind(), "answer", "answer_id")


def downgrade() -> None:
    """The first revision has nothing before it."""
    raise NotImplementedError("a ledger is not taken away")
