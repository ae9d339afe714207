"""What a decision file imports (DMN 1.5, 6.3.3): other models, under a name or without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from engine.bpmn.decisions.documents import Element, children

if TYPE_CHECKING:
    from engine.bpmn.decisions.models import Model


class Import(NamedTuple):
    """A model by the name and the namespace under which another imports it; without a name it joins that other."""

    prefix: str
    namespace: str
    model: Model


def imports_of(root: Element, models: Mapping[str, Model]) -> list[Import]:
    """The imports of a file whose models are there: by namespace, place or name of the file."""
    found: list[Import] = []
    for element in children(root, "import"):
        namespace, place = element.get("namespace") or "", element.get("locationURI") or ""
        model = next((models[key] for key in (namespace, place, place.rpartition("/")[2]) if key in models), None)
        if model is not None:
            prefix = element.get("name")
            found.append(Import(model.name if prefix is None else prefix, namespace, model))
    return found
