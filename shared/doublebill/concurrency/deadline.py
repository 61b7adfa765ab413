"""Deadlines: until when a request must be answered, so that no store can make it late."""

from collections.abc import Callable
from dataclasses import dataclass

from doublebill.concurrency.background import BackgroundCall
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
        """Returns what `call` returns, or raises what it raises; one that takes too long goes on unheard.

        Raises:
            StoreUnavailable: when time is up before `call` has ended.
        """
        if self.remaining:
            background = BackgroundCall(call, self.clock)
            if background.wait(self.remaining):
                return background.result()
        raise StoreUnavailable(f"{what} did not answer in time")
