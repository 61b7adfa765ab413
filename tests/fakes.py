"""Stores for tests: in memory, stopping at a chosen call, or interleaved call by call.

The ones in memory keep the same contract as the real ones; see `contract`.
"""

import contextlib
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from clocks import Clock
from doublebill.errors import Conflict, ObjectMissing, StoreUnavailable
from doublebill.events import Event
from doublebill.history.folding import TailEvent
from doublebill.stores.histories import Foldable, Histories, Stored, StoredPage, page_key, partition_key, sort_key
from doublebill.stores.objects import Objects, StoredObject, check_key
from fake_records import MemoryRecords


class MemoryObjects:
    """Objects in a dictionary; tags are never used twice."""

    def __init__(self, held: Mapping[str, StoredObject] | None = None) -> None:
        self.held: dict[str, StoredObject] = dict(held or {})
        self._lock = threading.Lock()
        self._tags = (f"tag-{number}" for number in itertools.count(len(self.held)))

    def copy(self) -> "MemoryObjects":
        """The same objects, to go a way of their own."""
        copied = MemoryObjects()
        for key, stored in self.held.items():
            copied.put(key, stored.data)
        return copied

    def get(self, key: str) -> StoredObject:
        try:
            return self.held[check_key(key)]
        except KeyError as missing:
            raise ObjectMissing(key) from missing

    def get_if_changed(self, key: str, etag: str) -> StoredObject | None:
        stored = self.get(key)
        return None if stored.etag == etag else stored

    def fetch(self, key: str, path: Path) -> None:
        path.write_bytes(self.get(key).data)

    def create(self, key: str, data: bytes) -> str:
        with self._lock:
            if check_key(key) in self.held:
                raise Conflict(key)
            return self._write(key, data)

    def replace(self, key: str, data: bytes, etag: str) -> str:
        with self._lock:
            stored = self.held.get(check_key(key))
            if stored is None or stored.etag != etag:
                raise Conflict(key)
            return self._write(key, data)

    def put(self, key: str, data: bytes) -> str:
        with self._lock:
            return self._write(check_key(key), data)

    def keys(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in list(self.held) if key.startswith(prefix))

    def delete(self, key: str) -> None:
        with self._lock:
            self.held.pop(check_key(key), None)

    def _write(self, key: str, data: bytes) -> str:
        stored = StoredObject(bytes(data), next(self._tags))
        self.held[key] = stored
        return stored.etag


class MemoryHistories:
    """Histories in dictionaries. A read that asks for no consistency misses the latest write, as DynamoDB's may."""

    def __init__(
        self,
        rows: Mapping[tuple[str, str], TailEvent] | None = None,
        pages: Mapping[tuple[str, str], tuple[StoredPage, int]] | None = None,
    ) -> None:
        self._rows: dict[tuple[str, str], TailEvent] = dict(rows or {})
        self._pages: dict[tuple[str, str], tuple[StoredPage, int]] = dict(pages or {})
        self._stale = (self._rows, self._pages)
        self._lock = threading.Lock()

    def copy(self) -> "MemoryHistories":
        """The same histories, to go a way of their own."""
        return MemoryHistories(self._rows, self._pages)

    def add(self, catalog: str, events: Iterable[Event], expires: int) -> None:
        self.add_expiring(catalog, ((event, expires) for event in events))

    def add_expiring(self, catalog: str, events: Iterable[tuple[Event, int]]) -> None:
        with self._written():
            for event, expires in events:
                key = sort_key(event)
                self._rows[partition_key(catalog, event.user), key] = TailEvent(event, key, expires)

    def newest(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> list[Event]:
        return [one.event for one in self.read(catalog, user, n, now, consistent).tail]

    def read(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> Stored:
        with self._lock:
            rows, pages = (self._rows, self._pages) if consistent else self._stale
            tail = [one for one in self._tail(catalog, user, rows) if one.expires > now]
            place = partition_key(catalog, user)
            found = {
                page.source: page.data for (pk, _), (page, _) in pages.items() if pk == place and page.expires > now
            }
        return Stored(found, tail[::-1][:n])

    def foldable(self, catalog: str, user: str, source: str, n: int) -> Foldable:
        with self._lock:
            page, revision = self._pages.get((partition_key(catalog, user), page_key(source)), (None, 0))
            return Foldable(page and page.data, revision, self._tail(catalog, user, self._rows)[:n])

    def swap_page(self, catalog: str, page: StoredPage, revision: int) -> bool:
        key = partition_key(catalog, page.user), page_key(page.source)
        with self._written():
            if self._pages.get(key, (None, 0))[1] != revision:
                return False
            self._pages[key] = page, revision + 1
        return True

    def put_pages(self, catalog: str, pages: Iterable[StoredPage], revision: int = 1) -> None:
        with self._written():
            for page in pages:
                self._pages[partition_key(catalog, page.user), page_key(page.source)] = page, revision

    def remove(self, catalog: str, rows: Iterable[tuple[str, str]]) -> None:
        with self._written():
            for user, key in rows:
                self._rows.pop((partition_key(catalog, user), key), None)
                self._pages.pop((partition_key(catalog, user), key), None)

    def forget(self, catalog: str, user: str) -> int:
        with self._written():
            kept = [
                {key: row for key, row in rows.items() if key[0] != partition_key(catalog, user)} for rows in self._all
            ]
            gone = sum(map(len, self._all)) - sum(map(len, kept))
            self._rows, self._pages = kept
        return gone

    @property
    def _all(self) -> tuple[dict[Any, Any], dict[Any, Any]]:
        return self._rows, self._pages

    @contextlib.contextmanager
    def _written(self) -> Iterator[None]:
        with self._lock:
            self._stale = (dict(self._rows), dict(self._pages))
            yield

    def _tail(self, catalog: str, user: str, rows: Mapping[tuple[str, str], TailEvent]) -> list[TailEvent]:
        """The tail of a user, oldest first."""
        wanted = [one for key, one in rows.items() if key[0] == partition_key(catalog, user)]
        return sorted(wanted, key=lambda one: one.key.encode())


class Killed(BaseException):
    """The process that was running here is dead. Not an Exception: nothing may catch it and go on."""


Moment = Literal["before", "after"]


class StoppingObjects:
    """Objects of a process that dies at its `stop_at`-th call (from 0), before or after the call's effect.

    A dead process calls nothing any more. `calls` tells the calls that were begun; with `stop_at` -1 none is the last.
    """

    def __init__(self, inner: Objects, stop_at: int = -1, moment: Moment = "before") -> None:
        self.calls: list[tuple[str, str]] = []
        self._inner = inner
        self._stop_at = stop_at
        self._moment = moment
        self._dead = False

    def get(self, key: str) -> StoredObject:
        with self.during("get", key):
            return self._inner.get(key)

    def get_if_changed(self, key: str, etag: str) -> StoredObject | None:
        with self.during("get_if_changed", key):
            return self._inner.get_if_changed(key, etag)

    def fetch(self, key: str, path: Path) -> None:
        with self.during("fetch", key):
            self._inner.fetch(key, path)

    def create(self, key: str, data: bytes) -> str:
        with self.during("create", key):
            return self._inner.create(key, data)

    def replace(self, key: str, data: bytes, etag: str) -> str:
        with self.during("replace", key):
            return self._inner.replace(key, data, etag)

    def put(self, key: str, data: bytes) -> str:
        with self.during("put", key):
            return self._inner.put(key, data)

    def keys(self, prefix: str) -> Iterator[str]:
        with self.during("keys", prefix):
            found = list(self._inner.keys(prefix))
        yield from found

    def delete(self, key: str) -> None:
        with self.during("delete", key):
            self._inner.delete(key)

    @contextlib.contextmanager
    def during(self, name: str, key: str) -> Iterator[None]:
        if self._dead:
            raise Killed
        last = len(self.calls) == self._stop_at
        self.calls.append((name, key))
        self._die(last and self._moment == "before")
        try:
            yield
        finally:
            self._die(last)

    def counted(self, name: str, key: str) -> contextlib.AbstractContextManager[None]:
        """Counts a call of another store of the same process."""
        return self.during(name, key)

    def _die(self, now: bool) -> None:
        if now:
            self._dead = True
            raise Killed


class Interrupted(StoppingObjects):
    """Objects whose `at`-th call (from 0) is preceded by something that another process does."""

    def __init__(self, inner: Objects, at: int, meanwhile: Callable[[], object]) -> None:
        super().__init__(inner)
        self._at = at
        self._meanwhile = meanwhile

    @contextlib.contextmanager
    def during(self, name: str, key: str) -> Iterator[None]:
        self.calls.append((name, key))
        if len(self.calls) == self._at + 1:
            self._meanwhile()
        yield


class StoppingHistories:
    """Histories of the same process as some objects: calls of both are counted together, and both die together.

    Pages are written one a call, since a process may die between any two.
    """

    def __init__(self, inner: Histories, objects: StoppingObjects) -> None:
        self._inner = inner
        self._objects = objects

    def put_pages(self, catalog: str, pages: Iterable[StoredPage], revision: int = 1) -> None:
        for page in pages:
            with self._objects.counted("put_pages", page.user):
                self._inner.put_pages(catalog, [page], revision)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._inner, name)

        def counted(*args: Any, **named: Any) -> Any:
            with self._objects.counted(name, "histories"):
                return method(*args, **named)

        return counted


class FailingObjects(StoppingObjects):
    """Objects whose every call fails with `error` while there is one; `calls` tells the calls."""

    error: Exception | None = None

    @contextlib.contextmanager
    def during(self, name: str, key: str) -> Iterator[None]:
        self.calls.append((name, key))
        if self.error:
            raise self.error
        yield


class AnswerLosingObjects(StoppingObjects):
    """Objects whose first write is done, but whose answer is lost; `lost` counts the lost answers.

    With `repeated` the client writes again and is refused by its own work, as botocore is; without, it gives up. With
    `then_silent` the store does not answer any more after that.
    """

    def __init__(self, inner: Objects, repeated: bool = True, then_silent: bool = False) -> None:
        super().__init__(inner)
        self.lost = 0
        self._repeated = repeated
        self._then_silent = then_silent

    @contextlib.contextmanager
    def during(self, name: str, key: str) -> Iterator[None]:
        if self.lost and self._then_silent:
            raise StoreUnavailable("S3: ConnectTimeoutError")
        yield
        if name in ("create", "replace") and not self.lost:
            self.lost += 1
            raise Conflict(f"{key}: PreconditionFailed") if self._repeated else StoreUnavailable("S3: ReadTimeoutError")


FAULTS = {
    "refused": StoreUnavailable("S3: SlowDown"),
    "hang": StoreUnavailable("S3: ReadTimeoutError"),
    "truncated": None,
    "flipped": None,
    "gone": None,
}
"""What a store can do to a read, and what it says of it in the end where it says anything."""


class Faulty:
    """Does `fault` to every read of a key that begins with one of `prefixes`, until `heal` is called."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.reads = 0
        """Since something broke."""
        self._fault = ""
        self._prefixes: tuple[str, ...] = ()
        self._healed = threading.Event()

    def breaks(self, fault: str, *prefixes: str) -> None:
        """From now on those reads fail."""
        assert fault in FAULTS
        self._fault, self._prefixes, self._healed = fault, prefixes, threading.Event()
        self.reads = 0

    def heal(self) -> None:
        """All is well again; what hangs comes back with an error, as from a dead connection."""
        self.mend()
        self.release()

    def mend(self) -> None:
        """From now on reads go well; what hangs goes on hanging."""
        self._prefixes = ()

    def release(self) -> None:
        """What hangs comes back with an error."""
        self._healed.set()

    def passed(self, key: str, read: Callable[[], bytes]) -> bytes | None:
        """What a read of the key gives; None where there is nothing."""
        if not key.startswith(self._prefixes or ("\0",)):
            return read()
        self.reads += 1
        if self._fault == "hang":
            self._clock.wait(self._healed)
        if error := FAULTS[self._fault]:
            raise StoreUnavailable(*error.args)
        data = b"" if self._fault == "gone" else read()
        half = len(data) // 2
        flipped = data[:half] + b"\xff" + data[half + 1 :]
        return {"gone": None, "truncated": data[:half], "flipped": flipped}[self._fault]


class FaultyObjects(MemoryObjects):
    """Objects whose reads break as `faulty` says."""

    def __init__(self, held: Mapping[str, StoredObject], faulty: Faulty) -> None:
        super().__init__(held)
        self._faulty = faulty

    def get(self, key: str) -> StoredObject:
        whole = MemoryObjects.get
        data = self._faulty.passed(key, lambda: whole(self, key).data)
        if data is None:
            raise ObjectMissing(key)
        stored = whole(self, key)
        return stored if data == stored.data else StoredObject(data, f"{stored.etag} broken")


class FaultyRecords(MemoryRecords):
    """The same records, but reading them breaks as `faulty` says."""

    def __init__(self, records: MemoryRecords, faulty: Faulty) -> None:
        super().__init__()
        self._whole = records
        self._faulty = faulty

    def get(self, key: str) -> bytes | None:
        return self._faulty.passed(key, lambda: self._whole.get(key) or b"") or None


class Steps:
    """Every step by which a folder store changes the disk, with `die` called at the `stop_at`-th (from 0).

    A step is dying before its effect; a dying write leaves half of its bytes. `taken` tells the steps that were begun.
    """

    NAMES = ("mkdir", "link", "replace", "fsync", "unlink")

    def __init__(self, stop_at: int = -1, die: Callable[[], None] = lambda: _raise(Killed())) -> None:
        self.taken: list[str] = []
        self._stop_at = stop_at
        self._die = die
        self._dead = False

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        """Counts the steps of this process for a while."""
        with pytest.MonkeyPatch.context() as patch:
            for name in self.NAMES:
                patch.setattr(os, name, self._counting(name, getattr(os, name)))
            fdopen = os.fdopen
            patch.setattr(os, "fdopen", lambda *args: _Written(fdopen(*args), self))
            yield

    def take(self, name: str, half: Callable[[], object] = lambda: None) -> None:
        """Notes a step, or dies with `half` of it done."""
        last = len(self.taken) == self._stop_at
        if not self._dead:
            self.taken.append(name)
        if last:
            half()
        if last or self._dead:
            self._dead = True
            self._die()

    def _counting(self, name: str, step: Callable[..., object]) -> Callable[..., object]:
        def counting(*args: Any, **named: Any) -> object:
            self.take(name)
            return step(*args, **named)

        return counting


class _Written:
    """A file that counts its writes."""

    def __init__(self, file: Any, steps: Steps) -> None:
        self._file = file
        self._steps = steps

    def __enter__(self) -> "_Written":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        self._steps.take("write", lambda: (self._file.write(data[: len(data) // 2]), self._file.flush()))
        self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        fileno: int = self._file.fileno()
        return fileno


def _raise(error: BaseException) -> None:
    raise error


Actor = Callable[[Objects], Any]


def interleavings(make: Callable[[], tuple[Objects, Sequence[Actor]]]) -> Iterator[tuple[str, Objects, list[Any]]]:
    """Every order in which the store calls of the actors can fall, each run to its end in a fresh world.

    `make` gives the objects and the actors, always the same; each actor runs in a thread of its own and makes one call
    when it is its turn. Gives the order (the actors' numbers), the objects and what each actor gave back.
    """
    orders: list[tuple[int, ...]] = [()]
    while orders:
        wanted = orders.pop()
        objects, actors = make()
        turns = _Turns(objects, actors)
        taken, possible = turns.run(wanted)
        for place in range(len(wanted), len(taken)):
            orders += [(*taken[:place], other) for other in possible[place] if other > taken[place]]
        yield "".join(map(str, taken)), objects, turns.results


class _Turns:
    """Runs actors so that their store calls fall in a wanted order; past its end the first that can goes on."""

    def __init__(self, objects: Objects, actors: Sequence[Actor]) -> None:
        self.results: list[Any] = [None] * len(actors)
        self._go = [threading.Semaphore(0) for _ in actors]
        self._stopped = threading.Semaphore(0)
        self._waiting = [False] * len(actors)
        self._threads = [
            threading.Thread(target=self._act, args=(number, actor, objects), daemon=True)
            for number, actor in enumerate(actors)
        ]

    def run(self, wanted: Sequence[int]) -> tuple[list[int], list[list[int]]]:
        """The order taken, and who could have gone at each place of it."""
        for thread in self._threads:
            thread.start()
            self._stopped.acquire()
        taken: list[int] = []
        possible: list[list[int]] = []
        while able := [number for number, waits in enumerate(self._waiting) if waits]:
            chosen = wanted[len(taken)] if len(taken) < len(wanted) else able[0]
            possible.append(able)
            taken.append(chosen)
            self._waiting[chosen] = False
            self._go[chosen].release()
            self._stopped.acquire()
        for thread in self._threads:
            thread.join()
        return taken, possible

    def wait(self, number: int) -> None:
        """Returns when it is the actor's turn."""
        self._waiting[number] = True
        self._stopped.release()
        self._go[number].acquire()

    def _act(self, number: int, actor: Actor, objects: Objects) -> None:
        try:
            self.results[number] = actor(_TurnTaking(objects, self, number))
        except Exception as error:  # noqa: BLE001  # it is what the actor gave back
            self.results[number] = error
        finally:
            self._stopped.release()


class _TurnTaking(StoppingObjects):
    """Objects that wait for their actor's turn before each call."""

    def __init__(self, inner: Objects, turns: _Turns, number: int) -> None:
        super().__init__(inner)
        self._turns = turns
        self._number = number

    @contextlib.contextmanager
    def during(self, name: str, key: str) -> Iterator[None]:
        self._turns.wait(self._number)
        yield


def _conforms(objects: MemoryObjects, stopping: StoppingObjects, histories: MemoryHistories) -> None:
    """Lets a type checker compare the fakes with the interfaces."""
    everything: tuple[Objects, Objects, Histories] = (objects, stopping, histories)
    del everything
