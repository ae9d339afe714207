"""What README and the papers of docs/ promise: commands that exist, files that exist, pictures from the stories."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from web.cli import main

ROOT = Path(__file__).parents[2]
PAPERS = (ROOT / "README.md", ROOT / "docs" / "operations.md")
LARGEST_PICTURE = 250_000


def commands() -> Iterator[str]:
    """Every line of a shell block that starts our command."""
    for paper in PAPERS:
        for block in re.findall(r"```sh\n(.*?)```", paper.read_text(encoding="utf-8"), re.DOTALL):
            yield from (line for line in block.splitlines() if "./powrot" in line)
    for said in re.findall(r"`\./powrot ([^`]+)`", PAPERS[0].read_text(encoding="utf-8")):
        yield f"./powrot {said}"


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_a_command_of_the_papers_exists_with_its_options(line: str) -> None:
    words = shlex.split(line[line.index("./powrot"):], comments=True)[1:]
    command: click.Command = main
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("paper", PAPERS, ids=lambda one: one.name)
def test_what_a_paper_links_to_is_there(paper: Path) -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", paper.read_text(encoding="utf-8"))
    assert [one for one in linked if not (paper.parent / one).exists()] == []


def test_the_places_of_the_map_are_there() -> None:
    text = PAPERS[0].read_text(encoding="utf-8")
    named = re.findall(r"`((?:engine|web|tests|processes|forms|docs)/[\w./-]+)`", text)
    assert len(named) > 15
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_every_picture_is_used_and_small() -> None:
    text = PAPERS[0].read_text(encoding="utf-8")
    kept = sorted((ROOT / "docs" / "pictures").glob("*"))
    assert [one.name for one in kept if f"docs/pictures/{one.name}" not in text] == []
    assert [one.name for one in kept if one.stat().st_size > LARGEST_PICTURE] == []
    assert len(re.findall(r"!\[[^\]]{10,}\]\(docs/pictures/", text)) == 2


def test_a_decision_fits_its_box() -> None:
    decisions = PAPERS[0].read_text(encoding="utf-8").split("## Decisions")[1].split("## Licence")[0].strip()
    boxes = decisions.split("\n\n")
    assert all(re.match(r"\*\*\w+ 20\d\d · [^*]+\*\*", one) for one in boxes)
    assert all(len(one.splitlines()) <= 10 for one in boxes)
