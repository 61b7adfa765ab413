"""Background calls: each in a thread of its own, waited for by any caller as long as that has time.

A call that hangs holds up no other: its thread is left to itself, and ends with the process at the latest.
"""

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from doublebill.concurrency.clock import Clock


class BackgroundCall[T]:
    """A call that begins when the object is made, in a thread of the clock."""

    def __init__(self, call: Callable[[], T], clock: Clock) -> None:
        self._call = call
        self._clock = clock
        self._ended = threading.Event()
        self._result: T | None = None
        self._error: BaseException | None = None
        clock.start(self._run)

    @property
    def ended(self) -> bool:
        """Whether the call has ended."""
        return self._ended.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Waits for the end of the call, at most so long, and returns whether it has ended."""
        return self._clock.wait(self._ended, seconds)

    def result(self) -> T:
        """Returns what the call returned, or raises what it raised; waits for its end."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # of a call that ended well

    def _run(self) -> None:
        try:
            self._result = self._call()
        except BaseException as error:  # noqa: BLE001  # raised again where the result is asked for
            self._error = error
        finally:
            self._ended.set()


def side_by_side[T](calls: Sequence[Callable[[], T]], at_once: int, clock: Clock) -> list[T]:
    """Returns what the calls return, in their order, with at most `at_once` of them under way at a time.

    Raises the error of the first that failed; none is begun after that.
    """
    waiting: SimpleQueue[int] = SimpleQueue()
    for place in range(len(calls)):
        waiting.put(place)
    results: dict[int, T] = {}
    failed = threading.Event()

    def work() -> None:
        while not failed.is_set():
            try:
                place = waiting.get_nowait()
            except Empty:
                return
            try:
                results[place] = calls[place]()
            except BaseException:  # however a call ends, the others must learn of it
                failed.set()
                raise

    others = [BackgroundCall(work, clock) for _ in range(min(at_once, len(calls)) - 1)]
    try:
        work()
    finally:
        for other in others:
            other.wait()
    for other in others:
        other.result()
    return [results[place] for place in range(len(calls))]
