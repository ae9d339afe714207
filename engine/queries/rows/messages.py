"""Rows of the messages that people may send into a running case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.forms import Form
from engine.queries.rows.cases import CaseRow, Sendable
from engine.queries.rows.common import Words
from engine.queries.rows.work import Earlier


@dataclass(frozen=True)
class MessageForm:
    """The page on which a message is sent: its words, and its form if it has one."""

    row: CaseRow
    message: Sendable
    form: Form | None
    context: Mapping[str, str]
    earlier: Mapping[str, tuple[Earlier, ...]]
    readers: Mapping[str, tuple[Words, ...]]
    non_readers: Mapping[str, tuple[Words, ...]]
