"""Declared callers: the object that says who may ask, as it is stored and as one environment knows it.

A copy stands in the records, for environments that begin while the objects are down. It is written where callers are
declared and where a champion is promoted, and tells also that nothing is declared.
"""

import threading

from doublebill.access.callers import Callers
from doublebill.concurrency.background import Flight
from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, ObjectMissing, StoreUnavailable
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects
from doublebill.stores.records import MAX_RECORD_BYTES, Records

KEY = "callers/callers.json"

COPY = "_callers"
"""The record with the copy."""

NOTHING_DECLARED = b"nothing is declared"
"""What the copy says where there is no object."""

FIRST_SECONDS, PATIENCE_SECONDS = 0.7, 0.3
"""How long a request waits for the object before the copy is taken; and while older knowledge would do."""


def stored(objects: Objects) -> Callers:
    """The callers that are declared now.

    Raises:
        InvalidInput: when what is stored is not valid.
    """
    try:
        return Callers.from_bytes(objects.get(KEY).data)
    except ObjectMissing:
        return Callers()


def replace(objects: Objects, records: Records, data: bytes) -> None:
    """Declares other callers, by compare-and-swap.

    Raises:
        InvalidInput: when the bytes declare none; nothing is stored then.
    """
    Callers.from_bytes(data)
    swap(objects, KEY, lambda _: data)
    copy(objects, records)


def copy(objects: Objects, records: Records) -> None:
    """Copies the object, or that there is none, to the records; one too long for a record leaves no copy."""
    try:
        data = objects.get(KEY).data
    except ObjectMissing:
        data = NOTHING_DECLARED
    records.put(COPY, data if len(data) <= MAX_RECORD_BYTES else b"")


def copied(records: Records) -> Callers | None:
    """The callers that the copy tells; None where there is no copy."""
    data = records.get(COPY)
    if not data:
        return None
    return Callers() if data == NOTHING_DECLARED else Callers.from_bytes(data)


class Known:
    """The callers as this environment knows them.

    They are looked at again at most every `refresh_seconds`, by one conditional read at a time. While the objects are
    down, or hold nothing valid, what was known last goes on, or at first the copy; without either nothing is assumed.
    """

    def __init__(self, objects: Objects, records: Records, clock: Clock, refresh_seconds: float) -> None:
        self._objects = objects
        self._records = records
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._looked = float("-inf")
        self._etag = ""
        self._callers: Callers | None = None
        self._flight: Flight[None] | None = None
        self._lock = threading.Lock()
        self.reason: str | None = None
        """Why they may be others by now; None where the last look was good."""

    def now(self, deadline: Deadline) -> Callers:
        """The callers.

        Raises:
            StoreUnavailable: when they were never read and cannot be now.
        """
        with self._lock:
            begun = self._due()
            if begun:
                self._looked, self._flight = self._clock(), Flight(self._look, self._clock)
            flight = self._flight
        if flight and begun and self._callers is not None:
            _await(flight, min(deadline.remaining, PATIENCE_SECONDS))
        elif flight and self._callers is None:
            _await(flight, min(deadline.remaining, FIRST_SECONDS))
            self._take_copy(deadline)
            _await(flight, deadline.remaining if self._callers is None else 0)
        if self._callers is None:
            raise StoreUnavailable(f"the callers are not known: {self.reason or 'they did not come in time'}")
        return self._callers

    def _due(self) -> bool:
        if self._flight is not None and not self._flight.landed:
            return False
        return self._callers is None or self._clock() - self._looked >= self._refresh_seconds

    def _take_copy(self, deadline: Deadline) -> None:
        if self._callers is not None:
            return
        try:
            found = deadline.bounded("the records", lambda: copied(self._records))
        except (StoreUnavailable, InvalidInput):
            return
        with self._lock:
            self._callers = self._callers or found

    def _look(self) -> None:
        try:
            found = self._objects.get_if_changed(KEY, self._etag)
            if found is not None:
                self._set(Callers.from_bytes(found.data), found.etag)
            self.reason = None
        except ObjectMissing:
            self._set(Callers(), "")
            self.reason = None
        except InvalidInput as wrong:
            self.reason = f"{KEY} is not valid: {wrong}"
        except StoreUnavailable as failed:
            self.reason = str(failed)

    def _set(self, callers: Callers, etag: str) -> None:
        with self._lock:
            self._callers, self._etag = callers, etag


def _await(flight: Flight[None], seconds: float) -> None:
    if flight.wait(seconds):
        flight.result()  # raises what is a defect
