"""Platform levels that keep fixed cells: where a candidate cannot be finished, a path is laid through what is free."""

from doublebill.games.grids.grid import FLOOR, WALL, cells_of, set_of
from doublebill.games.grids.repair import LevelDraft
from doublebill.games.platform.place_items import place_diamonds
from doublebill.games.platform.platform_physics import PlatformPhysics
from doublebill.games.platform.player_moves import SPIKE
from doublebill.games.platform.solver import DIAMOND, EXIT, KEY, START, finishing_in_version_1, solve
from doublebill.games.platform.strides import Jumps, SettledCells, settle_path, standing


def lay_path(draft: LevelDraft, most_jumps: int, physics: PlatformPhysics) -> None:
    """Makes a draft one that can be finished where it is not, if a path is found; no fixed cell changes."""
    if any(draft.drawn.count(tile) != 1 for tile in (START, EXIT, KEY)):
        return
    if solve(draft.rows, physics) is None or not _stand(draft):
        plan = _path_by_key(draft, Jumps(most_jumps, physics.jump_height))
        if plan is None:
            return
        _carve(draft, plan)
    if solve(draft.rows, physics) is not None:
        _move_diamonds(draft, physics)


def _stand(draft: LevelDraft) -> bool:
    beneath = [draft.drawn.index(tile) + draft.board.stride for tile in (START, EXIT)]
    return all(draft.drawn[cell] == WALL or not draft.board.inside >> cell & 1 for cell in beneath)


def _path_by_key(draft: LevelDraft, jumps: Jumps) -> SettledCells | None:
    """Plans a path from the start by a place under the key to the exit through cells that are fixed open or free."""
    board = draft.board
    free = set_of(draft.free)
    fixed = {tile: set_of(c for c in board.cells if draft.drawn[c] == tile) & ~free for tile in (WALL, SPIKE)}
    start, key, goal = (draft.drawn.index(tile) for tile in (START, KEY, EXIT))
    opened = board.inside & ~free & ~fixed[WALL] & ~fixed[SPIKE] | 1 << start | 1 << key | 1 << goal
    plan: SettledCells | None = SettledCells(opened, fixed[WALL] | fixed[SPIKE])
    for cell in (start, goal):
        plan = plan and plan.joined(*standing(board, cell))
    for height in range(jumps.height + 1):
        foot = key + height * board.stride
        if plan is None or not board.inside >> foot & 1:
            break
        shaft = set_of(key + up * board.stride for up in range(height + 1))
        under = plan.joined(shaft, standing(board, foot)[1])
        there = under and (under if foot == start else settle_path(board, under, start, foot, jumps, draft.dice))
        back = there and (there if foot == goal else settle_path(board, there, foot, goal, jumps, draft.dice))
        if back:
            return back
    return None


def _carve(draft: LevelDraft, plan: SettledCells) -> None:
    for cell in draft.free:
        if plan.opened >> cell & 1 and draft.drawn[cell] in (WALL, SPIKE):
            draft.drawn[cell] = FLOOR
        elif plan.walls >> cell & 1:
            draft.drawn[cell] = WALL


def _move_diamonds(draft: LevelDraft, physics: PlatformPhysics) -> None:
    """Moves diamonds that no finishing path takes to cells where one does."""
    lost = set_of(draft.free) & ~finishing_in_version_1(draft.rows, physics)
    moved = [cell for cell in cells_of(lost) if draft.drawn[cell] == DIAMOND]
    for cell in moved:
        draft.drawn[cell] = FLOOR
    pinned = {y * draft.board.width + x for x, y in draft.constraints.pins}
    before = list(draft.drawn)
    place_diamonds(draft.board, draft.drawn, len(moved), draft.dice, physics)
    for place in pinned:
        draft.drawn[draft.board.cells[place]] = before[draft.board.cells[place]]
