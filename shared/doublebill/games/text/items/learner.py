"""Learns items and loot: a list of treasures becomes a model, and a model a generator.

The arrays, little-endian: `names` [bytes] all names as UTF-8, one after the other, and `names_ends` [treasures] where
each ends there; `rarities` [treasures] the number of each one's rarity; `weights`, `values` [treasures], in
units of the last decimal, of which the config has the number; `types`, `effects` like the names, if any item has one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from doublebill.arrays import Arrays
from doublebill.errors import InvalidInput, Shown
from doublebill.games.content_kind import Json
from doublebill.games.learning import Measures, ModelParts
from doublebill.games.text.items.amounts import MOST_DECIMALS, decimals, scaled, unscaled
from doublebill.games.text.items.kind import items_kind
from doublebill.games.text.items.loot import loot_kind
from doublebill.games.text.items.treasures import MOST as LARGEST
from doublebill.games.text.items.treasures import RARITIES, ModelSource, Treasure, TreasureModel
from doublebill.games.text.texts import TextKind
from doublebill.games.text.words import packed, unpacked
from doublebill.schema import read
from doublebill.values.legends import Legend

AMOUNTS: Mapping[str, str] = {"weight": "weights", "value": "values"}

WORDS: Mapping[str, str] = {"type": "types", "effect": "effects"}
"""Fields of an item, each with the name of its array."""

MOST = 5000
"""Treasures of a corpus."""


@dataclass(frozen=True, slots=True)
class TreasureLearner:
    """The learner of items or of loot, by the kind that it makes."""

    kind: Callable[[str, ModelSource], TextKind[Any]]

    def read(self, examples: Sequence[object], legend: Legend | None, field: str) -> tuple[Treasure, ...]:
        """Reads treasures from JSON, as in the `examples` of a spec.

        Raises:
            InvalidInput: naming what in `field` is no treasure, or a legend, of which treasures have none.
        """
        check_list(examples, legend, MOST, field)
        treasures = tuple(read(Treasure, one, f"{field}[{n}]") for n, one in enumerate(examples))
        TreasureModel.of(treasures, field)
        return treasures

    def learn(self, examples: tuple[Treasure, ...]) -> ModelParts:
        """Packs the list, each name once, and reports its contents."""
        model = TreasureModel.of(examples)
        ones = [one for _, one in model.treasures]
        arrays: Arrays = packed([one.name for one in ones], "names")
        arrays["rarities"] = np.array([RARITIES.index(one.rarity) for one in ones], "<u1")
        digits = {name: decimals(getattr(one, name) for one in ones) for name in AMOUNTS}
        for name, kept in AMOUNTS.items():
            arrays[kept] = np.array([scaled(getattr(one, name), digits[name]) for one in ones], "<i8")
        for name, kept in WORDS.items():
            texts = [getattr(one, name) for one in ones]
            arrays |= packed(texts, kept) if any(texts) else {}
        parts = [parts for parts, _ in model.treasures]
        report: Measures = {
            "treasures": len(examples),
            "distinct": len(ones),
            "rarities": {rarity: len(model.pools[rarity].pairs) for rarity in RARITIES if rarity in model.pools},
            "heads": len({one.head for one in parts}),
            "before_heads": len({one.before for one in parts} - {""}),
            "after_heads": len({one.after for one in parts} - {""}),
        }
        config: dict[str, Json] = {f"{name}_decimals": count for name, count in digits.items() if count}
        return ModelParts(arrays, {"treasures": len(ones), **config}, report)

    def generator(self, arrays: Arrays, config: Mapping[str, Any]) -> TextKind[Any]:
        """Returns the generator of a list.

        Raises:
            KeyError, TypeError, ValueError: when the arrays are no such list.
        """
        names = unpacked(arrays, "names")
        numbers = [
            _numbers(arrays, *one)
            for one in (
                ("rarities", len(RARITIES) - 1),
                *((kept, LARGEST * 10**MOST_DECIMALS) for kept in AMOUNTS.values()),
            )
        ]
        if not names or len(names) != config["treasures"]:
            raise ValueError(f"found {len(names)} names of {config['treasures']} treasures")
        digits = [int(config.get(f"{name}_decimals", 0)) for name in AMOUNTS]
        words = [unpacked(arrays, kept) if kept in arrays else [""] * len(names) for kept in WORDS.values()]
        model = TreasureModel.of(
            [
                Treasure(name, RARITIES[rarity], unscaled(weight, digits[0]), unscaled(value, digits[1]), *texts)
                for name, rarity, weight, value, *texts in zip(names, *numbers, *words, strict=True)
            ]
        )
        return self.kind("", lambda: model)


def _numbers(arrays: Arrays, name: str, most: int) -> list[int]:
    numbers: list[int] = arrays[name].tolist()
    if not all(0 <= number <= most for number in numbers):
        raise ValueError(f"{name}: found others than numbers from 0 to {most}")
    return numbers


def check_list(examples: Sequence[object], legend: Legend | None, most: int, field: str) -> None:
    """Returns when there are some examples and not too many, and no legend.

    Raises:
        InvalidInput: when it is otherwise.
    """
    if legend is not None:
        raise InvalidInput.one("legend", "examples of text have no legend", "remove it")
    if not 1 <= len(examples) <= most:
        raise InvalidInput.of_value(field, Shown(f"a list of {len(examples)}"), f"1 to {most} examples")


ITEMS_LEARNER = TreasureLearner(items_kind)

LOOT_LEARNER = TreasureLearner(loot_kind)
