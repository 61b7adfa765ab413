"""Texts: names, items, loot tables and quests for a kind, a spec and a seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypedDict

from doublebill.errors import NotFound
from doublebill.games import seeds
from doublebill.games.text import texts
from doublebill.games.text.kinds import TEXTS
from doublebill.games.text.texts import Made
from doublebill.schema import Bounds, read, schema_of

Count = Annotated[int, Bounds(minimum=1, maximum=100)]


@dataclass(frozen=True, slots=True)
class TextRequest:
    """What a caller may say when asking for texts."""

    seed: seeds.Number | seeds.Name | None = None
    """Without one, an unused seed is taken; the answer names it."""
    count: Count = 1
    spec: dict[str, object] | None = None
    """What each kind understands stands in `told_kinds()`."""


class HeldTold(TypedDict):
    """What was asked of a text, and what it measures."""

    asked: object
    measured: object
    met: bool


class DropTold(TypedDict):
    """One drop of a table: a roll from the first to the last of `rolls` gives it."""

    name: str
    chance: int
    rolls: list[int]
    rarity: NotRequired[str]
    weight: NotRequired[int]
    value: NotRequired[int]


class TextTold(TypedDict):
    """One text; what it has beside depends on its kind."""

    seed: int | str
    text: str
    novel: bool
    controls: dict[str, HeldTold]
    rarity: NotRequired[str]
    weight: NotRequired[int]
    value: NotRequired[int]
    denominator: NotRequired[int]
    drops: NotRequired[list[DropTold]]
    facts: NotRequired[dict[str, int | str]]


class TextKindTold(TypedDict):
    """What can be asked of a kind of text."""

    name: str
    description: str
    generator_version: int
    spec: Mapping[str, object]
    """The JSON Schema of its spec."""


class Texts(TypedDict):
    """What was made."""

    kind: str
    generator_version: int
    items: Sequence[TextTold]
    repeats: int
    """Items whose text one before them has too, since no other was found."""


def told_kinds() -> list[TextKindTold]:
    """What can be asked for: each kind with the JSON Schema of its spec."""
    return [
        {
            "name": kind.name,
            "description": kind.description,
            "generator_version": kind.version,
            "spec": schema_of(kind.spec),
        }
        for kind in TEXTS.values()
    ]


def generate(name: str, request: TextRequest, fresh_seed: Callable[[], int]) -> Texts:
    """The texts asked for, no two alike as far as can be; an item is what its own `seed` gives alone.

    Raises:
        NotFound: when there is no such kind.
        InvalidInput: when the spec is wrong.
        Unsatisfiable: when nothing can meet the whole spec.
    """
    if name not in TEXTS:
        raise NotFound(f"there is no kind {name!r} of text; there are " + ", ".join(TEXTS))
    kind = TEXTS[name]
    spec = read(kind.spec, request.spec or {}, "spec")
    seed = seeds.canonical(fresh_seed() if request.seed is None else request.seed)
    made, repeats = texts.batch(kind, spec, seed, request.count)
    items = [as_json(one) for one in made]
    return {"kind": kind.name, "generator_version": kind.version, "items": items, "repeats": repeats}


def as_json(made: Made) -> TextTold:
    """The text as an item of a JSON answer."""
    text = made.text
    controls: dict[str, HeldTold] = {
        name: {"asked": held.asked, "measured": held.measured, "met": held.met} for name, held in text.controls.items()
    }
    told: TextTold = {"seed": made.seed, "text": text.text, "novel": text.novel, "controls": controls}
    told.update(text.fields)  # type: ignore[typeddict-item]  # each kind names its fields as `TextTold` does
    return told
