"""The sheets and scripts of web/assets, on pages of their own under the strict content security policy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask, Response, abort, request
from playwright.sync_api import expect

DIST = Path(__file__).parents[2] / "web" / "static" / "dist"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

PAGE = """<!doctype html><html lang="pl" class="govuk-template"><head><meta charset="utf-8"><title>Próba</title>
<link rel="icon" href="/dist/files/none.svg"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/dist/app.css"><link rel="stylesheet" href="/dist/diagram.css"></head>
<body class="govuk-template__body" data-user="{user}"><main class="govuk-width-container"><h1>Próba</h1>{body}</main>
<script type="module" src="/dist/app.js"></script>
<script type="module" src="/dist/diagram.js"></script></body></html>"""

FORM = """<form method="post" action="/sent"
data-autosave-url="/draft" data-autosave-owner="{user}" data-autosave-version="3"
data-text-saving="Zapisuję…" data-text-saved="Zapisano o {{time}}" data-text-offline="Brak połączenia"
data-text-signed-out="Zaloguj się w innej karcie" data-text-refused="Ktoś inny już to zakończył">
<input type="hidden" name="csrf_token" value="t-1"><label for="n">Nazwisko</label>
<input id="n" name="surname" value="{value}">
<input type="password" name="secret" aria-label="Hasło" value="x">
<p data-save-state role="status"></p><button>Zakończ</button></form>"""

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="t">
  <process id="p" isExecutable="true">
  <userTask id="verify" name="Sprawdź zawiadomienie"><outgoing>f</outgoing></userTask>
  <userTask id="inform" name="Poinformuj"><incoming>f</incoming></userTask>
  <sequenceFlow id="f" sourceRef="verify" targetRef="inform"/></process>
  <bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">
  <bpmndi:BPMNShape id="s1" bpmnElement="verify"><dc:Bounds x="100" y="100" width="100" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s2" bpmnElement="inform"><dc:Bounds x="300" y="100" width="100" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNEdge id="e" bpmnElement="f"><di:waypoint x="200" y="140"/><di:waypoint x="300" y="140"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"""


@dataclass
class Site:
    """A server that answers drafts as a test wants and remembers what it was sent."""

    body: str = ""
    user: str = "zofia"
    draft_status: int = 200
    drafts: list[dict] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    sent: int = 0

    def app(self) -> Flask:
        app = Flask("site", static_folder=str(DIST), static_url_path="/dist")
        app.add_url_rule("/", "page", self.page)
        app.add_url_rule("/draft", "draft", self.draft, methods=["POST"])
        app.add_url_rule("/sent", "sent", self.receive, methods=["POST"])
        app.add_url_rule("/diagram", "diagram", lambda: Response(DIAGRAM, mimetype="application/xml"))
        app.after_request(self.secured)
        return app

    def page(self) -> str:
        return PAGE.format(user=self.user, body=self.body or FORM.format(user=self.user, value=self.kept()))

    def kept(self) -> str:
        return dict(self.drafts[-1]["fields"])["surname"] if self.drafts else ""

    def draft(self) -> tuple[dict, int]:
        if self.draft_status != 200:
            abort(self.draft_status)
        if request.get_json()["owner"] != self.user:
            abort(401)
        self.drafts.append(request.get_json())
        self.tokens.append(request.headers["X-CSRFToken"])
        return {"version": self.drafts[-1]["version"] + 1}, 200

    def receive(self) -> str:
        self.sent += 1
        return PAGE.format(user=self.user, body="<p>Przyjęto</p>")

    def secured(self, response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def opened(page, serve, site):
    page.goto(serve(site.app()))
    return page


def write(page, text):
    page.get_by_label("Nazwisko").fill(text)
    page.get_by_label("Nazwisko").blur()


def state(page, text):
    page.get_by_role("status").get_by_text(text).wait_for()


def test_leaving_a_field_keeps_it_on_the_server(opened, site):
    write(opened, "Żółć")
    state(opened, "Zapisano o")
    assert site.drafts == [{"owner": "zofia", "version": 3, "fields": [["surname", "Żółć"]]}]
    assert site.tokens == ["t-1"]


def test_typing_is_kept_after_a_pause(opened, site):
    opened.clock.install()
    opened.reload()
    opened.get_by_label("Nazwisko").press_sequentially("Żak")
    opened.clock.run_for(1900)
    assert site.drafts == []
    opened.clock.run_for(200)
    state(opened, "Zapisano o")
    assert site.kept() == "Żak"


def test_each_draft_names_the_version_it_follows(opened, site):
    for text in ("Ż", "Żak"):
        write(opened, text)
        state(opened, "Zapisano o")
    assert [draft["version"] for draft in site.drafts] == [3, 4]


def test_unsent_text_waits_in_the_tab_and_is_sent_when_the_server_is_back(opened, site):
    site.draft_status = 503
    write(opened, "Żak")
    state(opened, "Brak połączenia")
    site.draft_status = 200
    opened.on("dialog", lambda dialog: dialog.accept())
    with opened.expect_response("**/draft"):
        opened.reload()
    expect(opened.locator("#n")).to_have_value("Żak")
    assert any(opened.evaluate("sessionStorage.length") == 0 for _ in range(500))
    assert site.kept() == "Żak"


def test_unsent_text_is_never_sent_as_another_persons(opened, site):
    site.draft_status = 503
    write(opened, "Żak")
    state(opened, "Brak połączenia")
    site.user, site.draft_status = "marek", 200
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.reload()
    opened.wait_for_load_state("networkidle")
    assert site.drafts == []
    assert opened.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("status", [401, 403])
def test_an_ended_session_says_where_to_sign_in(opened, site, status):
    site.draft_status = status
    write(opened, "Żak")
    state(opened, "Zaloguj się w innej karcie")


def test_a_refused_draft_says_so_and_is_not_tried_again(opened, site):
    site.draft_status = 409
    write(opened, "Żak")
    state(opened, "Ktoś inny już to zakończył")
    site.draft_status = 200
    write(opened, "Żuk")
    assert site.drafts == []


def test_a_page_with_nothing_unsaved_is_left_without_a_question(opened, site):
    asked = []
    opened.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    write(opened, "Żak")
    state(opened, "Zapisano o")
    opened.reload()
    assert asked == []


def test_a_double_click_sends_once(opened, site):
    opened.get_by_role("button", name="Zakończ").dblclick()
    opened.get_by_text("Przyjęto").wait_for()
    assert site.sent == 1


def test_the_back_button_wakes_the_form_up(opened, site):
    opened.get_by_role("button", name="Zakończ").click()
    opened.get_by_text("Przyjęto").wait_for()
    opened.go_back()
    assert opened.get_by_role("button", name="Zakończ").is_enabled()


REVEAL = """<form><fieldset class="govuk-fieldset"><legend>Mieszkanie</legend>
<div class="govuk-radios" data-module="govuk-radios"><div class="govuk-radios__item">
<input class="govuk-radios__input" id="a" name="a" type="radio" value="y" data-aria-controls="c">
<label class="govuk-radios__label" for="a">Tak</label></div>
<div class="govuk-radios__conditional govuk-radios__conditional--hidden" id="c">
<label for="b">Gdzie</label><input class="govuk-input" id="b"></div></div></fieldset></form>"""


def test_a_question_is_revealed_and_axe_has_nothing_to_say(page, serve, axe):
    page.goto(serve(Site(body=REVEAL).app()))
    assert page.get_by_label("Gdzie").is_hidden()
    page.get_by_label("Tak").check()
    assert page.get_by_label("Gdzie").is_visible()
    axe(page)


def shown(marks):
    return f"""<div class="powrot-diagram" data-diagram-url="/diagram" data-marks='{json.dumps(marks)}'
    data-text-now="teraz" data-text-label="Diagram procesu" data-text-in="Powiększ" data-text-out="Pomniejsz"
    data-text-fit="Całość"
    data-text-failed="Nie udało się pokazać diagramu; lista kroków jest obok."></div>"""


def test_the_diagram_shows_what_is_done_and_what_is_now(page, serve, axe):
    page.goto(serve(Site(body=shown({"verify": "done", "inform": "current", "unknown": "done"})).app()))
    page.locator("[data-drawn]").wait_for()
    assert page.locator("[data-element-id=verify].powrot-mark-done").count() == 1
    assert page.locator("[data-element-id=inform].powrot-mark-current").count() == 1
    assert page.get_by_text("teraz").is_visible()
    page.get_by_role("button", name="Powiększ").click()
    axe(page)


def test_the_makers_mark_of_the_diagram_stays_in_sight(page, serve):
    page.goto(serve(Site(body=shown({})).app()))
    mark = page.locator(".bjs-powered-by")
    mark.wait_for()
    assert mark.evaluate("""(mark) => {
        mark.scrollIntoView()
        const { left, top, width, height } = mark.getBoundingClientRect()
        return width > 0 && mark.contains(document.elementFromPoint(left + width / 2, top + height / 2))
    }""")


def test_a_diagram_that_cannot_be_read_leaves_a_sentence(new_page, serve):
    page = new_page()
    page.route("**/diagram", lambda route: route.fulfill(status=200, content_type="application/xml", body="<broken"))
    page.add_init_script("console.error = () => {}")
    page.goto(serve(Site(body=shown({})).app()))
    page.get_by_text("Nie udało się pokazać diagramu").wait_for()


ROWS = "".join(
    f'<tr role="row"><td role="cell" data-label="Sprawa">2027/{n}</td>'
    '<td role="cell" data-label="Termin">4 maja</td></tr>'
    for n in range(3)
)
CARDS = f"""<table class="govuk-table powrot-cards" role="table"><caption>Sprawy</caption>
<thead role="rowgroup"><tr role="row">
<th role="columnheader" scope="col">Sprawa</th><th role="columnheader" scope="col">Termin</th></tr></thead>
<tbody role="rowgroup">{ROWS}</tbody></table>"""


def test_a_table_on_a_narrow_screen_is_cards_and_nothing_scrolls_sideways(new_page, serve, axe):
    page = new_page(viewport={"width": 360, "height": 740})
    page.goto(serve(Site(body=CARDS).app()))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    first, second = page.get_by_role("cell").all()[:2]
    assert second.bounding_box()["y"] > first.bounding_box()["y"]
    axe(page)


FIELD = '<p><label for="f{n}">Pytanie {n}</label><input id="f{n}" class="govuk-input"></p>'
FIELDS = "".join(FIELD.format(n=n) for n in range(30))


def test_the_save_bar_never_hides_the_field_in_hand(page, serve):
    bar = '<div class="powrot-save-bar"><button class="govuk-button">Zakończ</button></div>'
    page.goto(serve(Site(body=f"<form>{FIELDS}{bar}</form>").app()))
    page.get_by_label("Pytanie 0").focus()
    for _ in range(29):
        page.keyboard.press("Tab")
        assert page.evaluate("""() => {
            const field = document.activeElement.getBoundingClientRect()
            const bar = document.querySelector('.powrot-save-bar').getBoundingClientRect()
            return field.bottom <= bar.top
        }""")


def test_no_sheet_asks_for_the_crown_or_its_typeface():
    sheet = (DIST / "app.css").read_text(encoding="utf-8")
    assert "GDS Transport" not in sheet
    assert "crest" not in sheet
