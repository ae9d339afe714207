"""The command line: the other face of Powrót. It starts, prints and exits; what happens is the engine's business."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click


@click.group()
@click.version_option(package_name="powrot", message="%(prog)s %(version)s")
def main() -> None:
    """Casework between institutions, run from BPMN diagrams."""


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

