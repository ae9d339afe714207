"""Triggers by which a table refuses UPDATE, DELETE and replacement, on both databases."""

from sqlalchemy import Connection, text

_SQLITE = (
    "CREATE TRIGGER {t}_no_update BEFORE UPDATE ON {t} BEGIN SELECT RAISE(ABORT, '{t} is append-only'); END",
    "CREATE TRIGGER {t}_no_delete BEFORE DELETE ON {t} BEGIN SELECT RAISE(ABORT, '{t} is append-only'); END",
    # INSERT OR REPLACE slips past the delete trigger unless recursive triggers are on, so it is stopped here
    "CREATE TRIGGER {t}_no_replace BEFORE INSERT ON {t} WHEN EXISTS (SELECT 1 FROM {t} WHERE {same}) "
    "BEGIN SELECT RAISE(ABORT, '{t} is append-only'); END",
)
_POSTGRES = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER {t}_no_change BEFORE UPDATE OR DELETE ON {t} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER {t}_no_truncate BEFORE TRUNCATE ON {t} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def protect(connection: Connection, table: str, *key: str) -> None:
    """Make a table append-only; ``key`` are its primary key's columns."""
    same = " AND ".join(f"{one}=NEW.{one}" for one in key)
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.execute(text(statement.format(t=table, same=same)))
