"""XSB and SOK: the text forms of sokoban levels that are shared on the web.

Walls `#`, player `@` or `p`, crate `$` or `b`, goal `.` or `o`, crate on goal `*` or `B`, player on goal `+` or `P`,
and floor as a blank, `-` or `_`. Rows may be shorter than others; run lengths (`5#`, `2(#-)`) and rows parted by `|`
are written out; everything outside of the walls becomes wall. See "Level format" in the Sokoban Wiki, sokobano.de/wiki.

The tiles of this project (`sokoban.tiles`) have `.` for floor and `o` for goals. A level is in them if it has neither a
blank, `-` or `_` nor a letter of XSB, and has an `o` or other numbers of crates and goals when read as XSB.
"""

import itertools
import re
from collections.abc import Collection, Mapping, Sequence

from doublebill.games.controls import LARGEST, LONGEST_SIDE
from doublebill.games.grids.grid import FLOOR, WALL, cells_of, read_rows, rings
from doublebill.games.grids.notation import Notation, is_note
from doublebill.games.sokoban.tiles import CRATE, CRATES, GOAL, PLAYER, PLAYER_ON_GOAL, PLAYERS, STORED

XSB: Mapping[str, str] = {
    **dict.fromkeys(" -_", FLOOR),
    **dict.fromkeys("@p", PLAYER),
    **dict.fromkeys("$b", CRATE),
    **dict.fromkeys(".o", GOAL),
    **dict.fromkeys("*B", STORED),
    **dict.fromkeys("+P", PLAYER_ON_GOAL),
    WALL: WALL,
}
"""Character of XSB → tile of this project."""

FLOOR_MARKS = " -_"
ONLY_XSB = FLOOR_MARKS + "pPbB"
DRAWN = set("#@$.*+")
"""Characters of which every row of XSB has one; a line without them is a title."""

TAB_STOPS = 8, 4, 2, 1
"""Cells between tab stops, in the order tried: the first that leaves the player within walls is taken."""

RUN = re.compile(r"(?<!\d)(\d{1,4})([^\d()])")
GROUP = re.compile(r"(?<!\d)(\d{0,4})\(([^()]*)\)")
BEFORE_WALL = " -_\t0123456789("
NESTED = 8
"""Groups within groups that are written out."""


class XsbNotation(Notation):
    """XSB, SOK and the tiles of this project, recognised level by level."""

    def tiles(self, meant: Mapping[str, str] | None, kind_legend: Mapping[str, str]) -> Collection[str]:
        """Returns the characters of rows: all of XSB, or those of a legend with XSB's other marks of floor."""
        return {*XSB, *kind_legend, "\t"} if meant is None else {*FLOOR_MARKS, *meant, "\t"}

    def rows_in(self, line: str, tiles: Collection[str]) -> Sequence[str]:
        """Returns the rows of a line, its run lengths written out; a line that begins with no wall may be a title."""
        if not line.strip():
            return ()
        rows = written_out(line.rstrip()).split("|")
        if all(row and set(row) <= set(tiles) and not _is_title(row, tiles) for row in rows):
            return rows
        may_be_title = XSB.keys() <= set(tiles) and not line.lstrip(BEFORE_WALL).startswith(WALL)
        return () if may_be_title or is_note(line) else [line]

    def meaning(
        self, rows: Sequence[str], meant: Mapping[str, str] | None, kind_legend: Mapping[str, str]
    ) -> Mapping[str, str]:
        """Returns the meaning of XSB, or of the tiles of this project where a level is drawn in them."""
        if meant is not None:
            return dict.fromkeys(FLOOR_MARKS, FLOOR) | dict(meant)
        count = "".join(rows).count
        balanced = count("$") == count(".") + count("+")
        own = not any(map(count, ONLY_XSB)) and (count(GOAL) > 0 or not balanced)
        kinds = super().meaning(rows, meant, kind_legend)
        return kinds if own else {**kinds, **XSB}

    def squared(self, rows: Sequence[str], meant: Mapping[str, str]) -> Sequence[str]:
        """Returns the rows with one length and with walls all around the room; whole levels in own tiles stay."""
        symbols = {tile: symbol for symbol, tile in list(meant.items())[::-1]}
        whole = len(set(map(len, rows))) == 1 and not any("\t" in row for row in rows)
        if (
            not {WALL, FLOOR} <= symbols.keys()
            or _is_large(rows)
            or (whole and symbols.get(GOAL) == GOAL and " " not in meant)
        ):
            return rows
        for stop in TAB_STOPS:
            padded = _padded(rows, stop, symbols[FLOOR])
            walled = () if _is_large(padded) else _walled(padded, meant, symbols)
            if walled:
                return walled
        return _padded(rows, TAB_STOPS[0], symbols[WALL])


def _is_large(rows: Sequence[str]) -> bool:
    """Checks whether rows, made equally long, have more cells than any level that is taken."""
    return len(rows) * max(map(len, rows)) > LARGEST**2


def written_out(line: str) -> str:
    """Returns a row with its run lengths written out; one that would become longer than any row stays as it was."""
    text = line
    for _ in range(NESTED if len(line) <= LONGEST_SIDE else 0):
        parts = list(itertools.chain(RUN.finditer(text), GROUP.finditer(text)))
        if sum(len(part[2]) * int(part[1] or 1) for part in parts) > LONGEST_SIDE:
            return line
        before = text
        text = GROUP.sub(_repeated, RUN.sub(_repeated, text))
        if text == before:
            break
    return text


def _repeated(part: re.Match[str]) -> str:
    return part[2] * int(part[1] or 1)


def _is_title(row: str, tiles: Collection[str]) -> bool:
    """Checks whether a line of characters of XSB is a word such as "Bob", or blank."""
    return XSB.keys() <= set(tiles) and not DRAWN & set(row) and set(row) != {GOAL}


def _padded(rows: Sequence[str], stop: int, symbol: str) -> Sequence[str]:
    """Returns the rows with one length, tabs written out."""
    written = [row.expandtabs(stop).replace(" ", symbol) if "\t" in row else row for row in rows]
    width = max(map(len, written))
    return [row.ljust(width, symbol) for row in written]


def _walled(rows: Sequence[str], meant: Mapping[str, str], symbols: Mapping[str, str]) -> Sequence[str]:
    """Returns the rows with walls for all that lies outside of the room; none where the room is open."""
    floor, wall = symbols[FLOOR], symbols[WALL]
    framed = tuple(floor + row + floor for row in [floor * len(rows[0]), *rows, floor * len(rows[0])])
    solid = "".join(symbol for symbol, tile in meant.items() if tile == WALL)
    board, opened = read_rows(framed, solid)
    outside = sum(rings(board, opened, 1 << board.cells[0]))
    cells = [list(row) for row in framed]
    for cell in cells_of(outside):
        x, y = board.xy(cell)
        tile = meant.get(cells[y][x])
        if tile in {*PLAYERS, *CRATES}:
            return ()
        cells[y][x] = wall if tile else cells[y][x]
    return ["".join(row[1:-1]) for row in cells[1:-1]]
