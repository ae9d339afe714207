"""The tables: what every row means. Written only in the store, read in queries and nowhere else.

Identifiers are version-7 UUIDs made by the clock; moments are milliseconds since 1970 in UTC; an open end is
``FOREVER``, never NULL, so that one comparison decides whether a participation is valid. Columns ending in ``_enc``
hold AES-256-GCM under the key of the person the case is about. Every table of a case carries ``case_id``.
"""

from __future__ import annotations

from engine.store.tables.cases import (
    case_attribute,
    case_file,
    case_serial,
    institution_name_key,
    notice,
    participation,
    person_key,
)
from engine.store.tables.columns import FOREVER, Body, Id, Moment, metadata
from engine.store.tables.definitions import (
    bundle,
    definition,
)
from engine.store.tables.figures import figure_mark
from engine.store.tables.jobs import (
    installation,
    job,
    mail,
)
from engine.store.tables.ledger import (
    ledger_entry,
    receipt,
    sight,
    stream_head,
)
from engine.store.tables.people import (
    account,
    agreement,
    agreement_party,
    appointment,
    institution,
    session,
    throttle,
)
from engine.store.tables.processes import (
    answer,
    attachment,
    draft,
    handover,
    incident,
    kept_message,
    process_instance,
    subscription,
    work_item,
)
from engine.store.tables.registers import booking, register_row, register_version

__all__ = [
    "FOREVER",
    "Body",
    "Id",
    "Moment",
    "account",
    "agreement",
    "agreement_party",
    "answer",
    "appointment",
    "attachment",
    "booking",
    "bundle",
    "case_attribute",
    "case_file",
    "case_serial",
    "definition",
    "draft",
    "figure_mark",
    "handover",
    "incident",
    "installation",
    "institution",
    "institution_name_key",
    "job",
    "kept_message",
    "ledger_entry",
    "mail",
    "metadata",
    "notice",
    "participation",
    "person_key",
    "process_instance",
    "receipt",
    "register_row",
    "register_version",
    "session",
    "sight",
    "stream_head",
    "subscription",
    "throttle",
    "work_item",
]
