"""Learning of names: a list of names becomes a model, and a model the generator, without counting again.

The arrays, little-endian: `words` [bytes] all names in small letters as UTF-8, one after the other, in the order of
the list, and `words_ends` [names] where each ends there; `weights` [kinds of context, experts] how much each expert of
the mixture counts; and those of both chains of contexts, `runs_…` and `placed_…`, as `kept` tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from doublebill.arrays import Arrays, Ints
from doublebill.errors import InvalidInput
from doublebill.games.content_kind import Json
from doublebill.games.dice import Dice
from doublebill.games.learning import Measures, ModelParts
from doublebill.games.text.items.learner import check_list
from doublebill.games.text.names.capitals import Capitals
from doublebill.games.text.names.chains import kept, remade
from doublebill.games.text.names.expert_weights import SCALE, WEIGHTS
from doublebill.games.text.names.kind import EARLY, LONGEST, VERSION, NamesSpec, names_kind
from doublebill.games.text.names.mixture import Mixture
from doublebill.games.text.names.spelling import NameModel
from doublebill.games.text.names.word_symbols import LETTERS, base_of
from doublebill.games.text.texts import TextKind
from doublebill.games.text.words import packed, unpacked
from doublebill.values.legends import Legend

MOST, LETTERS_MOST = 100_000, 2_000_000
"""Names of a corpus, and letters of all of them."""

TEST_SHARE = 10
"""Of so many different names one is held out, while what the model is worth is measured."""


@dataclass(frozen=True, slots=True)
class NameLearner:
    """The learner of names."""

    def read(self, examples: Sequence[object], legend: Legend | None, field: str) -> tuple[str, ...]:
        """Reads names from JSON, as in the `examples` of a spec.

        Raises:
            InvalidInput: naming what in `field` is no name, or a legend, of which names have none.
        """
        check_list(examples, legend, MOST, field)
        names: list[str] = []
        for n, name in enumerate(examples):
            if not isinstance(name, str) or not 1 <= len(name) <= LONGEST:
                raise InvalidInput.of_value(f"{field}[{n}]", name, f"a string of 1 to {LONGEST} letters")
            names.append(name)
        letters = sum(map(len, names))
        if letters > LETTERS_MOST:
            raise InvalidInput.one(field, f"{letters} letters are too many", f"use at most {LETTERS_MOST} in all")
        NameModel.plain(names, field)
        return tuple(names)

    def learn(self, examples: tuple[str, ...]) -> ModelParts:
        """Learns a mixture, each name counted once, and reports the quality of one on names that it was not shown."""
        model = NameModel.of(examples)
        mixture = model.mixture
        arrays: Arrays = {
            **packed(model.words, "words"),
            "weights": mixture.weights.astype("<i8"),
            **kept(mixture.runs, "runs"),
            **kept(mixture.placed, "placed"),
        }
        config: dict[str, Json] = {
            "letters": mixture.letters,
            "lengths": list(model.lengths),
            **model.capitals.as_config(),
            "generator": VERSION,
        }
        return ModelParts(arrays, config, {"names": len(examples), "distinct": len(model.words), **worth(model.words)})

    def generator(self, arrays: Arrays, config: Mapping[str, Any]) -> TextKind[NamesSpec]:
        """Returns the generator of a model.

        Raises:
            KeyError, TypeError, ValueError: when the arrays are no such model.
        """
        words, letters, (least, most) = tuple(unpacked(arrays, "words")), str(config["letters"]), config["lengths"]
        if not words or not 1 <= least <= most <= LONGEST:
            raise ValueError(f"found {len(words)} names of {least} to {most} letters")
        sizes = LETTERS + 1, len(letters) + 1, base_of(letters)
        mixture = Mixture(letters, remade(arrays, "runs", *sizes), remade(arrays, "placed", *sizes), _weights(arrays))
        capitals, version = Capitals.from_config(config), config.get("generator", EARLY)
        if version not in range(EARLY, VERSION + 1):
            raise ValueError(f"generator: found {version!r}, expected {EARLY} to {VERSION}")
        model = NameModel(mixture, frozenset(words), words, (least, most), capitals, early=version == EARLY)
        return names_kind("", lambda: model, version)


def _weights(arrays: Arrays) -> Ints:
    weights = arrays["weights"].astype(np.int64)
    if weights.shape != WEIGHTS or weights.min() < 1 or weights.max() > SCALE:
        raise ValueError(f"weights: found {weights.shape}, expected {WEIGHTS} from 1 to {SCALE}")
    return weights


def worth(words: Sequence[str]) -> Measures:
    """Measures a mixture that learned from nine of ten words on the others, if there are so many."""
    shuffled = list(words)
    Dice(1, "names that are held out", 0).shuffle(shuffled)
    count = len(shuffled) // TEST_SHARE
    if not count:
        return {"held_out": 0}
    mixture = Mixture.of(shuffled[count:])
    letters = set(mixture.letters)
    tested = [word for word in shuffled[:count] if set(word) <= letters]
    if not tested:
        return {"held_out": 0}
    return {
        "held_out": len(tested),
        "held_out_with_unknown_letters": count - len(tested),
        "nats_per_character": mixture.nats(tested),
        "perplexity": mixture.perplexity(tested),
    }


NAMES_LEARNER = NameLearner()
