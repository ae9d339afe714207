"""What every command of the command line shares: its options, the engine it opens, how a refusal is printed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from engine.assembly import SENTENCES, Engine, Problem, open_engine
from engine.model.actors import Actor
from engine.model.errors import Refused
from engine.settings import Settings, read_settings
from web import words


class Refusing(click.Group):
    """A group whose commands end with the sentence of a refusal instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal is printed and ends with status 1."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            for one in getattr(refusal, "problems", ()):
                click.echo(problem_line(one) if isinstance(one, Problem) else f"{one.file}: {one.code}", err=True)
            raise click.ClickException(words.refusal(refusal)) from None


def problem_line(one: Problem) -> str:
    """A problem as ``file:element: level: sentence``."""
    place = f"{one.file}:{one.element}" if one.element else one.file
    return f"{place}: {words.label(words.LEVELS, one.level)}: {words.table_sentence(SENTENCES, one.code, one.params)}"


Command = Callable[..., Any]
data_option = click.option("--data", "data_dir", type=click.Path(path_type=Path, file_okay=False), default=None,
                           help="Folder of database, attachments and keys (default: var).")
as_option = click.option("--as", "email", metavar="E-MAIL", default="",
                         help="Act as this account (default: the system, named after the operating-system user).")


def serving_options(command: Command) -> Command:
    """Where to serve."""
    command = click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port (default: 8000).")(command)
    command = click.option("--host", default=None, help="Address to listen on (default: 127.0.0.1).")(command)
    return data_option(command)


def settings_of(**given: Any) -> Settings:
    """The settings of this process; the options given win over the environment."""
    return read_settings(os.environ, **given)  # noqa: TID251 - handed to settings.py, which alone knows the names


@contextmanager
def opened(data_dir: Path | None) -> Iterator[Engine]:
    """The engine of a data directory, closed at the end."""
    engine = open_engine(settings_of(data_dir=data_dir))
    try:
        yield engine
    finally:
        engine.close()


def acting(engine: Engine, email: str) -> Actor:
    """Who does it: the account named by ``--as``, else the system."""
    return engine.actor_by_email(email) if email else engine.operator()
