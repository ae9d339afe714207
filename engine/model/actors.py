"""Who acts: a person in roles for an institution, maybe covering for someone, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

NOBODY = UUID(int=0)

#: Roles of an installation; the roles of a case (prison, coordinator, …) are the definition's content.
ADMINISTRATOR = "administrator"
PROCESS_OWNER = "process-owner"
AUDITOR = "auditor"
DATA_PROTECTION = "data-protection"
LEADER = "leader"
HOUSE_ROLES = (ADMINISTRATOR, PROCESS_OWNER, AUDITOR, DATA_PROTECTION, LEADER)


@dataclass(frozen=True)
class Actor:
    """A person in roles for one institution; every query and every command begins with one."""

    account_id: UUID
    name: str
    institution_id: UUID = NOBODY
    institution: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    covering_for: UUID | None = None
    kind: str = "person"
    language: str = "pl"
    request_id: str = ""

    @property
    def is_system(self) -> bool:
        """Whether no person stands behind the deed (timers, imports from the command line)."""
        return self.kind == "system"

    def has(self, role: str) -> bool:
        """Whether the actor holds this role for the institution they now act for."""
        return role in self.roles


def system(name: str = "powrot", request_id: str = "") -> Actor:
    """The SYSTEM actor; ``name`` says which part or which operating-system user moved it."""
    return Actor(NOBODY, name, kind="system", request_id=request_id)


def visitor(request_id: str = "", language: str = "pl") -> Actor:
    """Someone who has not signed in: may sign in, may use a one-time link, sees nothing."""
    return Actor(NOBODY, "", kind="visitor", request_id=request_id, language=language)
