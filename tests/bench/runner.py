"""How good, how new and how fast scrolling levels are, and how like their corpus, against what they must reach.

python tests/bench/runner.py [--quick] [--plot FILE.svg]          one JSON line per result

`measured()` gives the same lines to whoever runs it beside other benchmarks. Everything is measured for the corpus that
ships, and for the Super Mario Bros levels of the Video Game Level Corpus where they are at hand. The plot shows the
expressive range (Smith and Whitehead 2010, doi:10.1145/1814256.1814260): leniency and linearity of generated levels
beside those of all stretches of the corpus that are as long.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from checkers import runner as checker
from doublebill.errors import Unsatisfiable
from doublebill.games.files import as_json
from doublebill.games.grids.grid import Rows
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.batch import varied
from doublebill.games.levels.generate import generate
from doublebill.games.levels.level import Level
from doublebill.games.runner.corpus import meadow
from doublebill.games.runner.kind import RUNNER, RunnerSpec
from doublebill.games.runner.learn import RUNNER_LEARNER
from doublebill.games.spec_list import SpecList

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "vglc" / "Super Mario Bros" / "Processed"

LEGEND = {
    "-": "air",
    "X": "ground",
    "S": "block",
    "?": "prize",
    "Q": "spent prize",
    "E": "enemy",
    "<": "pipe left",
    "[": "pipe left",
    ">": "pipe right",
    "]": "pipe right",
    "o": "coin",
    "B": "cannon",
    "b": "cannon",
}
"""What the tiles of those levels mean."""

LENGTH, COUNT, SHOWN = 100, 100, 1000
PLAYABLE, CONTROLS, NEW, MILLISECONDS = 1.0, 0.9, 0.5, 25
STRETCH = 10
"""Columns from the beginning of one stretch of a corpus to the next."""

UNLIKE = 40
"""Percent of the cells passed."""

type Point = tuple[int, int]
"""Leniency and linearity, in percent."""


def settings(kind: LevelKind[RunnerSpec], count: int) -> list[RunnerSpec]:
    """Specs with random controls, none of which provably cannot be."""
    chance, found = random.Random("runner"), []
    while len(found) < count:
        spec = drawn(chance)
        try:
            kind.generator.check(spec)
        except Unsatisfiable:
            continue
        found.append(spec)
    return found


def drawn(chance: random.Random) -> RunnerSpec:
    """Each control left free as often as not, linearity and leniency within ranges of a tenth."""
    steady, kind = chance.randint(40, 85), chance.randint(30, 90)
    return RunnerSpec(
        LENGTH,
        chance.choice([None, chance.randint(0, 14)]),
        chance.choice([None, chance.randint(0, 7)]),
        chance.choice([None, (kind, kind + 9)]),
        chance.choice([None, (steady, steady + 9)]),
        chance.choice([None, (50, 100)]),
    )


def corpora() -> Iterator[tuple[str, LevelKind[RunnerSpec], Sequence[Rows]]]:
    """Name, generator and levels of each corpus."""
    yield "meadow", RUNNER, meadow()
    if DATA.is_dir():
        told = [path.read_text() for path in sorted(DATA.glob("*.txt"))]
        levels = RUNNER_LEARNER.read(told, LEGEND, "examples")
        learned = RUNNER_LEARNER.learn(levels)
        yield "vglc", RUNNER_LEARNER.generator(learned.arrays, learned.config), levels


def measured(quick: bool = False) -> Iterator[dict[str, object]]:
    """The results, each with its target, where it has one, and whether it holds."""
    count = COUNT // 5 if quick else COUNT
    for name, kind, levels in corpora():
        for line in [*of_settings(kind, levels, count), *of_one_setting(kind, levels, count), *of_range(kind, levels)]:
            yield {"kind": "runner", "corpus": name} | line


def of_settings(kind: LevelKind[RunnerSpec], levels: Sequence[Rows], count: int) -> Iterator[dict[str, object]]:
    """What levels for random settings are."""
    made, times = timed(kind, settings(kind, count))
    items = [as_json(level, kind.legend) for level in made]
    yield row("playable", statistics.fmean(not checker.faults(item, levels) for item in items), PLAYABLE)
    yield row("controls met", statistics.fmean(not level.fallback for level in made), CONTROLS)
    yield row("ms, random settings, median", statistics.median(times), None)
    yield row("ms, random settings, 95th of 100", times[len(times) * 95 // 100], None)


def of_one_setting(kind: LevelKind[RunnerSpec], levels: Sequence[Rows], count: int) -> Iterator[dict[str, object]]:
    """What levels are of which only the length is asked."""
    made, times = timed(kind, [RunnerSpec(LENGTH)] * count)
    items = [as_json(level, kind.legend) for level in made]
    yield row("playable, length only", statistics.fmean(not checker.faults(item, levels) for item in items), PLAYABLE)
    new = [checker.measures(item, levels)["novelty"] / 100 for item in items]
    yield row("new runs of eight columns", statistics.fmean(new), NEW)
    yield row("ms, median", statistics.median(times), MILLISECONDS, lower=True)
    yield row("ms, 95th of 100", times[len(times) * 95 // 100], None)
    together = varied(kind, SpecList([RunnerSpec(LENGTH)] * count), "batch").levels
    ways = [set(checker.passed(as_json(level, kind.legend))[0]) for level in together]
    yield row(f"unlike by {UNLIKE}% of cells passed, batch", share_unlike(ways), None)
    alone = [set(checker.passed(item)[0]) for item in items]
    yield row(f"unlike by {UNLIKE}% of cells passed, each alone", share_unlike(alone), None)


def of_range(kind: LevelKind[RunnerSpec], levels: Sequence[Rows]) -> Iterator[dict[str, object]]:
    """How far generated levels are from the corpus, in percent of leniency and of linearity."""
    made, theirs = points(kind, SHOWN), corpus_points(kind, levels)
    for axis, name in enumerate(("leniency", "linearity")):
        mine, others = [point[axis] for point in made], [point[axis] for point in theirs]
        yield row(f"{name}, distance to the corpus", wasserstein(mine, others), None)
        yield row(f"{name}, mean", statistics.fmean(mine), None) | {"corpus_mean": round(statistics.fmean(others), 3)}


def timed(kind: LevelKind[RunnerSpec], specs: Sequence[RunnerSpec]) -> tuple[list[Level], list[float]]:
    """A level for each spec, and the milliseconds of one core that they took, least first."""
    made, times = [], []
    for seed, spec in enumerate(specs):
        began = time.process_time()
        made.append(generate(kind, spec, seed))
        times.append(1000 * (time.process_time() - began))
    return made, sorted(times)


def share_unlike(ways: Sequence[set[tuple[int, int]]]) -> float:
    """The share left when the one that is like most others is removed until no two are alike."""
    alike = np.array([[100 * len(way ^ other) < UNLIKE * len(way | other) for other in ways] for way in ways])
    np.fill_diagonal(alike, val=False)
    left = len(alike)
    while alike.any():
        worst = int(alike.sum(axis=1).argmax())
        alike[worst] = alike[:, worst] = False
        left -= 1
    return left / len(alike)


def points(kind: LevelKind[RunnerSpec], count: int) -> list[Point]:
    """Leniency and linearity of generated levels."""
    made = [generate(kind, RunnerSpec(LENGTH), "range", index).controls for index in range(count)]
    return [(int(str(one["leniency"].measured)), int(str(one["linearity"].measured))) for one in made]


def corpus_points(kind: LevelKind[RunnerSpec], levels: Sequence[Rows]) -> list[Point]:
    """Leniency and linearity of all stretches of a corpus that are as long as those levels."""
    found = []
    for rows in levels:
        for first in range(0, len(rows[0]) - LENGTH + 1, STRETCH):
            part = {"grid": [line[first : first + LENGTH] for line in rows], "legend": kind.legend}
            told = checker.measures(part, [])
            found.append((told["leniency"], told["linearity"]))
    return found


def wasserstein(one: Sequence[float], other: Sequence[float]) -> float:
    """The earth mover's distance between two samples: the area between their distribution functions."""
    edges = np.unique([*one, *other])
    shares = [np.searchsorted(np.sort(sample), edges[:-1], side="right") / len(sample) for sample in (one, other)]
    return float((np.abs(shares[0] - shares[1]) * np.diff(edges)).sum())


def row(what: str, value: float, target: float | None, lower: bool = False) -> dict[str, object]:
    """One line of the table."""
    told: dict[str, object] = {"what": what, "value": round(value, 3)}
    if target is not None:
        told |= {"target": target, "holds": value <= target if lower else value >= target}
    return told


SIDE, EDGE = 300, 46
"""Of one panel of the plot, and the room around it, in pixels."""


def plotted() -> str:
    """The expressive range of each corpus as SVG, one panel each."""
    panels = [panel(place, *corpus) for place, corpus in enumerate(corpora())]
    width, height = len(panels) * (SIDE + 2 * EDGE), SIDE + 2 * EDGE
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif"'
    return f'{head} font-size="11"><rect width="{width}" height="{height}" fill="#fff"/>{"".join(panels)}</svg>\n'


def panel(place: int, name: str, kind: LevelKind[RunnerSpec], levels: Sequence[Rows]) -> str:
    """One panel: a dot for each generated level, over one for each stretch of the corpus."""
    left, top, bottom = place * (SIDE + 2 * EDGE) + EDGE, EDGE, EDGE + SIDE
    parts = [f'<rect x="{left}" y="{top}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>']
    for percent in range(0, 101, 20):
        x, y = left + percent * SIDE / 100, bottom - percent * SIDE / 100
        parts.append(f'<path d="M{x} {top}V{bottom}M{left} {y}h{SIDE}" stroke="#eee" fill="none"/>')
        parts.append(f'<text x="{x}" y="{bottom + 14}" text-anchor="middle">{percent}</text>')
        parts.append(f'<text x="{left - 5}" y="{y + 4}" text-anchor="end">{percent}</text>')
    made, theirs = points(kind, SHOWN), corpus_points(kind, levels)
    for what, colour, radius in ((theirs, "#e4572e", 3.4), (made, "#1e78d2", 1.8)):
        for lenient, linear in what:
            x, y = left + lenient * SIDE / 100, bottom - linear * SIDE / 100
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}" fill-opacity=".4"/>')
    middle = left + SIDE / 2
    parts.append(f'<text x="{middle}" y="{bottom + 30}" text-anchor="middle">leniency, percent</text>')
    turned = f"{left - 30} {top + SIDE / 2}"
    across = f'<text transform="translate({turned}) rotate(-90)" text-anchor="middle">linearity, percent</text>'
    title = f"{name}: {len(made)} levels (blue), {len(theirs)} stretches of the corpus (red)"
    return "".join([*parts, across, f'<text x="{middle}" y="{top - 14}" text-anchor="middle">{title}</text>'])


def main() -> None:
    """Prints every figure, and writes the plot that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="batches of a fifth")
    parser.add_argument("--plot", type=Path, help="an SVG file to write the expressive range to")
    asked: Any = parser.parse_args()
    for told in measured(asked.quick):
        print(json.dumps(told), flush=True)
    if asked.plot:
        asked.plot.write_text(plotted())


if __name__ == "__main__":
    main()
