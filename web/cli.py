"""The command line: the other face of Powrót. It starts, prints and exits; what happens is the engine's business."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from engine.assembly import (
    SENTENCES,
    Engine,
    Problem,
    bundle_of,
    check_paths,
    database_status,
    fails,
    open_engine,
    upgrade_database,
)
from engine.model.actors import Actor
from engine.model.commands import PublishDefinition, SetUpInstallation
from engine.model.deadlines import local_date
from engine.model.errors import DataDirectoryRefused, Refused
from engine.queries.cases import Startables, StartPage
from engine.queries.people import Institutions
from engine.settings import Settings, read_settings
from web import notice_files, words
from web.languages import LANGUAGES, _, speak


class Refusing(click.Group):
    """A group whose commands end with the sentence of a refusal instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal is printed and ends with status 1."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            for one in getattr(refusal, "problems", ()):
                click.echo(_line(one) if isinstance(one, Problem) else f"{one.file}: {one.code}", err=True)
            raise click.ClickException(words.refusal(refusal)) from None


@click.group(cls=Refusing)
@click.version_option(package_name="powrot", message="%(prog)s %(version)s")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", help="Language of what is printed.")
def main(language: str) -> None:
    """Casework between institutions, run from BPMN diagrams."""
    speak(language)


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


def _settings(**given: Any) -> Settings:
    return read_settings(os.environ, **given)  # noqa: TID251 - handed to settings.py, which alone knows the names


@contextmanager
def _engine(data_dir: Path | None) -> Iterator[Engine]:
    engine = open_engine(_settings(data_dir=data_dir))
    try:
        yield engine
    finally:
        engine.close()


def _actor(engine: Engine, email: str) -> Actor:
    return engine.actor_by_email(email) if email else engine.operator()


# --- serving

@main.command()
@serving_options
@click.option("--now", type=click.DateTime(["%Y-%m-%dT%H:%M%z"]), default=None, help="Play on another day.")
@click.option("--script", is_flag=True, help="Build the larger house of the usability script.")
def demo(data_dir: Path | None, host: str | None, port: int | None, now: datetime | None, script: bool) -> None:
    """Make a demonstration with fictional people (once) and serve it."""
    from web import demo as shown  # only the demonstration needs its story
    from web.serving import Server  # only serving needs gunicorn

    settings = _settings(data_dir=data_dir, host=host, port=port, secure_cookies=False)
    _require_free(settings)
    shown.prepare(settings, now, script=script, say=click.echo).close()
    sign_ins = shown.sign_ins(settings)
    click.echo(f"\nhttp://{settings.host}:{settings.port}\n")
    for one in sign_ins:
        click.echo(f"  {one.email:34} {one.name}, {one.institution}")
    click.echo(_("\nPassword of all of them: {password}\nStop with Ctrl+C.", password=sign_ins[0].password))
    Server(settings, lambda: shown.prepare(settings, now, script=script), sign_ins).run()


@main.command()
@serving_options
def serve(data_dir: Path | None, host: str | None, port: int | None) -> None:
    """Serve an installation; https is expected in front of it."""
    from web.serving import Server  # only serving needs gunicorn

    settings = _settings(data_dir=data_dir, host=host, port=port)
    _require_free(settings)
    engine = open_engine(settings)
    try:
        _refuse_demo(engine)
        if engine.is_empty:
            click.echo(_("This installation is empty. Begin with: powrot setup"))
    finally:
        engine.close()
    click.echo(f"http://{settings.host}:{settings.port}")
    Server(settings, lambda: open_engine(settings)).run()


def _require_free(settings: Settings) -> None:
    """Say at once, and in one line, that somebody else listens there."""
    try:
        socket.create_server((settings.host, settings.port)).close()
    except OSError as error:
        raise click.ClickException(_("Cannot listen on {host}:{port} ({reason}). Name another port with --port.",
                                     host=settings.host, port=settings.port, reason=error.strerror)) from None


def _refuse_demo(engine: Engine) -> None:
    if engine.is_demo:
        raise DataDirectoryRefused(path=str(engine.settings.data_dir),
                                   reason="`demo` made this database; real people must not work in it")


@main.command()
@data_option
@click.option("--once", is_flag=True, help="Carry out what is due now and stop.")
def work(data_dir: Path | None, once: bool) -> None:
    """Carry out due timers and mails until stopped."""
    with _engine(data_dir) as engine:
        worker = engine.worker()
        if once:
            click.echo(_("Jobs carried out: {n}", n=worker.drain()))
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_unused: worker.stop())
        worker.run()


# --- processes

@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--level", type=click.Choice(["error", "house"]), default="house",
              help="The mildest level that fails: error for diagrams of others, house for ours.")
def check(paths: tuple[Path, ...], level: Any) -> None:
    """Check diagrams, decision tables and forms; without PATHS the shipped ones."""
    found = check_paths(paths or (Path(__file__).parents[1] / "processes",))
    for one in found:
        click.echo(_line(one))
    click.echo(_("Problems: {n}", n=len(found)), err=True)
    sys.exit(1 if fails(found, level) else 0)


def _line(one: Problem) -> str:
    place = f"{one.file}:{one.element}" if one.element else one.file
    return f"{place}: {words.label(words.LEVELS, one.level)}: {words.table_sentence(SENTENCES, one.code, one.params)}"


@main.command("try")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a trial.")
@click.option("--coverage", is_flag=True, help="Show which elements no trial has reached.")
def try_(paths: tuple[Path, ...], as_json: bool, coverage: bool) -> None:
    """Play the trials in PATHS, files or folders; without PATHS the shipped ones. Status 1 if one fails."""
    from engine import trials  # a whole engine in memory: nothing else on the command line needs it

    results = []
    for one in trials.run_trials(paths or (Path(__file__).parents[1] / "processes",)):
        click.echo(json.dumps(one.as_json(), ensure_ascii=False, default=str) if as_json else trials.line(one))
        results.append(one)
    if not results:
        raise click.ClickException("There is no trial here; trials lie in processes/<name>/trials/*.json.")
    for folder, elements in trials.unreached(results).items() if coverage else ():
        told = json.dumps({"folder": folder, "unreached": elements}, ensure_ascii=False)
        click.echo(told if as_json else f"{folder}: {', '.join(elements) or '–'}")
    sys.exit(0 if all(one.passed for one in results) else 1)


@main.command()
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--note", default="", help="What changed, and why.")
@as_option
@data_option
def publish(directory: Path, note: str, email: str, data_dir: Path | None) -> None:
    """Publish the process definition in DIRECTORY; running cases stay on their version."""
    with _engine(data_dir) as engine:
        command = PublishDefinition(bundle=bundle_of(directory).pack(), note=note)
        made = engine.carry_out(command, _actor(engine, email))
        told = {"definition": made.extra["definition"], "release": made.extra["release"]}
        click.echo(_("{definition}: version {release}", **told) if made.entries else
                   _("{definition}: unchanged, version {release}", **told))


# --- cases

@main.group(cls=Refusing)
def cases() -> None:
    """Cases from files of other systems."""


@cases.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--definition", default="", help="The process, if several are published.")
@click.option("--sender", default="", metavar="SHORT-NAME", help="The institution that sends; needed without --as.")
@click.option("--rejected", type=click.Path(path_type=Path, dir_okay=False), help="Write the bad rows there, as CSV.")
@as_option
@data_option
def import_cases(file: Path, definition: str, sender: str, rejected: Path | None, email: str,
                 data_dir: Path | None) -> None:
    """Open a case for every good notice in FILE (JSON or CSV); bad ones are named with their reasons."""
    with _engine(data_dir) as engine:
        actor = _actor(engine, email)
        wanted = definition or _only_definition(engine, actor)
        form = engine.look(StartPage(wanted), actor).form
        rows = notice_files.read(file.name, file.read_bytes(), form)
        checked = notice_files.check(rows, form, local_date(engine.clock.now()))
        results = notice_files.take_in(engine, actor, wanted, form, checked, sender_id=_sender(engine, sender))
    for one in results.rows:
        click.echo(f"{one.sign} {one.row.number}: {one.number or one.name} {' '.join(one.reasons)}".rstrip())
    if rejected and results.bad:
        text = notice_files.rejected(notice_files.with_reasons(notice_files.plain(results.bad)))
        rejected.write_text(text, encoding="utf-8", newline="")
    sys.exit(1 if results.bad else 0)


def _only_definition(engine: Engine, actor: Actor) -> str:
    found = engine.look(Startables(), actor)
    if len(found) != 1:
        names = ", ".join(one.definition for one in found) or "–"
        raise click.ClickException(_("Say which process with --definition: {names}", names=names))
    return str(found[0].definition)


def _sender(engine: Engine, short_name: str) -> UUID | None:
    if not short_name:
        return None
    found = {one.short_name: one.institution_id for one in engine.look(Institutions(), engine.operator())}
    if short_name not in found:
        raise click.ClickException(_("There is no institution {name}. There are: {names}", name=short_name,
                                     names=", ".join(sorted(found))))
    return UUID(str(found[short_name]))


# --- the installation

@main.command()
@click.option("--institution", prompt=True, help="Full name of the first institution.")
@click.option("--short-name", prompt=True, help="Its short name, as people say it.")
@click.option("--name", prompt="Administrator's name and surname")
@click.option("--email", prompt="Administrator's e-mail")
@click.option("--address", default="http://127.0.0.1:8000", help="Address under which people reach Powrót.")
@data_option
def setup(institution: str, short_name: str, name: str, email: str, address: str, data_dir: Path | None) -> None:
    """Make the first institution and its administrator, who enters by a one-time link; there is no default account."""
    with _engine(data_dir) as engine:
        command = SetUpInstallation(institution=institution, short_name=short_name, email=email, name=name)
        made = engine.carry_out(command, engine.operator())
        click.echo(_("One-time link for {name}, in force for two days:", name=name))
        click.echo(f"{address.rstrip('/')}/passwords/{made.extra['link']}")


@main.command()
@data_option
def verify(data_dir: Path | None) -> None:
    """Recompute every chain of the ledger; status 1 and the first broken entry if one does not agree."""
    with _engine(data_dir) as engine:
        found = engine.verify()
    broken = [(name, verdict) for name, verdict in found if not verdict.agrees]
    for name, verdict in broken:
        fault = words.label(words.FAULTS, verdict.reason)
        click.echo(_("{name}: entry {n} does not agree. {fault}", name=name, n=verdict.broken, fault=fault))
    click.echo(_("Chains: {chains}, entries: {entries}, broken: {broken}", chains=len(found),
                 entries=sum(verdict.entries for _name, verdict in found), broken=len(broken)))
    sys.exit(1 if broken else 0)


@main.group(cls=Refusing)
def database() -> None:
    """The schema of the database."""


@database.command()
@click.option("--app-role", default=None, help="PostgreSQL: the role of the running program, which gets what it needs.")
@data_option
def upgrade(app_role: str | None, data_dir: Path | None) -> None:
    """Bring the schema to the newest revision; on PostgreSQL as its owner (POWROT_DATABASE_URL)."""
    click.echo(_("Revision: {revision}", revision=upgrade_database(_prepared(data_dir), app_role)))


@database.command()
@data_option
def status(data_dir: Path | None) -> None:
    """Say which revision the schema is at; status 1 if it is not the newest."""
    found, newest = database_status(_prepared(data_dir))
    click.echo(_("Revision: {revision}", revision=found or "–") + "  " + _("Newest: {revision}", revision=newest))
    sys.exit(0 if found == newest else 1)


def _prepared(data_dir: Path | None) -> Settings:
    settings = _settings(data_dir=data_dir)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings


# --- tests

@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run every test; ARGUMENTS go to pytest."""
    try:
        import pytest  # only there when the test needs are installed
    except ModuleNotFoundError:
        raise click.ClickException("The test needs are not installed; start it as `./powrot test`.") from None
    os.chdir(Path(__file__).parents[1])  # tests live beside the package, wherever the command was called from
    sys.exit(pytest.main(list(arguments)))
