"""What a process definition says beside its diagrams: roles and their clearance, attributes, stages, who is who.

The file is ``processes/<name>/definition.json`` (``processes/definition.schema.json``). Whether its names exist in the
diagrams and forms of the same bundle is left to the publication rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.definition_parts import (
    Attribute,
    Message,
    Paper,
    Pause,
    Retention,
    Role,
    Stage,
    Start,
    Words,
)
from engine.model.json_files import FileRefused, Reader, load
from engine.model.visibility import CLASSES

__all__ = [
    "PAPERS",
    "PERSON",
    "PROBLEMS",
    "TYPES",
    "Attribute",
    "Definition",
    "DefinitionRefused",
    "Message",
    "Paper",
    "Pause",
    "Retention",
    "Role",
    "Stage",
    "Start",
    "Words",
]  # fmt: skip
_ID = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_CLEARANCES = ("full", "flag", "none")
TYPES = ("text", "number", "date", "datetime", "yes-no", "choice")
#: The parts of a person that the product knows; each names the question of the start form that gives it.
PERSON = ("family_name", "given_names", "birth_date", "identifier", "language", "phone")

#: Code of a problem of a definition → its English sentence (beside those of ``json_files``).
PROBLEMS = {
    "IdInvalid": "“{name}” cannot be an id: lower-case letters, digits and hyphens, a letter first.",
    "RoleUnknown": "{name} names the role “{value}”, which is not among the roles of this definition.",
    "RetentionUnknown": "“{value}” is not among the retention classes of this definition.",
}


class DefinitionRefused(FileRefused):
    """The definition {file} cannot be used: {count} problems."""


@dataclass(frozen=True)
class Definition:
    """The content of a ``definition.json``."""

    id: str
    name: Words
    main: str
    start_form: str
    start_message: str
    roles: tuple[Role, ...]
    coordinator: str
    sender: str
    participants: str
    person: Mapping[str, str]
    attributes: tuple[Attribute, ...] = ()
    stages: tuple[Stage, ...] = ()
    retentions: tuple[Retention, ...] = ()
    papers: tuple[Paper, ...] = ()
    key_message: str = ""
    #: registers of other definitions that forms of this one take answers from
    registers: tuple[str, ...] = ()
    #: the attribute that names a case which is about no person; "" where the person does
    title: str = ""
    messages: tuple[Message, ...] = ()
    starts: tuple[Start, ...] = ()
    pauses: tuple[Pause, ...] = ()
    file: str = ""

    @classmethod
    def parse(cls, data: bytes | str | Mapping[str, Any], file: str = "definition.json") -> Definition:
        """The definition in these bytes. Raises `DefinitionRefused` with every problem found."""
        reading = _Reading(file)
        found = reading.definition(load(data, file, DefinitionRefused))
        reading.refuse_problems(DefinitionRefused)
        return found

    def role(self, role_id: str) -> Role | None:
        """The role with this id."""
        return next((role for role in self.roles if role.id == role_id), None)

    def clearance(self, role_id: str) -> Mapping[str, str]:
        """What a role may see; an unknown role sees nothing."""
        role = self.role(role_id)
        return role.clearance if role else {}

    def paper(self, paper_id: str) -> Paper | None:
        """The paper with this id."""
        return next((paper for paper in self.papers if paper.id == paper_id), None)

    def message(self, name: str) -> Message | None:
        """The message of this name, if people may send it."""
        return next((one for one in self.messages if one.message == name), None)

    def start(self, start_id: str) -> Start | None:
        """The further start with this id."""
        return next((one for one in self.starts if one.id == start_id), None)

    def start_roles(self, start_id: str = "") -> frozenset[str]:
        """Who may open a case: who sends the notice and who coordinates, or the roles of a further start."""
        if not start_id:
            return frozenset({self.sender, self.coordinator})
        further = self.start(start_id)
        return frozenset(further.roles) if further else frozenset()

    @property
    def key_date(self) -> Attribute | None:
        """The attribute that orders the worklists, such as the date of release."""
        return next((attribute for attribute in self.attributes if attribute.key_date), None)

    def stage_of(self, element: str) -> Stage | None:
        """The stage that entering this element opens."""
        return next((stage for stage in self.stages if element in stage.opened_by), None)


_TOP = frozenset({
    "$schema", "id", "name", "main", "start", "person", "roles", "coordinator", "sender", "participants", "attributes",
    "stages", "retentions", "papers", "key_message",
    "messages", "starts", "pauses", "registers", "title",
    "letters",  # what files of earlier versions say, which published cases still run on; `papers` took its place
})  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2,3}")
#: Files of papers lie in this folder of the bundle.
PAPERS = "papers/"
_FLAGS = ("column", "searchable", "sensitive", "key_date")


class _Reading(Reader):
    """One pass over a definition file."""

    def definition(self, given: Mapping[str, Any]) -> Definition:
        self.known(given, _TOP, "")
        start = self.typed(given, "start", dict, "", {})
        self.known(start, frozenset({"form", "message"}), "start")
        participants = self.typed(given, "participants", dict, "", {})
        self.known(participants, frozenset({"variable"}), "participants")
        found = Definition(
            id=self.id_of(given, "definition"), name=self.words(given, "name", "definition"),
            main=self.needed(given, "main", "definition"), start_form=str(start.get("form", "")),
            start_message=str(start.get("message", "")),
            roles=tuple(self.role(one) for one in self.objects(given, "roles")),
            coordinator=self.needed(given, "coordinator", "definition"), sender=str(given.get("sender", "")),
            participants=str(participants.get("variable", "")), person=self.person(given),
            attributes=tuple(self.attribute(one) for one in self.objects(given, "attributes")),
            stages=tuple(self.stage(one) for one in self.objects(given, "stages")),
            retentions=tuple(self.retention(one) for one in self.objects(given, "retentions")),
            papers=tuple(self.paper(one) for one in self.objects(given, "papers")),
            registers=tuple(self.texts(given, "registers", "registers")), title=str(given.get("title", "")),
            key_message=str(given.get("key_message", "")), file=self.file,
            messages=tuple(self.message(one) for one in self.objects(given, "messages")),
            starts=tuple(self.start(one) for one in self.objects(given, "starts")),
            pauses=tuple(self.pause(one) for one in self.objects(given, "pauses")),
        )  # fmt: skip
        self.references(found)
        return found

    def references(self, found: Definition) -> None:
        roles = {role.id for role in found.roles}
        for name, value in (("coordinator", found.coordinator), ("sender", found.sender)):
            if value and value not in roles:
                self.problem("RoleUnknown", name, name=name, value=value)
        if found.title and found.title not in {one.id for one in found.attributes}:
            self.problem("PropertyInvalid", "title", name="title", value=found.title)
        for paper in found.papers:
            for value in sorted(set(paper.roles) - roles):
                self.problem("RoleUnknown", paper.id, name=paper.id, value=value)
        for several in (found.roles, found.attributes, found.stages, found.retentions, found.papers, found.starts,
                        found.pauses):
            self.unique([one.id for one in several], "")
        self.unique([one.message for one in found.messages], "")
        named = [*((one.message, one.roles) for one in found.messages),
                 *((one.id, one.roles) for one in found.starts), *((one.id, one.roles) for one in found.pauses)]
        for name, held in named:
            for value in sorted(set(held) - roles):
                self.problem("RoleUnknown", name, name=name, value=value)

    def objects(self, given: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        values = self.typed(given, name, list, "", [])
        if not all(isinstance(one, dict) for one in values):
            self.problem("WrongShape", "", name=name, expected="a list of objects")
        return [one for one in values if isinstance(one, dict)]

    def id_of(self, given: Mapping[str, Any], element: str) -> str:
        found = self.needed(given, "id", element)
        if found and not _ID.fullmatch(found):
            self.problem("IdInvalid", element, name=found)
        return found

    def words(self, given: Mapping[str, Any], name: str, element: str) -> Words:
        value = self.typed(given, name, dict, element, {})
        self.known(value, frozenset({"pl", "en"}), element)
        return Words(self.needed(value, "pl", f"{element}.{name}"), str(value.get("en", "")))

    def person(self, given: Mapping[str, Any]) -> dict[str, str]:
        value = self.typed(given, "person", dict, "", {})
        self.known(value, frozenset(PERSON), "person")
        return {name: self.needed(value, name, "person") for name in value if name in PERSON}

    def role(self, given: Mapping[str, Any]) -> Role:
        role_id = self.id_of(given, "roles")
        self.known(given, frozenset({"id", "name", "clearance", "coordinates", "consent"}), role_id)
        clearance = self.typed(given, "clearance", dict, role_id, {})
        self.known(clearance, frozenset(CLASSES), role_id)
        sight = {name: self.one_of(clearance, name, _CLEARANCES, role_id, "none") for name in CLASSES}
        return Role(role_id, self.words(given, "name", role_id), sight, given.get("coordinates") is True,
                    self.typed(given, "consent", str, role_id, ""))

    def attribute(self, given: Mapping[str, Any]) -> Attribute:
        name = self.id_of(given, "attributes")
        self.known(given, frozenset({"id", "name", "type", "from", "choices", *_FLAGS}), name)
        choices = self.typed(given, "choices", dict, name, {})
        flags = {flag: self.typed(given, flag, bool, name, False) for flag in _FLAGS}
        return Attribute(
            id=name,
            name=self.words(given, "name", name),
            type=self.one_of(given, "type", TYPES, name, "text"),
            source=self.needed(given, "from", name),
            choices={key: self.words(choices, key, name) for key in choices},
            **flags,
        )

    def stage(self, given: Mapping[str, Any]) -> Stage:
        name = self.id_of(given, "stages")
        self.known(given, frozenset({"id", "name", "opened_by"}), name)
        return Stage(name, self.words(given, "name", name), tuple(self.texts(given, "opened_by", name)))

    def retention(self, given: Mapping[str, Any]) -> Retention:
        name = self.id_of(given, "retentions")
        self.known(given, frozenset({"id", "name", "years", "basis"}), name)
        years = self.number(given, "years", name, 0, 100)
        if years is None:
            self.problem("PropertyMissing", name, name="years")
        return Retention(name, self.words(given, "name", name), int(years or 0), self.needed(given, "basis", name))

    def paper(self, given: Mapping[str, Any]) -> Paper:
        name = self.id_of(given, "papers")
        self.known(given, frozenset({"id", "name", "languages", "roles", "text", "layout", "offered_at", "unreviewed",
                                     "pages"}), name)
        languages = tuple(self.texts(given, "languages", name))
        for one in languages:
            if not _LANGUAGE.fullmatch(one):
                self.problem("PropertyInvalid", name, name="languages", value=one[:60])
        if not languages:
            self.problem("PropertyMissing", name, name="languages")
        layout = self.typed(given, "layout", str, name, "")
        return Paper(
            name, self.words(given, "name", name), languages, tuple(self.texts(given, "roles", name)),
            PAPERS + self.needed(given, "text", name), PAPERS + layout if layout else "",
            tuple(self.texts(given, "offered_at", name)), tuple(self.texts(given, "unreviewed", name, languages)),
            int(self.number(given, "pages", name, 0, 100) or 0))

    def message(self, given: Mapping[str, Any]) -> Message:
        name = self.needed(given, "message", "messages")
        self.known(given, frozenset({"message", "name", "explains", "roles", "form", "confirm"}), name)
        return Message(name, self.words(given, "name", name), self.words(given, "explains", name),
                       tuple(self.texts(given, "roles", name)), self.typed(given, "form", str, name, ""),
                       self.typed(given, "confirm", bool, name, False))

    def start(self, given: Mapping[str, Any]) -> Start:
        name = self.id_of(given, "starts")
        self.known(given, frozenset({"id", "name", "form", "roles", "message", "start_element"}), name)
        found = Start(name, self.words(given, "name", name), self.needed(given, "form", name),
                      tuple(self.texts(given, "roles", name)), self.typed(given, "message", str, name, ""),
                      self.typed(given, "start_element", str, name, ""))
        if not found.message and not found.start_element:
            self.problem("PropertyMissing", name, name="message")
        return found

    def pause(self, given: Mapping[str, Any]) -> Pause:
        name = self.id_of(given, "pauses")
        self.known(given, frozenset({"id", "name", "roles", "basis"}), name)
        return Pause(name, self.words(given, "name", name), tuple(self.texts(given, "roles", name)),
                     self.typed(given, "basis", str, name, ""))
