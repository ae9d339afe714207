"""The immutable files of one definition version, and what they compile to; compiled bundles are kept by digest."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Any

import orjson
import zstandard

from engine.bpmn.decisions import read_library
from engine.bpmn.documents import Document, read_document
from engine.bpmn.elements import ElementInfo, FlowInfo, ProcessInfo, read_flows, read_processes
from engine.bpmn.normalise import VERSION, Normalised, normalise
from engine.bpmn.parsers.bundles import BundleParser
from engine.bpmn.problems import DiagramRefused, Problem

LARGEST_BUNDLE = 64_000_000
_KEPT = 200


@dataclass(frozen=True)
class Bundle:
    """Names and bytes, as published."""

    files: Mapping[str, bytes]
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", MappingProxyType(dict(sorted(self.files.items()))))
        object.__setattr__(self, "digest", _digest(self.files))

    def __hash__(self) -> int:
        return hash(self.digest)

    def pack(self) -> bytes:
        """All files in one, the same bytes for the same content."""
        names = orjson.dumps([[name, len(data)] for name, data in self.files.items()])
        body = len(names).to_bytes(4, "big") + names + b"".join(self.files.values())
        return zstandard.ZstdCompressor(level=9, write_checksum=True).compress(body)

    @staticmethod
    def unpack(data: bytes) -> Bundle:
        """The bundle that was packed; raises ValueError for anything else."""
        try:
            body = zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST_BUNDLE)
            size = int.from_bytes(body[:4], "big")
            files, place = {}, 4 + size
            for name, length in orjson.loads(body[4:place]):
                if not isinstance(name, str) or not isinstance(length, int) or length < 0:
                    raise TypeError("names and lengths")
                files[name] = body[place : place + length]
                place += length
        except (zstandard.ZstdError, orjson.JSONDecodeError, TypeError) as error:
            raise ValueError("these bytes are not a packed bundle") from error
        if place != len(body):
            raise ValueError("these bytes are not a whole packed bundle")
        return Bundle(files)


def _digest(files: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, data in sorted(files.items()):
        total.update(f"{len(name.encode())}:{name}{len(data)}:".encode())
        total.update(data)
    return total.hexdigest()


@dataclass(frozen=True)
class Compiled:
    """A bundle ready to run. Specs are shared by all instances and never change."""

    bundle: Bundle
    processes: dict[str, ProcessInfo]
    elements: dict[str, ElementInfo]
    flows: dict[str, FlowInfo]
    read_variables: frozenset[str]
    decisions: dict[str, Any]
    specs: dict[str, Any]
    sources: dict[str, Normalised]
    doubts: tuple[Problem, ...] = ()
    """Hints to the author on expressions that are valid but always null in some part."""

    @property
    def digest(self) -> str:
        """The digest of the files; snapshots name it."""
        return self.bundle.digest

    def xml(self, file: str) -> bytes:
        """The author's file, untouched."""
        return self.bundle.files[file]


_cache: OrderedDict[tuple[str, int], Compiled] = OrderedDict()
_lock = Lock()


def compile_bundle(bundle: Bundle) -> Compiled:
    """The compiled bundle, from memory when it was compiled before; raises DiagramRefused with every problem found."""
    key = (bundle.digest, VERSION)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    compiled = _compile(bundle)
    with _lock:
        _cache[key] = compiled
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return compiled


def diagrams(bundle: Bundle) -> list[Document]:
    """The parsed BPMN files of a bundle; raises DiagramRefused."""
    return [read_document(name, data) for name, data in bundle.files.items() if name.endswith((".bpmn", ".bpmn20.xml"))]


def normalised_files(bundle: Bundle) -> list[Normalised]:
    """The normal form of every BPMN file of a bundle, ids distinct across files; raises DiagramRefused."""
    taken: set[str] = set()
    files = []
    for document in diagrams(bundle):
        one = normalise(document, taken)
        taken |= set(one.ids)
        files.append(one)
    return files


def _compile(bundle: Bundle) -> Compiled:
    sources = normalised_files(bundle)
    parser = BundleParser()
    for source in sources:
        parser.add(source)
    specs = parser.parse()
    decisions = _decisions(bundle, parser)
    processes = {info.id: info for source in sources for info in read_processes(source)}
    if not processes:
        parser.problems.append(Problem("no-process", "error", "", ""))
    if parser.problems:
        raise DiagramRefused(tuple(dict.fromkeys(parser.problems)))
    flows = {flow.id: flow for source in sources for flow in read_flows(source)}
    return Compiled(
        bundle,
        processes,
        parser.infos,
        flows,
        frozenset(parser.reads),
        decisions,
        specs,
        {source.file: source for source in sources},
        tuple(dict.fromkeys(doubt for source in parser.sources.values() for doubt in source.doubts)),
    )


def decisions_of(bundle: Bundle) -> dict[str, Any]:
    """The decisions of a bundle alone, whether or not it holds a process; raises DiagramRefused."""
    problems: list[Problem] = []
    found = _tables(bundle.files, problems)
    if problems:
        raise DiagramRefused(tuple(dict.fromkeys(problems)))
    return found


def _decisions(bundle: Bundle, parser: BundleParser) -> dict[str, Any]:
    found = _tables(bundle.files, parser.problems)
    for source, node, decision in parser.used_decisions:
        if decision and (decision not in found or found[decision].open):
            source.problem("decision-unknown", node, decision=decision)
    for decision in found.values():
        parser.reads |= set(decision.reads)
    return found


def _tables(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, Any]:
    """The decisions of all files; each may import what the others define."""
    found, library = read_library({name: xml for name, xml in files.items() if name.lower().endswith(".dmn")})
    for name, refused in library.unreadable.items():
        reason = str(refused.params.get("reason", ""))
        problems.append(Problem("decision-file", "error", name, "", {"reason": reason}))
    return dict(found)
