"""Job records: one long task as it happens, in a JSON object of its own.

    {"state": "queued", "running", "succeeded" or "failed", "started_ms": …, "error": …, and the fields of the task}

A record that says `queued` or `running` is read as `lost` when its job has died without a word: where the record has
`alive_ms`, the latest time at which the job was alive, when that is `QUEUED_MS` or `SILENT_MS` ago, otherwise
`LOST_AFTER_MS` after it began. Once a job has started, only the job itself writes its record.
"""

import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doublebill.errors import Conflict, DoublebillError, ObjectMissing, StoreUnavailable, Unsatisfiable
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects

JOB_ID = re.compile(r"[0-9]{13}-[a-z0-9-]{1,32}")

UNFINISHED = ("queued", "running")

LOST_AFTER_MS = 3600 * 1000
"""No job works that long."""

QUEUED_MS = 300_000
"""Time that a job which was queued has to begin."""

SILENT_MS = 120_000
"""Time for which a job may say nothing while it works."""

BEAT_MS = 15_000
"""Time after which a job at work says that it is alive."""

INTERRUPTED = (KeyboardInterrupt, SystemExit)
"""Ways in which a process is ended by a signal while its jobs can still say so."""

INTERRUPTED_REASON = "interrupted"
"""The error of a job that a signal ended."""

Fields = dict[str, Any]


def new_id(now_ms: int, entropy: str) -> str:
    """Returns an id for a job; ids sort by time."""
    return f"{now_ms:013d}-{entropy}"


def first_of(objects: Objects, folder: str, key: str, request: object, job_id: str) -> str:
    """Returns the job that an idempotency key stands for, which is this one where the key is new.

    `request` is compared with that of the first; `folder` holds the keys, by their digests.

    Raises:
        Unsatisfiable: when the key came with another request before.
    """
    name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:32]
    stored = f"{folder}/{name}.json"
    try:
        objects.create(stored, json.dumps({"batch": job_id, "request": digest}).encode())
    except Conflict:
        earlier = json.loads(objects.get(stored).data)
        if earlier["request"] != digest:
            problem = "it came with another request before"
            raise Unsatisfiable.one("idempotency_key", problem, "use a new key for a new request") from None
        return str(earlier["batch"])
    return job_id


def began_before(job_id: str, before_ms: int) -> bool:
    """Checks by its id whether a job began before a time; an id without a time is new."""
    return bool(JOB_ID.fullmatch(job_id)) and int(job_id.partition("-")[0]) < before_ms


def keys_before(objects: Objects, folder: str, before_ms: int) -> Iterator[str]:
    """Yields the objects of the idempotency keys of a folder whose jobs began before a time; each is read."""
    for stored in list(objects.keys(folder)):
        with contextlib.suppress(ObjectMissing, ValueError, KeyError, TypeError):
            if began_before(json.loads(objects.get(stored).data)["batch"], before_ms):
                yield stored


def is_lost(since_ms: int, now_ms: int) -> bool:
    """Checks whether an unfinished job that began at `since_ms` must have died."""
    return now_ms - since_ms > LOST_AFTER_MS


def as_of(fields: Fields, job_id: str, now_ms: int) -> Fields:
    """Returns the fields of a record as they read at `now_ms`: a job that has died by then is `lost`."""
    if fields["state"] not in UNFINISHED:
        return fields
    if "alive_ms" in fields:
        patience_ms = QUEUED_MS if fields["state"] == "queued" else SILENT_MS
        return {**fields, "state": "lost"} if now_ms - fields["alive_ms"] > patience_ms else fields
    since_ms = max(int(job_id.partition("-")[0]), fields.get("started_ms", 0))
    return {**fields, "state": "lost"} if is_lost(since_ms, now_ms) else fields


def reason(failed: BaseException) -> str:
    """Returns the words in which a record says why its job failed; of a defect the name only, since others read it."""
    if isinstance(failed, INTERRUPTED):
        return INTERRUPTED_REASON
    return str(failed) if isinstance(failed, DoublebillError) else type(failed).__name__


@dataclass(frozen=True)
class JobRecord:
    """The record of one job."""

    objects: Objects
    key: str
    job_id: str
    keeps: Sequence[str]
    """Fields that stay when the job begins again; the others tell how an earlier attempt went."""

    def read(self, now_ms: int | None = None) -> Fields:
        """Returns the fields; a job that has died by `now_ms` is `lost`.

        Raises:
            ObjectMissing: when there is no such job.
            StoreUnavailable: when the record is damaged.
        """
        if not JOB_ID.fullmatch(self.job_id):
            raise ObjectMissing(self.job_id)
        fields = self._parsed(self.objects.get(self.key).data)
        return fields if now_ms is None else as_of(fields, self.job_id, now_ms)

    def _parsed(self, data: bytes) -> Fields:
        with contextlib.suppress(ValueError):
            fields: Fields = json.loads(data)
            if isinstance(fields, dict) and "state" in fields:
                return fields
        raise StoreUnavailable(f"{self.key} is damaged; remove it, and start the job again")

    def queue(self, jobs: Jobs, payload: Mapping[str, object], fields: Mapping[str, object]) -> Fields:
        """Makes the record, starts the job and returns the fields; where there is a record, nothing is started.

        Raises:
            StoreUnavailable: when the job could not be started, which the record then says.
        """
        queued = {**fields, "state": "queued"}
        if not swap(self.objects, self.key, lambda data: json.dumps(queued).encode() if data is None else None):
            return self.read()
        try:
            jobs.start(payload)
        except StoreUnavailable as failed:
            error = str(failed)
            swap(self.objects, self.key, lambda data: _failed_to_start(data, error))
            raise
        return queued

    def beat(self, clock_ms: Callable[[], int]) -> Callable[[], None]:
        """Returns a call by which the job at work says that it is alive; it writes once in `BEAT_MS`."""
        said_ms = clock_ms()

        def say() -> None:
            nonlocal said_ms
            if (now_ms := clock_ms()) - said_ms >= BEAT_MS:
                with contextlib.suppress(StoreUnavailable, Conflict):  # the next word may arrive
                    self.add(alive_ms=now_ms)
                said_ms = now_ms

        return say

    @contextlib.contextmanager
    def alive(self, clock_ms: Callable[[], int], seconds: float = BEAT_MS / 1000) -> Iterator[None]:
        """Says every so many seconds, by a thread, that the job is alive while the block is: for work in one piece."""
        ended, say = threading.Event(), self.beat(clock_ms)

        def beat() -> None:
            while not ended.wait(seconds):
                with contextlib.suppress(ObjectMissing):  # removed meanwhile; the job itself will notice
                    say()

        beating = threading.Thread(target=beat, daemon=True)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()

    def add(self, **fields: object) -> Fields:
        """Adds fields, or replaces them, and returns all; what another attempt at the job writes meanwhile stays."""
        whole: Fields = {}

        def added(data: bytes | None) -> bytes:
            nonlocal whole
            if data is None:
                raise ObjectMissing(self.key)
            whole = {**self._parsed(data), **fields}
            return json.dumps(whole).encode()

        swap(self.objects, self.key, added)
        return whole

    @contextlib.contextmanager
    def running(
        self,
        started_ms: int,
        clock_ms: Callable[[], int],
        otherwise: Mapping[str, object] | None = None,
        **fields: object,
    ) -> Iterator[Fields]:
        """Says that the job is running while the block is, then why it failed where it did; gives the fields.

        An error goes on its way. `otherwise` stands for a record that is not there.

        Raises:
            ObjectMissing: when there is no such job, and nothing stands for it.
        """
        begun = self._begin(otherwise, {"state": "running", "started_ms": started_ms, **fields})
        try:
            yield begun
        except (Exception, *INTERRUPTED) as failed:
            self._fail(finished_ms=clock_ms(), error=reason(failed))
            raise

    def _fail(self, **fields: object) -> None:
        """Says that the job failed, unless it has ended or its record was removed, as with all of its catalog."""

        def failed(data: bytes | None) -> bytes | None:
            before = self._parsed(data) if data is not None else {"state": "removed"}
            unfinished = before["state"] in UNFINISHED
            return json.dumps({**before, **fields, "state": "failed"}).encode() if unfinished else None

        swap(self.objects, self.key, failed)

    def _begin(self, otherwise: Mapping[str, object] | None, fields: Mapping[str, object]) -> Fields:
        try:
            before: Mapping[str, object] = self.read()
        except ObjectMissing:
            if otherwise is None:
                raise
            before = otherwise
        return self._put({**{name: before[name] for name in self.keeps}, **fields})

    def _put(self, fields: Fields) -> Fields:
        self.objects.put(self.key, json.dumps(fields).encode())
        return fields


def _failed_to_start(data: bytes | None, error: str) -> bytes | None:
    """Returns the record of a job that was not started, None where the job itself has written meanwhile.

    The job may have begun although the answer to its start was lost.
    """
    fields: Fields = {} if data is None else json.loads(data)
    return (
        json.dumps({**fields, "state": "failed", "error": error}).encode() if fields.get("state") == "queued" else None
    )
