"""The good and the bad example of each rule: `tests/diagrams/<rule>/good.*` and `bad.*`, a file or a folder."""

from __future__ import annotations

from pathlib import Path

from engine.bpmn.documents import LARGEST_FILE, MOST_ELEMENTS
from tests.bpmn.sketches import HEAD, sketch

FOLDER = Path(__file__).parents[1] / "diagrams"

#: Examples too large to keep as files.
_LARGE = {
    "file-too-large": {"bad.bpmn": sketch("s u1 e") + b" " * LARGEST_FILE},
    "too-many-elements": {"bad.bpmn": (HEAD + "<bpmn:message/>" * MOST_ELEMENTS + "</bpmn:definitions>").encode()},
    "TooLarge": {"bad.form": b'{"type": "default", "id": "' + b"x" * 1_000_000 + b'"}'},
}


def example(rule: str, which: str) -> dict[str, bytes]:
    """The files of an example by their names in the bundle; KeyError without one."""
    if rule in _LARGE:
        return _LARGE[rule] if which == "bad" else {"good.bpmn": sketch("s u1 e")}
    found = next((FOLDER / rule).glob(f"{which}*"), None)
    if found is None:
        raise KeyError(f"tests/diagrams/{rule} has no {which} example")
    if found.is_dir():
        return {str(one.relative_to(found)): one.read_bytes() for one in sorted(found.rglob("*")) if one.is_file()}
    return {found.name: found.read_bytes()}


def rules_with_examples() -> set[str]:
    """The rules that have a folder here."""
    return {one.name for one in FOLDER.iterdir()} | set(_LARGE)
