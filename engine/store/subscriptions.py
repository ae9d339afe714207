"""Who waits for which message or signal, found by name and keyed correlation; and messages kept for later."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, select

from engine.bpmn.event_definitions import UNNAMED
from engine.store import tables as t
from engine.store.keys import Vault

_s = t.subscription.c
_k = t.kept_message.c
_MOST_KEYS = 6


def correlation_token(vault: Vault, correlation: Mapping[str, Any] | None) -> str:
    """A keyed token of correlation values; "" for none."""
    if not correlation:
        return ""
    values = {key: int(value) if isinstance(value, float) and value.is_integer() else value
              for key, value in correlation.items()}    # numbers are the same by value: 1.0 is 1
    return vault.token("correlation", orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode(), 16).hex()


def correlation_tokens(vault: Vault, correlation: Mapping[str, Any] | None) -> list[str] | None:
    """The tokens of what may wait for these values: for some of the keys, for none, or for a value without a name.

    None where nothing is said, or too much to tell; then every case that waits for the name is asked.
    """
    if not correlation or len(correlation) > _MOST_KEYS:
        return None
    keys = sorted(correlation)
    some = [kept for size in range(1, len(keys) + 1) for kept in combinations(keys, size)]
    found = [{key: correlation[key] for key in kept} for kept in some] + [{UNNAMED: correlation[key]} for key in keys]
    return ["", *(correlation_token(vault, one) for one in found)]


def waiting_cases(connection: Connection, kind: str, name: str, tokens: list[str] | None = None) -> list[UUID]:
    """The cases with a step that waits, those that waited longest first; tokens find their own or none."""
    found = select(_s.case_id).where(_s.name == name, _s.kind == kind)
    if tokens is not None:
        found = found.where(_s.correlation.in_(tokens))
    return list(dict.fromkeys(connection.execute(found.order_by(_s.activity_id)).scalars()))


def waiting_at(connection: Connection, kind: str, name: str) -> set[tuple[str, str]]:
    """Process and element of every step that waits for this name."""
    i = t.process_instance.c
    found = select(i.process, _s.element).join(t.subscription, _s.instance_id == i.instance_id)
    return {(one.process, one.element) for one in connection.execute(found.where(_s.name == name, _s.kind == kind))}


def kept(connection: Connection, vault: Vault, name: str) -> list[tuple[UUID, dict[str, Any]]]:
    """Messages of a name that were kept and not delivered yet, oldest first."""
    rows = connection.execute(
        select(t.kept_message).where(_k.name == name, _k.delivered_at.is_(None)).order_by(_k.message_id))
    return [(one.message_id, vault.house.open_json(f"kept_message|{one.message_id.hex}", one.content_enc))
            for one in rows]
