"""Steps of a certificate: what its moves take, open and fight, in their order."""

from collections.abc import Mapping

from doublebill.games.dungeon.stairs import places_by_stairs
from doublebill.games.dungeon.structure_json import Deed, StepJson
from doublebill.games.dungeon.tiles import COLOURS, DAMAGE, EXIT, LEGEND, LOCKS, METALS, SMALL_KEY, TREASURE
from doublebill.games.grids.grid import Rows
from doublebill.games.levels.proof import Certificate

DEEDS: Mapping[str, Deed] = {
    **dict.fromkeys((*COLOURS, SMALL_KEY, TREASURE), "take"),
    **dict.fromkeys(METALS, "pull"),
    **dict.fromkeys(LOCKS, "open"),
    **dict.fromkeys(DAMAGE, "fight"),
    EXIT: "leave",
}
"""Tile → what is done when it is stepped on for the first time."""


def certificate_steps(rows: Rows, certificate: Certificate) -> list[StepJson]:
    """Returns what a certificate does, each thing once."""
    steps: list[StepJson] = []
    done: set[tuple[int, int]] = set()
    for move, (x, y) in enumerate(places_by_stairs(rows, certificate.start, certificate.moves)):
        tile = rows[y][x]
        if tile in DEEDS and (x, y) not in done:
            done.add((x, y))
            steps.append({"do": DEEDS[tile], "name": LEGEND[tile], "x": x, "y": y, "move": move})
    return steps
