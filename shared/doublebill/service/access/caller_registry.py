"""Declared callers: the stored object, its copy, and the value that one environment refreshes.

The copy stands in the records, for environments that begin while the objects are down. It is written where callers are
declared and where a champion is promoted, and says also that nothing is declared.

Once callers are declared, the object must be there: where it is gone although the copy or an environment knows of
callers, no request is answered until callers are declared anew.
"""

import dataclasses

from doublebill.access.callers import Callers
from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.concurrency.refreshed import Fact, Reading, Refreshed
from doublebill.errors import InvalidInput, ObjectMissing, StoreUnavailable
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects
from doublebill.stores.records import MAX_RECORD_BYTES, Records

KEY = "callers/callers.json"

COPY = "_callers"
"""The record with the copy."""

NOTHING_DECLARED = b"nothing is declared"
"""The copy where there is no object."""

FIRST_SECONDS = 0.7
"""A request waits so long for the object before the copy is taken."""

GONE = Callers(())
"""Stands for callers that were declared, and whose object is gone."""

GONE_REASON = f"{KEY} is gone although callers were declared; declare them again: doublebill callers FILE"

CallersFact = Fact[Callers | None]


def stored(objects: Objects) -> Callers:
    """Returns the callers that are declared now.

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
    """Copies the object to the records, or that nothing was ever declared; one too long for a record leaves no copy."""
    try:
        data = objects.get(KEY).data
    except ObjectMissing:
        if was_declared(records):
            return
        data = NOTHING_DECLARED
    records.put(COPY, data if len(data) <= MAX_RECORD_BYTES else b"")


def was_declared(records: Records) -> bool:
    """Checks whether callers were ever declared, by the copy; one that was too long is empty.

    Raises:
        StoreUnavailable: when the records cannot be read.
    """
    return records.get(COPY) not in (None, NOTHING_DECLARED)


def copied(records: Records) -> Callers | None:
    """Returns the callers of the copy; None where there is no copy."""
    data = records.get(COPY)
    if not data:
        return None
    return Callers() if data == NOTHING_DECLARED else Callers.from_bytes(data)


class CurrentCallers:
    """The declared callers, refreshed by one conditional read at a time.

    While the objects are down, or hold nothing valid, the last good callers go on, or at first the copy; without either
    nothing is assumed.
    """

    def __init__(self, objects: Objects, records: Records, clock: Clock, refresh_seconds: float) -> None:
        self._objects = objects
        self._records = records
        self._refreshed: Refreshed[CallersFact] = Refreshed(
            Fact(None),
            self._read,
            clock,
            refresh_seconds,
            stand_in=self._copied,
            first_wait=lambda remaining: min(remaining, FIRST_SECONDS),
        )

    @property
    def reason(self) -> str | None:
        """Why the callers may be out of date; None where the last reading was good."""
        return self._refreshed.value.reason

    def now(self, deadline: Deadline) -> Callers:
        """Returns the callers.

        Raises:
            StoreUnavailable: when they were never read and cannot be now, or were declared and are gone.
        """
        self._refreshed.refresh(deadline)
        fact = self._refreshed.value
        if fact.value is GONE:
            raise StoreUnavailable(f"the callers are not known: {GONE_REASON}")
        if fact.value is None:
            raise StoreUnavailable(f"the callers are not known: {fact.reason or 'they did not come in time'}")
        return fact.value

    def _read(self, last: CallersFact, reading: Reading[CallersFact]) -> None:
        try:
            found = self._objects.get_if_changed(KEY, last.etag)
            if found is None:
                reading.publish(dataclasses.replace(last, reason=None))
            else:
                reading.publish(Fact(Callers.from_bytes(found.data), found.etag))
        except ObjectMissing:
            reading.publish(self._missing(last))
        except InvalidInput as wrong:
            reading.publish(self._stale(last, f"{KEY} is not valid: {wrong}"))
        except StoreUnavailable as failed:
            reading.publish(self._stale(last, str(failed)))

    def _missing(self, last: CallersFact) -> CallersFact:
        """Returns the callers where there is no object: one owner, unless callers were declared before."""
        if last.value is not None and last.value.entries is not None:
            return Fact(GONE)
        try:
            return Fact(GONE if was_declared(self._records) else Callers())
        except StoreUnavailable as failed:
            return dataclasses.replace(last, reason=str(failed))

    def _stale(self, last: CallersFact, reason: str) -> CallersFact:
        """Returns the last callers with the reason why they may be out of date, or at first the copy."""
        stale = dataclasses.replace(last, reason=reason)
        copy = None if last.usable else self._copied()
        return stale if copy is None else stale.completed_by(copy)

    def _copied(self) -> CallersFact | None:
        try:
            return Fact(copied(self._records))
        except (StoreUnavailable, InvalidInput):
            return None
