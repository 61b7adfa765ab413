"""Proofs of levels as people see them: lines and columns count from 1, where JSON has x and y from 0."""

import re
from collections.abc import Mapping, Sequence

from doublebill.games.proofs.walked_ways import MAZE_START as PLAYER
from doublebill_local.display.console import Answer, err, numbered, out

MOST_PLACES = 5
"""Places of one fact that are shown."""

ROW_AND_CELL = re.compile(r"\[(?P<y>\d+)\](\[(?P<x>\d+)\])?$")


def show_proofs(answer: Answer) -> None:
    """Prints a line for each level: the way, or why there is none; then what is out of reach; and what is no level."""
    for file in answer["files"]:
        for wrong in file.get("errors", []):
            err.print(f"{place_in_words(wrong['field'])}: {wrong['problem']}; {wrong['fix']}", markup=False)
        if "levels" not in file:
            continue
        for number, level in enumerate(file["levels"], 1):
            name = f"{file['file']}, level {number}" if len(file["levels"]) > 1 else file["file"]
            show_verdict(name + (f" ({level['title']})" if "title" in level else ""), file["kind"], level)


def show_verdict(name: str, kind: str, level: Answer) -> None:
    """Prints the verdict on one level."""
    if level["playable"]:
        certificate = level["certificate"]
        least = f", as few {level['least']} as possible" if "least" in level else ""
        moves = f"{certificate['length']} move" + "s" * (certificate["length"] != 1)
        verdict = f"playable in {moves}{least}" if _has_ends(kind, level) else f"one region, {moves} from end to end"
        out.print(f"{name}: {verdict}", markup=False)
        out.print(f"  {certificate['moves']}", markup=False, style="dim")
    for reason in level["reasons"]:
        verdict = "not playable" if level["decided"] else "not decided"
        err.print(f"{name}: {verdict}: {_with_places(reason['detail'], reason['cells'])}", markup=False)
    for note in level.get("notes", ()):
        err.print(f"{name}: note: {_with_places(note['detail'], note['cells'])}", markup=False)
    for thing, cells in _by_name(level.get("unreachable", {}).get("things", [])).items():
        times = f" × {len(cells):,}" if len(cells) > 1 else ""
        out.print(f"  {_with_places(f'out of reach: {thing}{times}', cells)}", markup=False)
    ends = level.get("dead_ends", {"count": 0})
    if ends["count"]:
        words = f"dead ends: {numbered(ends['count'], 'cells')}"
        out.print(f"  {_with_places(words, ends['cells'], ends['count'])}", markup=False, style="dim")


def place_in_words(field: str) -> str:
    """Returns the field of a complaint with its row and its cell, which count from 0, as line and column from 1."""

    def words(found: re.Match[str]) -> str:
        column = f", column {int(found['x']) + 1}" if found["x"] else ""
        return f", line {int(found['y']) + 1}{column}"

    return ROW_AND_CELL.sub(words, field)


def _with_places(words: str, cells: Sequence[Answer], count: int = 0) -> str:
    """Returns words with the places that they are about, the first of them."""
    if not cells:
        return words
    shown = "; ".join(f"line {cell['y'] + 1}, column {cell['x'] + 1}" for cell in cells[:MOST_PLACES])
    more = max(count, len(cells)) - MOST_PLACES
    return f"{words}: {shown}" + (f"; and {more:,} more" if more > 0 else "")


def _by_name(things: Sequence[Answer]) -> Mapping[str, Sequence[Answer]]:
    """Returns name → the things of that name."""
    names = dict.fromkeys(str(thing["name"]) for thing in things)
    return {name: [thing for thing in things if thing["name"] == name] for name in names}


def _has_ends(kind: str, level: Answer) -> bool:
    """Checks whether a level has a player, which mazes need not have: their way is then from end to end."""
    return kind != "maze" or any(PLAYER in row for row in level["grid"])
