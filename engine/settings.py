"""Settings, read once from the environment and handed down frozen; nothing else reads the environment."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """How one installation runs. A default is right for real use and fit to be public."""

    data_dir: Path = Path("var")
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    node: str = "n1"
    operator: str = ""
    trusted_hosts: tuple[str, ...] = ()
    #: only the demo serves plain http on one machine; everywhere else cookies are Secure
    secure_cookies: bool = True

    @property
    def url(self) -> str:
        """Where the database is: the given one, else a file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'powrot.db'}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.url.startswith("sqlite")


def read_settings(environ: Mapping[str, str], **given: object) -> Settings:
    """The settings of this process; ``given`` (options of the command line) win over the environment."""
    known: dict[str, object] = {
        "data_dir": Path(environ.get("POWROT_DATA", "var")),
        "database_url": environ.get("POWROT_DATABASE_URL", ""),
        "node": environ.get("POWROT_NODE", "n1"),
        "trusted_hosts": tuple(environ.get("POWROT_HOSTS", "").split()),
        "operator": operating_user(environ),
    }
    known |= {name: value for name, value in given.items() if value is not None}
    return Settings(**known)  # type: ignore[arg-type]  # names and types are those above


def operating_user(environ: Mapping[str, str]) -> str:
    """Who sits at the keyboard, for the ledger; a container without a user list still has a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return environ.get("USER", "unknown")
