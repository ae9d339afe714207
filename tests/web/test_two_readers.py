"""Two people have the same task open: what one of them may not see never takes away what the other types."""

from __future__ import annotations

import pytest

from engine.queries.work_items import TaskPage
from tests.makers import ask


@pytest.fixture
def asked(engine, cast):
    """Anna has asked the labour office for an opinion."""
    return ask(engine, cast.anna)


@pytest.fixture
def task(asked):
    """The address of Maria's task."""
    return f"/tasks/{asked.offered[0]}"


def test_a_reader_without_the_form_does_not_empty_the_answers_of_who_has_it(enter, engine, task, asked, cast):
    maria, anna = enter("maria"), enter("anna")
    maria.get(task)
    anna.get(task)
    maria.post(f"{task}/draft", {"opinion": "Napisane przez Marię"})
    found = engine.look(TaskPage(asked.offered[0]), cast.maria)
    assert found.values["opinion"] == "Napisane przez Marię"


def test_a_reader_without_the_form_does_not_empty_what_is_handed_in(enter, engine, task, asked, cast):
    maria, anna = enter("maria"), enter("anna")
    maria.get(task)
    anna.get(task)
    maria.post(f"{task}/completion", {"opinion": "Napisane przez Marię"})
    found = engine.look(TaskPage(asked.offered[0]), cast.maria)
    assert found.given.values["opinion"] == "Napisane przez Marię"
