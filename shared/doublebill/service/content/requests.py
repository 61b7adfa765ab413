"""Requests for content, as callers send them."""

from typing import Annotated

from msgspec import Meta

from doublebill.errors import InvalidInput
from doublebill.games import seeds
from doublebill.games.content_kind import FileName, Format, Measure
from doublebill.games.grids.constraints import Base, FixedTile, Tile
from doublebill.games.tileset.themes import ThemeName, TilePixels
from doublebill.schema import IdempotencyKey, Input, whole
from doublebill.service.content.corpus_record import CorpusName

FIXED_TILES = 1024
"""Cells that `fixed` may name; a base fixes more."""

MOST_ITEMS = 100
"""Items that one request may ask for."""

MOST_BATCH_ITEMS = 1_000
"""Items of a batch, which a job makes."""

Count = Annotated[
    int,
    Meta(ge=1, le=MOST_ITEMS, description=f"1 to {MOST_ITEMS}; a batch, POST …/batches, has up to {MOST_BATCH_ITEMS}"),
]
ModelVersion = Annotated[
    str, Meta(pattern=whole(r"[a-z0-9-]{1,64}"), description="a model_version from an answer: 1 to 64 of a-z, 0-9, -")
]


GeneratorVersion = Annotated[int, Meta(ge=1, description="a generator_version from an answer, an integer from 1")]


FilesVersion = Annotated[int, Meta(ge=1, description="the files_version that GET /v1/games has, an integer from 1")]


class ContentRequest(Input, frozen=True):
    """A request for levels or texts of one kind."""

    corpus: CorpusName | None = None
    """Corpus that the generator learned from; by default the one that ships."""
    model_version: ModelVersion | None = None
    """Model that was learned from the corpus; by default the newest."""
    generator_version: GeneratorVersion | None = None
    """Version of the generator, by default the newest; refused where the service does not keep it."""
    seed: seeds.Number | seeds.Name | None = None
    """By default an unused seed, which the answer names."""
    count: Count | None = None
    """Number of items: by default as many as there are `specs`, or 1."""
    spec: dict[str, object] | None = None
    """Controls of the kind; `GET /v1/games` has the JSON Schema of each."""
    specs: Annotated[tuple[dict[str, object], ...], Meta(min_length=1, max_length=MOST_ITEMS)] | None = None
    """Controls of each item, in order, instead of `spec`."""
    format: Format = "json"
    """A grid with its legend, a drawing for the terminal, or a file for an engine or a viewer."""
    theme: ThemeName = "stone"
    """Look of pictures and of tilesets."""
    tile_pixels: TilePixels = 16
    """Pixels along a side of a tile in pictures and tilesets."""
    solution: bool = False
    """Whether drawings and files show the certificate's way."""
    fixed: Annotated[tuple[FixedTile, ...], Meta(max_length=FIXED_TILES)] = ()
    """Tiles that keep their place in every item."""
    must_have: Annotated[tuple[Tile, ...], Meta(max_length=FIXED_TILES)] = ()
    """Tiles of which every item has at least one."""
    base: Base | None = None
    """A level of which a part is made again."""
    strict: bool = False
    """Whether an item that misses a control is refused instead of returned as a fallback."""
    unlike: Measure | None = None
    """What makes items as different as a pool of levels allows: certificates, cells, or patterns of ground."""
    files_version: FilesVersion | None = None
    """Version of the files, refused where the service has another."""
    flavour: bool = False
    """Whether a language model rewords the texts, if the deployment has one."""

    @property
    def items(self) -> int:
        """The number of items.

        Raises:
            InvalidInput: when the request has both `spec` and `specs`, or another `count` than `specs`.
        """
        if self.specs is None:
            return self.count or 1
        if self.spec is not None:
            raise InvalidInput.one("spec", "there are specs too", "use one of spec and specs")
        number = len(self.specs)
        if self.count not in (None, number):
            raise InvalidInput.one("count", f"there are {number} specs", f"use {number}, or remove it")
        return number


class ContentBatchRequest(ContentRequest, frozen=True):
    """A request for more levels or texts of one kind than one request may take, as a job."""

    count: Annotated[int, Meta(ge=1, le=MOST_BATCH_ITEMS)] | None = None
    """Number of items: by default as many as there are `specs`, or 1."""
    specs: Annotated[tuple[dict[str, object], ...], Meta(min_length=1, max_length=MOST_BATCH_ITEMS)] | None = None
    """Controls of each item, in order, instead of `spec`."""
    seed: seeds.Number | seeds.Name | None = None
    """By default an unused seed. The same request with the same seed is the same batch, not another."""
    flavour: bool = False
    """False: no texts of batches are reworded."""
    idempotency_key: IdempotencyKey = ""


class FileRequest(Input, frozen=True):
    """A request for levels of one kind as a file, in a query string: a link that always gives the same."""

    seed: seeds.Number | seeds.Name
    format: FileName = "png"
    """Formats of several files come as a zip, as do the files of several levels."""
    corpus: CorpusName | None = None
    """Corpus that the generator learned from; by default the one that ships."""
    model_version: ModelVersion | None = None
    """Model that was learned from the corpus; by default the newest."""
    generator_version: GeneratorVersion | None = None
    """Version of the generator, by default the newest; refused where the service does not keep it."""
    files_version: FilesVersion | None = None
    """Version of the files, refused where the service has another. An answer whose link has this, `generator_version`
    and, where there is one, `model_version` may be cached for ever."""
    count: Count = 1
    spec: dict[str, object] | None = None
    """Controls of the kind, as JSON."""
    theme: ThemeName = "stone"
    """Look of pictures and of tilesets."""
    tile_pixels: TilePixels = 16
    """Pixels along a side of a tile in pictures and tilesets."""
    solution: bool = False
    """Whether the certificate's way is shown."""
    strict: bool = False
    """Whether an item that misses a control is refused instead of returned as a fallback."""
    unlike: Measure | None = None
    """What makes items as different as a pool of levels allows: certificates, cells, or patterns of ground."""

    def content_request(self) -> ContentRequest:
        """Returns the same as a request for content."""
        return ContentRequest(**{name: getattr(self, name) for name in self.__struct_fields__})
