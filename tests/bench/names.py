"""How well names are learned, and how fast they are made, against what they must reach.

python tests/bench/names.py          one JSON line per result

`measured()` gives the same lines to whoever runs it beside other benchmarks. The data is makemore's names.txt, split
as makemore splits it: shuffled by Python's `random` from seed 42, 80 % to learn from, 10 % for choosing, 10 % for the
test. Everything about the model was chosen on the middle part.
"""

import json
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from doublebill.games.dice import Dice
from doublebill.games.text.mixture import Mixture
from doublebill.games.text.names import NamesSpec
from doublebill.games.text.naming import NameModel, Wish, draw

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "makemore" / "names.txt"

NATS, DISTINCT_NATS, TRAINING_SECONDS, NAME_MS = 1.975, 2.0, 10, 1
SAMPLES = 1000


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
        began = time.process_time()
        mixture = Mixture.of(train)
        seconds = time.process_time() - began
        about = {"names": len(train), "distinct": distinct}
        nats = mixture.nats(test)
        yield about | {"what": "nats", "validation": mixture.nats(choose), "test": nats} | held(nats, target)
        yield about | {"what": "training_seconds", "seconds": seconds} | held(seconds, TRAINING_SECONDS)
    yield from speeds(train, choose + test)


def speeds(train: list[str], held_out: list[str]) -> Iterator[dict[str, object]]:
    """How long a name takes, how often a free one is a word of the list, and how often one that was held out."""
    model = NameModel.of(train)
    wish = Wish(model.lengths[0], model.lengths[1], "", "", model.mixture.letters)
    times, free, new = [], [], []
    for seed in range(SAMPLES):
        began = time.process_time_ns()
        dice = Dice(1, "names", seed)
        word = draw(model, wish, NamesSpec().temperature, dice, steered=False)
        free.append(word)
        while word in model.known:
            word = draw(model, wish, NamesSpec().temperature, dice, steered=False)
        times.append((time.process_time_ns() - began) / 1e6)
        new.append(word)
    median, mean = statistics.median(times), statistics.fmean(times)
    yield {"what": "ms_a_name", "median": median, "mean": mean} | held(mean, NAME_MS)
    yield {
        "what": "sampled",
        "free_words_of_the_list": sum(word in model.known for word in free) / SAMPLES,
        "given_words_of_the_list": sum(word in model.known for word in new) / SAMPLES,
        "given_held_out_words": len(set(new) & set(held_out)) / SAMPLES,
        "examples": new[:12],
    }


def held(value: float, target: float) -> dict[str, object]:
    """The target, and whether it holds."""
    return {"target": target, "holds": value <= target}


if __name__ == "__main__":
    for line in measured():
        print(json.dumps(line))
