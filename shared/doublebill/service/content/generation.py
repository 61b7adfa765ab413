"""Content: levels and texts for a kind, a spec and a seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, NotRequired, TypedDict, cast

from doublebill.errors import NotFound
from doublebill.games import seeds
from doublebill.games.content_kind import ContentKind, Format, GenerationRequest, LevelOptions
from doublebill.games.files import LevelJson
from doublebill.games.grids.constraints import Base, FixedTile, Tile
from doublebill.schema import Bounds
from doublebill.service.content import rewrite, text_generation
from doublebill.service.content.corpora import CorpusName
from doublebill.service.content.generator_cache import of_shipped

PINS = 1024
"""Cells that `fixed` may name; a base fixes more."""

Count = Annotated[int, Bounds(minimum=1, maximum=100)]
ModelVersion = Annotated[
    str, Bounds(pattern=r"[a-z0-9-]{1,64}", description="a model_version, as an answer told it: 1 to 64 of a-z, 0-9, -")
]


@dataclass(frozen=True, slots=True)
class ContentRequest:
    """What a caller may say when asking for content."""

    corpus: CorpusName | None = None
    """What the generator has learned from; without one, what ships."""
    model_version: ModelVersion | None = None
    """Of what was learned from it; without one, the newest."""
    seed: seeds.Number | seeds.Name | None = None
    """Without one, an unused seed is taken; the answer names it."""
    count: Count = 1
    spec: dict[str, object] | None = None
    """What each kind understands stands in `GET /v1/games`."""
    format: Format = "json"
    """A grid with its legend, a drawing for the terminal, or a file that an engine or a viewer reads."""
    solution: bool = False
    """Whether drawings and files show the certificate's way."""
    fixed: Annotated[tuple[FixedTile, ...], Bounds(max_length=PINS)] = ()
    """Tiles that stand where they are in every item."""
    must_have: Annotated[tuple[Tile, ...], Bounds(max_length=PINS)] = ()
    """Tiles of which every item has at least one."""
    base: Base | None = None
    """A level of which a part is made again."""
    strict: bool = False
    """Whether an item that does not meet every control is refused instead of given out as a fallback."""
    flavour: bool = False
    """Whether a language model puts the texts into other words, where the deployment has one."""


class VarietyTold(TypedDict):
    """How varied a batch is."""

    asked: int
    """Items that should all be unlike one another."""
    alike: int
    """Items that are too like another: nothing more varied was found."""


class Content(TypedDict):
    """What was made."""

    kind: str
    generator_version: int
    corpus: NotRequired[str]
    """What the kind was learned from, where it was."""
    model_version: NotRequired[str]
    """Of what was learned from it: with it, the generator version, the spec and its seed, an item is named for ever."""
    licence: str
    """Under which the items may be used."""
    variety: VarietyTold
    items: Sequence[LevelJson]


type Find = Callable[[str, str | None, str | None], ContentKind]
"""The generator of a kind, a corpus and a model version, the last two where the request names them."""


def find_shipped(kind: str, corpus: str | None, model_version: str | None) -> ContentKind:
    """The generator where there are no corpora but those that ship.

    Raises:
        NotFound: when there is no such kind, corpus or version.
    """
    found = of_shipped(kind, corpus, model_version)
    if found is None:
        raise NotFound(f"there is no corpus {corpus!r} of {kind}")
    return found


def generate(
    name: str,
    request: ContentRequest,
    fresh_seed: Callable[[], int],
    find: Find = find_shipped,
    rewriter: rewrite.CheckedRewriter | None = None,
) -> Content | text_generation.Texts:
    """The levels or texts asked for, in the shape of the API; each item is what its own `seed` gives alone.

    Raises:
        NotFound: when there is no such kind, corpus or model.
        InvalidInput: when the spec is wrong, too many cells are asked for at once, or there are no other words.
        Unsatisfiable: when nothing can meet the whole spec.
        NotReached: when nothing was found that keeps the constraints or, where `strict`, that meets every control.
    """
    kind = find(name, request.corpus, request.model_version)
    checked = rewrite.require_rewriter(kind, request.count, rewriter) if request.flavour else None
    seed = seeds.canonical(fresh_seed() if request.seed is None else request.seed)
    options = LevelOptions(**{field.name: getattr(request, field.name) for field in fields(LevelOptions)})
    batch = kind.generate(GenerationRequest(request.spec or {}, seed, request.count, options))
    answer = {
        "kind": kind.name,
        "generator_version": kind.version,
        "licence": kind.licence,
        **batch.summary,
        "items": batch.items,
    }
    if kind.model_version is not None:
        answer |= {"corpus": kind.corpus, "model_version": kind.model_version}
    if checked:
        answer |= rewrite.reworded(kind, batch.items, checked)
    return cast(Content | text_generation.Texts, answer)
