"""Generation of content, from a request to the answer: find the kind, generate a batch, reword its texts.

request → kind and its generator → batch (spec, seed, proofs: see `games`) → rewordings → answer
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import cast

from doublebill.errors import InvalidInput, NotReached, Unsatisfiable
from doublebill.games import seeds
from doublebill.games.content_kind import ContentKind, GeneratedBatch, GenerationRequest, LevelOptions, kept_versions
from doublebill.games.files import FILES, FILES_VERSION, LevelFile, file_name, file_names, files_within, level_files
from doublebill.games.text.kinds import TEXTS
from doublebill.service.content.generator_cache import FindGenerator, find_shipped
from doublebill.service.content.requests import ContentRequest
from doublebill.service.content.responses import Content, TextContent
from doublebill.service.content.rewrite import CheckedRewriter, require_rewriter, reworded

BATCH_STEPS = 400_000_000
"""Steps of a batch: some seven minutes of one core, less than half of the time that Lambda gives a job."""

BATCH_BYTES = 64_000_000
"""Bytes of all items of a batch as JSON, which a job keeps in memory."""


def generate(
    name: str,
    request: ContentRequest,
    fresh_seed: Callable[[], int],
    find: FindGenerator = find_shipped,
    rewriter: CheckedRewriter | None = None,
    batch: bool = False,
) -> Content | TextContent:
    """Generates the levels or texts of a request; each item is reproduced by its own `seed` alone.

    A `batch` has the steps and the bytes of a job.

    Raises:
        NotFound: when there is no such kind, corpus or model.
        InvalidInput: when the spec is wrong, too much is requested at once, or the texts cannot be reworded here.
        Unsatisfiable: when nothing can meet the whole spec.
        NotReached: when nothing was found that keeps the constraints or, where `strict`, that meets every control.
    """
    kind = find_version(name, request, find)
    checked = require_rewriter(kind, request.items, rewriter) if request.flavour else None
    one = generation_request(request, fresh_seed)
    made = kind.generate(as_batch(one) if batch else one)
    answer = content_answer(kind, made)
    if checked:
        answer |= reworded(kind, made.items, checked)
    return cast(Content | TextContent, answer)


@dataclass(frozen=True, slots=True)
class GeneratedFiles:
    """The files of a request."""

    name: str
    """Of all of them as a zip, without its ending: the first level's, and the format."""
    files: Sequence[LevelFile]
    """Those of levels first, then what they refer to."""
    unchanging: bool
    """Whether the request names all that its levels depend on, so that it always gives the same."""


def generate_files(
    name: str,
    request: ContentRequest,
    fresh_seed: Callable[[], int],
    find: FindGenerator = find_shipped,
    batch: bool = False,
) -> GeneratedFiles:
    """Generates the levels of a request as files of its format; a `batch` has the steps of a job.

    Raises:
        InvalidInput: as `generate`, and for texts, which have no files.
        NotReached: when not all levels of the request could be made; a file has no room for saying so.
    """
    form = file_name(request.format)
    if form is None:
        raise InvalidInput.one("format", f"{request.format} is an answer and no file", f"use one of {', '.join(FILES)}")
    kind = find_version(name, request, find)
    if kind.name in TEXTS:
        raise InvalidInput.one("format", f"{name} are texts, and only levels have files", "ask for texts with POST")
    one = replace(generation_request(request, fresh_seed), files=True)
    whole = as_batch(one) if batch else one
    made = kind.generate(whole)
    if unreached := made.summary.get("not_reached"):
        raise _too_many(whole, whole.count - len(unreached))
    plans, style = made.plans(), whole.options.style
    written = files_within(plans, form, style, whole.showing_steps)
    if written < len(plans):
        raise _too_many(whole, written)
    name = f"{file_names(plans[:1])[0]}-{form}"
    return GeneratedFiles(name, level_files(plans, form, style), names_all_versions(request, kind))


def _too_many(request: GenerationRequest, reached: int) -> NotReached:
    many, more = ("request", ", or POST …/batches, which makes more as a job") if request.one_answer else ("batch", "")
    most = f"{reached} of {request.count} levels are the work of one {many}; use at most {reached}{more}"
    return NotReached(f"{request.counted_by}: {most}")


def as_batch(request: GenerationRequest) -> GenerationRequest:
    """Returns a request with what a job may take for it, and the same items as far as one request makes them."""
    return replace(
        request, steps=BATCH_STEPS, showing_steps=BATCH_STEPS // 4, answer_bytes=BATCH_BYTES, one_answer=False
    )


def find_version(name: str, request: ContentRequest, find: FindGenerator) -> ContentKind:
    """Finds the kind of a request, in the version that it names.

    Raises:
        Unsatisfiable: when the service does not keep that version, or that of the files, listing those that it keeps.
    """
    kept = kept_versions(find(name, request.corpus, request.model_version))
    wanted = request.generator_version
    chosen = next((kind for kind in kept if wanted in (None, kind.version)), None)
    if chosen is None:
        versions = " or ".join(str(kind.version) for kind in kept)
        found = f"version {wanted} of the generator of {name} is not kept"
        raise Unsatisfiable.one("generator_version", found, f"use {versions}")
    check_files_version(request)
    return chosen


def check_files_version(request: ContentRequest) -> None:
    """Checks that a request names no other version of the files.

    Raises:
        Unsatisfiable: when it does.
    """
    if request.files_version not in (None, FILES_VERSION):
        found = f"version {request.files_version} of the files is not kept"
        raise Unsatisfiable.one("files_version", found, f"use {FILES_VERSION}")


def names_all_versions(request: ContentRequest, kind: ContentKind) -> bool:
    """Checks whether a request names the version of all that its files depend on."""
    named = (request.generator_version, request.model_version, request.files_version)
    return named == (kind.version, kind.model_version, FILES_VERSION)


def generation_request(request: ContentRequest, fresh_seed: Callable[[], int]) -> GenerationRequest:
    """Returns the part of a request that a kind understands, with a fresh seed if it names none."""
    seed = seeds.canonical(fresh_seed() if request.seed is None else request.seed)
    options = LevelOptions(**{field.name: getattr(request, field.name) for field in fields(LevelOptions)})
    return GenerationRequest(request.spec or {}, seed, request.items, options, specs=request.specs or ())


def content_answer(kind: ContentKind, batch: GeneratedBatch) -> dict[str, object]:
    """Returns the answer with a batch, and with the versions that reproduce it."""
    answer = {
        "kind": kind.name,
        "generator_version": kind.version,
        "licence": kind.licence,
        **batch.summary,
        "items": batch.items,
    }
    if kind.model_version is not None:
        answer |= {"corpus": kind.corpus, "model_version": kind.model_version}
    return answer
