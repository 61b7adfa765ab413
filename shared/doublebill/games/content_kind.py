"""Kinds of content: the protocol that levels and texts share, so that the service never asks which of them it serves.

A kind is made by `games.level_kind.LevelKind` or `games.text.texts.TextKind`, and found by its name in `games.kinds`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, Self, TypedDict

from doublebill.games.grids.constraints import Base, FixedTile
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.seeds import Seed, derived
from doublebill.games.step_budget import SHOWING_STEPS, STEPS
from doublebill.games.text.rewriting.placeholders import RewriteDraft
from doublebill.games.tileset.themes import ThemeName, TilePixels, TileStyle
from doublebill.values.response_size import MAX_RESPONSE_BYTES

LICENCE = "CC0-1.0: no rights are claimed in this content"
"""Licence of content whose generator learned from no corpus of a customer."""

ANSWER_BYTES = MAX_RESPONSE_BYTES - 300_000
"""Bytes of all items of an answer, as Lambda wraps them; the rest of the answer has less than what is left."""

type Json = bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None
FileName = Literal["tiled", "tmx", "ldtk", "godot", "uvtt", "csv", "xsb", "svg", "png"]
"""File formats of levels; `files.formats` has a writer for each."""

Format = Literal["json", "text", FileName]

Measure = Literal["moves", "cells", "structure"]
"""Names of the measures by which levels of a batch may be unlike; `variety.pool_measures` has what each compares."""


@dataclass(frozen=True, slots=True)
class LevelOptions:
    """Options of a request that only levels understand; `service.content.generation` documents each."""

    format: Format = "json"
    theme: ThemeName = "stone"
    tile_pixels: TilePixels = 16
    solution: bool = False
    fixed: tuple[FixedTile, ...] = ()
    must_have: tuple[str, ...] = ()
    base: Base | None = None
    strict: bool = False
    unlike: Measure | None = None

    @property
    def style(self) -> TileStyle:
        """The look of levels in files."""
        return TileStyle(self.theme, self.tile_pixels)


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One request for content of a kind."""

    spec: Mapping[str, object]
    """Fields of the kind's spec, not yet validated."""
    seed: Seed
    count: int = 1
    options: LevelOptions = field(default_factory=LevelOptions)
    steps: int = STEPS
    """Steps of work that all of it may take."""
    answer_bytes: int = ANSWER_BYTES
    """Bytes that all items of the answer may have as JSON; those that do not fit are not reached."""
    showing_steps: int = SHOWING_STEPS
    """Steps of work that showing its levels may take."""
    one_answer: bool = True
    """Whether one answer has all items, with room for few pictures."""
    files: bool = False
    """Whether only plans are wanted, from which files are written, and no items."""
    specs: Sequence[Mapping[str, object]] = ()
    """A spec for each of the `count` items in place of `spec`, where there are any."""

    @property
    def counted_by(self) -> str:
        """The field of the request that says how many items it wants."""
        return "specs" if self.specs else "count"


class ReachLimit(TypedDict):
    """A limit of one request."""

    limit: int
    unit: Literal["steps", "bytes"]
    """Steps of work, of which a million are about a second, or bytes of the answer."""


class UnreachedItem(ReachLimit):
    """An item that the answer does not have, since the work or the answer of the request would exceed a limit."""

    index: int
    """Its place in the request, the first is 0."""
    seed: int | str
    """The seed that it was to be made from, alone or in a request for fewer."""


@dataclass(frozen=True, slots=True)
class GeneratedBatch:
    """Items made for one request, as JSON."""

    items: Sequence[Mapping[str, Any]]
    """In the order of their seeds; each is reproduced by its own `seed` alone."""
    summary: Mapping[str, Any]
    """Fields of the answer about the batch as a whole: `variety` of levels, `repeats` of texts, `not_reached`."""
    plans: Callable[[], Sequence[LevelPlan]] = tuple
    """Returns the plans of levels, from which files are written; none of texts."""


def kept_versions(kind: "ContentKind") -> Sequence["ContentKind"]:
    """Returns the versions of a kind that requests may name: the newest, and the one before where it is kept."""
    return (kind,) if kind.earlier is None else (kind, kind.earlier)


def not_reached(
    request: GenerationRequest, made: int, skipped: int = 0, limit: ReachLimit | None = None
) -> dict[str, list[UnreachedItem]]:
    """Returns the field `not_reached` of an answer with the first `made` items, and no field where those are all.

    `skipped` are the seeds that were passed over for them; the limit is the steps of the request if none is given.
    """
    reached = limit or ReachLimit(limit=request.steps, unit="steps")
    unmade = range(made, request.count)
    items = [UnreachedItem(index=i, seed=derived(request.seed, i + skipped), **reached) for i in unmade]
    return {"not_reached": items} if items else {}


class ContentKind(Protocol):
    """A kind of content that a request can name."""

    @property
    def name(self) -> str:
        """Name in requests."""

    @property
    def description(self) -> str:
        """One line for `GET /v1/games`."""

    @property
    def version(self) -> int:
        """Generator version; any change to what a seed gives raises it."""

    @property
    def earlier(self) -> "ContentKind | None":
        """The version before, which requests may still name; None where it is not kept."""

    @property
    def spec(self) -> type[Any]:
        """Dataclass of the request's `spec`, whose JSON Schema `GET /v1/games` shows."""

    @property
    def corpus(self) -> str:
        """Name of the corpus that the kind learned from; "" where it learned from none."""

    @property
    def model_version(self) -> str | None:
        """Version of the content model that was learned from the corpus."""

    @property
    def licence(self) -> str:
        """Licence of the generated content."""

    @property
    def rewrite_draft(self) -> Callable[[Mapping[str, Any]], RewriteDraft] | None:
        """Prepares an item of an answer for rewording by a language model; None if items must stay as generated."""

    def vocabulary(self) -> Mapping[str, Mapping[str, str]]:
        """Returns the symbols of the kind's answers with their meanings: `legend` and `moves` of levels."""

    def check_request(self, request: GenerationRequest) -> None:
        """Checks a request before its items are made.

        Raises:
            InvalidInput, Unsatisfiable: as `generate` does.
        """

    def generate(self, request: GenerationRequest) -> GeneratedBatch:
        """Generates the items of a request.

        Raises:
            InvalidInput: for a wrong spec or option, or when too much is requested at once.
            Unsatisfiable: when nothing can meet the whole spec.
            NotReached: when nothing was found that keeps the constraints or, where `strict`, meets every control.
        """

    def sample(self, seed: Seed) -> Json:
        """Generates one item with the default spec; the digest of this JSON identifies the generator."""

    def learned_from(self, corpus: str, model_version: str, licence: str) -> Self:
        """Returns the kind with the names of the corpus and model that it learned from."""
