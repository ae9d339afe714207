"""VISIBILITY: who sees which class of data, by their relation to the case; what is in no row is not shown.

Which role of a case has which clearance is the definition's content; a field may name its readers (``sees``), which
can narrow but never widen what the classes allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

SEES, MASKED, NOTHING = "sees", "masked", "nothing"
BASIC, SOCIAL, HEALTH, OFFENCE, FAMILY = "basic", "social", "health", "offence", "family"
CLASSES = (BASIC, SOCIAL, HEALTH, OFFENCE, FAMILY)


class Relation(StrEnum):
    """How someone stands to a case."""

    PARTICIPANT = "participant"
    AUTHOR = "author"
    AUDITOR = "auditor"
    DATA_PROTECTION = "data-protection"
    ADMINISTRATOR = "administrator"
    OUTSIDER = "outsider"


#: relation → class → sight. "clearance" asks the definition: the clearance of the roles held in this case.
CLEARANCE = "clearance"
VISIBILITY: dict[Relation, dict[str, str]] = {
    Relation.PARTICIPANT: dict.fromkeys(CLASSES, CLEARANCE),
    Relation.AUTHOR: dict.fromkeys(CLASSES, SEES),
    Relation.AUDITOR: {BASIC: MASKED, SOCIAL: MASKED, HEALTH: MASKED, OFFENCE: MASKED, FAMILY: NOTHING},
    Relation.DATA_PROTECTION: {BASIC: MASKED, SOCIAL: MASKED, HEALTH: MASKED, OFFENCE: MASKED, FAMILY: NOTHING},
    Relation.ADMINISTRATOR: dict.fromkeys(CLASSES, NOTHING),
    Relation.OUTSIDER: dict.fromkeys(CLASSES, NOTHING),
}
_CLEARED = {"full": SEES, "flag": MASKED, "none": NOTHING}


def sight(relation: Relation, sensitivity: str, clearances: Iterable[Mapping[str, str]] = ()) -> str:
    """What someone in this relation sees of a class: the best of the clearances of the roles they hold."""
    ruled = VISIBILITY[relation].get(sensitivity, NOTHING)
    if ruled != CLEARANCE:
        return ruled
    found = {_CLEARED.get(one.get(sensitivity, "none"), NOTHING) for one in clearances}
    return next((one for one in (SEES, MASKED) if one in found), NOTHING)


def sees_field(relation: Relation, sensitivity: str, readers: Iterable[str], roles: Iterable[str],
               clearances: Iterable[Mapping[str, str]]) -> str:
    """The sight of one field: its named readers narrow what the class allows."""
    ruled = sight(relation, sensitivity, clearances)
    named = set(readers)
    if relation is Relation.PARTICIPANT and named and not named & set(roles):
        return NOTHING
    return ruled
