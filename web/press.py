"""From a composed paper to its PDF (PDF/UA-1, tagged, fonts within): starts the press and reads what it says.

Values travel as data beside the layout and are never part of it. What is printed and who may is left to others.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.model.errors import Refused
from web import pressing

_HERE = Path(__file__).parent
_LARGEST = 2_000_000
_PATIENCE = pressing.SECONDS + 10
#: No proxy listens there: whatever a layout would fetch does not arrive.
_NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:1")


class PaperNotSet(Refused):
    """This paper could not be set, and nothing was recorded: {reason}. The page on the screen can be printed."""

    status = 503


class PaperTooLarge(Refused):
    """This paper would hold more than {limit} characters, so it was not set. Nothing was recorded."""

    status = 422


@dataclass(frozen=True)
class Pressed:
    """A PDF and how many pages it has."""

    content: bytes
    pages: int


def pdf(composed: Mapping[str, Any], layout: bytes = b"") -> Pressed:
    """The PDF of a composed paper in a layout, the product's own document if none is given.

    Raises PaperTooLarge, PaperNotSet.
    """
    paper = json.dumps(composed, ensure_ascii=False)
    if len(paper) > _LARGEST:
        raise PaperTooLarge(limit=_LARGEST)
    main = layout.decode("utf-8", "replace") if layout else own_layout("document.typ")
    told, content = _run({pressing.MAIN: main, "powrot.typ": own_layout("powrot.typ")}, paper)
    if "error" in told or not content.startswith(b"%PDF"):
        raise PaperNotSet(reason=" ".join(str(told.get("error", "")).split())[:200])
    return Pressed(content, int(told["pages"]))


@lru_cache(maxsize=4)
def own_layout(name: str) -> str:
    """A layout of the product."""
    return (_HERE / "layouts" / name).read_text(encoding="utf-8")


def _run(layouts: Mapping[str, str], paper: str) -> tuple[dict[str, Any], bytes]:
    """What the press says and gives. It gets no environment of ours and a folder with nothing but the layouts."""
    program = [sys.executable, "-I", str(Path(pressing.__file__))]
    with tempfile.TemporaryDirectory(prefix="powrot-press-") as folder:
        for name, text in layouts.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(  # noqa: S603 — a fixed program of ours; what is asked travels as its input
                program, input=paper.encode(), capture_output=True, cwd=folder, env=_NOWHERE,
                timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise PaperNotSet(reason=f"it took longer than {_PATIENCE} seconds") from None
    line, _, content = done.stdout.partition(b"\n")
    try:
        told = json.loads(line)
    except ValueError:
        return {"error": f"the press ended with status {done.returncode}"}, b""
    return (told, content) if isinstance(told, dict) else ({"error": "the press said nothing"}, b"")
