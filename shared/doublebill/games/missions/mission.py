"""Missions: the graph of what can be done in a dungeon, as its answers have it and as requests send it.

A node is reached once one of those that lead to it is done; a lock opens once one of its openers is done. An opener of
several locks, each of which others open as well, is used up by one of them: small keys.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from doublebill.errors import InvalidInput
from doublebill.games.missions.thing_names import NAME_LENGTH, nameable
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

    @property
    def deed(self) -> Deed:
        """The event in a room; an entrance is the start."""
        return DEEDS[self.kind]


class MissionEdge(Input, frozen=True):
    """Where one comes from, or what opens a lock."""

    from_: NodeId
    to: NodeId
    kind: Literal["leads", "opens"]


class Mission(Input, frozen=True):
    """The graph of a mission, as a dungeon's answer has it."""

    nodes: Annotated[tuple[MissionNode, ...], Meta(min_length=2, max_length=NODES)]
    edges: Annotated[tuple[MissionEdge, ...], Meta(max_length=EDGES)]


def check_graph(mission: Mission) -> None:
    """Checks that nodes have names of their own, edges join them, and there is one entrance and one exit.

    Raises:
        InvalidInput: naming the node or edge that is wrong.
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
