"""Definitions: a bundle of diagrams, tables and forms becomes the live version; running cases stay on theirs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.bundles import Bundle, compile_bundle
from engine.bpmn.checking import refuse_problems
from engine.model import commands as c
from engine.model import events as e
from engine.model.definitions import Definition
from engine.model.errors import InvalidInput, NotAllowed
from engine.store.cached_cases import definition_of
from engine.store.desk import Desk


def publish(command: c.PublishDefinition, desk: Desk) -> Iterator[e.Event]:
    """Publish a bundle; unchanged content makes no new version. Raises DiagramRefused with every problem."""
    if command.standard_only and not desk.uow.actor.is_system:
        raise NotAllowed(command="PublishDefinition")
    bundle = _unpacked(command.bundle)
    refuse_problems(bundle.files, "error" if command.standard_only else "house")
    definition = definition_of(bundle)
    _require_beginning(bundle, definition)
    release, digest = desk.latest_release(definition.id)
    desk.extra |= {"definition": definition.id, "release": str(release), "digest": bundle.digest}
    if digest == bundle.digest:
        return
    desk.keep_bundle(bundle)
    desk.extra["release"] = str(release + 1)
    yield e.DefinitionPublished(definition=definition.id, release=release + 1, digest=bundle.digest,
                                title=definition.name.pl, note=command.note)


def _require_beginning(bundle: Bundle, definition: Definition) -> None:
    """Whatever else may wait for the house's own rules: a case must be able to begin."""
    if definition.main not in compile_bundle(bundle).processes:
        raise InvalidInput(field="main", reason=f"no diagram holds an executable process {definition.main}")
    if definition.start_form and f"forms/{definition.start_form}.form" not in bundle.files:
        raise InvalidInput(field="start", reason=f"there is no form {definition.start_form}")


def _unpacked(data: bytes) -> Bundle:
    try:
        bundle = Bundle.unpack(data)
    except ValueError as error:
        raise InvalidInput(field="bundle", reason=str(error)) from None
    if "definition.json" not in bundle.files:
        raise InvalidInput(field="bundle", reason="it has no definition.json")
    return bundle
