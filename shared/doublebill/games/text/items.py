"""Items: treasures with a name, a rarity, a weight and a value, as in a list of treasures.

A name has three slots, all learned by where the words of the list stand: what it is (`Ring`), what goes before it
(`Silver`), and what it is of (`of Falling Leaves`). Which of them a name has is drawn as often as in the list. Rarity
is drawn as often as with that head, weight and value from between those of the nearest treasures of the list.
"""

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from doublebill.errors import InvalidInput, Shown, Unsatisfiable, complaint
from doublebill.games.controls import Asked, check_order, limits
from doublebill.games.dice import Dice
from doublebill.games.text import corpora
from doublebill.games.text.texts import Held, Json, Text, TextKind, held
from doublebill.schema import Bounds

RARITIES = ("common", "uncommon", "rare", "legendary")

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
    """Items to learn from instead of the list that is here."""
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
class Lore:
    """What a list of treasures teaches."""

    treasures: tuple[tuple[Parts, Treasure], ...]
    known: frozenset[str]
    """The names in small letters; only asked, never gone through."""

    @classmethod
    def of(cls, treasures: Sequence[Treasure]) -> Self:
        """What these teach, each name counted once."""
        distinct = {treasure.name.lower(): treasure for treasure in treasures}
        for n, treasure in enumerate(treasures):
            if treasure.name != " ".join(treasure.name.split()) or not treasure.name.isprintable():
                raise InvalidInput.one(f"spec.examples[{n}].name", treasure.name, "words with one space between them")
        return cls(tuple((parted(one.name), one) for one in distinct.values()), frozenset(distinct))


def parted(name: str) -> Parts:
    """The slots of a name: the head is the last word before a joint."""
    place = min((place for joint in JOINTS if (place := name.find(joint)) > 0), default=len(name))
    before, _, head = name[:place].rpartition(" ")
    return Parts(before, head, name[place:])


@functools.lru_cache(maxsize=8)
def _lore(examples: tuple[Treasure, ...] | None) -> Lore:
    own = [Treasure(name, rarity, weight, value) for name, rarity, weight, value in corpora.TREASURES]
    return Lore.of(own if examples is None else examples)


def check(spec: ItemsSpec) -> None:
    """Returns when the spec can be understood.

    Raises:
        InvalidInput: when the list cannot be learned from.
        Unsatisfiable: naming both ends of a range that ends before it starts, or a rarity and what the list has.
    """
    check_order(weight=spec.weight, value=spec.value)
    lore = _lore(spec.examples)
    if spec.rarity is not None and all(one.rarity != spec.rarity for _, one in lore.treasures):
        known = ", ".join(dict.fromkeys(one.rarity for _, one in lore.treasures))
        wanted = complaint("spec.examples", Shown(known), f"an item that is {spec.rarity}")
        raise Unsatisfiable([complaint("spec.rarity", spec.rarity, f"one that the list has: {known}"), wanted])


def make(spec: ItemsSpec, dice: Dice) -> Text:
    """An item that keeps every control; its name is new unless the list's words make no other."""
    return told(spec, *drawn(spec, dice))


def drawn(spec: ItemsSpec, dice: Dice) -> tuple[Treasure, bool]:
    """An item, and whether its name is new."""
    lore = _lore(spec.examples)
    of_rarity = [pair for pair in lore.treasures if spec.rarity in (None, pair[1].rarity)]
    for _ in range(TRIES):
        name, like = named(lore, of_rarity, dice)
        if name.lower() not in lore.known:
            return numbered(spec, name, like, of_rarity, dice), True
    new = next((name for name in in_order(lore, of_rarity) if name.lower() not in lore.known), None)
    like = dice.choice(of_rarity)[1]
    return numbered(spec, new or like.name, like, of_rarity, dice), new is not None


def named(lore: Lore, of_rarity: Sequence[tuple[Parts, Treasure]], dice: Dice) -> tuple[str, Treasure]:
    """A name with the slots that one treasure has, filled from others, and the treasure whose head it has."""
    shape, _ = dice.choice(of_rarity)
    head, like = dice.choice(of_rarity)
    before = dice.choice([parts.before for parts, _ in lore.treasures if parts.before]) if shape.before else ""
    after = dice.choice([parts.after for parts, _ in of_rarity if parts.after]) if shape.after else ""
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


def numbered(
    spec: ItemsSpec, name: str, like: Treasure, of_rarity: Sequence[tuple[Parts, Treasure]], dice: Dice
) -> Treasure:
    """The item of that name, as heavy as `like` or the next heavier of that head, as dear as those of its rarity."""
    head = parted(like.name).head
    weights = sorted(one.weight for parts, one in of_rarity if parts.head == head)
    values = sorted(one.value for _, one in of_rarity if one.rarity == like.rarity)
    weight = _near(like.weight, weights, spec.weight, dice)
    return Treasure(name, like.rarity, weight, _near(like.value, values, spec.value, dice))


def _near(number: int, among: Sequence[int], asked: Asked, dice: Dice) -> int:
    """A number from `number` up to the next larger one of `among`, moved into the range that is asked for."""
    larger = next((other for other in among if other > number), number)
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


ITEMS = TextKind(
    name="items",
    description="Treasures with a new name, a rarity, a weight and a value, as in a list",
    version=1,
    spec=ItemsSpec,
    check=check,
    make=make,
)
