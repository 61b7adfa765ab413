"""Content: levels and texts for a kind, a spec and a seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from doublebill.errors import InvalidInput, NotFound, NotReached, Shown, complaint
from doublebill.games import seeds
from doublebill.games.files import LevelTold, as_file, as_json, as_text
from doublebill.games.grids.constraints import Base, FixedTile, Tile, constraints
from doublebill.games.learners import AnyKind
from doublebill.games.levels import levels
from doublebill.games.variety import varied_batch
from doublebill.schema import Bounds, read
from doublebill.service.content import rewrite, text_generation
from doublebill.service.content.corpora import CorpusName
from doublebill.service.content.generator_cache import of_shipped

CELLS_LIMIT = 22_000
"""Cells of all levels of one request: 100 levels of 18 × 12, or five of 64 × 64; seconds of work at the very worst."""

CONSTRAINED = 4
"""How much more work a cell takes where constraints must be kept."""

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
    format: Literal["json", "text", "tiled", "tmx", "ldtk", "svg", "png"] = "json"
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
    items: Sequence[LevelTold]


type Find = Callable[[str, str | None, str | None], AnyKind]
"""The generator of a kind, a corpus and a model version, the last two where the request names them."""


def find_shipped(kind: str, corpus: str | None, model_version: str | None) -> AnyKind:
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
    flavours: rewrite.Flavours | None = None,
) -> Content | text_generation.Texts:
    """The levels or texts asked for, in the shape of the API; each item is what its own `seed` gives alone.

    Raises:
        NotFound: when there is no such kind, corpus or model.
        InvalidInput: when the spec is wrong, too many cells are asked for at once, or there are no other words.
        Unsatisfiable: when nothing can meet the whole spec.
        NotReached: when nothing was found that keeps the constraints or, where `strict`, that meets every control.
    """
    kind = find(name, request.corpus, request.model_version)
    if request.flavour:
        rewrite.checked(kind.name, request.count, flavours)
    if not isinstance(kind, levels.Kind):
        _check_of_levels(request)
        asked = text_generation.TextRequest(request.seed, request.count, request.spec, request.flavour)
        return text_generation.generate(kind, asked, fresh_seed, flavours)
    wanted = constraints(request.fixed, request.must_have, request.base, kind.legend)
    spec = read(kind.spec, _sized(kind, request), "spec")
    _check_size(request.count, spec, kind.cell_cost * (CONSTRAINED if wanted else 1))
    seed = seeds.canonical(fresh_seed() if request.seed is None else request.seed)
    made = varied_batch.varied(kind, [spec] * request.count, seed, wanted)
    if request.strict:
        _check_reached(made.levels)
    return _answer(kind, request, made)


def _check_of_levels(request: ContentRequest) -> None:
    """Returns when nothing is asked for that only levels have."""
    usual = ContentRequest()
    told = ("format", "solution", "fixed", "must_have", "base", "strict")
    wrong = [name for name in told if getattr(request, name) != getattr(usual, name)]
    if wrong:
        raise InvalidInput(complaint(name, Shown("a wish for levels"), "nothing: these are texts") for name in wrong)


def _sized(kind: levels.Kind[Any], request: ContentRequest) -> dict[str, object]:
    """What is asked of a level, of the size of its base where nothing else is said."""
    asked = request.spec or {}
    if request.base is None:
        return asked
    width = len(request.base.grid[0])
    size = {"width": width, "length": width, "height": len(request.base.grid)}
    known = {field.name for field in fields(kind.spec)}
    return {side: cells for side, cells in size.items() if side in known} | asked


def _answer(kind: levels.Kind[Any], request: ContentRequest, made: varied_batch.Batch) -> Content:
    answer: Content = {
        "kind": kind.name,
        "generator_version": kind.version,
        "licence": kind.licence,
        "variety": {"asked": len(made.levels), "alike": made.alike},
        "items": [_item(kind, request, level) for level in made.levels],
    }
    if kind.model_version is not None:
        answer |= {"corpus": kind.corpus, "model_version": kind.model_version}
    return answer


def _item(kind: levels.Kind[Any], request: ContentRequest, level: levels.Level) -> LevelTold:
    if request.format == "json":
        return as_json(level, kind.legend)
    if request.format == "text":
        return as_text(level, request.solution, kind.way)
    return as_file(level, kind.legend, kind.name, request.format, request.solution, kind.way)


def _check_reached(made: Sequence[levels.Level]) -> None:
    """Returns when every level meets every control.

    Raises:
        NotReached: naming those of the first that does not.
    """
    for index, level in enumerate(made):
        missed = [
            f"{name} is {control.measured} instead of {control.asked}"
            for name, control in level.controls.items()
            if not control.met
        ]
        if missed:
            raise NotReached(f"item {index} (seed {level.seed!r}) came near only: " + ", ".join(missed))


def _check_size(count: int, spec: levels.Spec, cost: int) -> None:
    if count * spec.area * cost <= CELLS_LIMIT:
        return
    most = CELLS_LIMIT // cost
    too_many = complaint("count", count, f"at most {most // spec.area} such levels of {spec.area} cells in one request")
    too_big = f"at most {most // count} cells for each of {count} such levels"
    sides = [side for side in spec.asked if side in ("width", "height", "length")]
    raise InvalidInput([too_many, *(complaint(f"spec.{side}", spec.asked[side], too_big) for side in sides)])
