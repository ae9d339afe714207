"""The command line: the other face of Powrót. It starts, prints and exits; what happens is the engine's business."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from engine.assembly import (
    Engine,
    bundle_of,
    check_paths,
    fails,
    open_engine,
)
from engine.model.actors import Actor
from engine.model.commands import PublishDefinition, SetUpInstallation
from engine.model.deadlines import local_date
from engine.model.errors import DataDirectoryRefused, NotFound
from engine.queries.cases import Startables, StartPage
from engine.queries.people import Institutions
from engine.settings import Settings
from web import notice_files, upkeep
from web.benching import bench, drill
from web.console import Refusing, acting, as_option, data_option, opened, problem_line, serving_options, settings_of
from web.languages import LANGUAGES, _, speak


@click.group(cls=Refusing)
@click.version_option(package_name="powrot", message="%(prog)s %(version)s")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", help="Language of what is printed.")
def main(language: str) -> None:
    """Casework between institutions, run from BPMN diagrams."""
    speak(language)


# --- serving

@main.command()
@serving_options
@click.option("--now", type=click.DateTime(["%Y-%m-%dT%H:%M%z"]), default=None, help="Play on another day.")
@click.option("--script", is_flag=True, help="Build the larger house of the usability script.")
def demo(data_dir: Path | None, host: str | None, port: int | None, now: datetime | None, script: bool) -> None:
    """Make a demonstration with fictional people (once) and serve it."""
    from web import demo as shown  # only the demonstration needs its story
    from web.serving import Server  # only serving needs gunicorn

    settings = settings_of(data_dir=data_dir, host=host, port=port, secure_cookies=False)
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

    settings = settings_of(data_dir=data_dir, host=host, port=port)
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
    with opened(data_dir) as engine:
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
        click.echo(problem_line(one))
    click.echo(_("Problems: {n}", n=len(found)), err=True)
    sys.exit(1 if fails(found, level) else 0)


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
    with opened(data_dir) as engine:
        command = PublishDefinition(bundle=bundle_of(directory).pack(), note=note)
        made = engine.carry_out(command, acting(engine, email))
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
    with opened(data_dir) as engine:
        actor = acting(engine, email)
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
    """The one process that begins with a notice of its own number, which is what such files carry."""
    names = [one.definition for one in engine.look(Startables(), actor) if one.may_start or actor.is_system]
    found = [name for name in names if _takes_notices(engine, actor, name)] or names
    if len(found) != 1:
        raise click.ClickException(_("Say which process with --definition: {names}", names=", ".join(found) or "–"))
    return str(found[0])


def _takes_notices(engine: Engine, actor: Actor, name: str) -> bool:
    try:
        return engine.look(StartPage(name), actor).form.field("notice_id") is not None
    except NotFound:  # a process without a start form takes no file
        return False


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
    with opened(data_dir) as engine:
        command = SetUpInstallation(institution=institution, short_name=short_name, email=email, name=name)
        made = engine.carry_out(command, engine.operator())
        click.echo(_("One-time link for {name}, in force for two days:", name=name))
        click.echo(f"{address.rstrip('/')}/passwords/{made.extra['link']}")


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
    # the whole suite is shared by two processes; a chosen part starts faster alone
    sys.exit(pytest.main(list(arguments) or ["-n", "2", "--dist", "loadgroup"]))


for _one in (*upkeep.COMMANDS, bench, drill):
    main.add_command(_one)
