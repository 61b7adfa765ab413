"""Structure of a dungeon as JSON: what an engine needs to know besides the tiles."""

from typing import Literal, NotRequired, TypedDict

type Role = Literal["entrance", "exit", "key", "lever", "treasure", "fight", "empty"]
"""The most telling of the things in a room, in this order."""


class FloorJson(TypedDict):
    """A floor; all of them stand one below another in the grid."""

    id: int
    """From 1; the entrance is on the first floor."""
    y: int
    """The first of its rows."""
    height: int


class StairJson(TypedDict):
    """Stairs between two floors."""

    down: list[int]
    """The (x, y) on the upper floor."""
    up: list[int]
    """The (x, y) on the lower floor."""


class RoomJson(TypedDict):
    """A room."""

    id: int
    """From 1, in the order of their first cells."""
    floor: int
    x: int
    y: int
    width: int
    height: int
    cells: NotRequired[list[list[int]]]
    """The (x, y) of every cell; only where the room does not fill its rectangle."""
    role: Role
    depth: int
    """Corridors and stairs between the entrance and the room."""
    doors: list[int]
    """Ids of the doors around it."""


class CorridorJson(TypedDict):
    """A corridor, which may branch."""

    id: int
    cells: list[list[int]]
    doors: list[int]
    """Ids of the doors at its ends; a dead end has one."""


class DoorJson(TypedDict):
    """A cell where a corridor meets a room."""

    id: int
    x: int
    y: int
    kind: Literal["opening", "door", "locked"]
    key: NotRequired[str]
    """Name of the key or lever that opens it, such as "red key"."""
    room: int
    corridor: int


class LinkJson(TypedDict):
    """Two rooms that a corridor joins."""

    rooms: list[int]
    corridor: int


type NodeKind = Literal["entrance", "exit", "key", "lever", "lock", "boss", "treasure"]


class MissionNodeJson(TypedDict):
    """One thing that can be done."""

    id: str
    """Such as "entrance", "red key" or "treasure 2"; what there is one of has no number."""
    kind: NodeKind
    x: int
    y: int
    asked: NotRequired[str]
    """Its id in the mission that was sent; only where one was."""


MissionEdgeJson = TypedDict("MissionEdgeJson", {"from": str, "to": str, "kind": Literal["leads", "opens"]})
"""What must be done first: a key or lever opens its lock, a small key any one small door; an entrance or a lock leads
to what lies behind it."""


class MissionJson(TypedDict):
    """Everything that can be done, and what must be done first."""

    nodes: list[MissionNodeJson]
    edges: list[MissionEdgeJson]


type Deed = Literal["take", "pull", "open", "fight", "leave"]


class StepJson(TypedDict):
    """One thing that the certificate does."""

    do: Deed
    name: str
    x: int
    y: int
    move: int
    """The number of the move that does it, from 1."""


class VaultJson(TypedDict):
    """A vault, where it stands."""

    name: str
    x: int
    y: int
    width: int
    """Cells from left to right, as it is turned."""
    height: int
    turned: int
    """Degrees clockwise, after mirroring."""
    mirrored: bool
    """Whether left and right are exchanged."""


class DungeonJson(TypedDict):
    """The fields that only dungeons have."""

    health: int
    """Health at the start: one more than all fights cost."""
    floors: list[FloorJson]
    stairs: list[StairJson]
    rooms: list[RoomJson]
    corridors: list[CorridorJson]
    doors: list[DoorJson]
    graph: list[LinkJson]
    mission: MissionJson
    vaults: NotRequired[list[VaultJson]]
    """Only where the request wants some."""
    order: list[StepJson]
    """What the certificate takes, pulls, opens and fights."""
