"""The routes of a chamber, before anything is carved: from its key to the player, and from its key to the door."""

from dataclasses import dataclass

from doublebill.games.dice import Dice
from doublebill.games.grids.carve import CORRIDORS_UP_TO
from doublebill.games.grids.grid import Board
from doublebill.games.grids.winding_path import fork, serpentine, wind

STRAIGHT, STRAIGHT_HALLS = (1, 2, 4, 8), 30
"""Odds of going straight against turning: one of the first in corridors, the second in halls."""


@dataclass(frozen=True, slots=True)
class ChamberAims:
    """The numbers that one attempt builds towards."""

    player_key: int
    key_door: int
    enemies: int
    opened: int
    """Cells that are not walls."""


@dataclass(frozen=True, slots=True)
class ChamberRoutes:
    """The routes that a chamber is carved around."""

    trail: list[int]
    root: int
    """The number of the key's cell on the trail."""
    halls: bool
    to_player: list[int]
    """The cells from the key to the player; empty where the trail does not tell."""
    to_door: list[int]


def planned(board: Board, aim: ChamberAims, dice: Dice, last: bool) -> ChamberRoutes:
    """Returns one trail from player to door through the key, or one for the longer path that the other forks off.

    The `last` attempts take the form of trail that fits most.
    """
    halls = 100 * aim.opened > CORRIDORS_UP_TO * len(board.cells)
    both = aim.player_key + aim.key_door
    joined = both < aim.opened and 20 * both < 9 * len(board.cells) and dice.below(2) > 0
    length = both if joined else max(aim.player_key, aim.key_door)
    straight = STRAIGHT_HALLS if halls else dice.choice(STRAIGHT)
    trail = serpentine(board, length, dice) if last else wind(board, length, dice, straight)
    root = min(aim.player_key, len(trail) - 1) if joined else 0
    to_player, to_door = trail[root::-1], trail[root:]
    if not joined:
        to_player, to_door = _forked(board, aim, trail, dice)
    if len(to_player) <= aim.player_key or len(to_door) <= aim.key_door:
        to_player = to_door = []
    return ChamberRoutes(trail, root, halls, to_player, to_door)


def _forked(board: Board, aim: ChamberAims, trail: list[int], dice: Dice) -> tuple[list[int], list[int]]:
    """Returns the trail as the longer path, and a fork of it as the other; no fork leads through the door."""
    short = min(aim.player_key, aim.key_door)
    # the trail's last cell is where the longer path ends; and no more cells are open than are to be
    last = min(short if aim.player_key < aim.key_door else short - 1, len(trail) - 2)
    first = max(len(trail) + short - aim.opened, 0)
    path = fork(board, trail, short, (first, last), dice) if first <= last else []
    return (trail, path) if aim.player_key >= aim.key_door else (path, trail)
