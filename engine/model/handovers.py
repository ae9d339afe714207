"""A handover: responsibility offered by one institution, accepted or declined by another.

Until acceptance the sender stays responsible: a duty of coordination that the parties agreed on, not a change of
statutory competence.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

OFFERED = "offered"
ACCEPTED = "accepted"
ACCEPTED_WITH_REMARKS = "accepted_with_remarks"
DECLINED = "declined"

#: what the receiver may answer → the state the handover is in afterwards
DECISIONS = {
    "accept": ACCEPTED, "accept_remarks": ACCEPTED_WITH_REMARKS, "accept_with_remarks": ACCEPTED_WITH_REMARKS,
    "decline": DECLINED,
}


@dataclass(frozen=True)
class Handover:
    """One offer of responsibility and the work item by which it is answered."""

    handover_id: UUID
    case_id: UUID
    from_institution_id: UUID
    to_institution_id: UUID
    work_item_id: UUID
    state: str
