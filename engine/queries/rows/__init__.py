"""What queries give: small frozen rows with exactly the fields a page shows. A template cannot reach back from them.

Texts of a definition come as ``Words`` in both languages; names of people come only where visibility allows, else
as the mask the reader is to see.
"""

from __future__ import annotations

from engine.queries.rows.cases import (
    CaseFile,
    CasePages,
    CaseRow,
    History,
    Incident,
    Line,
    Participant,
    Picture,
    Startable,
    StartForm,
    Step,
    Verified,
)
from engine.queries.rows.common import (
    NO_WORDS,
    Attribute,
    FileRow,
    PaperLink,
    Person,
    Words,
)
from engine.queries.rows.people import (
    Letter,
    Place,
)
from engine.queries.rows.work import (
    AnswerSet,
    Earlier,
    Handing,
    Holder,
    Task,
    WorkPage,
    WorkRow,
)

__all__ = [
    "NO_WORDS",
    "AnswerSet",
    "Attribute",
    "CaseFile",
    "CasePages",
    "CaseRow",
    "Earlier",
    "FileRow",
    "Handing",
    "History",
    "Holder",
    "Incident",
    "Letter",
    "Line",
    "PaperLink",
    "Participant",
    "Person",
    "Picture",
    "Place",
    "StartForm",
    "Startable",
    "Step",
    "Task",
    "Verified",
    "Words",
    "WorkPage",
    "WorkRow",
]
