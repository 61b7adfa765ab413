"""Texts: names, items, loot tables and quests for a kind, a spec and a seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NotRequired, TypedDict

from doublebill.games import seeds
from doublebill.games.text import texts
from doublebill.games.text.texts import Made, TextKind
from doublebill.schema import Bounds, read
from doublebill.service.content import rewrite

Count = Annotated[int, Bounds(minimum=1, maximum=100)]


@dataclass(frozen=True, slots=True)
class TextRequest:
    """What a caller may say when asking for texts."""

    seed: seeds.Number | seeds.Name | None = None
    """Without one, an unused seed is taken; the answer names it."""
    count: Count = 1
    spec: dict[str, object] | None = None
    """What each kind understands stands in `GET /v1/games`."""
    flavour: bool = False
    """Whether a language model puts the texts into other words, where the deployment has one."""


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
    plain: NotRequired[str]
    """The text as it was generated, which the seed gives again; where `flavour` was asked for."""
    flavour: NotRequired[rewrite.FlavourTold]


class Texts(TypedDict):
    """What was made."""

    kind: str
    generator_version: int
    corpus: NotRequired[str]
    """What the kind was learned from, where it was."""
    model_version: NotRequired[str]
    """Of what was learned from it."""
    licence: str
    """Under which the items may be used."""
    items: Sequence[TextTold]
    repeats: int
    """Items whose text one before them has too, since no other was found."""
    degraded: NotRequired[str]
    """Why texts that could have been put into other words were not: the model or the count of texts was unavailable."""


def generate(
    kind: TextKind[Any], request: TextRequest, fresh_seed: Callable[[], int], flavours: rewrite.Flavours | None = None
) -> Texts:
    """The texts asked for, no two alike as far as can be; an item is what its own `seed` gives alone.

    Raises:
        InvalidInput: when the spec is wrong, or the texts cannot be put into other words here.
        Unsatisfiable: when nothing can meet the whole spec.
    """
    model = rewrite.checked(kind.name, request.count, flavours) if request.flavour else None
    spec = read(kind.spec, request.spec or {}, "spec")
    seed = seeds.canonical(fresh_seed() if request.seed is None else request.seed)
    made, repeats = texts.batch(kind, spec, seed, request.count)
    answer: Texts = {
        "kind": kind.name,
        "generator_version": kind.version,
        "licence": kind.licence,
        "items": [],
        "repeats": repeats,
    }
    if kind.model_version is not None:
        answer |= {"corpus": kind.corpus, "model_version": kind.model_version}
    answer["items"] = [as_json(one) for one in made]
    return _flavoured(answer, model) if model else answer


def _flavoured(answer: Texts, model: rewrite.Flavours) -> Texts:
    """The answer with its texts in other words, where those are right."""
    written, unavailable = model.flavoured([rewrite.DRAFTS[answer["kind"]](item) for item in answer["items"]])
    for item, other in zip(answer["items"], written, strict=True):
        item["plain"], item["text"], item["flavour"] = item["text"], other.text, other.told
    if unavailable:
        answer["degraded"] = unavailable
    return answer


def as_json(made: Made) -> TextTold:
    """The text as an item of a JSON answer."""
    text = made.text
    controls: dict[str, HeldTold] = {
        name: {"asked": held.asked, "measured": held.measured, "met": held.met} for name, held in text.controls.items()
    }
    told: TextTold = {"seed": made.seed, "text": text.text, "novel": text.novel, "controls": controls}
    told.update(text.fields)  # type: ignore[typeddict-item]  # each kind names its fields as `TextTold` does
    return told
