"""Dungeons beside what rooms and corridors must be, measured by the cells of the answer, and the time of large ones."""

import statistics
import time
from collections.abc import Iterator
from itertools import combinations

from checkers.dungeon import beside, rooms_of
from doublebill.games.content_kind import GenerationRequest
from doublebill.games.dungeon.kind import DUNGEON
from playable import open_cells

COUNT, QUICK = 200, 20
ORDERED = 40
"""Dungeons of each difficulty that are compared."""
LARGE = 5
"""Dungeons of 256 x 256 that are timed."""


def measured(quick: bool) -> Iterator[dict[str, object]]:
    """Every figure about the shape and the time of dungeons."""
    ends, inside = [], []
    for seed in range(QUICK if quick else COUNT):
        (item,) = DUNGEON.generate(GenerationRequest({"width": 80, "height": 50}, seed)).items
        cells = open_cells(item["grid"])
        ends.append(100 * sum(sum(near in cells for near in beside(place)) == 1 for place in cells) / len(cells))
        inside.append(sum(map(len, rooms_of(item["grid"], cells))) / len(cells))
    yield row("80x50", "dead ends per 100 floor cells, most", max(ends), 1.0, max(ends) <= 1.0)
    yield row("80x50", "floor in open 3 x 3 blocks, least", min(inside), 0.5, min(inside) >= 0.5)
    yield row(
        "80x50", "floor in open 3 x 3 blocks, mean", statistics.fmean(inside), 0.5, statistics.fmean(inside) >= 0.5
    )
    yield order_row(LARGE if quick else ORDERED)
    taken = []
    for seed in range(LARGE):
        start = time.process_time()
        DUNGEON.generate(GenerationRequest({"width": 256, "height": 256}, seed))
        taken.append(1000 * (time.process_time() - start))
    yield row("256x256", "ms alone, median", statistics.median(taken), 1500, statistics.median(taken) <= 1500)


def order_row(count: int) -> dict[str, object]:
    """The pairs of dungeons of two difficulties that are measured in the right order."""
    found = [
        [
            DUNGEON.generate(GenerationRequest({"width": 80, "height": 50, "difficulty": target}, seed)).items[0]
            for seed in range(count)
        ]
        for target in (20, 50, 80)
    ]
    measured = [[item["controls"]["difficulty"]["measured"] for item in items] for items in found]
    pairs = [(a, b) for easier, harder in combinations(measured, 2) for a in easier for b in harder]
    right = statistics.fmean(a < b for a, b in pairs)
    return row("80x50", "pairs of difficulty 20, 50 and 80 in the right order", right, 0.95, right >= 0.95)


def row(size: str, what: str, value: float, target: float, holds: bool) -> dict[str, object]:
    """One line of the table."""
    return {"kind": "dungeon", "size": size, "what": what, "value": round(value, 3), "target": target, "holds": holds}
