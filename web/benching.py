"""The commands ``powrot bench`` and ``powrot drill``: how long things take, and that nothing acknowledged is lost."""

from __future__ import annotations

import json
import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Literal

import click

from engine.assembly import open_engine
from engine.bench import BENCHES, Bench, NoServer, Web, run
from engine.bench.lifetimes import Lived
from engine.drills import DRILLS
from engine.settings import Settings
from web.app import create_app
from web.languages import _

_PATIENCE = 20.0


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a bench, one a line.")
@click.option("--full", "scale", flag_value="full", default="normal", help="A million tasks and timers; takes long.")
@click.option("--tiny", "scale", flag_value="tiny", help="Only to see that it runs.")
@click.option("--database", "url", default="", metavar="URL",
              help="PostgreSQL to measure on, in schemas of its own (default: a private one, from a clone).")
@click.option("--only", "kinds", multiple=True, type=click.Choice(["sqlite", "postgresql"]),
              default=("sqlite", "postgresql"), help="Kind of database.")
def bench(names: tuple[str, ...], as_json: bool, scale: Literal["tiny", "normal", "full"], url: str,
          kinds: tuple[str, ...]) -> None:
    """Measure on private databases; ratios within one run count, not milliseconds."""
    wanted = Bench(scale, kinds, url, Web(serving, lambda engine: create_app(engine).wsgi_app))
    try:
        for figures in run(names or tuple(BENCHES), wanted):
            click.echo(json.dumps(figures.plain()) if as_json else figures.text() + "\n")
    except NoServer:
        raise click.ClickException("No PostgreSQL to measure on: name one with --database, or --only sqlite.") from None


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(DRILLS)))
@click.option("--full", is_flag=True, help="Many more times; takes minutes.")
def drill(names: tuple[str, ...], full: bool) -> None:
    """Prove on a private installation that nothing acknowledged is lost; status 1 if something is."""
    verdicts = [DRILLS[name](full=full) for name in names or tuple(DRILLS)]
    for one in verdicts:
        click.echo(_led(one) if isinstance(one, Lived) else _(
            "{drill}: acknowledged {n}, lost {lost}, doubled {doubled}, chains that do not agree {broken}",
            drill=one.drill, n=one.acknowledged, lost=one.lost, doubled=one.doubled, broken=one.broken_chains))
    if not all(one.passed for one in verdicts):
        raise SystemExit(1)


def _led(lived: Lived) -> str:
    """What generated lives came to: the figures, what occurred among them, which steps nobody came to, what was wrong.
    """
    return "\n".join((
        _("lives: led {lives}, closed {closed}, events {events}, not exactly one institution responsible {bad}, "
          "chains that do not agree {broken}, incidents {incidents}", lives=lived.lives, closed=lived.closed,
          events=lived.events, bad=lived.irresponsible, broken=lived.broken_chains, incidents=lived.incidents),
        ", ".join(f"{name} {count}" for name, count in lived.variants.items()),
        _("Steps that nobody came to: {steps}", steps=", ".join(lived.missed) or "–"), *lived.bad))


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The real server over an installation, in a process of its own; its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    there = replace(settings, host="127.0.0.1", port=port)
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,))
    process.start()
    try:
        _wait_for(there)
        yield f"http://{there.host}:{there.port}"
    finally:
        process.terminate()
        process.join(_PATIENCE)


def _serve(settings: Settings) -> None:
    from web.serving import Server  # only serving needs gunicorn

    Server(settings, lambda: open_engine(settings)).run()


def _wait_for(settings: Settings) -> None:
    """Come back when the server answers; ClickException if it does not."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection((settings.host, settings.port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise click.ClickException("The server did not start.")
