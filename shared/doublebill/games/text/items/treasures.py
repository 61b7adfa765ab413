"""Treasures: lists of items with names, rarities, weights and values, and the models that they teach.

A name has three slots, all learned by where the words of the list stand: the thing itself (`Ring`), the words before it
(`Silver`), and the words after it (`of Falling Leaves`).
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from msgspec import Meta

from doublebill.errors import InvalidInput
from doublebill.games.step_budget import spend
from doublebill.games.text import shipped_lists
from doublebill.games.text.items.amounts import MOST_DECIMALS, decimals, scaled
from doublebill.schema import Input

type Rarity = Literal["common", "uncommon", "rare", "legendary", "very rare", "epic", "mythic", "artifact"]

RARITIES: Sequence[Rarity] = ("common", "uncommon", "rare", "legendary", "very rare", "epic", "mythic", "artifact")
"""A model has the number of each; so new ones come last."""

RISING: Sequence[Rarity] = ("common", "uncommon", "rare", "very rare", "epic", "legendary", "mythic", "artifact")
"""The rarities from the least on."""

NAME_LENGTH, EFFECT_LENGTH = 80, 200
"""Characters of the name of an item, or its type, and of its effect."""

MOST = 10**9
"""The largest weight or value."""

JOINTS = (" of ", " for ", " from ", " against ")
"""Words that begin the slot after the head; the first one in a name counts."""

Number = Annotated[int, Meta(ge=0, le=MOST)]

ItemAmount = Number | Annotated[float, Meta(ge=0, le=MOST)]


class Treasure(Input, frozen=True):
    """One item of a list."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]
    rarity: Rarity = "common"
    weight: ItemAmount = 0
    value: ItemAmount = 0
    type: Annotated[str, Meta(max_length=NAME_LENGTH)] = ""
    effect: Annotated[str, Meta(max_length=EFFECT_LENGTH)] = ""


Treasures = Annotated[
    tuple[Treasure, ...],
    Meta(min_length=1, max_length=500, description="1 to 500 items to learn from, each with its name and numbers"),
]


@dataclass(frozen=True, slots=True)
class NameParts:
    """The slots of a name; absent ones are empty."""

    before: str
    head: str
    after: str

    @property
    def name(self) -> str:
        """Returns the whole name."""
        return f"{self.before} {self.head}{self.after}".strip()


@dataclass(frozen=True, slots=True)
class TreasurePool:
    """The treasures of one rarity, or all, and the words and numbers to draw from: each as often as the list has it."""

    pairs: Sequence[tuple[NameParts, Treasure]]
    befores: Sequence[str]
    """Of the whole list, whatever the rarity."""
    afters: Sequence[str]
    weights: Mapping[str, Sequence[int]]
    """Head → the scaled weights of those that have it, ascending."""
    values: Mapping[str, Sequence[int]]
    """Rarity → the scaled values of those that have it, ascending."""
    weight_digits: int
    """Decimals of the whole list's weights."""
    value_digits: int
    effects: Mapping[str, str]
    """Words after a head → the effect of the first item that has them and one."""

    @classmethod
    def of(
        cls, pairs: Sequence[tuple[NameParts, Treasure]], befores: Sequence[str], weight_digits: int, value_digits: int
    ) -> Self:
        """Groups the weights by head, the values by rarity and the effects by the words after a head."""
        weights: dict[str, list[int]] = {}
        values: dict[str, list[int]] = {}
        for parts, one in pairs:
            weights.setdefault(parts.head, []).append(scaled(one.weight, weight_digits))
            values.setdefault(one.rarity, []).append(scaled(one.value, value_digits))
        for numbers in (*weights.values(), *values.values()):
            numbers.sort()
        afters = [parts.after for parts, _ in pairs if parts.after]
        effects = {parts.after: one.effect for parts, one in reversed(pairs) if parts.after and one.effect}
        return cls(pairs, befores, afters, weights, values, weight_digits, value_digits, effects)


@dataclass(frozen=True, slots=True)
class TreasureModel:
    """A model of a list of treasures: the words, weights and values to draw new ones from."""

    treasures: tuple[tuple[NameParts, Treasure], ...]
    names: frozenset[str]
    """All names in small letters; for look-ups only, since a set has no order."""
    pools: Mapping[str | None, TreasurePool]
    """Rarity that the list has, or None for any → what is drawn from."""
    least: Mapping[str, int]
    """Words before or after a head → the place in `RISING` of the least rarity that the list has with them."""

    def is_worth(self, parts: NameParts, rarity: Rarity) -> bool:
        """Checks whether a rarity is not below that of the words of a name: obsidian makes nothing common."""
        return RISING.index(rarity) >= max(self.least.get(parts.before, 0), self.least.get(parts.after, 0))

    @classmethod
    def of(cls, treasures: Sequence[Treasure], field: str = "spec.examples") -> Self:
        """Learns from treasures; of those with the same name, from the last.

        Raises:
            InvalidInput: for a name that is not words with one space between them, or an amount of many decimals.
        """
        for n, treasure in enumerate(treasures):
            _check_text(treasure, f"{field}[{n}]")
            if treasure.name != " ".join(treasure.name.split()) or not treasure.name.isprintable():
                raise InvalidInput.of_value(f"{field}[{n}].name", treasure.name, "words with one space between them")
        distinct = {treasure.name.lower(): treasure for treasure in treasures}
        pairs = tuple((name_parts(one.name), one) for one in distinct.values())
        befores = [parts.before for parts, _ in pairs if parts.before]
        digits = decimals(one.weight for _, one in pairs), decimals(one.value for _, one in pairs)
        pools: dict[str | None, TreasurePool] = {None: TreasurePool.of(pairs, befores, *digits)}
        for rarity in dict.fromkeys(one.rarity for _, one in pairs):
            pools[rarity] = TreasurePool.of([pair for pair in pairs if pair[1].rarity == rarity], befores, *digits)
        least: dict[str, int] = {}
        for parts, one in pairs:
            for words in filter(None, (parts.before, parts.after)):
                least[words] = min(least.get(words, len(RISING)), RISING.index(one.rarity))
        return cls(pairs, frozenset(distinct), pools, least)


def _check_text(treasure: Treasure, field: str) -> None:
    for name in ("type", "effect"):
        text = getattr(treasure, name)
        if text != text.strip() or not text.isprintable():
            raise InvalidInput.of_value(f"{field}.{name}", text, "one line without outer spaces")
    for name in ("weight", "value"):
        amount = getattr(treasure, name)
        if decimals([amount]) > MOST_DECIMALS:
            raise InvalidInput.of_value(f"{field}.{name}", amount, f"at most {MOST_DECIMALS} decimals")


def name_parts(name: str) -> NameParts:
    """Splits a name into its slots: the head is the last word before a joint."""
    place = min((place for joint in JOINTS if (place := name.find(joint)) > 0), default=len(name))
    before, _, head = name[:place].rpartition(" ")
    return NameParts(before, head, name[place:])


@functools.lru_cache(maxsize=8)
def _model_of_examples(examples: tuple[Treasure, ...]) -> TreasureModel:
    return TreasureModel.of(examples)


@functools.cache
def shipped() -> TreasureModel:
    """Returns the model of the list of treasures that ships."""
    return TreasureModel.of([Treasure(*row) for row in shipped_lists.TREASURES])


LEARNING = 20
"""Steps that learning takes for each of the examples."""

type ModelSource = Callable[[], TreasureModel]
"""Returns the model of a corpus."""


def model_of(own: ModelSource, examples: tuple[Treasure, ...] | None) -> TreasureModel:
    """Returns the model of the examples, or `own()` if there are none."""
    if examples is None:
        return own()
    # learning counts as much whether or not the model is still there from another request
    spend(LEARNING * len(examples))
    return _model_of_examples(examples)
