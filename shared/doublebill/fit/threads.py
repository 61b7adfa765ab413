"""Threads: independent parts of a computation on every core that is given, with the same result for any number."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

AHEAD = 2
"""Parts for each thread that are taken before the first of them is asked for: more would only fill memory."""


def available() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread[Part, Result](
    do: Callable[[Part], Result], parts: Iterable[Part], threads: int | None = None
) -> Iterator[Result]:
    """What `do` gives for each part, in the order of the parts, on `threads` threads or on all cores.

    The parts must not depend on the number of threads; then neither does any result. However slowly the results are
    read, no more than `AHEAD` for each thread are waiting.
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
