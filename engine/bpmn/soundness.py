"""Whether the control flow of one scope can get stuck or doubled: a bounded search through its states, without data.

A state is how many tokens lie on which flow. A flow ends at exactly one node, so tokens never compete for it; it is
enough to move one token at a time and to fire joins when nothing else can move (a stubborn set, which keeps every
deadlock). Conditions are not evaluated: each way out of a choice is tried. What a finding is called, is left to rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations

from engine.bpmn.graphs import Flow, Scope, event_kind, reached

MOST_STATES = 6_000
MOST_MOVES = 25_000     # a state may have hundreds of successors
MOST_ON_A_FLOW = 3
_MOST_SUBSETS = 5       # more conditional flows than this: only "one" and "all" are tried
_CLEARING = frozenset({"terminate", "error", "cancel"})

State = tuple[int, ...]     # flow indexes, sorted, one for each token; _START + n stands for an entered start node


@dataclass
class Soundness:
    """What the search found, by node ids of the normalised tree. `complete` is false when the bound was hit."""

    states: int = 0
    moves: int = 0
    complete: bool = True
    examined: bool = True
    stuck: dict[str, tuple[str, ...]] = field(default_factory=dict)   # join → flows that never came, in one of the runs
    fired: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)       # joins with two tokens on one flow
    repeated: set[str] = field(default_factory=set)      # nodes that run once for each of several tokens
    growing: set[str] = field(default_factory=set)       # nodes before which tokens gather without end

    @property
    def never(self) -> set[str]:
        """Joins that got a token in some run and fired in none."""
        return set(self.stuck) - self.fired if self.complete else set()


def examine(scope: Scope, every_choice: bool = True, most_moves: int = MOST_MOVES) -> Soundness:
    """Search the states of a scope. Without `every_choice` only exclusive choices are made: no boundary event fires and
    inclusive choices take all ways, so that what is found does not hang on conditions or on time."""
    if scope.ad_hoc or any(_not_examined(scope, name) for name in scope.nodes):
        return Soundness(complete=False, examined=False)
    search = _Search(scope, every_choice, most_moves)
    for alternative in scope.starts():
        search.run(alternative)
    return search.found


def _not_examined(scope: Scope, name: str) -> bool:
    # A converging complex gateway counts tokens (§10.6.5); a parallel instantiating one waits for several messages.
    complex_join = scope.kind(name) == "complexGateway" and len(scope.into[name]) > 1
    return complex_join or scope.nodes[name].get("eventGatewayType") == "Parallel"


class _Search:
    """One search; nodes at the beginning of the diagram move first, so that doubled tokens meet."""

    def __init__(self, scope: Scope, every_choice: bool, most_moves: int) -> None:
        self.scope = scope
        self.every_choice = every_choice
        self.found = Soundness()
        self.most_moves = most_moves
        self.base = len(scope.flows)
        self.entries = list(scope.nodes)
        self.targets = [*(flow.target for flow in scope.flows), *self.entries]
        self.joins = {name for name in scope.nodes if len(scope.into[name]) > 1
                      and scope.kind(name) in ("parallelGateway", "inclusiveGateway")}
        self.parallel = {name for name in self.joins if scope.kind(name) == "parallelGateway"}
        self.waiting_places = {index for index, name in enumerate(self.targets) if name in self.joins}
        self.clearing = {index for index, name in enumerate(self.targets) if self.clears(name)}
        self.ways: dict[str, tuple[tuple[int, ...], ...]] = {}
        self.rank = self._ranks()
        self.upstream: dict[str, dict[int, set[int]]] = {}

    def _ranks(self) -> dict[int, int]:
        starts = list(chain.from_iterable(self.scope.starts()))
        order = _reverse_postorder(self.scope, starts)
        ranks = {flow.index: order.get(flow.source, 0) for flow in self.scope.flows}
        return ranks | {self.base + position: -1 for position in range(len(self.entries))}

    def run(self, alternative: Iterable[str]) -> None:
        first = tuple(sorted(self.base + self.entries.index(name) for name in alternative))
        parents: dict[State, State | None] = {first: None}
        todo = [first]
        while todo:
            state = todo.pop()
            if len(parents) > MOST_STATES or self.found.moves > self.most_moves:
                self.found.complete = False
                return
            for following in self.expand(state, parents):
                if following in parents:
                    continue
                parents[following] = state
                if self.bounded(following, parents):
                    todo.append(following)
        self.found.states += len(parents)

    def expand(self, state: State, parents: dict[State, State | None]) -> list[State]:
        """The states after one chosen move; if all are known, other tokens move too, so that none is ignored."""
        movable = sorted(set(state) - self.waiting_places,
                         key=lambda place: (place in self.clearing, self.rank[place], place))
        reaching: list[State] = []
        for place in movable:
            reaching = [self.moved(state, (place,), taken) for taken in self.ways_of(self.targets[place])]
            if any(following not in parents for following in reaching):
                return reaching
        return reaching + self.joined(state, at_rest=not movable)

    def joined(self, state: State, at_rest: bool) -> list[State]:
        """The states after each join that can fire; none can and nothing else moves: the tokens are stuck."""
        counts = Counter(state)
        joins = {self.targets[place] for place in counts if place in self.waiting_places}
        following: list[State] = []
        for name in sorted(joins):
            used = self.ready(name, counts)
            if used:
                self.found.fired.add(name)
                following.extend(self.moved(state, used, taken) for taken in self.ways_of(name))
        if not following and at_rest:
            for name in joins:
                missing = tuple(flow.id for flow in self.scope.into[name] if not counts[flow.index])
                self.found.stuck.setdefault(name, missing)
        return following

    def ready(self, name: str, counts: Counter[int]) -> tuple[int, ...]:
        """The places a join takes a token from when it fires; empty while it waits."""
        places = [flow.index for flow in self.scope.into[name]]
        filled = tuple(place for place in places if counts[place])
        if name in self.parallel:
            return filled if len(filled) == len(places) else ()
        empty = [place for place in places if not counts[place]]
        return () if any(self.awaited(name, empty, filled, place) for place in counts) else filled

    def awaited(self, name: str, empty: list[int], filled: tuple[int, ...], place: int) -> bool:
        """§13.4.3: a token that has a path to an empty incoming flow and none to a filled one is waited for."""
        if self.targets[place] == name:
            return False
        upstream = self.upstream_of(name)
        return (any(place in upstream[other] for other in empty)
                and not any(place in upstream[other] for other in filled))

    def upstream_of(self, name: str) -> dict[int, set[int]]:
        if name not in self.upstream:
            self.upstream[name] = {flow.index: _before(self.scope, flow, name) for flow in self.scope.into[name]}
        return self.upstream[name]

    def bounded(self, state: State, parents: dict[State, State | None]) -> bool:
        """Whether to go on from a state; notes places with several tokens."""
        for place, count in Counter(state).items():
            if count < 2 or place >= self.base:
                continue
            name = self.targets[place]
            self.found.repeated.add(self.scope.flows[place].source)
            self.found.doubled |= {name} & self.joins
            if count > MOST_ON_A_FLOW:
                if name not in self.found.growing and self.grew(state, parents):
                    self.found.growing.add(name)
                self.found.complete = False
                return False
        return True

    def grew(self, state: State, parents: dict[State, State | None]) -> bool:
        """Whether an earlier state of the run is contained in this one: the same moves then repeat for ever."""
        now, places = Counter(state), set(state)
        earlier = parents[state]
        while earlier is not None:
            if earlier and len(earlier) < len(state) and places.issuperset(earlier) and Counter(earlier) <= now:
                return True
            self.found.moves += 1   # a long way back costs as much as a way on
            earlier = parents[earlier]
        return False

    def moved(self, state: State, used: tuple[int, ...], taken: tuple[int, ...]) -> State:
        self.found.moves += 1 + (len(state) + len(taken)) // 20
        if taken == (-1,):
            return ()
        counts = Counter(state)
        counts.subtract(used)
        counts.update(taken)
        return tuple(sorted(counts.elements()))

    def ways_of(self, name: str) -> tuple[tuple[int, ...], ...]:
        """The ways out of a node, worked out once."""
        if name not in self.ways:
            self.ways[name] = tuple(self.ways_out(name))
        return self.ways[name]

    def clears(self, name: str) -> bool:
        return self.scope.kind(name) == "endEvent" and self.scope.event(name) in _CLEARING

    def ways_out(self, name: str) -> Iterator[tuple[int, ...]]:
        """What a node may put on its flows when it is done; (-1,) ends the scope."""
        if self.clears(name):
            yield (-1,)
            return
        if self.scope.kind(name) in ("exclusiveGateway", "eventBasedGateway"):
            yield from ((flow.index,) for flow in self.scope.out[name])
            if not self.scope.out[name]:
                yield ()
            return
        own = list(self.outgoing(name))
        yield from own
        if self.every_choice:
            yield from self.interruptions(name, own)

    def outgoing(self, name: str) -> Iterator[tuple[int, ...]]:
        flows = self.scope.out[name]
        inclusive = self.scope.kind(name) in ("inclusiveGateway", "complexGateway")
        optional = [flow.index for flow in flows if flow.conditional or (inclusive and len(flows) > 1)]
        default = [flow.index for flow in flows if flow.id == self.scope.nodes[name].get("default")]
        always = tuple(flow.index for flow in flows if flow.index not in optional and flow.index not in default)
        if not optional:
            yield tuple(flow.index for flow in flows)
        elif not self.every_choice:
            yield (*always, *optional)
        else:
            yield from ((*always, *some) for some in _subsets(optional))
            if default or always:
                yield (*always, *default)

    def interruptions(self, name: str, own: list[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
        for boundary in self.scope.boundaries.get(name, ()):
            if event_kind(self.scope.nodes[boundary]) == "compensate":
                continue
            after = list(self.outgoing(boundary))
            stops = self.scope.nodes[boundary].get("cancelActivity", "true") in ("true", "1")
            yield from after if stops else ((*one, *other) for one in own for other in after)


def _subsets(places: list[int]) -> Iterator[tuple[int, ...]]:
    if len(places) > _MOST_SUBSETS:
        yield from ((place,) for place in places)
        yield tuple(places)
        return
    for size in range(1, len(places) + 1):
        yield from combinations(places, size)


def _before(scope: Scope, flow: Flow, join: str) -> set[int]:
    """The flows from which a token can come to this flow without passing the join itself."""
    hosts = {boundary: host for host, several in scope.boundaries.items() for boundary in several}

    def backwards(index: str) -> Iterator[str]:
        source = scope.flows[int(index)].source
        if source != join:
            yield from (str(one.index) for one in scope.into[hosts.get(source, source)])

    return {int(index) for index in reached([str(flow.index)], backwards)} - {flow.index}


def _reverse_postorder(scope: Scope, starts: list[str]) -> dict[str, int]:
    seen: set[str] = set()
    finished: list[str] = []
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        work = [(start, iter(list(scope.next_of(start))))]
        while work:
            name, rest = work[-1]
            fresh = next((other for other in rest if other not in seen), None)
            if fresh is None:
                work.pop()
                finished.append(name)
            else:
                seen.add(fresh)
                work.append((fresh, iter(list(scope.next_of(fresh)))))
    return {name: position for position, name in enumerate(reversed(finished))}
