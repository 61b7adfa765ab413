"""Refreshed values: read again at most every few seconds, in the background, while the last good one goes on.

One reading of a value is under way at a time, and no caller waits for it beyond its deadline. A caller that finds a
usable value waits a moment for a newer one. A caller that finds none waits for the reading; where that takes too long,
a stand-in is looked for, once for all callers. A value that could not be read again says why.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, Self

from doublebill.concurrency.background import BackgroundCall
from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline

PATIENCE_SECONDS = 0.25
"""A caller with a usable value waits so long for a newer one, as long as none has waited for it in vain."""

LOST_SECONDS = 300.0
"""A reading that has not ended by then is given up; no value takes so long to read."""

NEVER = float("-inf")


class Refreshable(Protocol):
    """An immutable value that may be incomplete, and may be out of date."""

    @property
    def usable(self) -> bool:
        """Whether the value can be given to a caller."""
        ...

    def completed_by(self, other: Self) -> Self:
        """Returns this value, with the parts that it lacks taken from another one."""
        ...

    def failed(self, error: Exception) -> Self:
        """Returns the same value, saying that it could not be read again because of a defect."""
        ...


@dataclass(frozen=True)
class Fact[T]:
    """The last value of a stored object."""

    value: T
    etag: str = ""
    """Tag of the object; empty where there was none."""
    reason: str | None = None
    """Why the value may be out of date; None where it was just read."""

    @property
    def usable(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    def completed_by(self, other: "Fact[T]") -> "Fact[T]":
        """Returns this fact, with the value of another one where it has none."""
        return self if self.usable else replace(self, value=other.value)

    def failed(self, error: Exception) -> "Fact[T]":
        """Returns the same fact, out of date because of a defect."""
        return replace(self, reason=f"refreshing failed: {type(error).__name__}")


class Reading[T: Refreshable]:
    """One reading of a value, under way or ended."""

    def __init__(self, refreshed: "Refreshed[T]", began: float) -> None:
        self.began = began
        self.ended = threading.Event()
        self.published = threading.Event()
        """Set when the reading has published something, or ended."""
        self.patient = True
        """Whether it is worth waiting for: no caller has waited in vain."""
        self.error: Exception | None = None
        self.note: str | None = None
        """The step that is under way, for callers that do not wait for its end."""
        self._refreshed = refreshed

    def publish(self, value: T, checked: bool | None = None) -> None:
        """Makes this the value; it may be published again in more detail.

        `checked` says that it need not be read again before its time, even where it is not usable.
        """
        self._refreshed.publish(self, value, value.usable if checked is None else checked)
        self.published.set()


class Refreshed[T: Refreshable]:
    """A value that refreshes itself when callers ask for it."""

    def __init__(
        self,
        initial: T,
        read: Callable[[T, Reading[T]], None],
        clock: Clock,
        refresh_seconds: float,
        *,
        stand_in: Callable[[], T | None] = lambda: None,
        first_wait: Callable[[float], float] = lambda remaining: remaining,
    ) -> None:
        """`read` publishes the value that follows from the present one; `stand_in` finds one that is close by.

        `first_wait` turns the seconds that a caller has into those that it waits before the stand-in is looked for.
        """
        self.value = initial
        self._read = read
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._stand_in = stand_in
        self._first_wait = first_wait
        self._checked = NEVER
        self._reading: Reading[T] | None = None
        self._finding: BackgroundCall[None] | None = None
        self._lock = threading.Lock()

    def refresh(self, deadline: Deadline) -> Reading[T] | None:
        """Begins a reading where it is time, waits as long as that is worth it, and returns the one it waited for.

        Raises what the reading raised where there is no usable value.
        """
        reading = self._begun()
        if reading is None:
            return None
        if not self.value.usable:
            self._wait_for_first(reading, deadline)
        if reading.patient:
            reading.patient = self._clock.wait(reading.ended, min(PATIENCE_SECONDS, deadline.remaining))
        return reading

    def publish(self, reading: Reading[T], value: T, checked: bool) -> None:
        """Makes it the value, completed by the present one, unless the reading was given up."""
        with self._lock:
            if self._reading is reading:
                self._checked = self._clock() if checked else NEVER
                self.value = value.completed_by(self.value)

    def _begun(self) -> Reading[T] | None:
        """Returns the reading under way, after beginning one where it is time."""
        with self._lock:
            now = self._clock()
            if self._reading is not None and now - self._reading.began < LOST_SECONDS:
                return self._reading
            if self._reading is None and now - self._checked < self._refresh_seconds:
                return None
            reading = self._reading = Reading(self, now)
        try:
            BackgroundCall(lambda: self._run(reading), self._clock)
        except RuntimeError as error:  # the process can have no further thread now
            self._fail(reading, error)
            self._end(reading)
        return reading

    def _wait_for_first(self, reading: Reading[T], deadline: Deadline) -> None:
        if not self._clock.wait(reading.published, self._first_wait(deadline.remaining)):
            reading.patient = False
            self._found_stand_in().wait(deadline.remaining)
            if not self.value.usable:
                self._clock.wait(reading.published, deadline.remaining)
        if reading.error is not None and not self.value.usable:
            raise reading.error

    def _found_stand_in(self) -> BackgroundCall[None]:
        """Looks for the stand-in, once for all callers that have no value."""

        def find() -> None:
            try:
                found = self._stand_in()
                with self._lock:
                    if found is not None:
                        self.value = self.value.completed_by(found)
            finally:
                with self._lock:
                    self._finding = None

        with self._lock:
            if self._finding is None:
                self._finding = BackgroundCall(find, self._clock)
            return self._finding

    def _run(self, reading: Reading[T]) -> None:
        try:
            self._read(self.value, reading)
        except Exception as error:  # noqa: BLE001  # raised where there is no value; the next reading tries again
            self._fail(reading, error)
        finally:
            self._end(reading)

    def _fail(self, reading: Reading[T], error: Exception) -> None:
        reading.error = error
        if self.value.usable:
            self.publish(reading, self.value.failed(error), checked=True)

    def _end(self, reading: Reading[T]) -> None:
        with self._lock:
            if self._reading is reading:
                self._reading = None
        reading.ended.set()
        reading.published.set()
