"""Proofs of levels as people see them."""

from doublebill_local.display.console import Answer, err, out


def show_proofs(answer: Answer) -> None:
    """Prints a line for each level: the way, or why there is none; then what is out of reach."""
    for file in answer["files"]:
        for number, level in enumerate(file["levels"], 1):
            name = f"{file['file']}, level {number}" if len(file["levels"]) > 1 else file["file"]
            show_verdict(name + (f" ({level['title']})" if "title" in level else ""), level)


def show_verdict(name: str, level: Answer) -> None:
    """Prints the verdict on one level."""
    if level["playable"]:
        certificate = level["certificate"]
        least = f", as few {level['least']} as possible" if "least" in level else ""
        out.print(f"{name}: playable in {certificate['length']} moves{least}", markup=False)
        out.print(f"  {certificate['moves']}", markup=False, style="dim")
    for reason in level["reasons"]:
        verdict = "not playable" if level["decided"] else "not decided"
        places = "".join(f" ({cell['x']}, {cell['y']})" for cell in reason["cells"][:5])
        err.print(f"{name}: {verdict}: {reason['detail']}{places and ':' + places}", markup=False)
    for thing in level.get("unreachable", {}).get("things", []):
        out.print(f"  out of reach: {thing['name']} at ({thing['x']}, {thing['y']})", markup=False)
    ends = level.get("dead_ends", {}).get("count", 0)
    if ends:
        out.print(f"  dead ends: {ends} cells", markup=False, style="dim")
