"""Missions: the graph of what can be done in a dungeon, as its answers have it, and an order in which it can be done.

A node is reached once one of those that lead to it is done; a lock opens once one of its openers is done. An opener of
several locks, each of which others open as well, is used up by one of them: small keys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.step_budget import spend
from doublebill.games.text.grammar.facts import NAME_LENGTH, nameable
from doublebill.schema import Input

type Deed = Literal["take", "pull", "open", "fight", "leave"]

DEEDS: Mapping[str, Deed] = {
    "key": "take",
    "treasure": "take",
    "lever": "pull",
    "lock": "open",
    "boss": "fight",
    "exit": "leave",
}
"""Kind of node → what is done there."""

GOALS = ("boss", "exit")

NODES, EDGES = 300, 2000

NodeId = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]


class MissionNode(Input, frozen=True):
    """One thing that can be done."""

    id: NodeId
    kind: Literal["entrance", "exit", "key", "lever", "lock", "boss", "treasure"]
    x: int | None = None
    y: int | None = None


class MissionEdge(Input, frozen=True):
    """Where one comes from, or what opens a lock."""

    from_: NodeId
    to: NodeId
    kind: Literal["leads", "opens"]


class Mission(Input, frozen=True):
    """The graph of a mission, as a dungeon's answer has it."""

    nodes: Annotated[tuple[MissionNode, ...], Meta(min_length=2, max_length=NODES)]
    edges: Annotated[tuple[MissionEdge, ...], Meta(max_length=EDGES)]


@dataclass(frozen=True, slots=True)
class MissionStep:
    """A node with those that had to be done just before it."""

    node: MissionNode
    after: Sequence[str]

    @property
    def deed(self) -> Deed:
        """Returns what is done."""
        return DEEDS[self.node.kind]


def check_mission(mission: Mission) -> None:
    """Checks that a mission can be understood and finished.

    Raises:
        InvalidInput: naming the node or edge that is wrong.
        Unsatisfiable: when the exit or a boss cannot be reached.
    """
    ids = [node.id for node in mission.nodes]
    for n, name in enumerate(ids):
        if not nameable(name) or name in ids[:n]:
            raise InvalidInput.of_value(f"spec.mission.nodes[{n}].id", name, "a name of its own, without # [ ] or \\")
    kinds = [node.kind for node in mission.nodes]
    if kinds.count("entrance") != 1 or kinds.count("exit") != 1:
        raise InvalidInput.one("spec.mission.nodes", "there is not one entrance and one exit", "give one of each")
    for n, edge in enumerate(mission.edges):
        for end, name in (("from", edge.from_), ("to", edge.to)):
            if name not in ids:
                raise InvalidInput.of_value(f"spec.mission.edges[{n}].{end}", name, "the id of a node")
    reached = {step.node.id for step in _all_steps(mission)}
    lost = [node.id for node in mission.nodes if node.kind in GOALS and node.id not in reached]
    if lost:
        raise Unsatisfiable.one("spec.mission", f"{lost[0]} is never reached", "add an edge that leads there")


def steps_of(mission: Mission) -> tuple[MissionStep, ...]:
    """Returns what must be done to defeat every boss and leave, each step after those that it needs."""
    needed = {node.id for node in mission.nodes if node.kind in GOALS}
    steps: list[MissionStep] = []
    for step in reversed(_all_steps(mission)):
        if step.node.id in needed:
            needed.update(step.after)
            steps.append(step)
    steps.reverse()
    return tuple(sorted(steps, key=lambda step: step.deed == "leave"))


def _all_steps(mission: Mission) -> list[MissionStep]:
    """Everything that can be done, in an order in which it can."""
    walk = _Walk(mission)
    steps: list[MissionStep] = []
    while new := walk.next_steps():
        steps += new
    return steps


class _Walk:
    """Does what can be done, round by round."""

    def __init__(self, mission: Mission) -> None:
        self.nodes = [node for node in mission.nodes if node.kind != "entrance"]
        self.done = {node.id for node in mission.nodes if node.kind == "entrance"}
        self.entrance = next(iter(self.done), "")
        self.leads: dict[str, list[str]] = {}
        self.openers: dict[str, list[str]] = {}
        for edge in mission.edges:
            (self.leads if edge.kind == "leads" else self.openers).setdefault(edge.to, []).append(edge.from_)
        self.used: set[str] = set()

    def next_steps(self) -> list[MissionStep]:
        """Returns what can be done now and was not done before."""
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
        """What was done that allows a node, or None if something is missing."""
        entry = next((name for name in self.leads.get(node.id, [self.entrance]) if name in self.done), None)
        if entry is None:
            return None
        if node.kind != "lock":
            return [entry]
        spend(4 * len(self.openers.get(node.id, ())))
        opener = next((name for name in self.openers.get(node.id, ()) if name in self.done - self.used), None)
        if opener is None:
            return None
        if self._is_used_up(opener):
            self.used.add(opener)
        return [entry, opener]

    def _is_used_up(self, opener: str) -> bool:
        locks = [openers for openers in self.openers.values() if opener in openers]
        return len(locks) > 1 and all(len(openers) > 1 for openers in locks)
