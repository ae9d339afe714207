"""The PostgreSQL of the tests keeps the two roles apart and the tests too."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine, make_url


def prepare(owner_url):
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE note (words text)")
        connection.exec_driver_sql("GRANT SELECT, INSERT ON note TO powrot_app")
    engine.dispose()


def connect(url):
    place = make_url(url)
    return psycopg.connect(host=place.query["host"], user=place.username, dbname=place.database, autocommit=True)


def test_each_test_starts_from_the_same_state(postgres_server):
    with postgres_server.fresh(prepare) as first, connect(first.app) as connection:
        connection.execute("INSERT INTO note VALUES ('kept by nobody')")
    with postgres_server.fresh(prepare) as second, connect(second.app) as connection:
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (0,)


def test_the_running_program_cannot_change_the_schema(postgres_server):
    with postgres_server.fresh(prepare) as database, connect(database.app) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE note")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE other (words text)")
