"""From where a token can still come to each incoming flow of an inclusive gateway (BPMN 2.0.2 §13.4.3)."""

from __future__ import annotations

from typing import Any

from engine.bpmn.specs.gateways import Inclusive


def give_reaches(scope: Any) -> None:
    """Tell every inclusive gateway of a scope the elements before each of its flows, without passing itself.

    Only sequence flows count, as the standard says: a boundary event is not reached from its activity.
    """
    gateways = [spec for spec in scope.task_specs.values() if isinstance(spec, Inclusive)]
    backwards: dict[str, set[str]] = {}
    sources: dict[str, str] = {}
    for name, spec in scope.task_specs.items() if gateways else ():
        for flow in getattr(spec, "flows", ()):
            backwards.setdefault(flow.target, set()).add(name)
            sources[flow.id] = name
    for gateway in gateways:
        gateway.reach = {flow: _before(sources[flow], gateway.name, backwards) for flow in gateway.incoming}


def _before(start: str, gateway: str, backwards: dict[str, set[str]]) -> frozenset[str]:
    found: set[str] = set()
    open_ = [start]
    while open_:
        name = open_.pop()
        if name not in found and name != gateway:
            found.add(name)
            open_.extend(backwards.get(name, ()))
    return frozenset(found)
