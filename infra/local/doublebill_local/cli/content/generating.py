"""The command `generate`: makes game content and proves levels."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, cast

import msgspec
from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import SYSTEM
from doublebill.errors import InvalidInput, NotReached
from doublebill.games.content_kind import FileName, Format, Measure
from doublebill.games.files import FILES
from doublebill.games.kinds import KINDS
from doublebill.games.seeds import SEED_LIMIT
from doublebill.games.text.kinds import TEXTS
from doublebill.games.tileset.themes import ThemeName
from doublebill.service.content import generation
from doublebill.service.content.generator_cache import FindGenerator, GeneratorCache
from doublebill.service.content.requests import MOST_ITEMS, ContentBatchRequest, ContentRequest
from doublebill_local.cli.content.level_output import check_ending, write_files
from doublebill_local.cli.content.spec_words import spec_of
from doublebill_local.cli.corpus_files import text_of
from doublebill_local.cli.options import UNSET, Flag, Integer, StackOptions, existing_file, json_value
from doublebill_local.cli.waiting import patience
from doublebill_local.display.content import show_content, show_files

ALL_KINDS = ", ".join([*KINDS, *TEXTS])


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class GeneratorOptions:
    """Options that name the content model and the seed."""

    corpus: Annotated[
        str | None, Parameter(metavar="NAME", help="corpus that the model learned from (default: built in)")
    ] = None
    model_version: Annotated[
        str | None, Parameter(metavar="VERSION", help="version of that model (default: the newest)")
    ] = None
    seed: Annotated[
        str | None, Parameter(metavar="SEED", help="an integer below 2**53 or a text (default: a new one)")
    ] = None

    def fields(self) -> dict[str, object]:
        """Returns the fields of the request that are set."""
        fields = {"corpus": self.corpus, "model_version": self.model_version, "seed": self.seed}
        return {name: value for name, value in fields.items() if value is not None}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """Options that say how many levels or texts there are, and how these differ."""

    count: Annotated[Integer | None, Parameter(metavar="N", help="number of levels or texts (default: 1)")] = None
    specs: Annotated[
        str | None, Parameter(metavar="FILE", help="JSON file with a list of controls, one for each item")
    ] = None
    unlike: Annotated[
        Measure | None, Parameter(help="choose levels that differ most in moves, cells or structure, from more")
    ] = None
    strict: Annotated[Flag, Parameter(negative=(), help="refuse levels that miss a control")] = False

    def fields(self, spec: Sequence[str]) -> dict[str, object]:
        """Returns the fields of the request that are set, with the controls that `spec` or a file names.

        Raises:
            InvalidInput: when these are no JSON, or both are there.
        """
        if self.specs is None:
            controls = {"spec": spec_of(spec)}
        elif spec:
            raise InvalidInput.one("--spec", "there is --specs too", "use one of them")
        else:
            controls = {"specs": json_value("--specs", text_of(existing_file("--specs", self.specs, read_once=True)))}
        fields = {"count": self.count, "unlike": self.unlike, "strict": self.strict or None}
        return controls | {name: value for name, value in fields.items() if value is not None}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class FileOptions:
    """Options of levels as files."""

    output_format: Annotated[
        Format, Parameter(name="--format", help="levels as text or JSON on the terminal, or as a file")
    ] = "text"
    out: Annotated[
        str | None, Parameter(name="--out", metavar="PATH", help="file, folder (levels/) or .zip to write files to")
    ] = None
    theme: Annotated[ThemeName, Parameter(help="look of pictures and tilesets")] = "stone"
    tile_pixels: Annotated[Integer, Parameter(metavar="16|32", help="pixels along a side of a tile")] = 16
    solution: Annotated[Flag, Parameter(negative=(), help="show the solution in files")] = False

    @property
    def writes(self) -> bool:
        """Whether files are to be written."""
        return self.output_format in FILES

    def fields(self, as_json: bool) -> dict[str, object]:
        """Returns the fields of the request; what the terminal shows has the solution in it."""
        if not self.writes:
            return {"format": "json" if as_json else self.output_format, "solution": True}
        look = {"theme": self.theme, "tile_pixels": self.tile_pixels}
        return {"format": self.output_format, "solution": self.solution, **look}


def generate(
    kind: Annotated[str, Parameter(help=f"kind of content: {ALL_KINDS}")],
    /,
    *,
    generator: GeneratorOptions = GeneratorOptions(),
    spec: Annotated[
        tuple[str, ...],
        UNSET,
        Parameter(metavar="CONTROL=VALUE", help="a control, such as width=20 or enemies=3..5, again for each; or JSON"),
    ] = (),
    items: BatchOptions = BatchOptions(),
    files: FileOptions = FileOptions(),
    options: StackOptions = StackOptions(),
) -> None:
    """Generates levels with proofs, or texts."""
    fields = {**generator.fields(), **items.fields(spec)}
    if kind not in TEXTS or files.writes:
        fields |= files.fields(options.as_json)
    request = schema.read(ContentBatchRequest, fields)
    request = msgspec.structs.replace(request, seed=_fresh_seed() if request.seed is None else request.seed)
    if files.out is not None or (files.writes and not options.as_json):
        options.answer(_file_answer(kind, request, files, _generators(options)), show_files)
    else:
        options.answer(_answer(kind, request, _generators(options)), show_content)


def _answer(kind: str, request: ContentRequest, find: FindGenerator) -> Any:
    """Returns the answer of one request, or of a batch where that has too few steps for all of it."""
    if request.items <= MOST_ITEMS:
        with suppress(NotReached):
            answer: Any = generation.generate(kind, request, _fresh_seed, find)
            if "not_reached" not in answer:
                return answer
    return generation.generate(kind, request, _fresh_seed, find, batch=True)


def _file_answer(kind: str, request: ContentRequest, files: FileOptions, find: FindGenerator) -> dict[str, Any]:
    """Writes the files of a request; returns their paths."""
    if not files.writes:
        raise InvalidInput.one("--out", f"{files.output_format} goes to the terminal", "name a --format of files")
    if files.out is None:
        raise InvalidInput.one(
            "--out", f"{files.output_format} is a file", "name the file, a folder (levels/) or a .zip"
        )
    check_ending(cast(FileName, files.output_format), files.out)
    try:
        made = generation.generate_files(kind, request, _fresh_seed, find, batch=request.items > MOST_ITEMS)
    except NotReached:
        made = generation.generate_files(kind, request, _fresh_seed, find, batch=True)
    return {"files": [str(path) for path in write_files(made.files, files.out)]}


def _generators(options: StackOptions) -> FindGenerator:
    cache = GeneratorCache(options.open_home().objects(), SYSTEM, refresh_seconds=0.0)
    deadline = patience()
    return lambda kind, corpus, model_version: cache.find(kind, corpus, model_version, deadline)


def _fresh_seed() -> int:
    return secrets.randbelow(SEED_LIMIT)
