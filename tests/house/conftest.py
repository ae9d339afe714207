"""Fixtures of the house's own tests."""

from __future__ import annotations

from tests.databases import postgres_server  # noqa: F401  # a fixture is found by its name here
