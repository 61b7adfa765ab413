"""Orders of missions: what must be done to defeat every boss and leave, each thing after those that it needs.

Which lock a key that is used up opens is a choice, and a wrong one can lose the exit: where doing everything as soon
as it can be done does not reach every goal, the orders of such locks are searched.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from doublebill.errors import Unsatisfiable
from doublebill.games.missions.mission import GOALS, Deed, Mission, MissionNode
from doublebill.games.step_budget import spend

MOST_STATES = 20_000
"""Choices of locks that one search looks at."""


@dataclass(frozen=True, slots=True)
class MissionStep:
    """A node with those that had to be done just before it."""

    node: MissionNode
    after: Sequence[str]

    @property
    def deed(self) -> Deed:
        """Returns what is done."""
        return self.node.deed


def check_finished(mission: Mission) -> None:
    """Checks that some order of a mission reaches every boss and the exit.

    Raises:
        Unsatisfiable: when none does.
    """
    reached = {step.node.id for step in all_steps(mission)}
    lost = [name for name in _goals(mission) if name not in reached]
    if lost:
        raise Unsatisfiable.one("spec.mission", f"{lost[0]} is never reached", "add an edge that leads there")


def steps_of(mission: Mission, goals: Collection[str] = ()) -> tuple[MissionStep, ...]:
    """Returns what must be done to defeat every boss, reach further `goals` and leave, each step after its needs."""
    needed = {*_goals(mission), *goals}
    steps: list[MissionStep] = []
    for step in reversed(all_steps(mission)):
        if step.node.id in needed:
            needed.update(step.after)
            steps.append(step)
    steps.reverse()
    return tuple(sorted(steps, key=lambda step: step.deed == "leave"))


def all_steps(mission: Mission) -> list[MissionStep]:
    """Returns all that can be done, in an order that reaches every goal where one does."""
    walk = _Walk(mission)
    steps = [step for steps in walk.rounds() for step in steps]
    if walk.done.issuperset(_goals(mission)):
        return steps
    order = _winning_order(mission)
    return steps if order is None else [step for steps in _Walk(mission, order).rounds() for step in steps]


def _goals(mission: Mission) -> list[str]:
    return [node.id for node in mission.nodes if node.kind in GOALS]


type Opening = tuple[str, str]
"""A lock, and the key that it uses up."""


def _winning_order(mission: Mission) -> list[Opening] | None:
    """Returns the locks whose keys are used up, in an order of opening that reaches every goal; None without one.

    Of keys that open the same locks one is as good as another: a state is the set of locks that are open, and how many
    keys of each sort are used.
    """
    goals = set(_goals(mission))
    seen: set[tuple[frozenset[str], tuple[str, ...]]] = set()
    stack: list[list[Opening]] = [[]]
    while stack and len(seen) < MOST_STATES:
        order = stack.pop()
        walk = _Walk(mission, order)
        for _ in walk.rounds():
            pass
        if walk.done >= goals:
            return order
        state = frozenset(lock for lock, _ in order), tuple(sorted(walk.sort(key) for _, key in order))
        if state not in seen:
            seen.add(state)
            stack += [[*order, opening] for opening in walk.choices()]
    return None


class _Walk:
    """Does all that can be done, round by round; locks whose keys are used up only in an `order`, if there is one."""

    def __init__(self, mission: Mission, order: Sequence[Opening] | None = None) -> None:
        self.nodes = [node for node in mission.nodes if node.kind != "entrance"]
        self.done = {node.id for node in mission.nodes if node.kind == "entrance"}
        self.entrance = next(iter(self.done), "")
        self.leads: dict[str, list[str]] = {}
        self.openers: dict[str, list[str]] = {}
        for edge in mission.edges:
            (self.leads if edge.kind == "leads" else self.openers).setdefault(edge.to, []).append(edge.from_)
        self.opens: dict[str, list[str]] = {}
        for lock, openers in self.openers.items():
            for opener in openers:
                self.opens.setdefault(opener, []).append(lock)
        self.used: set[str] = set()
        self.order = order

    def rounds(self) -> Iterator[list[MissionStep]]:
        """Yields the steps of each round, until nothing more can be done."""
        while steps := self._next_steps():
            yield steps

    def choices(self) -> list[Opening]:
        """Returns the locks that can be opened next with a key that is used up, each with one key of every sort."""
        found: dict[tuple[str, str], Opening] = {}
        for node in self.nodes:
            if node.id not in self.done and self._entry(node):
                for key in self._free_openers(node):
                    if self._is_used_up(key):
                        found.setdefault((node.id, self.sort(key)), (node.id, key))
        return list(found.values())

    def sort(self, key: str) -> str:
        """Returns the same text for all keys that open the same locks."""
        return "\n".join(sorted(self.opens[key]))

    def _next_steps(self) -> list[MissionStep]:
        steps: list[MissionStep] = []
        spend(len(self.nodes))
        for node in self.nodes:
            if node.id not in self.done:
                after = self._needs(node)
                if after is not None:
                    self.done.add(node.id)
                    steps.append(MissionStep(node, [name for name in after if name != self.entrance]))
        return steps

    def _needs(self, node: MissionNode) -> list[str] | None:
        """Returns what was done that allows a node, or None if something is missing."""
        entry = self._entry(node)
        if entry is None:
            return None
        if node.kind != "lock":
            return [entry]
        free = self._free_openers(node)
        opener = next((key for key in free if not self._is_used_up(key)), None) or next(iter(free), None)
        if opener is not None and self._is_used_up(opener) and self.order is not None:
            following = self.order[len(self.used) : len(self.used) + 1]
            opener = next((key for lock, key in following if lock == node.id), None)
        if opener is None:
            return None
        if self._is_used_up(opener):
            self.used.add(opener)
        return [entry, opener]

    def _entry(self, node: MissionNode) -> str | None:
        return next((name for name in self.leads.get(node.id, [self.entrance]) if name in self.done), None)

    def _free_openers(self, node: MissionNode) -> list[str]:
        openers = self.openers.get(node.id, ())
        spend(4 * len(openers))
        return [name for name in openers if name in self.done and name not in self.used]

    def _is_used_up(self, opener: str) -> bool:
        locks = self.opens[opener]
        return len(locks) > 1 and all(len(self.openers[lock]) > 1 for lock in locks)
