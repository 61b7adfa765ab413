"""How well names are learned, and how fast they are made, against what they must reach.

python tests/bench/names.py          one JSON line per result

`measured()` gives the same lines to whoever runs it beside other benchmarks. The data is makemore's names.txt, split
as makemore splits it: shuffled by Python's `random` from seed 42, 80 % to learn from, 10 % for choosing, 10 % for the
test. Everything about the model was chosen on the middle part.
"""

import functools
import itertools
import json
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from doublebill.games.dice import Dice
from doublebill.games.spec_list import SpecList
from doublebill.games.text.kinds import SHIPPED
from doublebill.games.text.names.kind import NamesSpec, names_kind
from doublebill.games.text.names.learner import NAMES_LEARNER
from doublebill.games.text.names.mixture import Mixture
from doublebill.games.text.names.spelling import Drawer, NameModel, NameTarget
from doublebill.games.text.texts import TextKind, batch, generate

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "makemore" / "names.txt"

NATS, DISTINCT_NATS, TRAINING_SECONDS, LOAD_MS, NAME_MS = 1.975, 2.0, 10, 50, 1
SAMPLES = 1000

SHORT_LIST, SHORT_LISTS, SHORT_NAMES = 25, 20, 100
"""Names of a short list, lists, and names made from each."""

KNOWN_PAIRS, NEW = 0.95, 0.9

WISHES = (
    NamesSpec(),
    NamesSpec(temperature=70),
    NamesSpec(prefix="ma"),
    NamesSpec(length=(5, 8)),
    NamesSpec(prefix="ma", must="r", never="z", length=(5, 8)),
    NamesSpec(must="vh", length=(4, 7)),
)
"""What is asked of names; the last asks for letters that hardly ever come together."""


def split(distinct: bool) -> tuple[list[str], list[str], list[str]]:
    """Names to learn from, to choose by, and for the test."""
    words = FILE.read_text().split()
    words = list(dict.fromkeys(words)) if distinct else words
    random.Random(42).shuffle(words)
    first, second = int(0.8 * len(words)), int(0.9 * len(words))
    return words[:first], words[first:second], words[second:]


def measured() -> Iterator[dict[str, object]]:
    """The results, each with its target and whether it holds; none where the data is absent."""
    if not FILE.exists():
        return
    for distinct, target in ((False, NATS), (True, DISTINCT_NATS)):
        train, choose, test = split(distinct)
        mixture = Mixture.of(train)
        about = {"names": len(train), "distinct": distinct}
        nats = mixture.nats(test)
        yield about | {"what": "nats", "validation": mixture.nats(choose), "test": nats} | held(nats, target)
    yield from learning()
    for kind in (*SHIPPED["names"], names_kind("makemore", functools.cache(lambda: NameModel.of(train)))):
        for wish in WISHES:
            yield speed(kind, wish)
    yield known_pairs(train)
    yield sampled(NameModel.of(train), {*choose, *test})


def learning() -> Iterator[dict[str, object]]:
    """How long it takes to learn all names, with the report, and to have the generator again from what was kept."""
    began = time.process_time()
    known = NAMES_LEARNER.learn(NAMES_LEARNER.read(FILE.read_text().split(), None, "examples"))
    seconds = time.process_time() - began
    yield {"what": "training_seconds", "seconds": seconds} | held(seconds, TRAINING_SECONDS)
    loads = []
    for _ in range(5):
        began = time.process_time()
        NAMES_LEARNER.generator(known.arrays, known.config)
        loads.append((time.process_time() - began) * 1000)
    size = sum(array.nbytes for array in known.arrays.values())
    yield {"what": "ms_to_load", "median": statistics.median(loads), "bytes": size} | held(max(loads), LOAD_MS)


def speed(kind: TextKind[NamesSpec], wish: NamesSpec) -> dict[str, object]:
    """How long one name takes, each from a seed of its own, after a first one."""
    generate(kind, wish, "the first")
    times = []
    for seed in range(SAMPLES):
        began = time.process_time_ns()
        generate(kind, wish, seed)
        times.append((time.process_time_ns() - began) / 1e6)
    median, mean = statistics.median(times), statistics.fmean(times)
    asked = {field.name: getattr(wish, field.name) for field in fields(wish)}
    told = {name: value for name, value in asked.items() if value not in (None, "", 100)}
    result = {"what": "ms_a_name", "corpus": kind.corpus, "wish": told, "median": median, "mean": mean}
    return result | held(max(median, mean), NAME_MS)


def known_pairs(names: list[str]) -> dict[str, object]:
    """How many pairs of letters are the list's, and how many names are new, over lists of 25 by the default spec."""
    known, pairs, new, made = 0, 0, 0, 0
    for start in range(0, SHORT_LISTS * SHORT_LIST, SHORT_LIST):
        own = names[start : start + SHORT_LIST]
        theirs = {pair for name in own for pair in itertools.pairwise(name)}
        for one in batch(SHIPPED["names"][0], SpecList([NamesSpec(tuple(own))] * SHORT_NAMES), start).texts:
            drawn = list(itertools.pairwise(one.text.text.lower()))
            known, pairs = known + sum(pair in theirs for pair in drawn), pairs + len(drawn)
            new, made = new + (one.text.text.lower() not in own), made + 1
    share, novel = known / pairs, new / made
    result = {"what": "known_pairs", "list": SHORT_LIST, "share": share, "new": novel}
    return result | {"target": [KNOWN_PAIRS, NEW], "holds": share >= KNOWN_PAIRS and novel >= NEW}


def sampled(model: NameModel, held_out: set[str]) -> dict[str, object]:
    """How often a name that is drawn freely is a word of the list, and how often a new one is one that was held out."""
    drawer = Drawer(model, NameTarget(model.lengths[0], model.lengths[1], "", "", model.mixture.letters), 100)
    free = [drawer.word(Dice(1, "names", seed), steered=False) for seed in range(SAMPLES)]
    new = [word for word in free if word not in model.names]
    return {
        "what": "sampled",
        "free_words_of_the_list": 1 - len(new) / SAMPLES,
        "new_held_out_words": sum(word in held_out for word in new) / len(new),
        "examples": new[:12],
    }


def held(value: float, target: float) -> dict[str, object]:
    """The target, and whether it holds."""
    return {"target": target, "holds": value <= target}


if __name__ == "__main__":
    for line in measured():
        print(json.dumps(line))
