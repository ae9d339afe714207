"""Keys and ciphers: one key a person, wrapped by the installation's key, which never stands in the database.

The key file lies in the data directory (mode 0600). Losing it means losing every name and answer; destroying one
person's wrapped key erases that person (GDPR art. 17, DODO art. 24) while every chain still verifies.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from engine.model.errors import DataDirectoryRefused, Refused

_VERSION = b"\x01"
_NAMES = ("wrapping", "index", "ledger")
_SIZE = 32
#: how a sealed text in a ledger entry begins
SEALED = "sealed:"


class Unreadable(Refused):
    """{what} cannot be read: its key was destroyed or is not the one it was written with."""


class _Zstd(threading.local):
    """Compressors of one thread: making one takes longer than compressing an answer."""

    def __init__(self) -> None:
        self.packer = zstandard.ZstdCompressor(level=1)
        self.unpacker = zstandard.ZstdDecompressor()


_zstd = _Zstd()


class Cipher:
    """Seals and opens what belongs to one person. ``place`` (table, column, row) stops swapped ciphertexts."""

    __slots__ = ("_aead", "_key")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._aead = AESGCM(key)

    def seal(self, place: str, data: bytes) -> bytes:
        """Ciphertext of ``data``, readable only at the same place."""
        nonce = os.urandom(12)
        return _VERSION + nonce + self._aead.encrypt(nonce, data, place.encode())

    def open(self, place: str, sealed: bytes) -> bytes:
        """The data sealed at this place; Unreadable if it was swapped, changed or its key destroyed."""
        try:
            return self._aead.decrypt(sealed[1:13], sealed[13:], place.encode())
        except InvalidTag:
            raise Unreadable(what=place.split("|")[0]) from None

    def seal_json(self, place: str, value: Any) -> bytes:
        """Ciphertext of a JSON value, compressed first."""
        return self.seal(place, _zstd.packer.compress(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)))

    def open_json(self, place: str, sealed: bytes) -> Any:
        """The JSON value sealed at this place."""
        return orjson.loads(_zstd.unpacker.decompress(self.open(place, sealed)))

    def seal_text(self, place: str, text: str) -> str:
        """Ciphertext of a text as text, for a ledger entry; nothing stays nothing."""
        return SEALED + base64.urlsafe_b64encode(self.seal(place, text.encode())).decode() if text else ""

    def open_text(self, place: str, sealed: str) -> str:
        """The text sealed at this place."""
        return self.open(place, base64.urlsafe_b64decode(sealed.removeprefix(SEALED))).decode()

    def commit(self, label: str, value: Any) -> str:
        """A keyed commitment: proves later what was said, tells nothing by itself (22 characters)."""
        body = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
        inner = hmac.digest(self._key, b"commit|" + label.encode(), "sha256")
        return base64.urlsafe_b64encode(hmac.digest(inner, body, "sha256")[:16]).decode().rstrip("=")


class Unsealed(Mapping[str, Any]):
    """A sealed JSON object, opened when something of it is first asked for: most commands never ask."""

    def __init__(self, opened: Callable[[], Mapping[str, Any]]) -> None:
        self._open = opened
        self._opened: Mapping[str, Any] | None = None

    def _all(self) -> Mapping[str, Any]:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def __getitem__(self, name: str) -> Any:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Vault:
    """The installation's keys."""

    def __init__(self, keys: dict[str, bytes], kek_id: str) -> None:
        self._keys = keys
        self.kek_id = kek_id

    def new_person_key(self) -> bytes:
        """A fresh person key, wrapped for the database."""
        return aes_key_wrap(self._keys["wrapping"], os.urandom(32))

    def cipher(self, wrapped: bytes | None) -> Cipher:
        """The cipher of a person; Unreadable once the key was destroyed."""
        if not wrapped:
            raise Unreadable(what="person")
        return _unwrapped(self._keys["wrapping"], bytes(wrapped))

    @property
    def house(self) -> Cipher:
        """The cipher of what belongs to no person yet: a message that still looks for its case."""
        return Cipher(hmac.digest(self._keys["wrapping"], b"house", "sha256"))

    def token(self, scope: str, text: str, size: int = 8) -> bytes:
        """A keyed token of a normalised word, so that equal words can be found without storing them."""
        scoped = hmac.digest(self._keys["index"], scope.encode(), "sha256")
        return hmac.digest(scoped, text.encode(), "sha256")[:size]

    def seal_head(self, stream: UUID, sequence: int, head: bytes) -> bytes:
        """The seal of a chain's end: whoever has only the database cannot make it."""
        return hmac.digest(self._keys["ledger"], stream.bytes + sequence.to_bytes(8, "big") + head, "sha256")


@lru_cache(maxsize=2000)
def _unwrapped(wrapping: bytes, wrapped: bytes) -> Cipher:
    try:
        return Cipher(aes_key_unwrap(wrapping, wrapped))
    except (InvalidUnwrap, ValueError):
        raise Unreadable(what="person key") from None


def open_vault(directory: Path, *, may_create: bool) -> Vault:
    """The keys of this data directory; made at the first start, and only then.

    Raises DataDirectoryRefused if the file is missing although the database already holds data, or is damaged.
    """
    path = directory / "keys.json"
    if not path.exists():
        if not may_create:
            raise DataDirectoryRefused(path=str(path), reason="the key file is missing; restore it from its backup")
        _write(path, {"id": "k1"} | {name: base64.b64encode(os.urandom(32)).decode() for name in _NAMES})
    try:
        found = json.loads(path.read_text())
        keys = {name: base64.b64decode(found[name], validate=True) for name in _NAMES}
        if any(len(one) != _SIZE for one in keys.values()):
            raise ValueError(f"every key has {_SIZE} bytes")
        return Vault(keys, str(found["id"]))
    except (ValueError, KeyError, TypeError) as error:
        raise DataDirectoryRefused(path=str(path), reason=f"the key file is damaged ({type(error).__name__})") from None


def _write(path: Path, content: dict[str, str]) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    # whole or not at all, and never over keys that another process has made meanwhile
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def digest(text: str | bytes) -> bytes:
    """SHA-256, for tokens that are themselves random (session, link, once-only form token)."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).digest()


def secret(size: int = 32) -> str:
    """A random token for a cookie or a one-time link, URL-safe."""
    return base64.urlsafe_b64encode(os.urandom(size)).decode().rstrip("=")
