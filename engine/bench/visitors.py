"""A visitor of the screens who reads what it needs from the pages: over HTTP, or straight into the application."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit
from wsgiref.util import setup_testing_defaults


class Unexpected(Exception):
    """A page that should be there is not."""


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    text: str

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.text)
        if found is None:
            raise Unexpected(name)
        return found.group(1)


class Visitor:
    """Keeps its cookies; follows nothing."""

    def __init__(self) -> None:
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        """A page."""
        return self._asked("GET", path, "")

    def post(self, path: str, form: Mapping[str, str]) -> Page:
        """What a form brings."""
        return self._asked("POST", path, urlencode(form))

    def _asked(self, method: str, path: str, body: str) -> Page:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        status, cookies, text = self._send(method, path, body.encode(), headers)
        for one in cookies:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(one).items()}
        if status >= 400:
            raise Unexpected(f"{method} {path}: {status}")
        return Page(status, text)

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, list[str], str]:
        raise NotImplementedError


class HttpVisitor(Visitor):
    """Over one connection that stays open."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=30)

    def __enter__(self) -> HttpVisitor:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._connection.close()

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, list[str], str]:
        self._connection.request(method, path, body or None, dict(headers))
        answer = self._connection.getresponse()
        return answer.status, answer.headers.get_all("Set-Cookie") or [], answer.read().decode()


class WsgiVisitor(Visitor):
    """Straight into the application (PEP 3333), in this process and thread."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        super().__init__()
        self._application = application

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, list[str], str]:
        known: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": headers.get("Content-Type", ""),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        }
        setup_testing_defaults(known)
        told: list[Any] = []
        parts = b"".join(self._application(known, lambda status, more, _=None: told.extend((status, more))))
        return int(told[0][:3]), [value for name, value in told[1] if name == "Set-Cookie"], parts.decode()
