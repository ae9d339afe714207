"""Commands of who keeps an installation: its schema, its ledger, its copies, its published bundles."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

import click

from engine.assembly import Bundle, Engine, check_files, database_status, fails, upgrade_database
from engine.model.errors import InvalidInput
from engine.settings import Settings
from web import words
from web.console import Refusing, data_option, opened, problem_line, settings_of
from web.languages import _


@click.command()
@data_option
def verify(data_dir: Path | None) -> None:
    """Recompute every chain of the ledger; status 1 and the first broken entry if one does not agree."""
    with opened(data_dir) as engine:
        found = engine.verify()
    broken = [(name, verdict) for name, verdict in found if not verdict.agrees]
    for name, verdict in broken:
        fault = words.label(words.FAULTS, verdict.reason)
        click.echo(_("{name}: entry {n} does not agree. {fault}", name=name, n=verdict.broken, fault=fault))
    click.echo(_("Chains: {chains}, entries: {entries}, broken: {broken}", chains=len(found),
                 entries=sum(verdict.entries for _name, verdict in found), broken=len(broken)))
    sys.exit(1 if broken else 0)


@click.group(cls=Refusing)
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
    settings = settings_of(data_dir=data_dir)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings


@click.command()
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@data_option
def backup(target: Path, data_dir: Path | None) -> None:
    """Copy a running SQLite installation into the empty folder TARGET; the key file is kept apart, by hand."""
    with opened(data_dir) as engine:
        copied = engine.backup(target)
    click.echo(_("Copied: {size} bytes, attachments: {files}. The key file is not in it: keep it apart.",
                 size=copied.database, files=copied.attachments))


@click.command()
@click.argument("source", type=click.Path(path_type=Path, file_okay=False, exists=True))
@data_option
def restore(source: Path, data_dir: Path | None) -> None:
    """Put the backup in SOURCE into an empty data directory, then recompute every chain."""
    settings = settings_of(data_dir=data_dir)
    copied = Engine.restore(source, settings.data_dir)
    click.echo(_("Restored: {size} bytes, attachments: {files}.", size=copied.database, files=copied.attachments))
    with opened(data_dir) as engine:
        broken = [name for name, verdict in engine.verify() if not verdict.agrees]
    click.echo(_("Chains that do not agree: {count}", count=len(broken)))
    sys.exit(1 if broken else 0)


@click.group(cls=Refusing)
def bundle() -> None:
    """Published diagrams, tables and forms as one file."""


@bundle.command("export")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--release", type=int, default=0, help="Which version (default: the live one).")
@data_option
def export_bundle(name: str, file: Path, release: int, data_dir: Path | None) -> None:
    """Write the published definition NAME into FILE, a zip with its files as they were published."""
    with opened(data_dir) as engine:
        found = engine.bundle(name, release)
    file.write_bytes(_zipped(name, found))
    click.echo(_("Files: {count}, digest: {digest}", count=len(found.files), digest=found.digest))


def _zipped(name: str, found: Bundle) -> bytes:
    """The same bytes for the same bundle, laid out as the folders in which owners edit."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for path, data in found.files.items():
            folder = f"forms/{name}" if path.startswith("forms/") else f"processes/{name}"
            archive.writestr(ZipInfo(f"{folder}/{Path(path).name}"), data)
    return out.getvalue()


@bundle.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Where its folders go.")
def import_bundle(file: Path, into: Path) -> None:
    """Unpack FILE into its folders, ready to be edited and published; nothing that exists is overwritten."""
    files = _unzipped(file)
    problems = check_files({Path(name).name if name.startswith("processes/") else f"forms/{Path(name).name}": data
                            for name, data in files.items()})
    for one in problems:
        click.echo(problem_line(one), err=True)
    if fails(problems, "error"):
        sys.exit(1)
    taken = [name for name in files if (into / name).exists()]
    if taken:
        raise InvalidInput(field=taken[0], reason="it exists already; nothing was overwritten")
    for name, data in files.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_bytes(data)
    click.echo(_("Files: {count}", count=len(files)))


def _unzipped(file: Path) -> dict[str, bytes]:
    try:
        with ZipFile(file) as archive:
            rows = archive.infolist()
            strange = next((one.filename for one in rows if not _is_ours(one.filename)), None)
            if strange is not None or sum(one.file_size for one in rows) > _LARGEST:
                raise InvalidInput(field=strange or file.name, reason="this is not a bundle that Powrót has written")
            return {one.filename: archive.read(one) for one in rows}
    except BadZipFile:
        raise InvalidInput(field=file.name, reason="this is not a zip file") from None


_LARGEST = 64_000_000


def _is_ours(name: str) -> bool:
    parts = Path(name).parts
    return len(parts) == 3 and parts[0] in ("processes", "forms") and not any(one in ("..", "") for one in parts)


COMMANDS: tuple[click.Command, ...] = (verify, database, backup, restore, bundle)
