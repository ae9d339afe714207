"""Topics of service tasks that the engine carries out itself; every other topic waits for a program outside.

What each needs stands in the input parameters of the task; what it brings becomes variables of the process.
"""

from __future__ import annotations

from engine.model.errors import Refused

SIGN_AGREEMENT, EXTEND_AGREEMENT, END_AGREEMENT = "agreement.sign", "agreement.extend", "agreement.end"
PUT_ROW, RETIRE_ROW = "register.put", "register.retire"

#: topic → the input parameters it reads, and the variables it writes
TOPICS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    SIGN_AGREEMENT: (("name", "parties", "ends_on"), ("agreement",)),
    EXTEND_AGREEMENT: (("agreement", "ends_on"), ()),
    END_AGREEMENT: (("agreement", "reason"), ()),
    PUT_ROW: (("register", "values", "row", "owner"), ("row",)),
    RETIRE_ROW: (("register", "row", "reason"), ()),
}


class ServiceRefused(Refused):
    """What this step should do by itself cannot be done: {why}."""


class AgreementOver(Refused):
    """The agreement {name} has ended, so it cannot be made longer. Sign a new one."""
