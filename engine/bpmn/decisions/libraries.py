"""All decision files of one bundle together: each is read after those it imports (DMN 1.5, 6.3.3 and 13.3.2).

Of two decisions with one id the one in the importing file counts. Without an import between them the id means neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.decisions.documents import Element, children, read_document
from engine.bpmn.decisions.models import Model
from engine.bpmn.decisions.refusals import DecisionFileRefused, DecisionProblem


@dataclass
class Library:
    """What the decision files of a bundle hold."""

    models: list[Model] = field(default_factory=list)
    """Each file that could be read, after those it imports."""
    unreadable: dict[str, DecisionFileRefused] = field(default_factory=dict)
    """The files that could not be read."""
    doubles: frozenset[str] = frozenset()
    """Ids that do not say which decision they mean."""

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Library:
        """The models of some files. Files may import each other, in circles too."""
        library = cls()
        roots: dict[str, Element] = {}
        for file, xml in files.items():
            try:
                roots[file] = read_document(xml, file)
            except DecisionFileRefused as refused:
                library.unreadable[file] = refused
        order, circular = _ordered(roots)
        for _ in range(2 if circular else 1):
            known = {key: model for model in library.models for key in _keys(model.file, model.namespace)}
            library.models = []
            for file in order:
                try:
                    model = Model(roots[file], file, known)
                except RecursionError:
                    library.unreadable[file] = DecisionFileRefused(file=file, reason="its boxes are nested too deeply")
                    continue
                library.models.append(model)
                known.update(dict.fromkeys(_keys(file, model.namespace), model))
        library.doubles = _doubles(library.models)
        return library


def _keys(file: str, namespace: str) -> Iterator[str]:
    yield from filter(None, (namespace, file, file.rpartition("/")[2]))


def _ordered(roots: Mapping[str, Element]) -> tuple[list[str], bool]:
    """The files, each after those it imports, and whether some import each other in a circle."""
    found = {key: file for file, root in roots.items() for key in _keys(file, root.get("namespace") or "")}
    imports = {file: [found[key] for key in _imported(root) if key in found] for file, root in roots.items()}
    order: list[str] = []
    open_files: list[tuple[str, Iterator[str]]] = []
    seen: set[str] = set()
    circular = False
    for first in imports:
        if first in seen:
            continue
        seen.add(first)
        open_files.append((first, iter(imports[first])))
        while open_files:
            file, rest = open_files[-1]
            following = next(rest, None)
            if following is None:
                order.append(file)
                open_files.pop()
            elif following not in seen:
                seen.add(following)
                open_files.append((following, iter(imports[following])))
            elif following not in order:
                circular = True
    return order, circular


def _imported(root: Element) -> Iterator[str]:
    for element in children(root, "import"):
        place = element.get("locationURI") or ""
        yield from filter(None, (element.get("namespace"), place, place.rpartition("/")[2]))


def _doubles(models: list[Model]) -> frozenset[str]:
    """The ids of decisions that several files have, none of which imports the others; two main files are told so."""
    homes: dict[str, Model] = {}
    found: set[str] = set()
    imported = {id(each) for model in models for each in model.imported}
    for model in models:
        for identity in (part.id for part in model.parts.values() if part.kind == "decision"):
            other = homes.get(identity)
            if other is not None and not model.sees(other):
                found.add(identity)
                if not {id(model), id(other)} & imported:
                    model.problems.append(DecisionProblem("DecisionDuplicateId", identity, params={"id": identity}))
            homes[identity] = model
    return frozenset(found)
