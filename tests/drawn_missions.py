"""Small missions, written by hand."""


def mission(*edges, **kinds):
    """A mission of nodes by kind (names with _ for a space) and edges such as "key > door" (opens), "exit < door"."""
    nodes = [{"id": name.replace("_", " "), "kind": kind} for name, kind in {"start": "entrance", **kinds}.items()]
    listed = []
    for edge in edges:
        one, sign, other = edge.rpartition(" > ") if " > " in edge else edge.rpartition(" < ")
        ends = {"from": one, "to": other} if ">" in sign else {"from": other, "to": one}
        listed.append({**ends, "kind": "opens" if ">" in sign else "leads"})
    return {"nodes": nodes, "edges": listed}


LOCKED = mission("key > door", "key < start", "door < start", "exit < door", "gem < door",
                 key="key", door="lock", gem="treasure", exit="exit")  # fmt: skip
"""A key beside the entrance opens the door to the exit; a treasure is behind it too."""
