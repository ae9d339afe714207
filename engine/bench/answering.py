"""Answers drawn at random from a form's own questions, as raw values that the form accepts: for lives nobody leads."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from engine.model.fields import NONANSWERS, Field
from engine.model.forms import Form
from engine.model.pesel import check_digit

_WORDS = ("po rozmowie", "zgodnie z planem", "wróci do tego", "jest zgoda", "brak uwag", "ulica Lubelska 1",
          "Łukasz Żółć", "telefon rano", "dokumenty złożone")
#: how often a question that may stay open is answered, and how often with “don't know” and the like
_ANSWERED, _NOT_KNOWN = 0.6, 0.05
_LEANING = 0.85


class Drawn:
    """Draws answers; the same dice draw the same ones."""

    def __init__(self, dice: random.Random, today: date, leaning: Mapping[str, Any] | None = None) -> None:
        self.dice = dice
        self.today = today
        #: what is mostly answered to a question of any form, by its key
        self.leaning = leaning or {}

    def answers(self, form: Form, context: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
        """Raw answers to a form; ``said`` wins where the question is asked."""
        return self._all(form.fields, context, said, {})

    def _all(self, asked: Iterable[Field], context: Mapping[str, Any], said: Mapping[str, Any],
             outer: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for one in asked:
            if not one.shows({**outer, **found}, context) or one.kind == "file":
                continue
            if one.key in said:
                found[one.key] = said[one.key]
            elif one.key in self.leaning and self.dice.random() < _LEANING:
                found[one.key] = self.leaning[one.key]
            elif one.required or one.limits.rows_least or self.dice.random() < _ANSWERED:
                found[one.key] = self._one(one, context, {**outer, **found})
        return found

    def _one(self, one: Field, context: Mapping[str, Any], outer: Mapping[str, Any]) -> Any:
        if one.nonanswers and self.dice.random() < _NOT_KNOWN:
            return NONANSWERS[self.dice.choice(one.nonanswers)]
        if one.kind == "list":
            rows = max(1, one.limits.rows_least) + self.dice.randint(0, 1)
            return [self._all(one.fields, context, {}, outer) for _ in range(min(rows, one.limits.rows_most))]
        return _KINDS[one.kind](self, one)

    def text(self, one: Field) -> str:
        """Some words."""
        return self.dice.choice(_WORDS)[: one.limits.length]

    def number(self, one: Field) -> str:
        """A number within the limits."""
        least = int(one.limits.least or 0)
        return str(self.dice.randint(least, int(min(one.limits.most or least + 20, least + 20))))

    def day(self, one: Field) -> str:
        """A day within the limits, mostly soon."""
        soon = self.today + timedelta(days=self.dice.randint(1, 40))
        if one.limits.not_after is not None:
            soon = self.today - timedelta(days=self.dice.randint(0, 3))
        return soon.isoformat()

    def moment(self, one: Field) -> str:
        """A time on such a day."""
        early, late = (0, 7) if one.limits.not_after else (8, 15)
        return f"{self.day(one)}T{self.dice.randint(early, late):02}:00"

    def option(self, one: Field) -> str:
        """One of the offered answers."""
        return self.dice.choice(one.options).value if one.options else self.text(one)

    def several(self, one: Field) -> list[str]:
        """Some of the offered answers, at least one."""
        values = [option.value for option in one.options]
        return sorted(self.dice.sample(values, self.dice.randint(1, len(values))), key=values.index)

    def identifier(self, _one: Field) -> str:
        """A number that passes its check and belongs to nobody: born in 1950 to 1999."""
        digits = f"{self.dice.randint(50, 99)}{self.dice.randint(1, 12):02}{self.dice.randint(1, 28):02}" \
                 f"{self.dice.randint(0, 9999):04}"
        return digits + check_digit(digits)


_KINDS: dict[str, Callable[[Drawn, Field], Any]] = {
    "text": Drawn.text, "textarea": Drawn.text, "number": Drawn.number, "money": Drawn.number, "date": Drawn.day,
    "datetime": Drawn.moment, "pesel": Drawn.identifier, "radio": Drawn.option, "select": Drawn.option,
    "checklist": Drawn.several, "checkbox": lambda _drawn, _one: True, "declaration": lambda _drawn, _one: True,
}
