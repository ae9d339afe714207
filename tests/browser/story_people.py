"""People of the stories: somebody at a computer, who knows what a page says and nothing of how it is made.

They find things by visible words and roles only. Whatever page they come to is looked over for barriers once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.story_house import House

WORDS = {
    "pl": {"sign in": "Zaloguj się", "sign out": "Wyloguj się", "menu": "Menu główne", "work": "Moja praca",
           "team": "Mój zespół", "optional": "nieobowiązkowe", "day": "Dzień", "month": "Miesiąc", "year": "Rok",
           "hour": "Godzina", "finish": "Zakończ i przekaż", "finished": "Zakończone"},
    "en": {"sign in": "Sign in", "sign out": "Sign out", "menu": "Main menu", "work": "My work", "team": "My team",
           "optional": "optional", "day": "Day", "month": "Month", "year": "Year", "hour": "Time",
           "finish": "Finish and pass on", "finished": "Finished"},
}  # fmt: skip
HERE: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
Answers = Mapping[str, Any]


class Somebody:
    """One person at one computer."""

    def __init__(self, page: Page, house: House, name: str, looks_over: Callable[[Page], None], seen: set[str],
                 language: str = "pl") -> None:
        self.page, self.house, self.name, self.seen = page, house, name, seen
        self._looks_over, self.language = looks_over, language

    def says(self, what: str) -> str:
        """How the page of this person's language calls something."""
        return WORDS[self.language][what]

    @property
    def main(self) -> Locator:
        """What the page is about."""
        return self.page.get_by_role("main")

    # --- coming and going

    def signs_in(self) -> Somebody:
        """Opens the address and signs in by the list of the demonstration."""
        self.page.goto(self.house.address)
        self.page.get_by_role("button", name=re.compile(f"{self.says('sign in')}.*{self.name}")).click()
        return self.arrives()

    def signs_in_with(self, email: str, password: str) -> Somebody:
        """Types address and password into the form."""
        self.page.get_by_label("E-mail", exact=True).fill(email)
        self.page.get_by_label("Hasło", exact=True).fill(password)
        self.page.get_by_role("button", name=self.says("sign in"), exact=True).click()
        return self.arrives()

    def signs_out(self) -> Somebody:
        self.page.get_by_role("button", name=self.says("sign out")).click()
        return self.arrives()

    def goes_to(self, place: str) -> Somebody:
        """Chooses a place in the main menu, which a small screen folds up."""
        menu = self.page.get_by_role("navigation", name=self.says("menu"))
        folded = self.page.get_by_role("button", name="Menu", expanded=False)
        if folded.is_visible():
            folded.click()
        menu.get_by_role("link", name=place, exact=True).click()
        return self.arrives()

    def arrives(self) -> Somebody:
        """A page of a kind that was not seen yet in this size and language is looked over for barriers."""
        expect(self.main.get_by_role("heading", level=1).first).to_be_visible()
        heading = self.main.get_by_role("heading", level=1).first.inner_text()
        size = self.page.viewport_size or HERE["viewport"]
        kind = f"{re.sub(r'[0-9/ ]+', '#', heading)} {self.language} {size['width']}"
        if kind not in self.seen:
            self.seen.add(kind)
            self._looks_it_over()
        return self

    def _looks_it_over(self) -> None:
        """For barriers, on a screen as high as the page: what stays at the lower edge covers nothing then."""
        size = self.page.viewport_size or HERE["viewport"]
        wide, high = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert wide <= size["width"], f"{self.page.title()}: the page is {wide} wide, the screen {size['width']}"
        self.page.set_viewport_size({"width": size["width"], "height": max(high, size["height"])})
        self._looks_over(self.page)
        self.page.set_viewport_size(size)

    # --- work

    def opens(self, person: str, task: str) -> Somebody:
        """Opens a task of the team."""
        self.goes_to(self.says("work"))
        self.page.get_by_role("link", name=re.compile(f"^{self.says('team')}")).click()
        self.arrives()
        row = self.main.get_by_role("row").filter(has_text=person).filter(has_text=task)
        row.get_by_role("link", name=re.compile(person)).first.click()
        return self.arrives()

    def has_no_task(self, person: str, task: str) -> None:
        """The team's list does not have this task."""
        self.goes_to(self.says("work"))
        self.page.get_by_role("link", name=re.compile(f"^{self.says('team')}")).click()
        expect(self.main.get_by_role("row").filter(has_text=person).filter(has_text=task)).to_have_count(0)

    def answers(self, answers: Answers, row: int = 0) -> Somebody:
        """Answers questions by their labels; ``row`` is the number of a row of a list."""
        place = self.main.get_by_role("group", name=re.compile(rf"^(Wiersz|Row) {row}$")) if row else self.main
        for question, answer in answers.items():
            self._answers_one(place, question, answer)
        return self

    def _answers_one(self, place: Locator, question: str, answer: Any) -> None:
        name = re.compile(rf"^{re.escape(question)}( \({self.says('optional')}\))?$")
        group = place.get_by_role("group", name=name)
        if isinstance(answer, date):
            self._dates(group, answer)
        elif group.count():
            for one in [answer] if isinstance(answer, str) else answer:
                group.get_by_label(one, exact=True).check()
        elif answer is True:
            place.get_by_role("checkbox", name=name).check()
        elif place.get_by_role("combobox", name=name).count():
            place.get_by_role("combobox", name=name).select_option(label=answer)
        else:
            place.get_by_role("textbox", name=name).fill(answer)

    def _dates(self, group: Locator, answer: date) -> None:
        for part, value in (("day", answer.day), ("month", answer.month), ("year", answer.year)):
            group.get_by_label(self.says(part), exact=True).fill(str(value))
        if isinstance(answer, datetime):
            group.get_by_label(self.says("hour"), exact=True).fill(f"{answer:%H:%M}")

    def finishes(self) -> Somebody:
        """Hands the task in and reads the receipt."""
        self.main.get_by_role("button", name=re.compile(f"^{self.says('finish')}")).click()
        expect(self.main.get_by_role("heading", level=1, name=re.compile(f"^{self.says('finished')}"))).to_be_visible()
        self.house.works_off()
        return self.arrives()

    def does(self, person: str, task: str, answers: Answers) -> Somebody:
        """Opens a task, answers, finishes."""
        return self.opens(person, task).answers(answers).finishes()

    # --- reading

    def sees(self, *texts: str) -> Somebody:
        """The page says each of these."""
        for text in texts:
            expect(self.main).to_contain_text(text)
        return self

    def sees_not(self, *texts: str) -> Somebody:
        """The page says none of these."""
        for text in texts:
            expect(self.main).not_to_contain_text(text)
        return self

    def presses(self, name: str | re.Pattern[str]) -> Somebody:
        """Presses a button by its words."""
        self.main.get_by_role("button", name=name).click()
        return self.arrives()

    def follows(self, name: str | re.Pattern[str]) -> Somebody:
        """Follows a link of the page by its words."""
        self.main.get_by_role("link", name=name).first.click()
        return self.arrives()
