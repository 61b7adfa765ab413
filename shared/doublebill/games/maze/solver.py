"""The solver of mazes: the longest shortest path, found on the drawn rows and walked again on them."""

from collections.abc import Mapping

from doublebill.games.grids.grid import FLOOR, WALL, Rows, connected, letters, longest_route, read_rows
from doublebill.games.grids.steps import walk
from doublebill.games.levels.proof import Certificate, Proof
from doublebill.games.levels.rules import LevelRules


def percent(count: int, area: int) -> int:
    """Returns the share of `count` cells in `area`, in whole percent, a half rounded up."""
    return (200 * count + area) // (2 * area)


class MazeRules(LevelRules):
    """The rules of mazes."""

    legend: Mapping[str, str] = {WALL: "wall", FLOOR: "floor"}

    def prove(self, rows: Rows) -> Proof | None:
        """Returns the proof of a maze: one region of open cells, and the moves between two that are furthest apart."""
        board, opened = read_rows(rows)
        if not connected(board, opened):
            return None
        path = longest_route(board, opened)
        certificate = Certificate(board.xy(path[0]), board.xy(path[-1]), letters(board, path))
        if walk(rows, certificate.start, certificate.moves)[-1] != certificate.goal:
            return None
        share = percent(opened.bit_count(), len(board.cells))
        return Proof(
            certificate, {"width": board.width, "height": board.height, "path": len(path) - 1, "openness": share}
        )
