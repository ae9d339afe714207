"""How large a bench is to be and what it may use; every size is named here, so that runs can be compared."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal

from engine.assembly import Engine
from engine.settings import Settings

Scale = Literal["tiny", "normal", "full"]


@dataclass(frozen=True)
class Web:
    """The screens, handed in, because the engine never sees them: the real server over an installation (its address),
    and the same application over an engine of this process (PEP 3333).
    """

    serve: Callable[[Settings], AbstractContextManager[str]]
    application: Callable[[Engine], Callable[..., Any]]


@dataclass(frozen=True)
class Bench:
    """One run: its scale, the kinds of database, the URL of a PostgreSQL, the screens if there are any."""

    scale: Scale = "normal"
    kinds: tuple[str, ...] = ("sqlite", "postgresql")
    url: str = ""
    web: Web | None = None

    def choose(self, tiny: int, normal: int, full: int | None = None) -> int:
        """The size for this scale."""
        return {"tiny": tiny, "normal": normal, "full": normal if full is None else full}[self.scale]
