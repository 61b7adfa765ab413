"""Content: levels for a kind, a spec and a seed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from doublebill.errors import InvalidInput, NotFound, complaint
from doublebill.games import levels, seeds
from doublebill.games.export import as_json, as_text
from doublebill.games.kinds import KINDS
from doublebill.schema import Bounds, read, schema_of

CELLS_LIMIT = 22_000
"""Cells of all levels of one request: 100 levels of 18 × 12, or five of 64 × 64; seconds of work at the very worst."""

Count = Annotated[int, Bounds(minimum=1, maximum=100)]


@dataclass(frozen=True, slots=True)
class ContentRequest:
    """What a caller may say when asking for content."""

    seed: seeds.Number | seeds.Name | None = None
    """Without one, an unused seed is taken; the answer names it."""
    count: Count = 1
    spec: dict[str, object] | None = None
    """What each kind understands stands in `games()`."""
    format: Literal["json", "text"] = "json"
    solution: bool = False
    """Whether drawings show the certificate's way."""


def games() -> dict[str, object]:
    """What can be asked for: each kind with the JSON Schema of its spec."""
    return {
        "kinds": [
            {
                "name": kind.name,
                "description": kind.description,
                "generator_version": kind.version,
                "legend": dict(kind.legend),
                "spec": schema_of(kind.spec),
            }
            for kind in KINDS.values()
        ]
    }


def generate(name: str, request: ContentRequest, fresh_seed: Callable[[], int]) -> dict[str, object]:
    """The levels asked for, in the shape of the API; item i of a batch is what its own `seed` gives alone.

    Raises:
        NotFound: when there is no such kind.
        InvalidInput: when the spec is wrong, or too many cells are asked for at once.
        Unsatisfiable: when nothing can meet the whole spec.
    """
    if name not in KINDS:
        raise NotFound(f"there is no kind {name!r} of content; there are " + ", ".join(KINDS))
    kind = KINDS[name]
    spec = read(kind.spec, request.spec or {}, "spec")
    _check_size(request.count, spec)
    seed = seeds.canonical(fresh_seed() if request.seed is None else request.seed)
    made = [levels.generate(kind, spec, seed, index) for index in range(request.count)]
    items = [
        as_text(level, request.solution) if request.format == "text" else as_json(level, kind.legend) for level in made
    ]
    return {"kind": kind.name, "generator_version": kind.version, "items": items}


def _check_size(count: int, spec: levels.Spec) -> None:
    if count * spec.area <= CELLS_LIMIT:
        return
    fits, cells = CELLS_LIMIT // spec.area, CELLS_LIMIT // count
    too_many = complaint("count", count, f"at most {fits} levels of {spec.area} cells in one request")
    too_big = f"at most {cells} cells for each of {count} levels"
    raise InvalidInput(
        [too_many, *(complaint(f"spec.{side}", spec.asked[side], too_big) for side in ("width", "height"))]
    )
