"""Items: new treasures with a name, a rarity, a weight, a value, a type and an effect, like those of a list.

Which slots a name has is drawn as often as in the list, each filled with words from the list. Rarity is drawn as often
as with that head, weight and value from between those of the nearest treasures of the list.
"""

import functools
import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Complaint, Unsatisfiable, wrong_value
from doublebill.games.content_kind import Json
from doublebill.games.controls import Target, check_order, limits
from doublebill.games.dice import Dice
from doublebill.games.step_budget import spend
from doublebill.games.text import shipped_lists
from doublebill.games.text.items.amounts import Amount, scaled, unscaled
from doublebill.games.text.items.materials import fits
from doublebill.games.text.items.rewording import item_draft
from doublebill.games.text.items.treasures import (
    MOST,
    ModelSource,
    NameParts,
    Number,
    Rarity,
    Treasure,
    TreasureModel,
    TreasurePool,
    Treasures,
    model_of,
    name_parts,
    shipped,
)
from doublebill.games.text.texts import Text, TextControl, TextKind, TextMaker, number_control
from doublebill.schema import Input, Pair

TRIES = 60
"""Items drawn until one is new and keeps every control."""

Span = Number | Pair[Number] | None


class ItemsSpec(Input, frozen=True):
    """The controls of an item."""

    examples: Treasures | None = None
    """Items to learn from instead of the corpus."""
    rarity: Rarity | None = None
    weight: Annotated[Span, Meta(description="weight, in the unit of the list: a number or [min, max]")] = None
    value: Annotated[Span, Meta(description="value, in the unit of the list: a number or [min, max]")] = None


def check(own: ModelSource, spec: ItemsSpec) -> None:
    """Checks that some item can meet the spec.

    Raises:
        InvalidInput: when the list cannot be learned from.
        Unsatisfiable: naming both ends of a range that ends before it starts, or a rarity and what the list has.
    """
    check_order(weight=spec.weight, value=spec.value)
    model = model_of(own, spec.examples)
    if spec.rarity not in model.pools:
        rarities = ", ".join(rarity for rarity in model.pools if rarity)
        wanted = Complaint("spec.examples", f"no item is {spec.rarity}", f"add one that is {spec.rarity}")
        raise Unsatisfiable([wrong_value("spec.rarity", spec.rarity, f"one of {rarities}"), wanted])


def make(own: ModelSource, spec: ItemsSpec, early: bool = False) -> TextMaker:
    """Returns the maker of items that keep every control; a name is new unless the list's words make no other."""
    model = model_of(own, spec.examples)
    return lambda dice: item_text(spec, *drawn(model, spec, dice, early))


def drawn(model: TreasureModel, spec: ItemsSpec, dice: Dice, early: bool = True) -> tuple[Treasure, bool]:
    """Draws an item, and returns with it whether its name is new; in early versions its words need not fit together."""
    pool = model.pools[spec.rarity]
    for _ in range(TRIES):
        spend(8)
        parts, like = named(pool, dice)
        good = early or (fits(parts.before, parts.head) and model.is_worth(parts, like.rarity))
        if good and parts.name.lower() not in model.names:
            return numbered(spec, parts, like, pool, dice), True
    new = next((name for name in possible_names(model, pool.pairs) if name.lower() not in model.names), None)
    like = dice.choice(pool.pairs)[1]
    return numbered(spec, name_parts(new or like.name), like, pool, dice), new is not None


def named(pool: TreasurePool, dice: Dice) -> tuple[NameParts, Treasure]:
    """Draws a name with the slots of one treasure, filled from others; returns it with the treasure of its head."""
    shape, _ = dice.choice(pool.pairs)
    head, like = dice.choice(pool.pairs)
    before = dice.choice(pool.befores) if shape.before else ""
    after = dice.choice(pool.afters) if shape.after else ""
    return NameParts(before, head.head, after), like


def possible_names(model: TreasureModel, of_rarity: Sequence[tuple[NameParts, Treasure]]) -> Sequence[str]:
    """Lists names that the words of the list make in its names' slots: all of them, or one more than the list has."""
    shapes = dict.fromkeys((bool(parts.before), bool(parts.after)) for parts, _ in of_rarity)
    spend(2 * len(model.names))
    found: dict[str, None] = {}
    for has_before, has_after in shapes:
        befores = (
            dict.fromkeys(parts.before for parts, _ in model.treasures if parts.before) if has_before else {"": None}
        )
        afters = dict.fromkeys(parts.after for parts, _ in of_rarity if parts.after) if has_after else {"": None}
        heads = dict.fromkeys(parts.head for parts, _ in of_rarity)
        for head, before, after in itertools.product(heads, befores, afters):
            found[NameParts(before, head, after).name] = None
            if len(found) > len(model.names):
                return list(found)
    return list(found)


def numbered(spec: ItemsSpec, parts: NameParts, like: Treasure, pool: TreasurePool, dice: Dice) -> Treasure:
    """Returns the item of a name, with a weight near that of `like` and a value near those of its rarity.

    The type is that of `like`; the effect is that of the words after the head, or of `like` if they have none.
    """
    weights, values = pool.weights[name_parts(like.name).head], pool.values[like.rarity]
    weight = _near(like.weight, weights, spec.weight, pool.weight_digits, dice)
    value = _near(like.value, values, spec.value, pool.value_digits, dice)
    return Treasure(parts.name, like.rarity, weight, value, like.type, pool.effects.get(parts.after, like.effect))


def _near(amount: Amount, among: Sequence[int], target: Target, digits: int, dice: Dice) -> Amount:
    """An amount from `amount` up to the next larger one of `among`, moved into the requested range."""
    number = scaled(amount, digits)
    place = bisect_right(among, number)
    larger = among[place] if place < len(among) else number
    low, high = (limit * 10**digits for limit in limits(target, 0, MOST))
    inside = max(low, number), min(high, larger)
    return unscaled(dice.between(*inside) if inside[0] <= inside[1] else min(max(number, low), high), digits)


def item_text(spec: ItemsSpec, item: Treasure, novel: bool) -> Text:
    """Returns the item as a text with its controls."""
    controls = {"rarity": TextControl(spec.rarity, item.rarity, spec.rarity in (None, item.rarity))}
    for name, target, measured in (("weight", spec.weight, item.weight), ("value", spec.value, item.value)):
        controls[name] = number_control(target, measured)
    return Text(item.name, item_fields(item), controls, novel)


def item_fields(item: Treasure) -> dict[str, Json]:
    """Returns rarity, weight and value of an item, and type and effect if it has them, by their names."""
    words = {name: text for name, text in (("type", item.type), ("effect", item.effect)) if text}
    return {"rarity": item.rarity, "weight": item.weight, "value": item.value, **words}


def items_kind(corpus: str, model: ModelSource, model_version: str | None = None) -> TextKind[ItemsSpec]:
    """Returns the kind of text whose items are like those of a corpus."""
    released = _items_kind(corpus, model, model_version, early=True)
    return replace(_items_kind(corpus, model, model_version), version=2, dice_version=1, earlier=released)


def _items_kind(corpus: str, model: ModelSource, model_version: str | None, early: bool = False) -> TextKind[ItemsSpec]:
    return TextKind(
        name="items",
        description="New treasures with a rarity, a weight and a value, and a type and an effect where a list has them",
        version=1,
        spec=ItemsSpec,
        check=functools.partial(check, model),
        make=functools.partial(make, model, early=early),
        corpus=corpus,
        model_version=model_version,
        rewrite_draft=item_draft,
    )


SHIPPED_CORPUS, SHIPPED_VERSION = "treasures", f"treasures-{shipped_lists.VERSION}"
"""The name and the model version of the list that ships."""

ITEMS = items_kind(SHIPPED_CORPUS, shipped, SHIPPED_VERSION)
