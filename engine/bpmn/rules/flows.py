"""Rules on the control flow: what is never reached, never left, stuck at a join, doubled, or turning for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.bpmn.documents import children, local
from engine.bpmn.graphs import Scope, cycles, inside, reached
from engine.bpmn.normalise import SCOPES
from engine.bpmn.parsers.nodes import external_topic
from engine.bpmn.rules.subjects import Found, Rule, Subject
from engine.bpmn.soundness import MOST_MOVES, MOST_STATES, Soundness, examine

_WAITING = frozenset({"userTask", "manualTask", "task", "receiveTask", "serviceTask", "eventBasedGateway",
                      "intermediateCatchEvent"})
_MOST_MOVES, _LEAST_MOVES = 60_000, 300      # of one bundle, and of a scope whatever the others took
_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def _entered(scope: Scope) -> Iterator[str]:
    """Where tokens can appear without a flow: starts, and the targets of links by their flow."""
    for alternative in scope.starts():
        yield from alternative


def _drawn(scope: Scope) -> Iterator[str]:
    return (name for name in scope.nodes if not scope.detached(name) and not scope.ad_hoc)


def without_incoming(subject: Subject) -> Iterator[Found]:
    """§10.5.2: with a start event, every other node must be the target of a flow."""
    for scope in subject.scopes:
        starts = set(_entered(scope))
        for name in _drawn(scope):
            if not scope.into[name] and name not in starts:
                yield Found(scope.file, scope.author(name))


def unreachable(subject: Subject) -> Iterator[Found]:
    """Nodes that have incoming flows, but from nowhere a token can be."""
    for scope in subject.scopes:
        found = _reachable(scope)
        for name in _drawn(scope):
            if scope.into[name] and name not in found:
                yield Found(scope.file, scope.author(name))


def _reachable(scope: Scope) -> set[str]:
    return reached(_entered(scope), scope.next_of)


def dead_ends(subject: Subject) -> Iterator[Found]:
    """§10.5.3: where end events are used, every branch must lead to one."""
    for scope in subject.scopes:
        if not any(scope.kind(name) == "endEvent" for name in scope.nodes):
            continue
        for name in _drawn(scope):
            if not scope.out[name] and scope.kind(name) != "endEvent" and scope.into[name]:
                yield Found(scope.file, scope.author(name))


def traps(subject: Subject) -> Iterator[Found]:
    """Circles with no way to an end: legal, but no case gets out of them."""
    for scope in subject.scopes:
        leaving = {name for name in scope.nodes if not scope.out[name]}
        backwards: dict[str, list[str]] = {name: [] for name in scope.nodes}
        for name in scope.nodes:
            for following in scope.next_of(name):
                backwards[following].append(name)
        escaping = reached(leaving, backwards.__getitem__)
        trapped = [name for name in scope.nodes if name not in escaping and name in _reachable(scope)]
        if trapped:
            yield Found(scope.file, scope.author(trapped[0]), {"count": str(len(trapped))})


def endless(subject: Subject) -> Iterator[Found]:
    """A circle in which nothing waits and nothing is decided turns until the engine stops it."""
    for scope in subject.scopes:
        if _interrupted(scope.node):
            continue    # something thrown in the circle may end it
        turning = [name for name in scope.nodes if not _waits(scope, name, subject)]
        yield from (Found(scope.file, scope.author(part[0]), {"count": str(len(part))})
                    for part in _endless(scope, turning))


def _interrupted(scope: Any) -> bool:
    """Whether an event sub-process, or an event at the border of this or an outer scope, may end what goes on here."""
    while scope is not None and local(scope) in SCOPES:
        around = scope.getparent()
        if any(inner.get("triggeredByEvent") in ("true", "1") for inner in children(scope, "subProcess")):
            return True
        if any(event.get("attachedToRef") == scope.get("id") for event in children(around, "boundaryEvent")):
            return True
        scope = around
    return False


def _endless(scope: Scope, names: list[str]) -> Iterator[list[str]]:
    todo = [names]
    while todo:
        among = set(todo.pop())
        following = {name: [one for one in scope.next_of(name) if one in among] for name in scope.nodes}
        for part in cycles([name for name in scope.nodes if name in among], following.__getitem__):
            staying = [name for name in part if not _may_leave(scope, name, set(part))]
            if len(staying) == len(part):
                yield part
            else:
                todo.append(staying)


def _may_leave(scope: Scope, name: str, part: set[str]) -> bool:
    """Whether a token need not stay in the circle here: a choice with another way, a join that waits for others."""
    if scope.kind(name) == "parallelGateway" and any(flow.source not in part for flow in scope.into[name]):
        return True
    chooses = scope.kind(name) in _CHOOSING or any(flow.conditional for flow in scope.out[name])
    ways = [flow.target for flow in scope.out[name]] if chooses else list(scope.boundaries.get(name, ()))
    return any(target not in part for target in ways)


def _waits(scope: Scope, name: str, subject: Subject) -> bool:
    node = scope.nodes[name]
    if inside(node):
        return any(local(inner) in _WAITING | {"callActivity"} for inner in node.iter())
    if local(node) == "callActivity":
        return True     # a circle through a call is the called process's business, or a cyclic call
    if local(node) == "intermediateCatchEvent":
        return scope.event(name) != "link"
    outside = local(node) == "sendTask" and not node.get("messageRef") and bool(external_topic(node))
    return outside or local(node) in _WAITING


def _soundness(subject: Subject) -> Iterator[tuple[Scope, Soundness, Soundness]]:
    """The finding without and with the choices that hang on conditions and time, for scopes with something to join."""
    if "soundness" not in subject.notes:
        subject.notes["soundness"] = list(_examined(subject))
    yield from subject.notes["soundness"]


def _examined(subject: Subject) -> Iterator[tuple[Scope, Soundness, Soundness]]:
    """Each scope in its turn, with less and less effort once a bundle has taken its share."""
    left = _MOST_MOVES
    for scope in subject.scopes:
        strict = examine(scope, every_choice=False, most_moves=max(min(left, MOST_MOVES), _LEAST_MOVES))
        every = examine(scope, most_moves=max(min(left, MOST_MOVES), _LEAST_MOVES))
        left -= strict.moves + every.moves
        yield scope, strict, every


def never_joined(subject: Subject) -> Iterator[Found]:
    """Joins that no run of the process fires."""
    for scope, _, every in _soundness(subject):
        for name in sorted(every.never):
            yield _stuck(scope, name, every.stuck[name])


def waits_for_ever(subject: Subject) -> Iterator[Found]:
    """Joins that some run leaves waiting, whatever the conditions and however long things take."""
    for scope, strict, every in _soundness(subject):
        for name, missing in sorted(strict.stuck.items()):
            if name not in every.never and name not in strict.doubled:
                yield _stuck(scope, name, missing)


def may_wait_for_ever(subject: Subject) -> Iterator[Found]:
    """Joins that wait for ever under some conditions, or when a timer or a message comes."""
    for scope, strict, every in _soundness(subject):
        for name, missing in sorted(every.stuck.items()):
            if name not in every.never and name not in strict.stuck and name not in every.doubled:
                yield _stuck(scope, name, missing)


def _stuck(scope: Scope, name: str, missing: tuple[str, ...]) -> Found:
    flows = ", ".join(scope.author(flow) for flow in missing) or "-"
    return Found(scope.file, scope.author(name), {"flows": flows})


def fires_twice(subject: Subject) -> Iterator[Found]:
    """Joins that get two tokens on one flow: they fire twice, or leave a token behind that never ends."""
    for scope, strict, _ in _soundness(subject):
        yield from (Found(scope.file, scope.author(name)) for name in sorted(strict.doubled))


def may_fire_twice(subject: Subject) -> Iterator[Found]:
    """The same, under some conditions, or when a boundary event fires."""
    for scope, strict, every in _soundness(subject):
        yield from (Found(scope.file, scope.author(name)) for name in sorted(every.doubled - strict.doubled))


def runs_twice(subject: Subject) -> Iterator[Found]:
    """Activities behind branches that were split and not joined again."""
    for scope, strict, _ in _soundness(subject):
        for name in sorted(strict.repeated - strict.growing):
            if scope.kind(name).lower().endswith("task"):
                yield Found(scope.file, scope.author(name))


def multiplying(subject: Subject) -> Iterator[Found]:
    """Circles that make more tokens in every round."""
    for scope, strict, _ in _soundness(subject):
        if strict.growing:
            yield Found(scope.file, scope.author(min(strict.growing)))


def bounded(subject: Subject) -> Iterator[Found]:
    """Scopes that were not searched to the end."""
    for scope, _, every in _soundness(subject):
        if every.examined and not every.complete and not every.growing:
            yield Found(scope.file, scope.author(scope.id), {"limit": str(MOST_STATES)})


def not_examined(subject: Subject) -> Iterator[Found]:
    """Scopes with joins whose firing hangs on counts or messages."""
    for scope, _, every in _soundness(subject):
        if not every.examined and not scope.ad_hoc:
            yield Found(scope.file, scope.author(scope.id))


def without_default(subject: Subject) -> Iterator[Found]:
    """Choices where every way out has a condition: none may hold, and then the case stops with an incident."""
    for scope in subject.scopes:
        for name in scope.nodes:
            flows = scope.out[name]
            if scope.kind(name) in _CHOOSING and len(flows) > 1 and all(flow.conditional for flow in flows):
                yield Found(scope.file, scope.author(name))


def one_way(subject: Subject) -> Iterator[Found]:
    """Gateways that neither split nor join."""
    for scope in subject.scopes:
        for name in scope.nodes:
            if (scope.kind(name).endswith("Gateway") and len(scope.into[name]) == 1 and len(scope.out[name]) == 1
                    and not children(scope.nodes[name], "extensionElements")):
                yield Found(scope.file, scope.author(name))


RULES = (
    Rule("no-incoming", "error", "No flow leads here, although the process has a start event.",
         "Connect the element, or delete it. BPMN 2.0.2 §10.5.2 forbids it, and readers disagree whether it would run.",
         without_incoming),
    Rule("unreachable", "house", "Nothing that starts ever leads here.",
         "Connect the branch with the start, or delete it.", unreachable),
    Rule("dead-end", "house", "Nothing follows, and the branch does not lead to an end event.",
         "Draw a flow to an end event. Where a process has end events, every branch must lead to one (§10.5.3).",
         dead_ends),
    Rule("no-way-out", "hint", "From here {count} elements go round for ever; no flow leads to an end.",
         "Add a way out: a choice, a boundary event, or an event sub-process that ends the case.", traps),
    Rule("endless-cycle", "error", "These {count} elements repeat for ever: nothing in the circle waits or decides.",
         "Put a choice with a way out into the circle, or something that waits: a timer, a message, a human task.",
         endless),
    Rule("join-never-fires", "house", "This join never fires: {flows} can never bring its token.",
         "After a choice (one way is taken) join with an exclusive gateway, after a split with a parallel one.",
         never_joined),
    Rule("join-waits", "house", "This join can wait for ever for {flows}.",
         "Let every branch that was split lead to this join, or end the rest with a terminate end event.",
         waits_for_ever),
    Rule("join-may-wait", "hint", "Depending on conditions or time, this join can wait for ever for {flows}.",
         "Join an inclusive or conditional split with an inclusive gateway, and let interrupted branches rejoin.",
         may_wait_for_ever),
    Rule("join-fires-twice", "house", "Two tokens can come by the same flow, so this join fires twice or keeps one.",
         "Join the parallel branches with a parallel gateway before they come here.", fires_twice),
    Rule("join-may-fire-twice", "hint", "Depending on conditions or time, this join gets two tokens by the same flow.",
         "Let the branch of a non-interrupting event end by itself instead of rejoining.", may_fire_twice),
    Rule("runs-twice", "hint", "This runs once for each of several parallel branches that were not joined before.",
         "If it is meant once, join the branches with a parallel gateway first.", runs_twice),
    Rule("tokens-multiply", "house", "Every round of the circle makes more tokens, without end.",
         "Join the parallel branches before the flow goes back.", multiplying),
    Rule("search-bounded", "hint", "The flow was searched up to {limit} states only; joins may still get stuck.",
         "Put independent parts into sub-processes: each is searched by itself.", bounded),
    Rule("not-examined", "hint", "Joins of this scope count tokens or messages and were not examined.",
         "Nothing need be done. With parallel and inclusive gateways the search could say more.", not_examined),
    Rule("gateway-without-default", "hint", "If no condition holds, the case stops here with an incident.",
         "Make one flow the default flow.", without_default),
    Rule("gateway-of-one", "hint", "This gateway has one way in and one way out, so it does nothing.",
         "Delete it, or draw the second way.", one_way),
)
