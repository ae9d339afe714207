"""The tables of the house are complete: whatever a new command, event, state or class still lacks is named here."""

from __future__ import annotations

import json
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from sqlalchemy.engine import Row

from engine.commands.dispatch import HANDLERS
from engine.model import commands, events, handovers, permissions, work_items
from engine.model.errors import Refused
from engine.model.visibility import CLASSES, CLEARANCE, MASKED, NOTHING, SEES, VISIBILITY, Relation
from engine.store import jobs
from engine.store.projections import PROJECTIONS
from web import sentences, words

ROOT = Path(__file__).parents[2]
BASES = {commands.Command, commands.CaseCommand, commands.ItemCommand}


def family(base):
    found = {base}
    for one in base.__subclasses__():
        found |= family(one)
    return found


def own(classes):
    return {one for one in classes if one.__module__.split(".")[0] in ("engine", "web")}


@cache
def polish():
    with (ROOT / "web/translations/pl/LC_MESSAGES/messages.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id and not message.fuzzy}


def in_polish(sentence):
    return bool(polish().get(sentence))


def test_every_command_is_listed_once():
    assert own(family(commands.Command)) - BASES == set(commands.ALL)
    assert len(commands.ALL) == len(set(commands.ALL))


@pytest.mark.parametrize("command", commands.ALL, ids=lambda one: one.__name__)
def test_every_command_has_permission_handler_and_words(command):
    assert permissions.PERMISSIONS[command], "nobody may do it"
    assert all(row for row in permissions.PERMISSIONS[command]), "an empty row lets everybody do it"
    assert HANDLERS[command].__doc__
    assert in_polish(words.COMMANDS[command.__name__])


def test_nothing_has_a_row_that_is_not_a_command():
    assert set(permissions.PERMISSIONS) == set(HANDLERS) == set(commands.ALL)


def test_every_predicate_reads_as_a_claim():
    for rows in permissions.PERMISSIONS.values():
        for predicate in {one for row in rows for one in row}:
            assert predicate.__doc__, predicate.__name__


def test_every_event_is_listed_once():
    assert own(family(events.Event)) - {events.Event} == set(events.ALL)
    assert len(events.REGISTRY) == len(events.ALL)


@pytest.mark.parametrize("event", events.ALL, ids=lambda one: one.__name__)
def test_every_event_has_a_projection_and_a_sentence_in_both_languages(event):
    assert event in PROJECTIONS
    said = sentences.EVENTS[event.__name__]
    for sentence in (said.sentence, *(detail for _, detail in said.details)):
        assert in_polish(sentence), sentence


@pytest.mark.parametrize("event", events.ALL, ids=lambda one: one.__name__)
def test_every_event_is_a_frozen_fact_of_plain_values(event):
    assert is_dataclass(event)
    assert event.__dataclass_params__.frozen
    assert isinstance(event.version, int)
    assert not issubclass(event, Row)


def test_every_detail_of_a_sentence_is_a_field_of_its_event():
    for name, said in sentences.EVENTS.items():
        fields = set(events.REGISTRY[name].__dataclass_fields__)
        assert {key for key, _ in said.details} <= fields, name


def test_every_state_of_a_work_item_can_be_reached_and_the_closed_ones_are_the_end():
    reached: set[str] = set()
    for _ in work_items.LIFECYCLE:
        reached |= {end for starts, end in work_items.LIFECYCLE.values() if not starts or starts & reached}
    assert reached == {work_items.READY, work_items.RESERVED, work_items.COMPLETED, work_items.WITHDRAWN}
    left = frozenset().union(*(starts for starts, _ in work_items.LIFECYCLE.values()))
    assert left == work_items.OPEN
    assert reached <= set(words.ITEM_STATES)
    assert all(in_polish(words.ITEM_STATES[one]) for one in reached)


def test_every_answer_to_a_handover_has_a_state_and_every_state_its_words():
    assert set(handovers.DECISIONS.values()) | {handovers.OFFERED} == set(words.HANDOVERS)
    assert all(in_polish(one) for one in words.HANDOVERS.values())


def test_every_relation_to_a_case_rules_every_class_of_data():
    assert set(VISIBILITY) == set(Relation)
    for relation, ruled in VISIBILITY.items():
        assert set(ruled) == set(CLASSES), relation
        assert set(ruled.values()) <= {SEES, MASKED, NOTHING, CLEARANCE}, relation


def test_who_has_no_business_in_a_case_sees_no_class_of_data():
    for relation in (Relation.OUTSIDER, Relation.ADMINISTRATOR):
        assert set(VISIBILITY[relation].values()) == {NOTHING}


def test_every_shipped_definition_rules_every_class_for_every_role():
    for file in sorted((ROOT / "processes").glob("*/definition.json")):
        for role in json.loads(file.read_text(encoding="utf-8"))["roles"]:
            assert set(role["clearance"]) == set(CLASSES), (file.parent.name, role["id"])


@pytest.mark.parametrize("refused", sorted(own(family(Refused)), key=lambda one: one.__name__),
                         ids=lambda one: one.__name__)
def test_every_refusal_is_a_sentence_with_a_status(refused):
    sentence = refused.template.fget(refused.__new__(refused))
    assert sentence.endswith((".", "}")), sentence
    assert refused.status in (401, 403, 404, 409, 422, 429, 503)


def test_every_state_of_a_job_is_one_that_somebody_looks_for():
    assert {jobs.QUEUED, jobs.RUNNING, jobs.DONE, jobs.CANCELLED, jobs.DEAD} == {
        "queued", "running", "done", "cancelled", "incident"}
