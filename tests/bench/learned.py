"""How near learned levels come to the corpora they were learned from, and what that costs.

python tests/bench/learned.py [--quick] [--only KIND]      one JSON line per corpus and settings

Models learn from one part of a corpus; nearness is told to another part, which nothing was chosen by: the divergence of
tile patterns (Lucas and Volz 2019, doi:10.1145/3321707.3321781), measured here again, of all tiles and of what is wall
and what is not. It is told for the learning part itself, for what the model draws before and after mending, and for
finished levels of the learned and of the plain generator. Real corpora are rooms of dungeons and sokoban levels; the
others are made up (`made_corpora`).
"""

import argparse
import json
import math
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import playable
from doublebill.errors import Unsatisfiable
from doublebill.games.dice import Dice
from doublebill.games.files import as_json
from doublebill.games.grids.constraints import FREE
from doublebill.games.kinds import KINDS
from doublebill.games.learned.drawing import LearnedDraft
from doublebill.games.learned.fit_model import fitted
from doublebill.games.learned.learned_kind import GridLearner, drawn, learned_kind
from doublebill.games.levels.generate import generate
from doublebill.schema import read
from made_corpora import MADE

DATA = Path(__file__).resolve().parents[3] / "shared/data"
COUNT, QUICK = 100, 20
ROOM = 11, 16
ROOM_LEGEND = dict.fromkeys("WBPI", "wall") | dict.fromkeys("FODS", "floor") | {"M": "enemy"}
STORE_LEGEND = {"#": "wall", " ": "floor", ".": "goal", "$": "crate", "@": "player"}
SMALL = 1e-5


def rooms(pattern):
    """The whole rooms of some maps, each 11×16."""
    width, height = ROOM
    for path in sorted((DATA / "vglc/The Legend of Zelda/Processed").glob(pattern)):
        rows = path.read_text().split("\n")
        rows = [row for row in rows if row]
        for y in range(0, len(rows) - height + 1, height):
            for x in range(0, len(rows[0]) - width + 1, width):
                room = [row[x : x + width] for row in rows[y : y + height]]
                if "-" not in "".join(room):
                    yield room


def stores(name):
    """The levels of a file, as lines."""
    return [level.split("\n", 1)[1].strip("\n") for level in (DATA / "boxoban" / name).read_text().split(";")[1:]]


def corpora(count):
    """Kind, name, levels to learn from, levels to compare with, size."""
    if DATA.is_dir():
        parts = [list(rooms(pattern)) for pattern in ("tloz[1-7]_*.txt", "tloz[89]_*.txt")]
        read_rooms = [GridLearner(KINDS["chamber"]).read(part, ROOM_LEGEND, "examples") for part in parts]
        yield "chamber", "rooms", *read_rooms, ROOM
        files = stores("medium_train_000.txt"), stores("medium_valid_000.txt")[:count]
        yield (
            "sokoban",
            "boxoban",
            *(GridLearner(KINDS["sokoban"]).read(part, STORE_LEGEND, "e") for part in files),
            (10, 10),
        )
    for kind, make in MADE.items():
        learned, other = make(count, "learned"), make(count, "compared")
        yield kind, "made up", learned, other, (len(other[0][0]), len(other[0]))


def divergence(one, other, side):
    """The divergence of patterns, both ways, of windows of that side."""
    counts = [
        Counter(
            "/".join(row[x : x + side] for row in rows[y : y + side])
            for rows in levels
            for y in range(len(rows) - side + 1)
            for x in range(len(rows[0]) - side + 1)
        )
        for levels in (one, other)
    ]
    shares = [
        {window: (held[window] + SMALL) / ((held.total() + SMALL) * (1 + SMALL)) for window in counts[0] | counts[1]}
        for held in counts
    ]
    ways = [
        sum(a[window] * math.log(a[window] / b[window]) for window in sorted(held))
        for held, a, b in zip(counts, shares, shares[::-1], strict=True)
    ]
    return sum(ways) / 2


def near(held_out, levels):
    """The divergences of all tiles, and of walls alone: the means of windows of 2×2 and 3×3."""
    walls = [
        [tuple("".join("#" if t == "#" else "." for t in row) for row in g) for g in ls] for ls in (held_out, levels)
    ]
    both = ((held_out, levels), walls)
    return [round(statistics.fmean(divergence(one, other, side) for side in (2, 3)), 3) for one, other in both]


def settings(kind, size, count, steered):
    """Specs of that size; `steered`, each with controls that some level of the plain generator has."""
    plain = {"width": size[0], "height": size[1]}
    if not steered:
        return [read(kind.spec, plain, "spec")] * count
    chance, found = random.Random(f"{kind.name} {size}"), []
    while len(found) < count:
        level = generate(kind, read(kind.spec, plain, "spec"), chance.randrange(2**40))
        told = as_json(level, kind.legend)["controls"]
        # the share of walls belongs to the style, not to what is asked
        asked = {n: c["measured"] for n, c in told.items() if n not in ("walls", "openness", "start", "exit")}
        spec = read(kind.spec, asked | plain, "spec")
        try:
            kind.generator.check(spec)
        except Unsatisfiable:
            continue
        found.append(spec)
    return found


def finished(kind, specs):
    """A level for each spec, and the milliseconds of each."""
    levels, took = [], []
    for seed, spec in enumerate(specs):
        start = time.process_time()
        levels.append(generate(kind, spec, seed))
        took.append(1000 * (time.process_time() - start))
    return levels, sorted(took)


def row(name, corpus, learned, held_out, size, count, steered):
    """One line of the table."""
    kind = KINDS[name]
    start = time.process_time()
    model = fitted(learned, "".join(kind.legend)).model
    seconds = time.process_time() - start
    specs = settings(kind, size, count, steered)
    raw, mended = [], []
    for seed, spec in enumerate(specs):
        dice = Dice(0, "bench", seed)
        raw.append(drawn(kind, model, spec, dice))
        draft = LearnedDraft(model, raw[-1], kind.rules.tiles, FREE, dice)
        kind.generator.repair(spec, draft)
        mended.append(draft.rows)
    ours, took = finished(learned_kind(kind, model), specs)
    plain, plain_took = finished(kind, specs)
    items = [as_json(level, kind.legend) for level in ours]
    return {
        "kind": name,
        "corpus": corpus,
        "size": "×".join(map(str, size)),
        "controls": "random" if steered else "none",
        "levels": len(learned),
        "fit_seconds": round(seconds, 2),
        "depth": model.depth,
        "divergence [all, walls]": {
            "learning part": near(held_out, learned),
            "drawn": near(held_out, raw),
            "mended": near(held_out, mended),
            "learned": near(held_out, [level.grid for level in ours]),
            "plain": near(held_out, [level.grid for level in plain]),
        },
        "proved": sum(kind.rules.prove(rows) is not None for rows in mended) / count,
        "playable": sum(not playable.faults(name, item) for item in items) / count,
        "met": sum(not level.fallback for level in ours) / count,
        "met, plain": sum(not level.fallback for level in plain) / count,
        "ms": round(statistics.median(took), 1),
        "ms, 95th of 100": round(took[count * 95 // 100], 1),
        "ms, plain": round(statistics.median(plain_took), 1),
    }


def main():
    """Prints every line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} levels each")
    parser.add_argument("--only", choices=list(KINDS))
    asked = parser.parse_args()
    count = QUICK if asked.quick else COUNT
    for name, *corpus in corpora(COUNT):
        for steered in (False, True):
            if asked.only in (None, name):
                print(json.dumps(row(name, *corpus, count, steered), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
