"""How good, how varied and how fast game content is, against what it must reach.

python tests/bench/games.py [--quick] [--only KIND]      one JSON line per result

Every level of a batch is made for random settings of its own, and judged by `tests/checkers`, which share no code with
the generators; what makes two levels alike is measured here again, by plain tables. `holds` says whether the target is
met; lines without a target are printed beside them.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import dungeons
import names
import runner

import playable
from checkers import platform
from checkers import runner as scrolling
from doublebill.errors import Unsatisfiable
from doublebill.games.files import as_json
from doublebill.games.kinds import KINDS
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.batch import LevelBatch, varied
from doublebill.games.levels.generate import generate
from doublebill.games.levels.level import Level
from doublebill.games.spec_list import SpecList
from doublebill.schema import read

type Item = Mapping[str, Any]
type Draw = Callable[[random.Random], dict[str, object]]

COUNT, QUICK = 100, 20
COUNTS: Mapping[str, int] = {"dungeon": 200}
"""Levels of a batch, for kinds whose target names another number."""

SETTINGS: Mapping[tuple[str, str], Draw] = {
    ("maze", "14x14"): lambda r: {"width": 14, "height": 14, "path": r.randint(14, 90)},
    # a path under 20 keeps all open cells in one diamond around its middle, so that such mazes cannot differ much: of
    # those within the 113 cells of a path of 14, two at most differ in 40% of all cells (Plotkin's bound)
    ("maze", "14x14, path 20+"): lambda r: {"width": 14, "height": 14, "path": r.randint(20, 90)},
    ("chamber", "11x7"): lambda r: {
        "width": 11,
        "height": 7,
        "player_key": r.randint(3, 22),
        "key_door": r.randint(3, 22),
        "enemies": r.randint(1, 6),
    },
    ("chamber", "18x12"): lambda r: {
        "width": 18,
        "height": 12,
        "player_key": r.randint(5, 45),
        "key_door": r.randint(5, 45),
        "enemies": r.randint(2, 10),
        "walls": [60, 120],
    },
    ("crypt", "8x12"): lambda r: {
        "width": 8,
        "height": 12,
        "enemies": r.randint(4, 8),
        "treasures": r.randint(1, 4),
        "solution_length": r.randint(12, 38),
        "potions": r.randint(1, 2),
    },
    ("sokoban", "10x10, four crates"): lambda r: {
        "width": 10,
        "height": 10,
        "crates": 4,
        "difficulty": r.randint(10, 60),
    },
    ("sokoban", "16x12, six crates"): lambda r: {
        "width": 16,
        "height": 12,
        "crates": 6,
        "difficulty": (least := r.randint(10, 50)) and [least, least + 10],
    },
    ("runner", "100"): lambda r: {
        "length": 100,
        "enemies": r.choice([None, r.randint(0, 14)]),
        "gaps": r.choice([None, r.randint(0, 7)]),
        "linearity": (steady := r.randint(40, 85)) and [steady, steady + 9],
        "novelty": [50, 100],
    },
    ("dungeon", "80x50, floors"): lambda r: {
        "width": 80,
        "height": 50,
        "floors": (floors := r.randint(1, 3)),
        "rooms": (rooms := r.randint(16 * floors, 32 * floors)) and [rooms - 2, rooms + 2],
        "room_size": (cells := r.randint(25, 55)) and [cells - 3, cells + 3],
        "caves": r.choice([0, [2, 6]]),
        "loops": r.randint(0, 8),
        "dead_ends": r.randint(0, 4),
        "locks": (locks := r.randint(1, 6)),
        "small_locks": (small := r.randint(0, locks // 2)),
        "gates": r.randint(0, locks // 3),
        "depth": r.randint(1, locks - small),
        "boss": r.randint(0, 1),
        "foes": r.choice([None, r.randint(0, 40)]),
        "treasures": r.randint(0, 12),
    },
}
"""Settings of the kinds whose controls can be drawn freely; for others, what a random level of theirs measures."""

SIZES: Mapping[str, Sequence[tuple[str, dict[str, object]]]] = {
    "maze": [("14x14", {"width": 14, "height": 14}), ("14x14, path 20+", {"width": 14, "height": 14})],
    "chamber": [("11x7", {"width": 11, "height": 7}), ("18x12", {"width": 18, "height": 12})],
    "crypt": [("8x12", {"width": 8, "height": 12})],
    "platform": [("11x7", {"width": 11, "height": 7})],
    "sokoban": [
        ("5x5", {"width": 5, "height": 5, "difficulty": 10}),
        ("10x10, four crates", {"width": 10, "height": 10, "crates": 4}),
        ("16x12, six crates", {"width": 16, "height": 12, "crates": 6, "difficulty": [20, 40]}),
    ],
    "runner": [("100", {"length": 100})],
    "dungeon": [("80x50, floors", {"width": 80, "height": 50})],
}

CONTROLS_TARGET = {"crypt": 0.97, "runner": 0.9}
ALIKE: Mapping[str, tuple[str, Sequence[int], float | None]] = {
    "maze": ("cells", (40,), 0.99),
    "chamber": ("moves", (30, 35, 40, 45), 0.99),
    "crypt": ("moves", (40, 30, 35, 45), 0.85),
    "platform": ("cells passed", (1,), 0.99),
    "sokoban": ("repeats", (50,), None),
    "runner": ("share of cells passed", (40,), None),
}
"""What makes two levels alike, the percents at which it is measured (the first is the target's), the share to reach."""

BESIDE: Mapping[str, Sequence[str]] = {
    "chamber": ("blocks of moves", "blocks of places", "blocks of the way to the key"),
    "crypt": ("blocks of moves", "blocks of places", "blocks of events and cells"),
}
"""Other measures, printed beside it at 30, 35 and 40 percent: difflib's, in the order that is less different."""

MILLISECONDS: Mapping[tuple[str, str], tuple[float, float | None]] = {
    ("maze", "14x14"): (1, 10),
    ("maze", "14x14, path 20+"): (1, 10),
    ("chamber", "11x7"): (1, 10),
    ("chamber", "18x12"): (5, 25),
    ("platform", "11x7"): (5, 25),
    ("crypt", "8x12"): (5, 50),
    ("runner", "100"): (25, None),
    ("dungeon", "80x50, floors"): (60, None),
    ("sokoban", "5x5"): (20, None),
    ("sokoban", "10x10, four crates"): (2000, None),
    ("sokoban", "16x12, six crates"): (2000, None),
}


def settings(kind: LevelKind[Any], size: str, plain: dict[str, object], count: int) -> list[Any]:
    """Specs with random controls, none of which provably cannot be."""
    chance, found = random.Random(f"{kind.name} {size}"), []
    while len(found) < count:
        draw = SETTINGS.get((kind.name, size))
        body = draw(chance) if draw else measured(kind, plain, chance)
        spec = read(kind.spec, body, "spec")
        try:
            kind.generator.check(spec)
        except Unsatisfiable:
            continue
        found.append(spec)
    return found


def measured(kind: LevelKind[Any], plain: dict[str, object], chance: random.Random) -> dict[str, object]:
    """What a random level of that size measures: settings that one level at least meets."""
    level = generate(kind, read(kind.spec, plain, "spec"), chance.randrange(2**40))
    controls = as_json(level, kind.legend)["controls"]
    return {name: control["measured"] for name, control in controls.items()} | plain


def difference(a: Sequence[str], others: Sequence[str]) -> np.ndarray:
    """Levenshtein's distance from `a` to each of the others in percent of the longer, by the table of all prefixes."""
    longest = max(map(len, others))
    letters = np.array([[ord(letter) for letter in other.ljust(longest)] for other in others]).reshape(-1, longest)
    row = np.tile(np.arange(longest + 1), (len(others), 1))
    for i, letter in enumerate(a, 1):
        above, row = row, np.empty_like(row)
        row[:, 0] = i
        for j in range(1, longest + 1):
            swap = above[:, j - 1] + (letters[:, j - 1] != ord(letter))
            row[:, j] = np.minimum(swap, np.minimum(above[:, j], row[:, j - 1]) + 1)
    lengths = np.array([len(other) for other in others])
    return 100 * row[np.arange(len(others)), lengths] / np.maximum(np.maximum(lengths, len(a)), 1)


def differences(items: Sequence[Item], by: str) -> np.ndarray:
    """How different each two items are, in percent."""
    if by == "cells passed":
        ways = [passed(item) for item in items]
        return np.array([[100 * (way != other) for other in ways] for way in ways])
    if by == "share of cells passed":
        sets = [set(scrolling.passed(item)[0]) for item in items]
        return np.array([[100 * len(way ^ other) / len(way | other) for other in sets] for way in sets])
    if by == "cells":
        longest = max(len("".join(item["grid"])) for item in items)
        drawn = np.array([[ord(tile) for tile in "".join(item["grid"]).ljust(longest)] for item in items])
        return np.array([100 * (drawn != one).mean(axis=1) for one in drawn])
    if by.startswith("blocks"):
        return blocks_apart(items, by)
    moves = [item["certificate"]["moves"] for item in items]
    if by == "repeats":
        moves = ["".join(letter for letter, _ in groupby(way)) for way in moves]
        return np.array([difference(way, moves) for way in moves])
    across, down = str.maketrans("LR", "RL"), str.maketrans("UD", "DU")
    images = [(way, way.translate(across), way.translate(down), way.translate(across | down)) for way in moves]
    return np.array([np.min([difference(image, moves) for image in four], axis=0) for four in images])


def blocks_apart(items: Sequence[Item], by: str) -> np.ndarray:
    """How different items are by the blocks of `difflib.SequenceMatcher`, in percent.

    `moves` that are mirrored are alike; `places` are "x,y|" each, the start in the top left quarter; `events` are
    letters among the moves for what is stepped on, and count for four fifths beside one for the cells that differ.
    """
    if by == "blocks of moves":
        flips = [str.maketrans(those, those[::-1]) for those in ("", "LR", "UD")]
        texts = [item["certificate"]["moves"] for item in items]
        images = [[text.translate(flip) for text in texts] for flip in (*flips, flips[1] | flips[2])]
        return np.min([unblocked(image, texts) for image in images], axis=0)
    if by in ("blocks of places", "blocks of the way to the key"):
        texts = [places(item, until="K" if by.endswith("key") else "") for item in items]
        return unblocked(texts, texts)
    texts = [events(item) for item in items]
    return 0.8 * unblocked(texts, texts) + 0.2 * differences(items, "cells")


def unblocked(ones: Sequence[str], others: Sequence[str]) -> np.ndarray:
    """What of each two texts is in no block that both hold, in percent, for the order in which that is less."""
    apart = np.array([[100 - 100 * SequenceMatcher(None, one, other).ratio() for other in others] for one in ones])
    return np.minimum(apart, apart.T)


def steps(item: Item) -> Iterator[tuple[int, int]]:
    """The places that U D L R lead to, the start first."""
    x, y = item["certificate"]["from"]
    yield x, y
    for move in item["certificate"]["moves"]:
        x, y = x + (move == "R") - (move == "L"), y + (move == "D") - (move == "U")
        yield x, y


def places(item: Item, until: str = "") -> str:
    """The places of a way up to a tile, or whole, flipped so that its start lies in the top left quarter."""
    width, height, way = len(item["grid"][0]), len(item["grid"]), list(steps(item))
    if until:
        way = way[: 1 + [item["grid"][y][x] for x, y in way].index(until)]
    right, low = 2 * way[0][0] >= width, 2 * way[0][1] >= height
    return "".join(f"{width - 1 - x if right else x},{height - 1 - y if low else y}|" for x, y in way)


def events(item: Item) -> str:
    """The moves, each followed by the tile of what is found there for the first time, where that is more than floor."""
    met, text = set(), ""
    for move, (x, y) in zip(item["certificate"]["moves"], list(steps(item))[1:], strict=True):
        tile = item["grid"][y][x]
        text += move + (tile.lower() if tile in "TGO+" and (x, y) not in met else "")
        met.add((x, y))
    return text


def passed(item: Item) -> list[tuple[int, int]]:
    """The cells that the player of a platform level passes, each stay written once."""
    places = platform.cells(item["grid"], item["certificate"]["from"], item["certificate"]["moves"])
    return [place for place, _ in groupby(tuple(place[:2]) for place in places)]


def share_left(different: np.ndarray, least: float) -> float:
    """The share left when the one that is like most others is removed until no two are alike."""
    alike = different < least
    np.fill_diagonal(alike, val=False)
    left = len(alike)
    while alike.any():
        worst = int(alike.sum(axis=1).argmax())
        alike[worst] = alike[:, worst] = False
        left -= 1
    return left / len(alike)


def timed(kind: LevelKind[Any], specs: Sequence[Any], seed: int) -> tuple[LevelBatch, float]:
    """A varied batch, and the milliseconds of one core that each of its levels took."""
    start = time.process_time()
    made = varied(kind, SpecList(specs), seed)
    return made, 1000 * (time.process_time() - start) / len(specs)


def alone(kind: LevelKind[Any], spec: Any, count: int) -> list[float]:
    """The milliseconds of one core that each of some levels takes alone."""
    found = []
    for seed in range(count):
        start = time.process_time()
        generate(kind, spec, seed)
        found.append(1000 * (time.process_time() - start))
    return sorted(found)


def judged(kind: LevelKind[Any], levels: Sequence[Level]) -> Iterator[tuple[str, float, float | None]]:
    """The shares that keep the rules, and that meet the controls."""
    items = [kind.item(level) for level in levels]
    yield "playable", statistics.fmean(not playable.faults(kind.name, item) for item in items), 1.0
    met = [all(control["met"] for control in item["controls"].values()) for item in items]
    yield "controls", statistics.fmean(met), CONTROLS_TARGET.get(kind.name, 1.0)
    by, percents, target = ALIKE.get(kind.name, ("cells", (10,), None))
    different = differences(items, by)
    for percent in percents:
        yield (
            f"unlike by {percent}% of {by}",
            share_left(different, percent),
            target if percent == percents[0] else None,
        )
    for other in BESIDE.get(kind.name, ()):
        different = differences(items, other)
        for percent in (30, 35, 40):
            yield f"unlike by {percent}% of {other}", share_left(different, percent), None


def measures(kind: LevelKind[Any], size: str, plain: dict[str, object], count: int) -> Iterator[dict[str, object]]:
    """Every figure of a kind at one size."""
    specs = settings(kind, size, plain, count)
    same = read(kind.spec, plain, "spec")
    made, milliseconds = timed(kind, specs, 1)
    single = alone(kind, same, count)
    most, most_batch = MILLISECONDS.get((kind.name, size), (None, None))
    for what, share, least in judged(kind, made.levels):
        yield row(kind, size, what, share, least)
    for what, share, least in judged(kind, (again := timed(kind, [same] * count, 2))[0].levels):
        yield row(kind, size, f"{what}, one setting", share, least)
    yield row(kind, size, "ms alone, median", statistics.median(single), most, lower=True)
    yield row(kind, size, "ms alone, 95th of 100", single[len(single) * 95 // 100], None)
    yield row(kind, size, "ms in a batch", milliseconds, most_batch, lower=True)
    yield row(kind, size, "ms in a batch, one setting", again[1], most_batch, lower=True)
    yield row(kind, size, "said to be alike", made.alike / count, None)


def row(
    kind: LevelKind[Any], size: str, what: str, value: float, target: float | None, lower: bool = False
) -> dict[str, object]:
    """One line of the table."""
    line: dict[str, object] = {"kind": kind.name, "size": size, "what": what, "value": round(value, 3)}
    if target is not None:
        line |= {"target": target, "holds": value <= target if lower else value >= target}
    return line


def main() -> None:
    """Prints every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"batches of {QUICK}")
    parser.add_argument("--only", choices=list(KINDS))
    arguments = parser.parse_args()
    for name, kind in KINDS.items():
        count = QUICK if arguments.quick else COUNTS.get(name, COUNT)
        for size, plain in SIZES.get(name, [("usual", {})]):
            if arguments.only in (None, name):
                for line in measures(kind, size, plain, count):
                    print(json.dumps(line), flush=True)
    for name, module in (("runner", runner), ("dungeon", dungeons)):
        if arguments.only in (None, name):
            for line in module.measured(arguments.quick):
                print(json.dumps(line), flush=True)
    if arguments.only is None:
        for line in names.measured():
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
