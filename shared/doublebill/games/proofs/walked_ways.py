"""Ways of a player who walks from cell to cell: the verdicts of mazes and chambers."""

from collections.abc import Mapping
from dataclasses import replace

from doublebill.games.chamber.solver import DOOR, ENEMY, KEY, PLAYER, ChamberRules
from doublebill.games.grids.grid import (
    WALL,
    Board,
    Rows,
    first_of,
    letters,
    longest_route,
    read_rows,
    rings,
    route,
)
from doublebill.games.grids.steps import walk
from doublebill.games.levels.proof import Certificate
from doublebill.games.maze.solver import MazeRules, percent
from doublebill.games.proofs.examiner import Examiner, missing_or_twice, places_in, places_of, steps_end
from doublebill.games.proofs.verdict import LevelVerdict, impossible

MAZE_START, MAZE_EXIT = "P", "X"
"""Tiles of mazes that were drawn with both ends."""

EXACT = 1024
"""Most open cells of a maze whose two cells furthest apart are looked for everywhere."""


class MazeExaminer(Examiner):
    """The examiner of mazes: from the player to the exit; without both, from end to end of one region."""

    legend: Mapping[str, str] = {**MazeRules.legend, MAZE_START: "player", MAZE_EXIT: "exit"}

    def examine(self, rows: Rows, steps: int) -> LevelVerdict:  # noqa: ARG002  # the work is that of the cells
        """Returns the verdict: the shortest way, or the regions that no way joins."""
        board, opened = read_rows(rows)
        measured = {"width": board.width, "height": board.height}
        measured["openness"] = percent(opened.bit_count(), len(board.cells))
        if places_of(rows, MAZE_START + MAZE_EXIT):
            verdict = missing_or_twice(rows, {MAZE_START: "player", MAZE_EXIT: "exit"}) or _to_exit(rows)
        else:
            verdict = _end_to_end(board, opened)
        return replace(verdict, measured={**measured, **verdict.measured})

    def finishes(self, rows: Rows, certificate: Certificate) -> bool:
        """Checks that the certificate walks to its goal, from the player to the exit if there are any."""
        ends = [place for tile in (MAZE_START, MAZE_EXIT) for place in places_of(rows, tile)]
        walked = steps_end(walk(rows, certificate.start, certificate.moves), certificate)
        return walked and (not ends or ends == [certificate.start, certificate.goal])


def _to_exit(rows: Rows) -> LevelVerdict:
    """Returns the verdict on a maze with a player and an exit."""
    board, opened = read_rows(rows)
    drawn = "".join(rows)
    start, goal = (board.cells[drawn.index(tile)] for tile in (MAZE_START, MAZE_EXIT))
    reached = sum(rings(board, opened, 1 << start))
    unreachable = places_in(board, opened & ~reached)
    path = route(board, opened, start, goal)
    if not path:
        verdict = impossible("exit-unreachable", "no way leads from the player to the exit", [board.xy(goal)])
        return replace(verdict, unreachable=unreachable)
    certificate = Certificate(board.xy(start), board.xy(goal), letters(board, path))
    return LevelVerdict(True, certificate=certificate, least="moves", unreachable=unreachable)


def _end_to_end(board: Board, opened: int) -> LevelVerdict:
    """Returns the verdict on a maze without ends: its open cells are one region, crossed where it is widest."""
    if not opened:
        return impossible("no-open-cell", "all cells are walls")
    largest = max(regions(board, opened), key=int.bit_count)
    apart = places_in(board, opened & ~largest)
    if apart:
        detail = f"{len(apart)} open cells are shut off from the largest region; open a wall between them"
        return replace(impossible("shut-off", detail, apart[:1]), unreachable=apart)
    if opened.bit_count() <= EXACT:
        path = longest_route(board, opened)
    else:
        start = first_of(rings(board, opened, opened & -opened)[-1])
        path = route(board, opened, start, first_of(rings(board, opened, 1 << start)[-1]))
    exact = {"path": len(path) - 1} if opened.bit_count() <= EXACT else {}
    certificate = Certificate(board.xy(path[0]), board.xy(path[-1]), letters(board, path))
    return LevelVerdict(True, certificate=certificate, least="moves", measured=exact)


def regions(board: Board, opened: int) -> list[int]:
    """Returns the regions of open cells, each a set; the first has the first open cell."""
    found = []
    while opened:
        region = sum(rings(board, opened, opened & -opened))
        found.append(region)
        opened &= ~region
    return found


class ChamberExaminer(Examiner):
    """The examiner of chambers: by the key to the door; where there is no key, the door is open."""

    legend = ChamberRules.legend
    once: Mapping[str, str] = {PLAYER: "player", DOOR: "door"}

    def examine(self, rows: Rows, steps: int) -> LevelVerdict:  # noqa: ARG002  # the work is that of the cells
        """Returns the verdict: the shortest way by the key, or what it does not reach."""
        keys = places_of(rows, KEY)
        if len(keys) > 1:
            return impossible("many-key", f"there are {len(keys)} keys ({KEY}); keep one", keys)
        board, opened = read_rows(rows)
        drawn = "".join(rows)
        player, door = (board.cells[drawn.index(tile)] for tile in (PLAYER, DOOR))
        key = board.cells[drawn.index(KEY)] if keys else player
        before = opened & ~(1 << door)
        reached = sum(rings(board, before, 1 << player))
        to_key, to_door = route(board, before, player, key), route(board, opened, key, door)
        measured = {"width": board.width, "height": board.height, "enemies": drawn.count(ENEMY)}
        measured["walls"] = drawn.count(WALL)
        if not to_key:
            verdict = impossible("key-unreachable", "no way leads to the key without the door", [board.xy(key)])
        elif not to_door:
            verdict = impossible("door-unreachable", "no way leads to the door", [board.xy(door)])
        else:
            measured |= {"player_key": len(to_key) - 1, "key_door": len(to_door) - 1} if keys else {}
            moves = letters(board, to_key) + letters(board, to_door)
            verdict = LevelVerdict(
                True, certificate=Certificate(board.xy(player), board.xy(door), moves), least="moves"
            )
            reached |= 1 << door
        return replace(verdict, unreachable=places_in(board, opened & ~reached), measured=measured)

    def finishes(self, rows: Rows, certificate: Certificate) -> bool:
        """Checks that the certificate walks from the player to the door, and over the key before that."""
        places = walk(rows, certificate.start, certificate.moves)
        tiles = [rows[y][x] for x, y in places]
        has_key = KEY in tiles or not places_of(rows, KEY)
        whole = steps_end(places, certificate) and tiles.count(DOOR) == 1
        return whole and has_key and tiles[0] == PLAYER and tiles[-1] == DOOR
