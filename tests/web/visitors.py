"""People at a browser without a script: they open pages, press buttons, and read what stands there."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from tests.cast import PASSWORD, email


class Visitor:
    """One browser; what it posts carries the tokens of the page it last opened."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.response: TestResponse | None = None
        self._tokens: dict[str, str] = {}

    @property
    def status(self) -> int:
        """The status of the last answer."""
        assert self.response is not None
        return self.response.status_code

    @property
    def text(self) -> str:
        """The words of the page, with single blanks."""
        return " ".join(self.page.text_content().split())

    @property
    def page(self) -> Any:
        """The page as a tree."""
        assert self.response is not None
        return html.document_fromstring(self.response.get_data(as_text=True))

    def get(self, path: str, **more: Any) -> Visitor:
        """Open a page."""
        self.response = self.client.get(path, buffered=True, **more)
        self._take_tokens()
        return self

    def post(self, path: str, fields: dict[str, Any] | None = None, *, follow: bool = True, **more: Any) -> Visitor:
        """Press a button of the page; a redirect is followed."""
        self.response = self.client.post(path, data=self._tokens | (fields or {}), buffered=True, **more)
        while follow and self.status in (302, 303):
            self.response = self.client.get(self.response.headers["Location"], buffered=True)
        self._take_tokens()
        return self

    def sign_in(self, name: str) -> Visitor:
        """Sign in as one of the cast."""
        return self.post("/sign-in", {"email": email(name), "password": PASSWORD})

    def links(self, pattern: str) -> list[str]:
        """The addresses on the page that fit, each once."""
        found = [one for one in self.page.xpath("//@href") if re.fullmatch(pattern, one)]
        return list(dict.fromkeys(found))

    def heading(self) -> str:
        """The one heading of the page."""
        (found,) = self.page.xpath("//h1")
        return " ".join(found.text_content().split())

    def errors(self) -> list[str]:
        """The links of the error summary, as text."""
        return [one.text_content() for one in self.page.xpath("//*[contains(@class, 'error-summary')]//li/a")]

    def field(self, name: str) -> Any:
        """The input, select or textarea of that name."""
        return self.page.xpath(f"//*[@name='{name}']")[0]

    def _take_tokens(self) -> None:
        assert self.response is not None
        if "html" not in self.response.content_type:
            return
        page = html.document_fromstring(self.response.get_data(as_text=True) or "<p/>")
        for name in ("csrf_token", "_token"):
            found = page.xpath(f"//main//input[@name='{name}']/@value") or page.xpath(f"//input[@name='{name}']/@value")
            if found:
                self._tokens[name] = found[-1]
