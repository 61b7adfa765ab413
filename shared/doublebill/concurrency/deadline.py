"""Deadlines: until when a request must be answered, so that no store can make it late."""

from collections.abc import Callable
from dataclasses import dataclass

from doublebill.concurrency.background import Flight
from doublebill.concurrency.clock import Clock
from doublebill.errors import StoreUnavailable


@dataclass(frozen=True)
class Deadline:
    """The moment `at` on a clock of monotonic seconds."""

    clock: Clock
    at: float

    @property
    def remaining(self) -> float:
        """Seconds until then, 0 when it is past."""
        return max(0.0, self.at - self.clock())

    def bounded[T](self, what: str, call: Callable[[], T]) -> T:
        """What `call` gives, or raises what it raises; it goes on unheard where it takes too long.

        Raises:
            StoreUnavailable: when time is up before `call` has ended.
        """
        if self.remaining:
            flight = Flight(call, self.clock)
            if flight.wait(self.remaining):
                return flight.result()
        raise StoreUnavailable(f"{what} did not answer in time")
