"""Batches of content: more levels or texts than one request may take, made by a job.

A request that comes again is shown the batch that it started, unless that failed; with an idempotency key it is shown
that batch however it ended, and with a seed that it need not name. Items are those of one request with that seed, which
is the same for as many as one request makes. A caller has at most `MOST_AT_WORK` batches that are not finished. Batches
go after a week.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, NotRequired, TypedDict

import msgspec
from msgspec import Meta

from doublebill.access.callers import Caller
from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import Forbidden, InvalidInput, NotFound
from doublebill.games.content_kind import ContentKind, UnreachedItem
from doublebill.games.files import FILES_VERSION
from doublebill.games.step_budget import STEPS
from doublebill.schema import Input, read
from doublebill.service.content import generation
from doublebill.service.content.batches.pack_keys import KEYS
from doublebill.service.content.batches.places_at_work import take_place
from doublebill.service.content.batches.stored_batch import (
    batches_of,
    digest_of,
    missing_batch,
    read_fields,
    read_part,
    record_of_batch,
    write_parts,
)
from doublebill.service.content.generator_cache import GeneratorCache
from doublebill.service.content.requests import ContentBatchRequest
from doublebill.service.content.responses import BatchVariety
from doublebill.stores.job_record import first_of, new_id
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects

PATIENCE_SECONDS = 5.0
"""How long a batch waits for the objects of a model."""

GOOD = ("queued", "running", "succeeded")
"""States of a batch that the same request need not start again."""


class BatchPart(Input, frozen=True):
    """The part of the items to return, if any."""

    part: Annotated[int, Meta(ge=0, le=1_000)] | None = None


class ContentBatch(TypedDict):
    """The state of a batch, and a part of its items where the request names one."""

    kind: str
    batch_id: str
    state: str
    """queued, running, succeeded, failed or lost"""
    count: int
    """Items that the request asked for."""
    seed: int | str
    generator_version: int
    corpus: NotRequired[str]
    model_version: NotRequired[str]
    parts: int
    """Ask for each by `?part=`, from 0; none before the batch has succeeded."""
    licence: NotRequired[str]
    variety: NotRequired[BatchVariety]
    """Of levels."""
    repeats: NotRequired[int]
    """Of texts: how many repeat an earlier one."""
    not_reached: NotRequired[Sequence[UnreachedItem]]
    """The last items of the request, where all of them are more work than a job does."""
    error: NotRequired[str]
    items: NotRequired[Sequence[Mapping[str, object]]]
    """Each as `POST /v1/games/{kind}` answers it."""


@dataclass(frozen=True)
class BatchMaker:
    """The objects and generators that batches use."""

    objects: Objects
    generators: GeneratorCache
    clock: Clock
    """Monotonic seconds."""
    now_ms: Callable[[], int]

    def find(self, kind: str, corpus: str | None, model_version: str | None) -> ContentKind:
        """Finds a generator, as `GeneratorCache.find`."""
        return self.generators.find(kind, corpus, model_version, Deadline(self.clock, self.clock() + PATIENCE_SECONDS))


def start(
    maker: BatchMaker,
    jobs: Jobs,
    kind: str,
    request: ContentBatchRequest,
    caller: Caller,
    fresh_seed: Callable[[], int],
) -> ContentBatch:
    """Checks and keeps the request, and starts the job; only this caller and admins may read its items.

    Raises:
        Forbidden: when the caller acts for one user, of whom nothing is stored here.
        NotFound, InvalidInput, Unsatisfiable: as `generation.generate` does.
        TooManyJobs: when `MOST_AT_WORK` batches of the caller are not finished.
        StoreUnavailable: when the job could not be started.
    """
    if caller.user_id is not None:
        raise Forbidden("batches are for callers that act for themselves, not for one user")
    if request.flavour:
        raise InvalidInput.one("flavour", "no texts of batches are reworded", "remove it")
    key = request.idempotency_key
    fixed = _fixed(maker, kind, request, fresh_seed)
    stored = _without_key(fixed)
    digest = digest_of([caller.name, kind, stored])
    for batch in reversed(batches_of(maker.objects, kind, digest)):
        if (shown := show(maker, kind, batch))["state"] in GOOD:
            return shown
    batch = new_id(maker.now_ms(), digest)
    if key:
        sent = _without_key(request)
        batch = first_of(maker.objects, f"{KEYS}/{kind}", f"{caller.name} {key}", sent, batch)
        with contextlib.suppress(NotFound):
            return show(maker, kind, batch)
    take_place(maker.objects, kind, batch, caller.name, maker.now_ms())
    fields = {"request": stored, "caller": caller.name, "count": fixed.items, "alive_ms": maker.now_ms()}
    record_of_batch(maker.objects, kind, batch).queue(jobs, {"kind": kind, "batch": batch}, fields)
    return show(maker, kind, batch)


def _without_key(request: ContentBatchRequest) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(request).items() if name != "idempotency_key"}


def run(maker: BatchMaker, kind: str, batch: str) -> ContentBatch:
    """Makes the items of a batch.

    Raises:
        NotFound: when there is no such batch.
        Exception: when it cannot be done; the record then says why.
    """
    read_fields(maker.objects, kind, batch, maker.now_ms())
    record = record_of_batch(maker.objects, kind, batch)
    begun_ms = maker.now_ms()
    with record.running(begun_ms, maker.now_ms, alive_ms=begun_ms) as fields, record.alive(maker.now_ms):
        request = read(ContentBatchRequest, fields["request"])
        answer = generation.generate(kind, request, _no_seed, maker.find, batch=True)
        parts = write_parts(maker.objects, kind, batch, answer["items"])
        about = {name: value for name, value in answer.items() if name in SUMMARY}
        record.add(state="succeeded", finished_ms=maker.now_ms(), parts=parts, summary=about)
    return show(maker, kind, batch)


NAMED = ("seed", "generator_version", "corpus", "model_version")
"""Fields of the request that each answer about the batch shows where they are set."""

SUMMARY = ("licence", "variety", "repeats", "not_reached")
"""Fields of an answer that the record keeps and each answer about the batch shows."""


def check_reader(maker: BatchMaker, kind: str, batch: str, caller: Caller) -> None:
    """Checks that a caller may read a batch: it started the batch, or is an admin of the kind.

    Raises:
        NotFound: when it may not, with the message of a batch that does not exist, or there is none.
    """
    fields = read_fields(maker.objects, kind, batch, maker.now_ms())
    own = fields["caller"] == caller.name and caller.user_id is None
    if not own and not caller.allows(f"games/{kind}", "admin"):
        raise missing_batch(kind, batch)


def show(maker: BatchMaker, kind: str, batch: str, part: int | None = None) -> ContentBatch:
    """Returns the state of a batch, with one part of its items where `part` names one.

    Raises:
        NotFound: when there is no such batch, or it has no such part yet.
    """
    record = read_fields(maker.objects, kind, batch, maker.now_ms())
    request = record["request"]
    shown: dict[str, Any] = {
        "kind": kind,
        "batch_id": batch,
        "state": record["state"],
        "count": record["count"],
        "parts": record.get("parts", 0),
        **{name: request[name] for name in NAMED if request[name] is not None},
        **record.get("summary", {}),
        **({"error": record["error"]} if "error" in record else {}),
    }
    if part is not None:
        if part >= shown["parts"]:
            raise NotFound(f"batch {batch!r} has no part {part}, or not yet")
        shown["items"] = read_part(maker.objects, kind, batch, part)
    made: ContentBatch = shown  # type: ignore[assignment]  # fields of its type, some of them as they were stored
    return made


def _fixed(
    maker: BatchMaker, kind: str, request: ContentBatchRequest, fresh_seed: Callable[[], int]
) -> ContentBatchRequest:
    """Returns a checked request that names its seed and all versions, so that the job makes what was asked for."""
    found = generation.find_version(kind, request, maker.find)
    wanted = generation.generation_request(request, fresh_seed)
    found.check_request(replace(generation.as_batch(wanted), steps=STEPS))  # it is checked within one request
    return msgspec.structs.replace(
        request,
        seed=wanted.seed,
        generator_version=found.version,
        model_version=found.model_version,
        files_version=FILES_VERSION,
    )


def _no_seed() -> int:
    raise LookupError("a batch names its seed")
