"""Loot: drop tables whose chances are integers that sum exactly to a stated denominator.

A table is a row of drops, each with the rolls that give it: a roll is an integer from 1 to the denominator, each as
likely as any other, and a drop with rolls from 4 to 9 has a chance of 6 in the denominator. Chances follow the drops'
weights by the largest remainder (Hamilton's method), and no drop is left without one. Tables of the request are rolled
instead.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Complaint, InvalidInput, Unsatisfiable
from doublebill.games.content_kind import Json
from doublebill.games.controls import Target, check_order, conflict, limits
from doublebill.games.dice import Dice
from doublebill.games.step_budget import spend
from doublebill.games.text.items import kind
from doublebill.games.text.items.kind import ItemsSpec
from doublebill.games.text.items.loot_tables import LootTable, RolledItem, Tables, check_tables, gathered, rolled
from doublebill.games.text.items.treasures import (
    NAME_LENGTH,
    ModelSource,
    Rarity,
    Treasure,
    TreasureModel,
    Treasures,
    model_of,
    shipped,
)
from doublebill.games.text.texts import Text, TextControl, TextKind, TextMaker, number_control
from doublebill.schema import Input, Pair

LARGEST, ROWS = 10**6, 50
"""The largest denominator, and the most drops of a table."""

USUAL_ROWS = 5, 8
"""Drops of a table where nothing is asked."""

COMMONNESS: Mapping[Rarity, int] = {
    "common": 60,
    "uncommon": 25,
    "rare": 12,
    "very rare": 6,
    "epic": 4,
    "legendary": 3,
    "mythic": 2,
    "artifact": 1,
}
"""The weight of a drop, by its rarity."""

NOTHING = "nothing"
TRIES = 20
"""Items drawn for one drop until it is none that the table has."""

Rows = Annotated[int, Meta(ge=1, le=ROWS)]
Chance = Annotated[int, Meta(ge=0, le=LARGEST)]
Weights = Annotated[
    dict[str, Annotated[int, Meta(ge=1, le=LARGEST)]],
    Meta(max_length=ROWS, description="your own drops: the name of each and how much it weighs"),
]


class LootSpec(Input, frozen=True):
    """The controls of a drop table."""

    denominator: Annotated[int, Meta(ge=1, le=LARGEST, description=f"what all chances sum to, from 1 to {LARGEST}")] = (
        100
    )
    drops: Annotated[Rows | Pair[Rows] | None, Meta(description="drops, beside nothing: a number or [min, max]")] = None
    nothing: Annotated[
        Chance | Pair[Chance] | None,
        Meta(description="chance that nothing drops, in the denominator: a number or [min, max]"),
    ] = None
    weights: Weights | None = None
    examples: Treasures | None = None
    """Items to learn from instead of the corpus."""
    tables: Tables | None = None
    """Tables to roll instead of making one; see `items.loot_tables`."""


def check(own: ModelSource, spec: LootSpec) -> None:
    """Checks that some table can meet the spec.

    Raises:
        InvalidInput: when the list cannot be learned from, or a drop has a name that cannot be shown.
        Unsatisfiable: naming the controls that cannot hold together.
    """
    if spec.tables is not None:
        check_rolled(spec, spec.tables)
        return
    check_order(drops=spec.drops, nothing=spec.nothing)
    kind.check(own, ItemsSpec(spec.examples))
    for name in spec.weights or {}:
        if not name.strip() or not name.isprintable() or name == NOTHING or len(name) > NAME_LENGTH:
            raise InvalidInput.of_value("spec.weights", name, f"names of 1 to {NAME_LENGTH} characters, but {NOTHING}")
    if spec.weights is not None and not spec.weights:
        raise InvalidInput.one("spec.weights", "it is empty", "give at least one drop")
    fewest, least = limits(_rows(spec), 1, 1)[0], limits(spec.nothing, 0, 0)[0]
    if spec.weights is not None and spec.drops is not None:
        low, high = limits(spec.drops, 0, 0)
        if not low <= fewest <= high:
            raise conflict(
                {"drops": (spec.drops, f"{fewest}, as weights has"), "weights": (fewest, "as many as drops")}
            )
    if fewest + least > spec.denominator:
        raise _too_fine(spec, fewest, least)


def check_rolled(spec: LootSpec, tables: Mapping[str, LootTable]) -> None:
    """Checks that tables can be rolled, and that nothing of a table to be made stands beside them.

    Raises:
        InvalidInput: naming the field, or the table and the entry that is wrong.
        Unsatisfiable: when a set has too few entries, or a result could draw too many.
    """
    plain = LootSpec(tables=spec.tables)
    beside = [name for name in spec.__struct_fields__ if getattr(spec, name) != getattr(plain, name)]
    if beside:
        raise InvalidInput(
            Complaint(f"spec.{name}", "given beside tables, which are rolled as they are", f"remove {name} or tables")
            for name in beside
        )
    check_tables(tables)


def _too_fine(spec: LootSpec, fewest: int, least: int) -> Unsatisfiable:
    rows = "weights" if spec.weights is not None else "drops"
    sides: dict[str, tuple[Target, str]] = {
        "denominator": (spec.denominator, f"at least {fewest + least}, so that every drop has a chance")
    }
    sides[rows] = (fewest, f"at most {max(spec.denominator - least, 0)}")
    if least:
        sides["nothing"] = least, f"at most {max(spec.denominator - fewest, 0)}"
    return conflict(sides)


def _rows(spec: LootSpec) -> int | Pair[int] | None:
    return spec.drops if spec.weights is None else len(spec.weights)


def make(own: ModelSource, spec: LootSpec) -> TextMaker:
    """Returns the maker of tables that keep every control."""
    tables = spec.tables
    if tables is not None:
        return lambda dice: rolled_text(gathered(rolled(tables, next(iter(tables)), dice)))
    model = model_of(own, spec.examples)
    return lambda dice: table(model, spec, dice)


def table(model: TreasureModel, spec: LootSpec, dice: Dice) -> Text:
    """Makes a table that keeps every control."""
    low, high = limits(spec.nothing, 0, spec.denominator // 5)
    low_rows, high_rows = limits(_rows(spec), *USUAL_ROWS)
    high_rows = min(high_rows, spec.denominator - low)
    rows = dice.between(min(low_rows, high_rows), high_rows)
    nothing = dice.between(low, min(high, spec.denominator - rows))
    drops = _own(spec.weights) if spec.weights is not None else _drawn(model, rows, dice)
    shares = chances([weight for _, weight in drops], spec.denominator - nothing)
    return table_text(spec, [(fields, chance) for (fields, _), chance in zip(drops, shares, strict=True)], nothing)


def _own(weights: Mapping[str, int]) -> list[tuple[Mapping[str, Json], int]]:
    return [({"name": name}, weight) for name, weight in weights.items()]


def _drawn(model: TreasureModel, rows: int, dice: Dice) -> list[tuple[Mapping[str, Json], int]]:
    """Different items, the likeliest first, with how much each weighs."""
    found: dict[str, Treasure] = {}
    for _ in range(rows * TRIES):
        if len(found) < rows:
            item, _ = kind.drawn(model, ItemsSpec(), dice)
            found.setdefault(item.name, item)
    drops = [(item, COMMONNESS[item.rarity] * dice.between(50, 150)) for item in found.values()]
    drops.sort(key=lambda drop: -drop[1])
    return [({"name": item.name, **kind.item_fields(item)}, weight) for item, weight in drops]


def chances(weights: Sequence[int], whole: int) -> list[int]:
    """Returns integers in proportion to `weights`, each one at least, that sum to `whole`.

    Each has one from the start; the rest is shared by the largest remainder, the earlier one where two are equal.
    """
    spend(3 * len(weights))
    rest, total = whole - len(weights), sum(weights)
    shares = [1 + weight * rest // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(weights[n] * rest % total), n))
    for n in order[: whole - sum(shares)]:
        shares[n] += 1
    return shares


def table_text(spec: LootSpec, drops: Sequence[tuple[Mapping[str, Json], int]], nothing: int) -> Text:
    """Returns the table as a text with its controls."""
    entries: list[Json] = []
    last = 0
    rows = [*drops, ({"name": NOTHING}, nothing)] if nothing else drops
    for fields, chance in rows:
        entries.append({**fields, "chance": chance, "rolls": [last + 1, last + chance]})
        last += chance
    lines = [f"{fields['name']}: {chance}" for fields, chance in rows]
    controls = {"denominator": TextControl(spec.denominator, last, last == spec.denominator)}
    for name, target, measured in (("drops", spec.drops, len(drops)), ("nothing", spec.nothing, nothing)):
        controls[name] = number_control(target, measured)
    return Text("\n".join(lines), {"denominator": spec.denominator, "drops": entries}, controls, novel=True)


def rolled_text(items: Sequence[RolledItem]) -> Text:
    """Returns what tables gave as a text."""
    text = ", ".join(f"{one.quantity} × {one.name}" for one in items) or NOTHING
    found: list[Json] = [{"name": one.name, "quantity": one.quantity, "tables": list(one.tables)} for one in items]
    return Text(text, {"loot": found}, {}, novel=True, unique=False)


def loot_kind(corpus: str, model: ModelSource, model_version: str | None = None) -> TextKind[LootSpec]:
    """Returns the kind of text whose drop tables have items like those of a corpus."""
    return TextKind(
        name="loot",
        description="Drop tables whose integer chances sum exactly to a denominator, or loot that your own tables give",
        version=1,
        spec=LootSpec,
        check=functools.partial(check, model),
        make=functools.partial(make, model),
        corpus=corpus,
        model_version=model_version,
    )


LOOT = loot_kind(kind.SHIPPED_CORPUS, shipped, kind.SHIPPED_VERSION)
