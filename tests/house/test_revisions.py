"""Models = revisions: what the revisions make is what the tables of this program say, on both databases."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from engine.store import database as databases
from engine.store import tables as t
from tests.databases import APP

VERSIONS = Path(__file__).parents[2] / "engine/store/revisions/versions"


def empty(_owner_url: str) -> None:
    """A database in which nothing was made yet."""


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases, for their owner."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'one.db'}", f"sqlite:///{tmp_path / 'two.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    with server.fresh(empty) as one, server.fresh(empty) as two:
        yield one.owner, two.owner


def schema(connection: Connection) -> dict[str, Any]:
    """All that a database knows of its tables: columns, keys, constraints and indexes, by name."""
    found = inspect(connection)
    return {name: {
        "columns": {one["name"]: (str(one["type"]), one["nullable"], one["default"])
                    for one in found.get_columns(name)},
        "order": [one["name"] for one in found.get_columns(name)],
        "key": found.get_pk_constraint(name),
        "foreign": sorted(map(repr, found.get_foreign_keys(name))),
        "unique": sorted(map(repr, found.get_unique_constraints(name))),
        "indexes": sorted((one["name"], one["column_names"], bool(one["unique"]), conditions(one))
                          for one in found.get_indexes(name)),
    } for name in sorted(found.get_table_names()) if name != "alembic_version"}


def conditions(index: Any) -> list[str]:
    options = index.get("dialect_options", {})
    return [str(value) for name, value in sorted(options.items()) if name.endswith("_where")]


def test_the_revisions_make_the_tables_of_the_program(places: tuple[str, str]) -> None:
    by_revisions, by_models = (databases.connect(one) for one in places)
    databases.upgrade(by_revisions)
    with by_models.writing() as connection:
        t.metadata.create_all(connection)
    with by_revisions.reading() as one, by_models.reading() as two:
        assert schema(one) == schema(two)
        context = MigrationContext.configure(one, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, t.metadata) == []
    by_revisions.dispose()
    by_models.dispose()


def test_upgrading_again_changes_nothing(places: tuple[str, str]) -> None:
    database = databases.connect(places[0])
    first = databases.upgrade(database)
    with database.reading() as connection:
        before = schema(connection)
    assert databases.upgrade(database) == first == databases.newest()
    with database.reading() as connection:
        assert schema(connection) == before
    database.dispose()


def test_a_half_made_upgrade_leaves_nothing_behind(places: tuple[str, str]) -> None:
    """A table that is in the way stops the first revision; what it had made before is taken back."""
    database = databases.connect(places[0])
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE work_item (x integer)"))
    with pytest.raises(Exception, match="work_item"):
        databases.upgrade(database)
    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) <= {"work_item", "alembic_version"}
    database.dispose()


def test_the_append_only_tables_are_protected_from_the_first_revision_on(places: tuple[str, str]) -> None:
    database = databases.connect(places[0])
    databases.upgrade(database)
    query = ("SELECT name FROM sqlite_master WHERE type='trigger'" if database.is_sqlite
             else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    with database.reading() as connection:
        found = set(connection.execute(text(query)).scalars())
    ends = ("update", "delete", "replace") if database.is_sqlite else ("change", "truncate")
    assert found >= {f"{table}_no_{end}" for table in ("ledger_entry", "answer") for end in ends}
    database.dispose()


def test_the_program_gets_what_it_needs_and_no_more(postgres_server: Any) -> None:
    with postgres_server.fresh(empty) as fresh:
        owner = databases.connect(fresh.owner)
        databases.upgrade(owner, APP)
        with owner.reading() as connection:
            rows = connection.execute(text(
                "SELECT table_name, privilege_type FROM information_schema.table_privileges WHERE grantee=:role"),
                {"role": APP}).all()
        granted: dict[str, set[str]] = {}
        for table, privilege in rows:
            granted.setdefault(table, set()).add(privilege)
        owner.dispose()  # before its database is dropped
    assert set(granted) >= {table.name for table in t.metadata.sorted_tables}
    assert granted["ledger_entry"] == granted["answer"] == {"SELECT", "INSERT"}
    everything = set().union(*granted.values())
    assert everything == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_revisions_are_one_line_of_descent_and_stand_by_themselves() -> None:
    """A revision that read today's tables would make something else tomorrow."""
    scripts = ScriptDirectory(str(VERSIONS.parent))
    assert len(scripts.get_heads()) == 1
    assert len(list(scripts.walk_revisions())) == len([one for one in VERSIONS.glob("*.py") if one.stem != "__init__"])
    for file in VERSIONS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert not node.module.startswith("engine") or node.module.startswith("engine.store.revisions."), file
