"""Words for what the engine says in codes: states, refusals, problems, commands, answers, persons.

Events are put into sentences in ``sentences``, dates in ``moments``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale

from engine.model import pesel
from engine.model.answers import PROBLEMS, FieldProblem
from engine.model.errors import Refused
from engine.model.fields import Field
from engine.queries.rows import Attribute, FileRow, Person, Step, WorkRow
from web import moments
from web.languages import N_, _, fill, ngettext, spoken

NONANSWERS = {
    "__unknown__": N_("Don't know"),
    "__refused__": N_("Refused"),
    "__not_asked__": N_("Not asked"),
}
SCREENS = {
    "form": N_("Task"), "assessment": N_("Joint assessment"), "meeting": N_("Joint meeting"), "plan": N_("Exit plan"),
    "acceptance": N_("Acceptance"), "handover": N_("Handover"),
}  # fmt: skip
LEVELS = {"error": N_("error"), "house": N_("house"), "hint": N_("hint")}
CASE_STATES = {"open": N_("Open"), "closed": N_("Closed")}
STEP_STATES = {"current": N_("Now"), "done": N_("Done"), "stuck": N_("Stuck")}
STAGE_STATES = {"reached": N_("Done"), "current": N_("Now")}
HANDOVERS = {
    "offered": N_("Waiting for an answer"), "accepted": N_("Accepted"),
    "accepted_with_remarks": N_("Accepted with remarks"), "declined": N_("Declined"),
}  # fmt: skip
HOUSE_ROLES = {
    "administrator": N_("Administrator"), "process-owner": N_("Process owner"), "auditor": N_("Auditor"),
    "data-protection": N_("Data protection officer"), "leader": N_("Leader"),
}  # fmt: skip
MAILS = {"offered": N_("You have a new task"), "overdue": N_("A task is overdue")}
SYSTEMS = {"timer": N_("the clock"), "powrot": N_("the system")}
ROW_STATES = {"good": N_("Good"), "remark": N_("Good, with a remark"), "bad": N_("Needs correcting")}
PURPOSES = {"task": N_("task"), "audit": N_("audit")}
#: What recomputing a chain found.
FAULTS = {
    "missing": N_("An entry is missing."), "changed": N_("The entry was changed afterwards."),
    "column": N_("A column of the entry was changed afterwards."),
    "added": N_("An entry was added outside the chain."), "seal": N_("The seal on the head of the chain is not ours."),
    "head": N_("The stored head is not that of the chain."),
}  # fmt: skip
#: What a request is called where a person reads about it ("Your role does not allow this: …").
COMMANDS = {
    "OpenCase": N_("open a case"), "ChangeAttributes": N_("change facts of the case"),
    "SendMessage": N_("send a message to the process"), "SendSignal": N_("send a signal to the process"),
    "KeepMessage": N_("keep a message"), "FinishJob": N_("report the result of a job"),
    "StartProcess": N_("start a process"), "InviteParticipant": N_("invite an institution"),
    "SuspendCase": N_("pause the case"), "ResumeCase": N_("let the case go on"),
    "EndParticipation": N_("end an institution's part"), "ClaimWorkItem": N_("take the task"),
    "ReleaseWorkItem": N_("return the task to the team"), "AttachFile": N_("attach a file"),
    "CompleteWorkItem": N_("finish the task"),
    "OfferHandover": N_("offer the handover"), "AcceptHandover": N_("accept the handover"),
    "DeclineHandover": N_("decline the handover"), "FireTimer": N_("let a timer fire"),
    "RaiseIncident": N_("report work that failed"),
    "DeliverKeptMessage": N_("deliver a kept message"), "DiscardMessage": N_("give up a kept message"),
    "RetryIncident": N_("try again what is stuck"), "PrintPaper": N_("print a paper"),
    "PublishDefinition": N_("publish a process"),
    "AddInstitution": N_("add an institution"), "AddAccount": N_("add an account"), "GrantRole": N_("give a role"),
    "EndRole": N_("end a role"), "SignAgreement": N_("record an agreement"), "EndAgreement": N_("end an agreement"),
    "SetUpInstallation": N_("set up the installation"), "SignIn": N_("sign in"), "SignOut": N_("sign out"),
    "SetPassword": N_("choose a password"),
    "PutRegisterRow": N_("change a row of a register"), "RetireRegisterRow": N_("retire a row of a register"),
    "ExtendAgreement": N_("make an agreement longer"), "CarryOutService": N_("do what a step does by itself"),
    "BookPlace": N_("book a place"), "ReleasePlace": N_("give a place back"),
}  # fmt: skip
#: Pages as the ledger names them, for "who viewed".
QUERIES = {
    "MyWork": N_("list of work"), "TaskPage": N_("task"), "HandedIn": N_("receipt of a task"),
    "CaseList": N_("list of cases"), "CasePage": N_("case"), "CasePicture": N_("diagram of the case"),
    "MessagePage": N_("message to the process"), "PausePage": N_("pause of the case"),
    "StartPage": N_("new notice"), "MayStart": N_("new notice"),
    "Startables": N_("list of processes"), "HandoverPage": N_("handover"),
    "AttachedFile": N_("attached file"), "WhatHappened": N_("history"),
    "MyHandovers": N_("list of handovers"), "AuditCases": N_("auditor's search"), "CaseHistory": N_("history"),
    "Registers": N_("registers"), "RegisterPage": N_("register"), "RegisterRows": N_("register"),
    "FigureBoard": N_("figures"), "KeptMessages": N_("kept messages"), "OfferedIn": N_("open steps of a case"),
    "ResponsibleFor": N_("who is responsible for a case"),
    "OtherStreams": N_("history of the installation"), "Mailbox": N_("mailbox"), "Accounts": N_("list of accounts"),
    "Institutions": N_("list of institutions"), "Agreements": N_("list of agreements"),
    "BookedPlaces": N_("places booked for a case"), "RowPage": N_("row of a register"),
    "RoleNames": N_("list of roles"), "PaperShelf": N_("papers of the case"), "PaperSheet": N_("paper"),
}  # fmt: skip
ITEM_STATES = {
    "ready": N_("waiting to be taken"), "reserved": N_("taken"), "completed": N_("finished"),
    "withdrawn": N_("no longer needed"), "offered": N_("offered"), "decided": N_("decided"),
}  # fmt: skip
#: Reasons that the engine gives with numbers in them.
REASONS = (
    N_("at least 15 characters; a sentence is easy to remember"), N_("at most 128 characters"),
)  # fmt: skip


# --- work

def status(row: WorkRow) -> str:
    """One of the five statuses of a work item, in words."""
    if row.state == "completed":
        return _("Done")
    if row.state == "withdrawn":
        return _("No longer needed")
    if row.paused_at is not None:
        return _("Paused, the clock stands still")
    if row.state == "reserved":
        return _("In progress ({owner})", owner=_("you") if row.owner_is_me else row.owner)
    return _("To do")


def waiting(row: WorkRow) -> str:
    """The status as someone outside the team reads it."""
    return _("Waiting for {institution}", institution=row.institution) if row.state == "ready" else status(row)


def status_colour(row: WorkRow) -> str:
    """The colour class that goes with the words."""
    return {"ready": "blue", "reserved": "yellow", "completed": "green"}.get(row.state, "grey")


def label(table: Mapping[str, str], code: str) -> str:
    """The words of a code in one of the tables above; the code itself if it is not there."""
    return _(table[code]) if code in table else code


def marks(steps: Iterable[Step]) -> str:
    """What the diagram's script marks: element → current, done or stuck, as JSON."""
    return json.dumps({one.element: one.state for one in steps})


# --- persons

def person(who: Person) -> str:
    """KOWALSKI Jan · 1984, or how a masked person is shown."""
    if who.masked:
        return _("Name hidden")
    if who.title:
        return who.title
    name = f"{who.family_name.upper()} {who.given_names}".strip()
    return f"{name} · {who.birth_year}" if who.birth_year else name


def language(code: str) -> str:
    """A language by its code, as its name in the spoken language."""
    return str(Locale(spoken()).languages.get(code, code))


# --- refusals and problems

def refusal(refused: Refused) -> str:
    """The sentence of a refusal in the spoken language."""
    return _(refused.template, **{name: _param(name, value) for name, value in refused.params.items()})


def reason(code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a refusal known by its code, as ledgers and incidents keep it."""
    template = _refusals().get(code)
    return _(template, **{name: _param(name, value) for name, value in params.items()}) if template else code


def _refusals() -> dict[str, str]:
    found: dict[str, str] = {}
    families: list[type[Refused]] = [Refused]
    for family in families:
        families.extend(family.__subclasses__())
        found[family.__name__] = " ".join((family.__doc__ or "").split())
    return found


def _param(name: str, value: Any) -> Any:
    tables = {"command": COMMANDS, "state": ITEM_STATES, "expected": ITEM_STATES}
    if name in tables and isinstance(value, str):
        return label(tables[name], value)
    if name == "at":
        return moments.moment(value)
    return _(value) if name in {"reason", "what", "how", "field"} and isinstance(value, str) else value


def problem(found: FieldProblem, field: Field | None) -> str:
    """The sentence about one answer, naming the question."""
    label = field.label_in(spoken()).rstrip("?") if field else found.key
    params: dict[str, Any] = {"field": label, **found.params}
    if found.code == "CheckFailed":
        return str(params.get("message_en") if spoken() == "en" else params.get("message")) or found.code
    for name in ("earliest", "latest"):
        if name in params:
            params[name] = moments.moment(params[name])
    return _(PROBLEMS.get(found.code, found.code), **params)


def different_passwords() -> str:
    """What is said when the password was typed differently the second time."""
    return _("The two passwords differ. Type both again.")


def as_problem(key: str, refused: Refused) -> FieldProblem:
    """A refusal that belongs to one question, to stand beside it."""
    return FieldProblem(key, "CheckFailed", {"message": refusal(refused), "message_en": refusal(refused)})


def to_fix(count: int) -> str:
    """How many fields need correcting, for beside the button."""
    return ngettext("{n} field to fix", "{n} fields to fix", count)


def table_sentence(sentences: Mapping[str, str], code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a code in a table of the engine."""
    return fill(_(sentences.get(code, code)), dict(params))


# --- answers

def answer(field: Field, value: Any) -> str:
    """A kept answer as a person reads it; a list of rows is left to the page."""
    if value is None or value == "" or value == []:
        return _("No answer")
    if isinstance(value, str) and value in NONANSWERS:
        return _(NONANSWERS[value])
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.kind in {"radio", "select"}:
        return field.option_label(str(value), spoken())
    if field.kind == "checklist":
        return ", ".join(field.option_label(str(one), spoken()) for one in _list(value))
    if field.kind in {"date", "datetime"}:
        return moments.moment(value)
    if field.kind == "money":
        return f"{str(value).replace('.', ',')} zł"
    return f"{value} {field.suffix}".strip()


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else [value]


def masked(answer: Any) -> str:
    """A PESEL number as paper may show it."""
    return _(NONANSWERS[answer]) if answer in NONANSWERS else pesel.masked(str(answer))


def files_of(answer: Iterable[Any], attached: Iterable[FileRow]) -> list[FileRow]:
    """The files that an answer names, as far as the reader may see them."""
    named = {str(one) for one in answer or ()}
    return [one for one in attached if one.attachment_id.hex in named]


def size(count: int) -> str:
    """Bytes in kilobytes or megabytes."""
    return f"{count / 10**6:.1f} MB".replace(".", ",") if count >= 10**6 else f"{max(1, round(count / 1000))} kB"


def attribute(one: Attribute) -> str:
    """The value of a case attribute."""
    if one.value is None or one.value == "":
        return "–"
    if isinstance(one.value, bool):
        return _("Yes") if one.value else _("No")
    if isinstance(one.value, list | tuple):
        return ", ".join(_option(one, value) for value in one.value)
    if one.kind in {"date", "datetime"}:
        return moments.moment(one.value)
    return _option(one, one.value)


def _option(one: Attribute, value: Any) -> str:
    words = one.options.get(str(value))
    return words.in_language(spoken()) if words else str(value)
