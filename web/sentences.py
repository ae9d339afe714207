"""What happened, in words: every type of event has its sentence, and details for who wants all of it (auditors).

A detail is said only if the entry holds what it speaks of. Which lines a reader may see is left to the queries; who
did it, for whom and when stands beside the sentence on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.queries.rows import Line
from web import moments, words
from web.languages import N_, _, ngettext, spoken


@dataclass(frozen=True)
class Said:
    """The sentence of one type of event, and (key that must be there, sentence) for each detail."""

    sentence: str
    details: tuple[tuple[str, str], ...] = ()


EVENTS: dict[str, Said] = {
    "CaseOpened": Said(N_("Case {number} was opened."), (
        ("responsible_id", N_("Responsible until a handover: {responsible_id}.")),
        ("coordinator_id", N_("Coordinated by: {coordinator_id}.")),
        ("notice_id", N_("Notice of the sender: {notice_id}.")),
        ("source", N_("Came in by: {source}.")),
        ("form", N_("Form: {form}.")),
        ("previous_case_id", N_("The same person had an earlier case.")),
    )),
    "ParticipantInvited": Said(N_("{institution_id} takes part from now on as: {role}."), (
        ("why", N_("Reason: {why}.")),
        ("agreement_id", N_("Under an agreement in force.")),
    )),
    "ParticipationEnded": Said(N_("{institution_id} no longer takes part as: {role}."), (
        ("reason", N_("Reason: {reason}.")),
    )),
    "AttributesChanged": Said(N_("Facts of the case changed: {names}."), (
        ("key_date", N_("Now: {key_date}.")),
        ("reason", N_("Reason: {reason}.")),
        ("source", N_("Came from: {source}.")),
    )),
    "StageReached": Said(N_("The case reached the stage: {stage}.")),
    "CaseClosed": Said(N_("The case was closed.")),
    "CaseSuspended": Said(N_("The case was paused. Its clocks stand still."), (
        ("reason", N_("Reason: {reason}.")),
        ("until", N_("Expected to go on: {until}.")),
        ("kind", N_("Kind of pause: {kind}.")),
        ("element", N_("Asked for by the step “{element}”.")),
    )),
    "CaseResumed": Said(N_("The case goes on. Its deadlines moved by the time it was paused."), (
        ("paused_at", N_("It was paused since {paused_at}.")),
        ("reason", N_("Reason: {reason}.")),
        ("element", N_("Asked for by the step “{element}”.")),
    )),
    "InstanceStarted": Said(N_("The process “{process}” began.")),
    "ProcessAdvanced": Said(N_("The process went on."), (
        ("entered", N_("Entered: {entered}.")),
        ("flows", N_("Flows taken: {flows}.")),
        ("decided", N_("Decisions: {decided}.")),
        ("assigned", N_("Values written: {assigned}.")),
        ("armed", N_("Timers set: {armed}.")),
        ("disarmed", N_("Timers stopped: {disarmed}.")),
        ("waiting", N_("Now waiting for: {waiting}.")),
        ("unsubscribed", N_("No longer waiting: {unsubscribed}.")),
        ("thrown", N_("Sent: {thrown}.")),
        ("left", N_("Steps left: {left}.")),
        ("cancelled", N_("Steps cancelled: {cancelled}.")),
    )),
    "InstanceEnded": Said(N_("The process came to its end.")),
    "MessageReceived": Said(N_("The message “{message}” arrived."), (("form", N_("Form: {form}.")),)),
    "MessageKept": Said(N_("The message “{message}” came too early and is kept.")),
    "KeptMessageDelivered": Said(N_("The kept message “{message}” found its case."), (
        ("anyway", N_("A person chose the case, whatever the keys of the message say.")),
    )),
    "MessageDiscarded": Said(N_("The kept message “{message}” was given up."), (("reason", N_("Reason: {reason}.")),)),
    "SignalHeard": Said(N_("The signal “{signal}” was heard.")),
    "JobFinished": Said(N_("A program outside has reported a result."), (("error", N_("Business error: {error}.")),)),
    "TimerFired": Said(N_("The time set at “{element}” has come."), (("due", N_("It was due: {due}.")),)),
    "IncidentRaised": Said(N_("The process is stuck at “{element}”. A person must help."), (
        ("reason", N_("Cause: {reason}")),
    )),
    "IncidentResolved": Said(N_("What was stuck runs again.")),
    "WorkItemOffered": Said(N_("Task “{element}” went to: {institution_id} ({role})."), (
        ("due", N_("Due: {due}.")),
        ("wanted_role", N_("Nobody holds the role “{wanted_role}”, so the coordinator got it.")),
    )),
    "WorkItemClaimed": Said(N_("Task “{element}” was taken.")),
    "WorkItemMoved": Said(N_("Task “{element}” went to who coordinates, because its team takes part no longer.")),
    "WorkItemReleased": Said(N_("Task “{element}” was returned to the team.")),
    "WorkItemCompleted": Said(N_("Task “{element}” was finished."), (
        ("days_overdue", N_("Late: {days_overdue}.")),
        ("form", N_("Form: {form}.")),
        ("basis", N_("Basis: {basis}.")),
    )),
    "FileAttached": Said(N_("A file was attached ({kind}, {size})."), (("form", N_("Form: {form}.")),)),
    "PaperPrinted": Said(N_("The paper “{paper}” was printed ({language})."), (
        ("left_out", N_("Printed without: {left_out}.")),
        ("fields", N_("What stands in it: {fields}.")),
        ("digest", N_("Digest of the file: {digest}.")),
    )),
    "WorkItemWithdrawn": Said(N_("Task “{element}” is no longer needed.")),
    "WorkItemRescheduled": Said(N_("Task “{element}” is now due: {due}."), (("before", N_("Before: {before}.")),)),
    "HandoverOffered": Said(N_("{from_institution_id} offers responsibility to {to_institution_id}.")),
    "HandoverAccepted": Said(N_("{institution_id} accepted responsibility."), (
        ("with_remarks", N_("Accepted with remarks.")),
    )),
    "HandoverDeclined": Said(N_("{institution_id} declined responsibility. The sender stays responsible.")),
    "PersonalDataViewed": Said(N_("Personal data was viewed: {query}."), (
        ("part", N_("Part: {part}.")),
        ("purpose", N_("Purpose: {purpose}.")),
        ("cases", N_("Cases on the page: {cases}.")),
    )),
    "CommandRefused": Said(N_("Refused: {command}."), (("reason", N_("Cause: {reason}")),)),
    "IntegrityVerified": Said(N_("The integrity of the history was checked: {entries}."), (
        ("broken", N_("First entry that does not agree: {broken}.")),
    )),
    "DefinitionPublished": Said(N_("Version {release} of the process “{definition}” was published."), (
        ("note", N_("What and why: {note}.")),
        ("digest", N_("Digest of the bundle: {digest}.")),
    )),
    "InstitutionAdded": Said(N_("The institution {name} was entered.")),
    "AccountAdded": Said(N_("An account was entered: {name} ({email}).")),
    "RoleGranted": Said(N_("A role was given: {role}, {institution_id}."), (("account_id", N_("To: {account_id}.")),)),
    "RoleEnded": Said(N_("A role ended: {role}, {institution_id}."), (
        ("account_id", N_("Of: {account_id}.")),
        ("reason", N_("Reason: {reason}.")),
    )),
    "AgreementSigned": Said(N_("The agreement “{name}” was recorded."), (
        ("parties", N_("Parties: {parties}.")),
        ("ends_at", N_("In force until: {ends_at}.")),
    )),
    "AgreementExtended": Said(N_("The agreement “{name}” lasts longer, until {ends_at}."), (
        ("before", N_("Before: {before}.")),
    )),
    "AgreementEnded": Said(N_("An agreement ended."), (("reason", N_("Reason: {reason}.")),)),
    "EntryLinkMade": Said(N_("A one-time link for choosing a password was made."), (
        ("account_id", N_("For: {account_id}.")),
        ("ends_at", N_("In force until: {ends_at}.")),
    )),
    "PasswordSet": Said(N_("A password was chosen.")),
    "SignedIn": Said(N_("Someone signed in.")),
    "SignedOut": Said(N_("Someone signed out.")),
    "RegisterRowPut": Said(N_("Register “{register}”: “{name}” was entered, version {revision}."), (
        ("institution_id", N_("Of: {institution_id}.")),
        ("places", N_("Places: {places}.")),
    )),
    "RegisterRowRetired": Said(N_("Register “{register}”: “{name}” can no longer be chosen."), (
        ("reason", N_("Reason: {reason}.")),
    )),
    "PlaceBooked": Said(N_("A place was booked: {name}."), (
        ("told", N_("With consent, its owner is told name, contact and day.")),
    )),
    "PlaceReleased": Said(N_("A place was given back: {name}."), (("reason", N_("Reason: {reason}.")),)),
}
#: Why an institution takes part, where a fact came from.
REASONS = {
    "participants": N_("the process named this role"), "opened": N_("it sent or received the notice"),
    "own-role": N_("it already takes part and holds this role too"), "form": N_("the form on the screen"),
    "file": N_("a file"), "person": N_("a person"), "process": N_("the process"), "answers": N_("an answer"),
    "script": N_("a calculation"), "decision": N_("a decision table"), "message": N_("a message"),
    "mapping": N_("a called process"), "api": N_("another system"), "start": N_("the notice"),
    "ended": N_("the process ended"), "other": N_("another reason"),
}  # fmt: skip


#: A form as a paper.
FORM_PAPERS = {"blank": N_("{form}, empty form"), "filled": N_("{form}, form filled in")}
#: Entries about the machinery; the timeline of a case leaves them to the auditor.
TECHNICAL = frozenset({
    "ProcessAdvanced", "InstanceStarted", "InstanceEnded", "CommandRefused", "IntegrityVerified",
})  # fmt: skip
#: What a timeline adds to the sentence; an auditor gets every detail.
_REMARKED = frozenset({"due", "wanted_role", "reason", "days_overdue", "with_remarks", "key_date", "note"})


def told(lines: Iterable[Line]) -> list[Line]:
    """The entries that say something to someone who works on the case."""
    return [line for line in lines if line.type not in TECHNICAL
            and (line.type != "MessageReceived" or line.kind == "person")]


def remarks(line: Line) -> list[str]:
    """The details that belong in a timeline."""
    said = EVENTS.get(line.type, Said(""))
    return [_filled(line, text) for key, text in said.details if key in _REMARKED and line.data.get(key)]


def sentence(line: Line) -> str:
    """The one sentence of an entry."""
    return _filled(line, EVENTS[line.type].sentence) if line.type in EVENTS else line.type


def details(line: Line) -> list[str]:
    """Everything else the entry says, sentence by sentence."""
    said = EVENTS.get(line.type, Said(""))
    return [_filled(line, text) for key, text in said.details if line.data.get(key)]


def _filled(line: Line, text: str) -> str:
    return _(text, **{key: _value(line, key, value) for key, value in line.data.items()})


def _value(line: Line, key: str, value: Any) -> str:
    if key in _SPECIAL:
        return _SPECIAL[key](line, value)
    if isinstance(value, list | tuple):
        return ", ".join(_named(line, one) for one in value)
    return _named(line, value)


def _named(line: Line, value: Any) -> str:
    text = str(value)
    return line.names[text].in_language(spoken()) if text in line.names else text


def _why(line: Line, value: Any) -> str:
    return words.label(REASONS, str(value)) if value in REASONS else _named(line, value)


def _cause(line: Line, value: Any) -> str:
    if line.type not in {"IncidentRaised", "CommandRefused"}:
        return _why(line, value)
    given: Mapping[str, Any] = line.data.get("params", {})
    named = {name: _named(line, one) for name, one in given.items()}
    return words.reason(str(value), {"element": _named(line, line.data.get("element", "")), **named})


def _entered(line: Line, value: Any) -> str:
    return ", ".join(_named(line, element) for _activity, element in value)


def _decided(line: Line, value: Any) -> str:
    return "; ".join(
        ngettext("{element}: row {rows}", "{element}: rows {rows}", len(rows), element=_named(line, element),
                 rows=", ".join(map(str, rows)))
        for element, _decision, rows, *_rest in value
    )  # fmt: skip


def _assigned(line: Line, value: Any) -> str:
    return ", ".join(f"{_named(line, name)} ({words.label(REASONS, source)})" for name, source, *_rest in value)


def _armed(line: Line, value: Any) -> str:
    return ", ".join(f"{_named(line, element)} – {moments.moment(due)}" for _activity, element, due in value)


def _waiting(line: Line, value: Any) -> str:
    return ", ".join(f"{_named(line, element)} ({name})" for _activity, element, _kind, name, *_rest in value)


def _thrown(line: Line, value: Any) -> str:
    return ", ".join(_named(line, name) for _element, name in value)


def _parties(line: Line, value: Any) -> str:
    return ", ".join(f"{_named(line, who)} ({_named(line, role)})" for who, role in value)


def paper(line: Line) -> str:
    """The name of the paper that was printed; a form says whether it was empty."""
    name = _named(line, line.data.get("paper", ""))
    kind = str(line.data.get("paper", "")).partition(".")[0]
    return _(FORM_PAPERS[kind], form=name) if kind in FORM_PAPERS else name


def _count(_line: Line, value: Any) -> str:
    return str(len(value))


_SPECIAL: dict[str, Callable[[Line, Any], str]] = {
    **dict.fromkeys(("due", "before", "ends_at", "key_date", "until", "paused_at"),
                    lambda line, value: moments.moment(value)),
    **dict.fromkeys(("why", "source", "outcome"), _why),
    "reason": _cause, "entered": _entered, "decided": _decided, "assigned": _assigned, "armed": _armed,
    "waiting": _waiting, "thrown": _thrown, "parties": _parties,
    "query": lambda line, value: words.label(words.QUERIES, str(value)),
    "command": lambda line, value: words.label(words.COMMANDS, str(value)),
    "days_overdue": lambda line, value: ngettext("{n} working day", "{n} working days", value),
    "size": lambda line, value: words.size(value),
    "paper": lambda line, value: paper(line),
    "language": lambda line, value: words.language(str(value)),
    "kind": lambda line, value: str(value).upper() if line.type == "FileAttached" else _why(line, value),
    "entries": lambda line, value: ngettext("{n} entry", "{n} entries", value),
    **dict.fromkeys(("left", "cancelled", "disarmed", "unsubscribed", "cases"), _count),
}  # fmt: skip
