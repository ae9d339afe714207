"""Live process instances kept in memory between two steps, and compiled bundles kept by digest.

The case row is locked before anything here is asked, and its revision is compared: what another process changed
meanwhile is read anew. On any exception the instance is dropped, never saved half-done.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from threading import Lock
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from engine.bpmn.bundles import Bundle, Compiled, compile_bundle
from engine.bpmn.runner import Live
from engine.bpmn.snapshots import dump, restore
from engine.model.clock import Clock
from engine.model.definitions import Definition, Paper
from engine.model.errors import NotFound
from engine.model.figure_files import FILE, Figures
from engine.model.forms import Form
from engine.model.papers import PaperText
from engine.store import tables as t
from engine.store.unit_of_work import UnitOfWork

_SIZE = 1000
_SNAPSHOT = select(t.process_instance.c.digest, t.process_instance.c.snapshot_enc).where(
    t.process_instance.c.instance_id == bindparam("instance_id"), t.process_instance.c.case_id == bindparam("case_id"))


class CachedCases:
    """Instances by identifier, with the case revision at which they were saved."""

    def __init__(self, clock: Clock, size: int = _SIZE) -> None:
        self._clock = clock
        self._size = size
        self._live: OrderedDict[UUID, tuple[int, Live]] = OrderedDict()
        self._guard = Lock()

    def take(self, uow: UnitOfWork, instance_id: UUID) -> Live:
        """The instance at the state the locked case row has; taken out until it is put back."""
        with self._guard:
            known = self._live.pop(instance_id, None)
        if known is not None and known[0] == uow.case.revision:
            return known[1]
        row = uow.connection.execute(
            _SNAPSHOT, {"instance_id": instance_id, "case_id": uow.case.case_id}).one_or_none()
        if row is None:
            raise NotFound
        data = uow.cipher.open(f"process_instance|{instance_id.hex}", row.snapshot_enc)
        return restore(data, compiled(uow.connection, row.digest), self._clock)

    def put(self, instance_id: UUID, revision: int, live: Live) -> None:
        """Keep an instance whose state was committed at this case revision."""
        with self._guard:
            self._live[instance_id] = (revision, live)
            while len(self._live) > self._size:
                self._live.popitem(last=False)

    def drop(self, instance_id: UUID) -> None:
        """Forget an instance."""
        with self._guard:
            self._live.pop(instance_id, None)

    def clear(self) -> None:
        """Forget every instance."""
        with self._guard:
            self._live.clear()


def save(uow: UnitOfWork, live: Live) -> None:
    """Write the instance's snapshot, encrypted under the person's key."""
    sealed = uow.cipher.seal(f"process_instance|{live.instance_id.hex}", dump(live))
    uow.change(t.process_instance, {"instance_id": live.instance_id}, snapshot_enc=sealed)


def compiled(connection: Connection, digest: str) -> Compiled:
    """The compiled bundle of a digest, from memory or from its stored files."""
    known = _BUNDLES.get(digest)
    if known is None:
        content = connection.execute(select(t.bundle.c.content).where(t.bundle.c.digest == digest)).scalar_one()
        known = _BUNDLES[digest] = Bundle.unpack(bytes(content))
    return compile_bundle(known)


def published_bundle(connection: Connection, name: str, release: int = 0) -> Bundle:
    """The files of a published version, the live one for release 0; NotFound if there is none."""
    d = t.definition.c
    wanted = d.live.is_(True) if release == 0 else d.release == release
    digest = connection.execute(select(d.digest).where(d.name == name, wanted)).scalar_one_or_none()
    if digest is None:
        raise NotFound
    return compiled(connection, digest).bundle


#: bundles by digest: content-addressed, so what is here can never be stale
_BUNDLES: dict[str, Bundle] = {}


@lru_cache(maxsize=64)
def definition_of(bundle: Bundle) -> Definition:
    """The definition file of a bundle."""
    return Definition.parse(bundle.files["definition.json"])


@lru_cache(maxsize=64)
def figures_of(bundle: Bundle) -> Figures:
    """What the answers of a bundle's forms are counted for; nothing where it does not say."""
    data = bundle.files.get(FILE)
    return Figures.parse(data) if data is not None else Figures()


@lru_cache(maxsize=512)
def form_of(bundle: Bundle, key: str) -> Form | None:
    """A form of a bundle by its key; None for a task without one."""
    name = f"forms/{key}.form"
    return Form.parse(bundle.files[name], name) if key and name in bundle.files else None


@lru_cache(maxsize=256)
def words_of(bundle: Bundle, paper: Paper) -> PaperText:
    """The words of a paper of a bundle; NotFound if its file is not there."""
    if paper.text not in bundle.files:
        raise NotFound
    return PaperText.parse(bundle.files[paper.text], paper.text, paper.languages)
