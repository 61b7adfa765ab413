"""Generate: game content with its proof.

Job: {"kind": "maze", "batch": "…"}.
"""

import secrets
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.edge.download import Download
from doublebill.edge.http import Api
from doublebill.edge.settings import GenerateSettings, read_settings
from doublebill.edge.time_limit import time_limit
from doublebill.games.content_kind import ContentKind
from doublebill.games.files import one_file
from doublebill.games.seeds import SEED_LIMIT
from doublebill.service.content import generation, proofs
from doublebill.service.content.batches import content_job
from doublebill.service.content.batches.content_job import BatchMaker, BatchPart, ContentBatch
from doublebill.service.content.generator_cache import GeneratorCache
from doublebill.service.content.kind_list import visible_games
from doublebill.service.content.proofs import ProofRequest, Proofs
from doublebill.service.content.requests import ContentBatchRequest, ContentRequest, FileRequest
from doublebill.service.content.responses import Content, Games, TextContent
from doublebill.service.content.rewrite import open_checked_rewriter
from doublebill.stores.jobs import open_jobs
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records
from doublebill.stores.rewriters import open_rewriter

settings = read_settings(GenerateSettings)
objects = open_objects(settings.objects)
records = open_records(settings.histories)
api = Api("generate", open_authoriser(objects, records, settings), settings)
generators = GeneratorCache(objects, SYSTEM, settings.refresh_seconds)
language_model = open_rewriter(settings.rewriter)
rewriter = open_checked_rewriter(language_model, records, now_ms, settings.flavour_per_day, api.within)
jobs = open_jobs(settings.content_jobs)
batches = BatchMaker(objects, generators, SYSTEM, now_ms)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if "batch" in event:
        return dict(content_job.run(batches, event["kind"], event["batch"]))
    with time_limit():  # Lambda's time-out is that of a job
        return api.handler(event, context)


@api.on("GET /v1/games")
def games() -> Games:
    return visible_games(objects, api.caller.sees, api.deadline)


@api.on("GET /v1/games/{kind}", "read", count="count")
def draw(kind: str, request: FileRequest) -> Download:
    made = generation.generate_files(kind, request.content_request(), fresh_seed, find_generator)
    packed = one_file(made.files, made.name)
    return Download(packed.name, packed.media_type, packed.content, made.unchanging, request.count)


@api.on("POST /v1/games/{kind}", "read", count="count")
def generate(kind: str, request: ContentRequest) -> Content | TextContent:
    return generation.generate(kind, request, fresh_seed, find_generator, rewriter)


@api.on("POST /v1/games/{kind}/batches", "read", status=202, count="count")
def post_content_batch(kind: str, request: ContentBatchRequest) -> ContentBatch:
    return content_job.start(batches, jobs, kind, request, api.caller, fresh_seed)


@api.on("GET /v1/games/{kind}/batches/{batch_id}", "read")
def content_batch(kind: str, batch_id: str, request: BatchPart) -> ContentBatch:
    content_job.check_reader(batches, kind, batch_id, api.caller)
    return content_job.show(batches, kind, batch_id, request.part)


@api.on("POST /v1/games/{kind}/proofs", "read")
def prove(kind: str, request: ProofRequest) -> Proofs:
    return proofs.prove(kind, request)


def fresh_seed() -> int:
    return secrets.randbelow(SEED_LIMIT)


def find_generator(kind: str, corpus: str | None, model_version: str | None) -> ContentKind:
    return generators.find(kind, corpus, model_version, api.deadline)
