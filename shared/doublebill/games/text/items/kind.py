"""Items: treasures with a name, a rarity, a weight and a value, as in a list of treasures.

A name has three slots, all learned by where the words of the list stand: what it is (`Ring`), what goes before it
(`Silver`), and what it is of (`of Falling Leaves`). Which of them a name has is drawn as often as in the list. Rarity
is drawn as often as with that head, weight and value from between those of the nearest treasures of the list.
"""

import functools
import itertools
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from doublebill.errors import InvalidInput, Shown, Unsatisfiable, complaint
from doublebill.games.content_kind import Json
from doublebill.games.controls import Asked, check_order, limits
from doublebill.games.dice import Dice
from doublebill.games.text import shipped_lists
from doublebill.games.text.texts import Held, Text, TextKind, held
from doublebill.schema import Bounds

type Rarity = Literal["common", "uncommon", "rare", "legendary"]

RARITIES: Sequence[Rarity] = ("common", "uncommon", "rare", "legendary")

NAME_LENGTH = 80
"""Characters of the name of an item."""

MOST = 10**9
"""The largest weight or value."""

TRIES = 60
"""Items drawn until one is new and keeps every control."""

JOINTS = (" of ", " for ", " from ", " against ")
"""What a slot after the head begins with; the first that a name has counts."""

Number = Annotated[int, Bounds(minimum=0, maximum=MOST)]
Span = Number | tuple[Number, Number] | None


@dataclass(frozen=True, slots=True)
class Treasure:
    """One item of a list."""

    name: Annotated[str, Bounds(min_length=1, max_length=NAME_LENGTH)]
    rarity: Literal["common", "uncommon", "rare", "legendary"] = "common"
    weight: Number = 0
    value: Number = 0


Treasures = Annotated[
    tuple[Treasure, ...],
    Bounds(min_length=1, max_length=500, description="1 to 500 items to learn from, each with its name and numbers"),
]


@dataclass(frozen=True, slots=True)
class ItemsSpec:
    """What can be asked of an item."""

    examples: Treasures | None = None
    """Items to learn from instead of the corpus."""
    rarity: Literal["common", "uncommon", "rare", "legendary"] | None = None
    weight: Annotated[Span, Bounds(description="weight, in the unit of the list: a number or [min, max]")] = None
    value: Annotated[Span, Bounds(description="value, in the unit of the list: a number or [min, max]")] = None


@dataclass(frozen=True, slots=True)
class Parts:
    """A name in its slots; those that it has not are empty."""

    before: str
    head: str
    after: str

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.before} {self.head}{self.after}".strip()


@dataclass(frozen=True, slots=True)
class Pool:
    """The treasures of a rarity, or all of them, with what is drawn from: each word as often as it stands there."""

    pairs: Sequence[tuple[Parts, Treasure]]
    befores: Sequence[str]
    """Of the whole list, whatever the rarity."""
    afters: Sequence[str]
    weights: Mapping[str, Sequence[int]]
    """Head → the weights of those that have it, ascending."""
    values: Mapping[str, Sequence[int]]
    """Rarity → the values of those that have it, ascending."""

    @classmethod
    def of(cls, pairs: Sequence[tuple[Parts, Treasure]], befores: Sequence[str]) -> Self:
        """The pool of these."""
        weights: dict[str, list[int]] = {}
        values: dict[str, list[int]] = {}
        for parts, one in pairs:
            weights.setdefault(parts.head, []).append(one.weight)
            values.setdefault(one.rarity, []).append(one.value)
        for numbers in (*weights.values(), *values.values()):
            numbers.sort()
        return cls(pairs, befores, [parts.after for parts, _ in pairs if parts.after], weights, values)


@dataclass(frozen=True, slots=True)
class Lore:
    """What a list of treasures teaches."""

    treasures: tuple[tuple[Parts, Treasure], ...]
    known: frozenset[str]
    """The names in small letters; only asked, never gone through."""
    pools: Mapping[str | None, Pool]
    """Rarity that the list has, or None for any → what is drawn from."""

    @classmethod
    def of(cls, treasures: Sequence[Treasure], field: str = "spec.examples") -> Self:
        """What these teach, each name counted once, as it stands the last time.

        Raises:
            InvalidInput: naming a name that is not words with one space between them.
        """
        for n, treasure in enumerate(treasures):
            if treasure.name != " ".join(treasure.name.split()) or not treasure.name.isprintable():
                raise InvalidInput.one(f"{field}[{n}].name", treasure.name, "words with one space between them")
        distinct = {treasure.name.lower(): treasure for treasure in treasures}
        pairs = tuple((parted(one.name), one) for one in distinct.values())
        befores = [parts.before for parts, _ in pairs if parts.before]
        pools: dict[str | None, Pool] = {None: Pool.of(pairs, befores)}
        for rarity in dict.fromkeys(one.rarity for _, one in pairs):
            pools[rarity] = Pool.of([pair for pair in pairs if pair[1].rarity == rarity], befores)
        return cls(pairs, frozenset(distinct), pools)


def parted(name: str) -> Parts:
    """The slots of a name: the head is the last word before a joint."""
    place = min((place for joint in JOINTS if (place := name.find(joint)) > 0), default=len(name))
    before, _, head = name[:place].rpartition(" ")
    return Parts(before, head, name[place:])


@functools.lru_cache(maxsize=8)
def _learned(examples: tuple[Treasure, ...]) -> Lore:
    return Lore.of(examples)


@functools.cache
def shipped() -> Lore:
    """What the list of `corpora` teaches."""
    return Lore.of([Treasure(name, rarity, weight, value) for name, rarity, weight, value in shipped_lists.TREASURES])


type Source = Callable[[], Lore]
"""Gives what a corpus teaches."""


def lore_of(own: Source, examples: tuple[Treasure, ...] | None) -> Lore:
    """What a spec's list teaches: `own`, unless it brings examples."""
    return own() if examples is None else _learned(examples)


def check(own: Source, spec: ItemsSpec) -> None:
    """Returns when the spec can be understood.

    Raises:
        InvalidInput: when the list cannot be learned from.
        Unsatisfiable: naming both ends of a range that ends before it starts, or a rarity and what the list has.
    """
    check_order(weight=spec.weight, value=spec.value)
    lore = lore_of(own, spec.examples)
    if spec.rarity not in lore.pools:
        known = ", ".join(rarity for rarity in lore.pools if rarity)
        wanted = complaint("spec.examples", Shown(known), f"an item that is {spec.rarity}")
        raise Unsatisfiable([complaint("spec.rarity", spec.rarity, f"one that the list has: {known}"), wanted])


def make(own: Source, spec: ItemsSpec, dice: Dice) -> Text:
    """An item that keeps every control; its name is new unless the list's words make no other."""
    return told(spec, *drawn(lore_of(own, spec.examples), spec, dice))


def drawn(lore: Lore, spec: ItemsSpec, dice: Dice) -> tuple[Treasure, bool]:
    """An item, and whether its name is new."""
    pool = lore.pools[spec.rarity]
    for _ in range(TRIES):
        name, like = named(pool, dice)
        if name.lower() not in lore.known:
            return numbered(spec, name, like, pool, dice), True
    new = next((name for name in in_order(lore, pool.pairs) if name.lower() not in lore.known), None)
    like = dice.choice(pool.pairs)[1]
    return numbered(spec, new or like.name, like, pool, dice), new is not None


def named(pool: Pool, dice: Dice) -> tuple[str, Treasure]:
    """A name with the slots that one treasure has, filled from others, and the treasure whose head it has."""
    shape, _ = dice.choice(pool.pairs)
    head, like = dice.choice(pool.pairs)
    before = dice.choice(pool.befores) if shape.before else ""
    after = dice.choice(pool.afters) if shape.after else ""
    return Parts(before, head.head, after).name, like


def in_order(lore: Lore, of_rarity: Sequence[tuple[Parts, Treasure]]) -> Sequence[str]:
    """The names that the words of the list make with the slots that its names have, one more than it has or all."""
    shapes = dict.fromkeys((bool(parts.before), bool(parts.after)) for parts, _ in of_rarity)
    found: dict[str, None] = {}
    for has_before, has_after in shapes:
        befores = (
            dict.fromkeys(parts.before for parts, _ in lore.treasures if parts.before) if has_before else {"": None}
        )
        afters = dict.fromkeys(parts.after for parts, _ in of_rarity if parts.after) if has_after else {"": None}
        for parts, _ in of_rarity:
            for before, after in itertools.product(befores, afters):
                found[Parts(before, parts.head, after).name] = None
                if len(found) > len(lore.known):
                    return list(found)
    return list(found)


def numbered(spec: ItemsSpec, name: str, like: Treasure, pool: Pool, dice: Dice) -> Treasure:
    """The item of that name, as heavy as `like` or the next heavier of that head, as dear as those of its rarity."""
    weight = _near(like.weight, pool.weights[parted(like.name).head], spec.weight, dice)
    return Treasure(name, like.rarity, weight, _near(like.value, pool.values[like.rarity], spec.value, dice))


def _near(number: int, among: Sequence[int], asked: Asked, dice: Dice) -> int:
    """A number from `number` up to the next larger one of `among`, moved into the range that is asked for."""
    place = bisect_right(among, number)
    larger = among[place] if place < len(among) else number
    low, high = limits(asked, 0, MOST)
    inside = max(low, number), min(high, larger)
    return dice.between(*inside) if inside[0] <= inside[1] else min(max(number, low), high)


def told(spec: ItemsSpec, item: Treasure, novel: bool) -> Text:
    """The item as a text, with every control that was asked."""
    controls = {"rarity": Held(spec.rarity, item.rarity, spec.rarity in (None, item.rarity))}
    for name, asked, measured in (("weight", spec.weight, item.weight), ("value", spec.value, item.value)):
        controls[name] = held(asked, measured)
    return Text(item.name, facts_of(item), controls, novel)


def facts_of(item: Treasure) -> dict[str, Json]:
    """What an item is beside its name."""
    return {"rarity": item.rarity, "weight": item.weight, "value": item.value}


def items_kind(corpus: str, lore: Source, model_version: str | None = None) -> TextKind[ItemsSpec]:
    """The kind of text that gives items like those of a corpus."""
    return TextKind(
        name="items",
        description="Treasures with a new name, a rarity, a weight and a value, as in a list",
        version=1,
        spec=ItemsSpec,
        check=functools.partial(check, lore),
        make=functools.partial(make, lore),
        corpus=corpus,
        model_version=model_version,
    )


SHIPPED_CORPUS, SHIPPED_VERSION = "treasures", f"treasures-{shipped_lists.VERSION}"
"""The list of `corpora`, and its model."""

ITEMS = items_kind(SHIPPED_CORPUS, shipped, SHIPPED_VERSION)
