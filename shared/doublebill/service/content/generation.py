"""Generation of content, from a request to the answer: find the kind, generate a batch, reword its texts.

request → kind and its generator → batch (spec, seed, proofs: see `games`) → rewordings → answer
"""

from collections.abc import Callable
from dataclasses import fields
from typing import cast

from doublebill.games import seeds
from doublebill.games.content_kind import ContentKind, GeneratedBatch, GenerationRequest, LevelOptions
from doublebill.service.content.generator_cache import FindGenerator, find_shipped
from doublebill.service.content.requests import ContentRequest
from doublebill.service.content.responses import Content, TextContent
from doublebill.service.content.rewrite import CheckedRewriter, require_rewriter, reworded


def generate(
    name: str,
    request: ContentRequest,
    fresh_seed: Callable[[], int],
    find: FindGenerator = find_shipped,
    rewriter: CheckedRewriter | None = None,
) -> Content | TextContent:
    """Generates the levels or texts of a request; each item is reproduced by its own `seed` alone.

    Raises:
        NotFound: when there is no such kind, corpus or model.
        InvalidInput: when the spec is wrong, too much is requested at once, or the texts cannot be reworded here.
        Unsatisfiable: when nothing can meet the whole spec.
        NotReached: when nothing was found that keeps the constraints or, where `strict`, that meets every control.
    """
    kind = find(name, request.corpus, request.model_version)
    checked = require_rewriter(kind, request.count, rewriter) if request.flavour else None
    batch = kind.generate(generation_request(request, fresh_seed))
    answer = content_answer(kind, batch)
    if checked:
        answer |= reworded(kind, batch.items, checked)
    return cast(Content | TextContent, answer)


def generation_request(request: ContentRequest, fresh_seed: Callable[[], int]) -> GenerationRequest:
    """Returns the part of a request that a kind understands, with a fresh seed if it names none."""
    seed = seeds.canonical(fresh_seed() if request.seed is None else request.seed)
    options = LevelOptions(**{field.name: getattr(request, field.name) for field in fields(LevelOptions)})
    return GenerationRequest(request.spec or {}, seed, request.count, options)


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
