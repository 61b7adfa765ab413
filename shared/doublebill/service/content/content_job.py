"""Batches of content: more levels or texts than one request may take, made by a job.

    packs/<kind>/<digest>/<batch>/batch.json           the request, the name of its caller, the job's state
    packs/<kind>/<digest>/<batch>/part-<n>.jsonl.gz    some of the items, one a line

The digest is that of the caller, of the request with its seed, and of the versions that make its items; the id of a
batch ends in it. A request that comes again is shown the batch that it started, unless that failed; with an idempotency
key it is shown that batch however it ended, and with a seed that it need not name. Items are those of one request with
that seed, which is the same for as many as one request makes. A caller has at most `MOST_AT_WORK` batches that are not
finished. The bucket lets batches go after a week.

    packs/keys/<kind>/<digest>.json                    the batch of a request with an idempotency key
    packs/at-work/<digest>.json                        the batches of a caller that may not be finished
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, NotRequired, TypedDict

import msgspec
from msgspec import Meta

from doublebill.access.callers import Caller
from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import Forbidden, InvalidInput, NotFound, ObjectMissing, TooManyJobs
from doublebill.games.content_kind import ContentKind, UnreachedItem
from doublebill.games.files import FILES_VERSION
from doublebill.games.kinds import KINDS
from doublebill.games.step_budget import STEPS
from doublebill.games.text.kinds import TEXTS
from doublebill.schema import Input, read
from doublebill.service.content import generation
from doublebill.service.content.generator_cache import GeneratorCache
from doublebill.service.content.requests import ContentBatchRequest
from doublebill.service.content.responses import BatchVariety
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.job_record import JOB_ID, QUEUED_MS, UNFINISHED, Fields, JobRecord, first_of, new_id
from doublebill.stores.jobs import Jobs
from doublebill.stores.jsonl_gz import pack, unpack
from doublebill.stores.objects import Objects
from doublebill.values.response_size import wrapped_bytes

RECORD = "batch.json"

KEPT = ("request", "caller", "count")
"""Fields of the record that a job needs to begin again."""

DIGITS = 32
"""Hexadecimal digits of the digest of a request."""

PART_BYTES = 4_000_000
"""Bytes of one part as Lambda sends them, unless one item alone has more."""

PATIENCE_SECONDS = 5.0
"""How long a batch waits for the objects of a model."""

GOOD = ("queued", "running", "succeeded")
"""States of a batch that the same request need not start again."""

MOST_AT_WORK = 4
"""Batches of one caller that are not finished; each keeps a core busy for up to seven minutes."""

AGAIN_SECONDS = 60
"""Time after which a caller with that many may try again."""


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
    digest = _digest([caller.name, kind, stored])
    for batch in reversed(_batches(maker.objects, kind, digest)):
        if (shown := show(maker, kind, batch))["state"] in GOOD:
            return shown
    batch = new_id(maker.now_ms(), digest)
    if key:
        sent = _without_key(request)
        batch = first_of(maker.objects, f"packs/keys/{kind}", f"{caller.name} {key}", sent, batch)
        with contextlib.suppress(NotFound):
            return show(maker, kind, batch)
    _take_place(maker, kind, batch, caller.name)
    fields = {"request": stored, "caller": caller.name, "count": fixed.items, "alive_ms": maker.now_ms()}
    _record(maker.objects, kind, batch).queue(jobs, {"kind": kind, "batch": batch}, fields)
    return show(maker, kind, batch)


def _without_key(request: ContentBatchRequest) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(request).items() if name != "idempotency_key"}


def _take_place(maker: BatchMaker, kind: str, batch: str, caller: str) -> None:
    """Notes a batch among those of its caller that may be at work.

    Raises:
        TooManyJobs: when there are `MOST_AT_WORK` of them.
    """

    def noted(data: bytes | None) -> bytes:
        before = [] if data is None else json.loads(data)
        left = [one for one in before if one != [kind, batch] and _is_at_work(maker, *one)]
        if len(left) >= MOST_AT_WORK:
            problem = f"{len(left)} batches of content that the caller started are not finished, the most at once"
            raise TooManyJobs(f"{problem}; wait until one has ended", AGAIN_SECONDS)
        return json.dumps([*left, [kind, batch]]).encode()

    swap(maker.objects, f"packs/at-work/{_digest(caller)}.json", noted)


def _is_at_work(maker: BatchMaker, kind: str, batch: str) -> bool:
    """Checks whether a batch is not finished; one without a record may be about to be queued."""
    try:
        return show(maker, kind, batch)["state"] in UNFINISHED
    except NotFound:
        return maker.now_ms() - int(batch.partition("-")[0]) < QUEUED_MS


def run(maker: BatchMaker, kind: str, batch: str) -> ContentBatch:
    """Makes the items of a batch.

    Raises:
        NotFound: when there is no such batch.
        Exception: when it cannot be done; the record then says why.
    """
    _fields(maker, kind, batch)
    record = _record(maker.objects, kind, batch)
    begun_ms = maker.now_ms()
    with record.running(begun_ms, maker.now_ms, alive_ms=begun_ms) as fields, record.alive(maker.now_ms):
        request = read(ContentBatchRequest, fields["request"])
        answer = generation.generate(kind, request, _no_seed, maker.find, batch=True)
        parts = _write_parts(maker.objects, kind, batch, answer["items"])
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
    own = _fields(maker, kind, batch)["caller"] == caller.name and caller.user_id is None
    if not own and not caller.allows(f"games/{kind}", "admin"):
        raise _missing(kind, batch)


def show(maker: BatchMaker, kind: str, batch: str, part: int | None = None) -> ContentBatch:
    """Returns the state of a batch, with one part of its items where `part` names one.

    Raises:
        NotFound: when there is no such batch, or it has no such part yet.
    """
    record = _fields(maker, kind, batch)
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
        lines = unpack(maker.objects.get(_part_key(kind, batch, part)).data)
        shown["items"] = [json.loads(line) for line in lines]
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


def _write_parts(objects: Objects, kind: str, batch: str, items: Sequence[Any]) -> int:
    """Writes the items, as many to a part as one answer carries, and returns the number of parts."""
    parts = 0
    for parts, lines in enumerate(_filled(msgspec.json.encode(item) for item in items), 1):
        objects.put(_part_key(kind, batch, parts - 1), pack(line.decode() for line in lines))
    return parts


def _filled(items: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Yields the items in groups that fit into a part."""
    group: list[bytes] = []
    size = 0
    for item in items:
        size += wrapped_bytes(item) + 1
        if group and size > PART_BYTES:
            yield group
            group, size = [], wrapped_bytes(item) + 1
        group.append(item)
    if group:
        yield group


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:DIGITS]


def _batches(objects: Objects, kind: str, digest: str) -> list[str]:
    """Returns the ids of the batches of a request, the oldest first."""
    keys = objects.keys(f"packs/{kind}/{digest}/")
    return sorted(key.split("/")[-2] for key in keys if key.endswith(f"/{RECORD}"))


def _record(objects: Objects, kind: str, batch: str) -> JobRecord:
    return JobRecord(objects, _key(kind, batch, RECORD), batch, KEPT)


def _fields(maker: BatchMaker, kind: str, batch: str) -> Fields:
    """Returns the fields of a batch's record."""
    if kind not in {**KINDS, **TEXTS} or not JOB_ID.fullmatch(batch):
        raise _missing(kind, batch)
    try:
        return _record(maker.objects, kind, batch).read(maker.now_ms())
    except ObjectMissing as missing:
        raise _missing(kind, batch) from missing


def _missing(kind: str, batch: str) -> NotFound:
    return NotFound(f"{kind} has no batch {batch!r}")


def _part_key(kind: str, batch: str, part: int) -> str:
    return _key(kind, batch, f"part-{part:05d}.jsonl.gz")


def _key(kind: str, batch: str, file: str) -> str:
    return f"packs/{kind}/{batch.partition('-')[2]}/{batch}/{file}"


def _no_seed() -> int:
    raise LookupError("a batch names its seed")
