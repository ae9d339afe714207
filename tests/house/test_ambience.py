"""Nobody reads the clock, the environment or randomness except the places named for it; so a case replays exactly."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for floor in ("engine", "web") for path in (ROOT / floor).rglob("*.py"))

#: what is read → the only modules that may (ruff's TID251 says the same at the desk)
PLACES = {
    "clock": {"engine/assembly.py"},
    "identifiers": {"engine/assembly.py"},
    "randomness": {
        "engine/assembly.py",    # the random part of an identifier
        "engine/store/keys.py",  # keys, nonces and tokens are made here
        "web/current.py",        # the once-only token of a rendered form
    },
    "environment": {"engine/settings.py", "web/console.py"},
    "code from text": set(),
}
NAMES = {
    "clock": {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
              "time.localtime", "time.gmtime", "datetime.fromtimestamp"},
    "identifiers": {"uuid.uuid1", "uuid.uuid4", "uuid.uuid7", "uuid1", "uuid4", "uuid7"},
    "randomness": {"os.urandom", "urandom", "secrets.token_bytes", "secrets.token_hex", "secrets.token_urlsafe",
                   "secrets.choice", "random.random", "random.choice", "random.randint", "random.shuffle"},
    "environment": {"os.environ", "os.getenv", "environ", "getenv"},
    "code from text": {"eval", "exec", "pickle.loads", "pickle.load", "marshal.loads", "yaml.load"},
}


def dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "…"


def read_names(module):
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield dotted(node.func)
        elif isinstance(node, ast.Attribute):
            yield dotted(node)


@pytest.mark.parametrize("ambience", sorted(PLACES))
def test_ambience_is_read_only_where_it_is_handed_down_from(ambience):
    wanted = NAMES[ambience]
    readers = {str(module.relative_to(ROOT)) for module in MODULES
               if any(one == name or one.endswith("." + name) for one in read_names(module) for name in wanted)}
    assert readers <= PLACES[ambience], readers - PLACES[ambience]


def test_the_model_and_the_diagrams_know_no_file_and_no_network():
    """What a floor may touch is its imports."""
    outside = {"socket", "http", "urllib", "requests", "subprocess", "shutil", "tempfile", "asyncio"}
    for module in [*(ROOT / "engine/model").rglob("*.py"), *(ROOT / "engine/bpmn").rglob("*.py")]:
        nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
        names = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module.split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
        assert not names & outside, module.name
