"""Batches: recommendations for many users as a job.

    batches/<catalog>/<batch>/batch.json           the request, the name of its caller, and the state of the job
    batches/<catalog>/<batch>/users.txt.gz         the pseudonyms of each user, newest first, in their order
    batches/<catalog>/<batch>/part-<n>.jsonl.gz    the answers to some users, one a line
    batches/<catalog>/keys/<digest>.json           the batch of a request with an idempotency key

Each part begins with the user after the last one of the part before, and has at most `size` users and `PART_BYTES`. A
record without `parts`, of a batch that works or of an earlier version, has `size` users in every part.

A user is a place in the request: no id is stored, and no answer names one. The bucket lets batches go after a week. A
job that is started again goes on where its predecessor stopped. Users who are erased meanwhile get an empty answer:
each part looks at the tombstones before it is made, and again when it is stored.
"""

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Annotated, Any, NotRequired, TypedDict

import msgspec
from msgspec import Meta

from doublebill.access.callers import OWNER, Caller
from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import Conflict, InvalidInput, NotFound, ObjectMissing
from doublebill.filtering import filters
from doublebill.schema import IdempotencyKey, Input, read
from doublebill.service.catalog import availability, catalogs
from doublebill.service.catalog.erased.batch_parts import empty_answer, empty_answers
from doublebill.service.catalog.erased.tombstones import Tombstones
from doublebill.service.recommending import recommendations
from doublebill.service.recommending.entries import unnamed
from doublebill.service.recommending.history import UserHistories
from doublebill.service.recommending.requests import BATCH_USERS, Id, RecommendationOptions
from doublebill.service.recommending.responses import Recommendation, UnknownTag
from doublebill.service.serving.warm_models import Warm
from doublebill.stores.job_record import Fields, JobRecord, first_of
from doublebill.stores.jobs import Jobs
from doublebill.stores.jsonl_gz import pack, unpack
from doublebill.stores.objects import Objects

RECORD = "batch.json"

KEPT = ("users", "size", "options", "caller")
"""Fields of the record that a job needs to begin again."""

PART_ITEMS = 5000
"""Recommendations in one part, so that an answer can carry it."""

PART_ITEMS_EXPLAINED = 500
"""The same where each brings its contributions."""

PART_BYTES = 5_000_000
"""Bytes of one part as Lambda sends them, unless one user's answer alone has more; the API sends up to 5.5 MB."""

PATIENCE_SECONDS = 20.0
"""How long a job waits for the stores for one user."""


class BatchRequest(RecommendationOptions, frozen=True, kw_only=True):
    """The options of recommendations, and the users to make them for."""

    user_ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=10_000)]
    idempotency_key: IdempotencyKey = ""
    cursor: Annotated[None, Meta(description="none: only one user's pages have a cursor")] = None


class PartOptions(Input, frozen=True):
    """The part of the results to return, if any."""

    part: Annotated[int, Meta(ge=0, le=10_000)] | None = None


class Result(TypedDict):
    """The recommendations for one user."""

    index: int
    """The user's place in the request."""
    model_version: str
    degraded: bool | str
    recommendation_id: str
    cold: bool
    unknown_items: Sequence[str]
    recommendations: Sequence[Recommendation]
    baseline: NotRequired[str]
    unknown_fields: NotRequired[Sequence[str]]
    unknown_tags: NotRequired[Sequence[UnknownTag]]


class Batch(TypedDict):
    """The state of a batch, and a part of its results where the request names one."""

    catalog: str
    batch_id: str
    state: str
    """queued, running, succeeded, failed or lost"""
    users: int
    parts: int
    """Ask for each by `?part=`, from 0. While the batch works, the fewest that there will be."""
    error: NotRequired[str]
    results: NotRequired[Sequence[Result]]


@dataclass(frozen=True)
class BatchStores:
    """The stores and the models that batches use."""

    objects: Objects
    warm: Warm
    histories: UserHistories
    clock: Clock
    """Monotonic seconds."""
    now_ms: Callable[[], int]


def start(
    stores: BatchStores, jobs: Jobs, catalog: str, batch: str, request: BatchRequest, caller: str = OWNER.name
) -> Batch:
    """Keeps the request, without user ids, and starts the job; only this caller and admins may read its results.

    Raises:
        NotFound: when there is no such catalog.
        InvalidInput: when a filter is none, or the request brings a cursor, which only one user's pages have.
    """
    if request.cursor is not None:
        raise InvalidInput.one("cursor", "a batch has no pages", "remove it")
    if request.filter is not None:
        filters.parse(request.filter, now_ms=stores.now_ms())
    if request.promote is not None:
        filters.parse(request.promote.filter, "promote.filter", stores.now_ms())
    catalogs.settings(stores.objects, catalog)
    unsaid = ("user_ids", "idempotency_key")
    options = {name: value for name, value in msgspec.to_builtins(request).items() if name not in unsaid}
    users = [" ".join(stores.histories.names_of(catalog, user_id)) for user_id in request.user_ids]
    if request.idempotency_key:
        keys, key = f"batches/{catalog}/keys", f"{caller} {request.idempotency_key}"
        oldest = [user.split(" ")[-1] for user in users]  # no rotation changes these
        batch = first_of(stores.objects, keys, key, [options, oldest], batch)
        with contextlib.suppress(NotFound):
            return show(stores.objects, catalog, batch, stores.now_ms())
    stores.objects.put(_key(catalog, batch, BATCH_USERS), pack(users))
    size = max(1, (PART_ITEMS_EXPLAINED if request.explain else PART_ITEMS) // request.n)
    fields = {"users": len(users), "size": size, "options": options, "caller": caller, "alive_ms": stores.now_ms()}
    _record_of(stores.objects, catalog, batch).queue(jobs, {"catalog": catalog, "batch": batch}, fields)
    return show(stores.objects, catalog, batch, stores.now_ms())


def run(stores: BatchStores, catalog: str, batch: str) -> Batch:
    """Does the work of a batch, part by part; parts that are there stay.

    Raises:
        NotFound: when there is no such batch.
        Exception: when it cannot be done; the record then says why.
    """
    _fields(stores.objects, catalog, batch)
    record, begun_ms = _record_of(stores.objects, catalog, batch), stores.now_ms()
    with record.running(begun_ms, stores.now_ms, alive_ms=begun_ms) as fields:
        parts = _write_parts(stores, catalog, batch, fields, record.beat(stores.now_ms))
    record.add(state="succeeded", finished_ms=stores.now_ms(), parts=parts)
    return show(stores.objects, catalog, batch, stores.now_ms())


def _write_parts(
    stores: BatchStores, catalog: str, batch: str, record: Mapping[str, Any], beat: Callable[[], None]
) -> int:
    """Writes the parts that are not there yet, and returns the number of all; `beat` says that the job is alive."""

    def line(place: int, user: str) -> str:
        beat()
        return _line(stores, catalog, place, user.split(" "), options)

    options = read(RecommendationOptions, record["options"])
    users = list(unpack(stores.objects.get(_key(catalog, batch, BATCH_USERS)).data))
    erased = _Erased(stores.objects, catalog, int(batch.partition("-")[0]), users)
    done = set(stores.objects.keys(_key(catalog, batch, "part-")))
    part, index = 0, 0
    while index < len(users):
        key, before = _part_key(catalog, batch, part), frozenset[int]()
        if key not in done:
            before = erased.places()
            some = enumerate(users[index : index + record["size"]], index)
            lines = _fitting(empty_answer(place) if place in before else line(place, user) for place, user in some)
            with contextlib.suppress(Conflict):  # the same job, started twice: its part counts
                stores.objects.create(key, pack(lines))
                done.add(key)
        if late := erased.places() - before:  # the erasure may have looked at the parts before this one was there
            empty_answers(stores.objects, key, late)
        part, index = part + 1, _next_index(stores.objects.get(key).data)
    return part


@dataclass(frozen=True)
class _Erased:
    """The users of a batch who were erased since it was made."""

    objects: Objects
    catalog: str
    made_ms: int
    users: Sequence[str]
    """Pseudonyms; empty for those who were erased before the work began."""

    def places(self) -> frozenset[int]:
        """Returns their places in the request."""
        erased = Tombstones.of_now(self.objects, self.catalog)
        gone = (
            place
            for place, user in enumerate(self.users)
            if not user or any(erased.covers(name, self.made_ms) for name in user.split(" "))
        )
        return frozenset(gone)


def _fitting(lines: Iterable[str]) -> list[str]:
    """Returns the first of the lines, as many as one part takes, and at least one."""
    fitting: list[str] = []
    size = 0
    for line in lines:
        size += len(line.encode()) + line.count('"') + line.count("\\") + 1  # Lambda escapes quotes and backslashes
        if fitting and size > PART_BYTES:
            break
        fitting.append(line)
    return fitting


def _next_index(part: bytes) -> int:
    """Returns the place of the user after the last one of a part."""
    *_, last = unpack(part)
    return int(json.loads(last)["index"]) + 1


def check_reader(stores: BatchStores, catalog: str, batch: str, caller: Caller) -> None:
    """Checks that a caller may read a batch: it started the batch, or is an admin of the catalog.

    A batch of an earlier version names no caller, and every caller with a right on the catalog may read it. A caller
    that is bound to a user reads only batches about this user.

    Raises:
        NotFound: when it may not, with the message of a batch that does not exist, or there is none.
    """
    started_by = _fields(stores.objects, catalog, batch).get("caller", caller.name)
    own = started_by == caller.name or caller.allows(catalog, "admin")
    if not own or (caller.user_id is not None and not _is_about(stores, catalog, batch, caller.user_id)):
        raise NotFound(f"catalog {catalog!r} has no batch {batch!r}")


def _is_about(stores: BatchStores, catalog: str, batch: str, user_id: str) -> bool:
    """Checks whether a batch is about this user alone."""
    try:
        users = set(unpack(stores.objects.get(_key(catalog, batch, BATCH_USERS)).data))
    except ObjectMissing:
        return False
    return bool(users) and all(set(user.split(" ")) & {*stores.histories.names_of(catalog, user_id)} for user in users)


def show(objects: Objects, catalog: str, batch: str, now_ms: int, part: int | None = None) -> Batch:
    """Returns the state of a batch, with one part of its results where `part` names one.

    Raises:
        NotFound: when there is no such batch, or it has no such part yet.
    """
    record = _fields(objects, catalog, batch, now_ms)
    shown: Batch = {
        "catalog": catalog,
        "batch_id": batch,
        "state": record["state"],
        "users": record["users"],
        "parts": record.get("parts") or -(-record["users"] // record["size"]),
    }
    if "error" in record:
        shown["error"] = record["error"]
    if part is not None:
        try:
            lines = unpack(objects.get(_part_key(catalog, batch, part)).data)
        except ObjectMissing as missing:
            raise NotFound(f"batch {batch!r} has no part {part}, or not yet") from missing
        down = {item_id for item_id, kept in availability.read(objects, catalog).items.items() if not kept}
        shown["results"] = [_without(json.loads(line), down) for line in lines]
    return shown


def _without(result: Result, down: Set[str]) -> Result:
    """Returns a result that names no item that was taken down since."""
    if not down:
        return result
    kept = [one for one in result["recommendations"] if one["item_id"] not in down]
    return {**result, "recommendations": [unnamed(one, down) for one in kept]}


def _line(stores: BatchStores, catalog: str, index: int, names: Sequence[str], options: RecommendationOptions) -> str:
    """Returns the answer to one user as a line of JSON."""
    deadline = Deadline(stores.clock, stores.clock() + PATIENCE_SECONDS)
    history = stores.histories.of_names(catalog, names, stores.now_ms(), deadline)
    serving = stores.warm.serving(catalog, deadline, names[0])
    response = recommendations.recommend(catalog, serving, history, options, stores.now_ms())
    result = Result(
        index=index,
        model_version=response["model_version"],
        degraded=response["degraded"],
        recommendation_id=response["recommendation_id"],
        cold=response["cold"],
        unknown_items=response["unknown_items"],
        recommendations=response["recommendations"],
    )
    if "baseline" in response:
        result["baseline"] = response["baseline"]
    if "unknown_fields" in response:
        result["unknown_fields"] = response["unknown_fields"]
    if "unknown_tags" in response:
        result["unknown_tags"] = response["unknown_tags"]
    return json.dumps(result, ensure_ascii=False, separators=(",", ":"))


def _record_of(objects: Objects, catalog: str, batch: str) -> JobRecord:
    return JobRecord(objects, _key(catalog, batch, RECORD), batch, KEPT)


def _fields(objects: Objects, catalog: str, batch: str, now_ms: int | None = None) -> Fields:
    """Returns the fields of a batch's record."""
    catalogs.settings(objects, catalog)
    try:
        return _record_of(objects, catalog, batch).read(now_ms)
    except ObjectMissing as missing:
        raise NotFound(f"catalog {catalog!r} has no batch {batch!r}") from missing


def _part_key(catalog: str, batch: str, part: int) -> str:
    return _key(catalog, batch, f"part-{part:05d}.jsonl.gz")


def _key(catalog: str, batch: str, file: str) -> str:
    return f"batches/{catalog}/{batch}/{file}"
