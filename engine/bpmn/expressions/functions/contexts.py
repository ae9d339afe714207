"""Functions on contexts (DMN 1.5, 10.3.4.11)."""

from __future__ import annotations

from typing import Any

from engine.bpmn.expressions.functions.registry import function
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.values import taken


@function("get value", "m: context, key: string")
@function("get value", "context: context, key: string")
def get_value(run: Run, m: dict[str, Any], key: str) -> Any:
    """The value under a key, or null."""
    return taken(m.get(key))


@function("get value", "context: context, keys: list")
def get_value_inside(run: Run, m: dict[str, Any], keys: list[Any]) -> Any:
    """The value under a path of keys, or null."""
    value: Any = m
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            return None
        value = taken(value.get(key))
    return value if keys else None


@function("get entries", "m: context")
@function("get entries", "context: context")
def get_entries(run: Run, m: dict[str, Any]) -> list[Any]:
    """The entries, each as a context with key and value."""
    return run.items([{"key": key, "value": taken(value)} for key, value in m.items()])


@function("context", "entries: list")
def context_of(run: Run, entries: list[Any]) -> dict[str, Any] | None:
    """A context of entries that have key and value; null if a key is missing or comes twice."""
    run.spend(1 + len(entries))
    made: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return None
        if entry["key"] in made:
            return None
        made[entry["key"]] = entry["value"]
    return made


@function("context put", "context: context, key: string, value: any")
def context_put(run: Run, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The context with a value under a key."""
    run.spend(1 + len(context))
    return {**context, key: value}


@function("context put", "context: context, keys: list, value: any")
def context_put_inside(run: Run, context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any] | None:
    """The context with a value under a path of keys; null if the path leads through anything but contexts."""
    if not keys or not all(isinstance(key, str) for key in keys):
        return None
    run.spend(len(context) + len(keys))
    made = dict(context)
    inner = made
    for key in keys[:-1]:
        below = inner.get(key)
        if not isinstance(below, dict):
            return None
        run.spend(len(below))
        inner[key] = dict(below)
        inner = inner[key]
    inner[keys[-1]] = value
    return made


@function("context merge", "contexts: list")
def context_merge(run: Run, contexts: list[Any]) -> dict[str, Any] | None:
    """One context of all; of a key that comes twice the last counts."""
    made: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        run.spend(1 + len(context))
        made.update(context)
    return made
