"""Threads: independent parts of a computation on all cores, with the same result for any number of them."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

AHEAD = 2
"""Parts per thread that are computed ahead of the reader; bounds the memory."""


def available() -> int:
    """Returns the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread[Part, Result](
    do: Callable[[Part], Result], parts: Iterable[Part], threads: int | None = None
) -> Iterator[Result]:
    """Yields `do(part)` for each part in order, computed on `threads` threads, or on all cores.

    The parts must not depend on the number of threads; then no result does. At most `AHEAD` results per thread wait
    for a slow reader.
    """
    count = available() if threads is None else threads
    if count == 1:
        yield from map(do, parts)
        return
    with ThreadPoolExecutor(count) as pool:
        ahead: deque[Future[Result]] = deque()
        try:
            for part in parts:
                ahead.append(pool.submit(do, part))
                if len(ahead) == AHEAD * count:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
