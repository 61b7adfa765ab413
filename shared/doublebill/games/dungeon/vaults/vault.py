"""A vault: the rows of a hand-made piece, and the eight ways to turn and mirror it."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from doublebill.games.dungeon.layout.bit_shapes import loops, single_contacts
from doublebill.games.dungeon.layout.caves import OUTLINE, corners
from doublebill.games.dungeon.survey import survey
from doublebill.games.dungeon.tiles import DOOR, FOES, TREASURE
from doublebill.games.grids.grid import FLOOR, WALL, Rows, cells_of, read_rows
from doublebill.schema import Input

SHORTEST, LONGEST = 3, 64
"""Fewest and most cells along a side of a vault."""

TILES = WALL + FLOOR + DOOR + TREASURE + FOES
"""Tiles that a vault may have."""

NAME_LENGTH = 40

QUARTER = 90
"""Degrees of a quarter turn."""


class Vault(Input, frozen=True):
    """A hand-made piece; open cells on its edge are its open ends, where corridors begin."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]
    rows: Annotated[
        tuple[Annotated[str, Meta(min_length=SHORTEST, max_length=LONGEST)], ...],
        Meta(min_length=SHORTEST, max_length=LONGEST),
    ]
    """Rows of one length, of # wall, . floor, + door, $ treasure, g goblin and o ogre."""
    turns: bool = True
    """Whether it may be turned and mirrored."""


@dataclass(frozen=True, slots=True)
class TurnedVault:
    """A vault in one of its positions."""

    name: str
    rows: Rows
    turned: int
    """Degrees clockwise, after mirroring."""
    mirrored: bool
    """Whether left and right are exchanged."""

    @property
    def size(self) -> tuple[int, int]:
        """Cells from left to right, and from top to bottom."""
        return len(self.rows[0]), len(self.rows)


@functools.lru_cache(maxsize=256)
def positions(vault: Vault) -> tuple[TurnedVault, ...]:
    """Returns a vault in each position that it may have, as it is drawn first; those that look alike once."""
    found: dict[Rows, TurnedVault] = {}
    for mirrored in (False, True) if vault.turns else (False,):
        rows = tuple(row[::-1] if mirrored else row for row in vault.rows)
        for quarters in range(4 if vault.turns else 1):
            found.setdefault(rows, TurnedVault(vault.name, rows, quarters * QUARTER, mirrored))
            rows = tuple("".join(column) for column in zip(*rows[::-1], strict=True))
    return tuple(found.values())


def ends(rows: Rows) -> Iterator[tuple[int, int]]:
    """Yields the open cells on the edge."""
    for y, row in enumerate(rows):
        for x, tile in enumerate(row):
            if tile != WALL and (x in (0, len(row) - 1) or y in (0, len(rows) - 1)):
                yield x, y


@functools.lru_cache(maxsize=256)
def closable(rows: Rows) -> frozenset[tuple[int, int]]:
    """Returns the floor that becomes wall where no corridor reaches the open ends: passages that would be dead ends."""
    board, opened = read_rows(rows)
    edge = {(y + 1) * board.stride + x + 1 for x, y in ends(rows)}
    found: set[tuple[int, int]] = set()
    grows = True
    while grows:
        grows = False
        for cell in cells_of(opened & single_contacts(board, opened)):
            x, y = board.xy(cell)
            if rows[y][x] == FLOOR and (cell in edge or any(cell + step in edge for step in board.steps)):
                edge.add(cell)
                opened ^= 1 << cell
                found.add((x, y))
                grows = True
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class VaultCounts:
    """The amounts that a vault adds to the measures of a dungeon."""

    rooms: int
    cells: int
    """Cells of its rooms."""
    caves: int
    loops: int
    foes: int
    treasures: int


@functools.lru_cache(maxsize=256)
def vault_counts(rows: Rows) -> VaultCounts:
    """Returns what a vault adds to the measures of a dungeon."""
    board, opened = read_rows(rows)
    parts = survey(board, opened)
    drawn = "".join(rows)
    return VaultCounts(
        rooms=len(parts.rooms),
        cells=sum(room.bit_count() for room in parts.rooms),
        caves=sum(corners(board, room) > OUTLINE for room in parts.rooms),
        loops=loops(board, opened),
        foes=sum(map(drawn.count, FOES)),
        treasures=drawn.count(TREASURE),
    )
