"""Proofs of levels as people see them."""

from doublebill.games.proofs.walked_ways import MAZE_START as PLAYER
from doublebill_local.display.console import Answer, err, out


def show_proofs(answer: Answer) -> None:
    """Prints a line for each level: the way, or why there is none; then what is out of reach; and what is no level."""
    for file in answer["files"]:
        for wrong in file.get("errors", []):
            err.print(f"{wrong['field']}: {wrong['problem']}; {wrong['fix']}", markup=False)
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
        places = "".join(f" ({cell['x']}, {cell['y']})" for cell in reason["cells"][:5])
        err.print(f"{name}: {verdict}: {reason['detail']}{places and ':' + places}", markup=False)
    for thing in level.get("unreachable", {}).get("things", []):
        out.print(f"  out of reach: {thing['name']} at ({thing['x']}, {thing['y']})", markup=False)
    ends = level.get("dead_ends", {}).get("count", 0)
    if ends:
        out.print(f"  dead ends: {ends} cell" + "s" * (ends != 1), markup=False, style="dim")


def _has_ends(kind: str, level: Answer) -> bool:
    """Checks whether a level has a player, which mazes need not have: their way is then from end to end."""
    return kind != "maze" or any(PLAYER in row for row in level["grid"])
