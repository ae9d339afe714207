"""Every sentence that the screens and the command line can say, collected from where it stands.

``python -m tests.web.catalogue`` writes the missing ones into the Polish catalogue, empty, and drops the unused.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import engine
import web
from engine.bpmn.expressions.refusals import REASONS, STOPS
from engine.bpmn.problems import SENTENCES
from engine.model import answers, definitions, figure_files, form_checks, form_files, json_files
from engine.model.errors import Refused

ROOT = Path(__file__).parents[2]
POLISH = ROOT / "web" / "translations" / "pl" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "_plural": (1, 2)}
TABLES = (
    answers.PROBLEMS, definitions.PROBLEMS, figure_files.PROBLEMS, form_checks.PROBLEMS, form_files.PROBLEMS,
    json_files.PROBLEMS, SENTENCES, REASONS, STOPS,
)  # fmt: skip


def sentences() -> set[str | tuple[str, str]]:
    """Every msgid; a pair where it has a plural."""
    refusals = {" ".join((one.__doc__ or "").split()) for one in _refusals()}
    tables = {sentence for table in TABLES for sentence in table.values()}
    return {*_marked(), *refusals, *tables, *_reasons()}


def _marked() -> Iterator[str | tuple[str, str]]:
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    found = extract_from_dir(str(ROOT / "web"), methods, {"**.html": {"trimmed": "true"}}, KEYWORDS)
    return (message for _file, _line, message, *_rest in found if message)


def _refusals() -> list[type[Refused]]:
    for package in (engine, web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "revisions" not in module.name:
                importlib.import_module(module.name)
    families: list[type[Refused]] = [Refused]
    for family in families:
        families.extend(one for one in family.__subclasses__() if one.__module__.partition(".")[0] != "tests")
    return families[1:]


def _reasons() -> Iterator[str]:
    """Literal reasons handed to a refusal in the commands: ``InvalidInput(field=…, reason="…")``."""
    for path in sorted((ROOT / "engine" / "commands").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "reason" and isinstance(node.value, ast.Constant):
                text = str(node.value.value)
                if " " in text:
                    yield text


def polish() -> Catalog:
    """The Polish catalogue as it stands."""
    with POLISH.open("rb") as source:
        return read_po(source, locale="pl")


def renew() -> tuple[int, int]:
    """Bring the catalogue's list of sentences up to date; how many there are, how many wait for words."""
    known = polish() if POLISH.is_file() else Catalog(locale="pl")
    fresh = Catalog(locale="pl", project="Powrót", copyright_holder="", fuzzy=False)
    for key in sorted(sentences(), key=str):
        old = known.get(key if isinstance(key, str) else key[0])
        fresh.add(key, old.string if old is not None and isinstance(old.id, type(key)) else None)
    with POLISH.open("wb") as target:
        write_po(target, fresh, width=110, sort_output=True, omit_header=False, no_location=True)
    return len(fresh), sum(1 for one in fresh if one.id and not _said(one.string))


def _said(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    renew()
