"""Repair of sokoban drafts: lays goals, crates and player so that fixed tiles stay and a solution exists."""

from typing import NamedTuple

from doublebill.games.grids.grid import FLOOR, WALL, set_of
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.sokoban.pulls import Suits, pulled
from doublebill.games.sokoban.search import Warehouse
from doublebill.games.sokoban.tiles import CRATE, CRATES, GOAL, GOALS, PLAYER, PLAYER_ON_GOAL, PLAYERS, STORED, tiles_of

EMPTIED = {CRATE: FLOOR, PLAYER: FLOOR, STORED: GOAL, PLAYER_ON_GOAL: GOAL}
"""Tile → the tile that is left without its crate or player."""


class Ranges(NamedTuple):
    """The fewest and the most of what a level is to have."""

    crates: tuple[int, int]
    difficulty: tuple[int, int]
    stored: tuple[int, int]
    """Crates that stand on goals from the start."""


def relaid(draft: LevelDraft, ranges: Ranges) -> None:
    """Makes a level of the draft within those ranges, if it can be done.

    Where no state suits what is fixed, the draft is left without crates and player, which no proof takes.
    """
    draft.mend({})
    for cell in draft.free:
        draft.drawn[cell] = EMPTIED.get(draft.drawn[cell], draft.drawn[cell])
    _lay_goals(draft, *ranges.crates)
    opened = _cells(draft, draft.board.cells, "", but=WALL)
    store = Warehouse(draft.board, opened, _cells(draft, draft.board.cells, GOALS))
    if not store.goals:
        return
    suits = suiting(draft, store, ranges.stored)
    found = pulled(store, draft.dice.between(*ranges.difficulty), draft.dice, suits)
    if found.moves:
        tiles = tiles_of(store, found.state)
        for cell in draft.free:
            draft.drawn[cell] = tiles[cell]


def _cells(draft: LevelDraft, cells: list[int] | tuple[int, ...], those: str, but: str = "") -> int:
    """Returns the set of the cells that have one of those tiles; where none is named, any tile except `but`."""
    return set_of(cell for cell in cells if (draft.drawn[cell] in those if those else draft.drawn[cell] not in but))


def _lay_goals(draft: LevelDraft, fewest: int, most: int) -> None:
    """Brings the goals to as many as there may be and fixed crates ask for, by laying and lifting free ones."""
    drawn, dice = draft.drawn, draft.dice
    count = sum(drawn[cell] in GOALS for cell in draft.board.cells)
    fixed = sum(drawn[cell] in CRATES for cell in draft.board.cells)
    goals = min(max(count, fewest, fixed), most)
    was, becomes = (FLOOR, GOAL) if goals > count else (GOAL, FLOOR)
    cells = [cell for cell in draft.free if drawn[cell] == was]
    dice.shuffle(cells)
    for cell in cells[: abs(goals - count)]:
        drawn[cell] = becomes


def suiting(draft: LevelDraft, store: Warehouse, few_many: tuple[int, int]) -> Suits:
    """Returns the test for states that leave every fixed tile in place and contain the tiles that must be there.

    They have at least and at most that many crates on goals.
    """
    fewest, most = few_many
    free = set(draft.free)
    fixed = [cell for cell in draft.board.cells if cell not in free]
    crates_at, players_at = _cells(draft, fixed, CRATES), _cells(draft, fixed, PLAYERS)
    bare = set_of(fixed) & ~crates_at
    vacant = set_of(fixed) & ~players_at
    must = draft.constraints.must_have

    def suits(crates: int, players: int) -> int:
        if crates & crates_at != crates_at or crates & bare:
            return 0
        stored = crates & store.goals
        if not fewest <= stored.bit_count() <= most:
            return 0
        if (STORED in must and not stored) or (CRATE in must and crates == stored):
            return 0
        if players_at:
            players &= players_at if players_at.bit_count() == 1 else 0
        players &= ~vacant
        if PLAYER in must:
            players &= ~store.goals
        if PLAYER_ON_GOAL in must:
            players &= store.goals
        if GOAL in must and (store.goals & ~crates).bit_count() == 1:
            players &= ~store.goals
        return players

    return suits
