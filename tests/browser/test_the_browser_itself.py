"""The browser can be trusted: it clicks, axe runs and finds, and complaints of a page fail its story."""

from __future__ import annotations

import pytest
from flask import Flask

PAGE = """<!doctype html><html lang="pl"><head><title>Próba</title></head><body><main>
<h1>Zażółć gęślą jaźń</h1><form method="post"><button>Dalej</button></form>{extra}</main></body></html>"""


def site(extra: str = "", answer: str = "Gotowe") -> Flask:
    app = Flask("site")
    app.add_url_rule("/", "asked", lambda: PAGE.format(extra=extra))
    app.add_url_rule("/", "sent", lambda: PAGE.format(extra=f"<p>{answer}</p>"), methods=["POST"])
    return app


def test_a_click_sends_the_form(page, serve):
    page.goto(serve(site()))
    page.get_by_role("button", name="Dalej").click()
    assert page.get_by_text("Gotowe").is_visible()


def test_polish_letters_have_a_shape(page, serve):
    page.goto(serve(site()))
    widths = page.evaluate("""() => {
        const canvas = document.createElement('canvas').getContext('2d')
        canvas.font = '40px sans-serif'
        return [...'ąćęłńóśźż'].map((letter) => canvas.measureText(letter).width)
    }""")
    assert min(widths) > 0


def test_axe_accepts_a_good_page(page, serve, axe):
    page.goto(serve(site()))
    axe(page)


def test_axe_names_what_is_wrong(page, serve, axe):
    page.goto(serve(site('<img src="data:,">')))
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)
