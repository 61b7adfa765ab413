"""Reading many objects: a few at a time side by side and in order, since reading is mostly waiting."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice

from doublebill.errors import ObjectMissing
from doublebill.stores.objects import Objects

AT_ONCE = 8
"""Below the 10 connections that a client of S3 keeps."""

AHEAD = 2 * AT_ONCE
"""Objects read before their turn; more would only fill the memory."""

HANDFUL = 4
"""Up to so many are read one after the other: threads would not be worth starting."""


def in_order(objects: Objects, keys: Iterable[str]) -> Iterator[bytes]:
    """Yields the bytes under each of `keys`, in their order.

    Raises:
        ObjectMissing: at the place of a key that has no object.
        StoreUnavailable: as the store raises it.
    """
    return _side_by_side(lambda key: objects.get(key).data, keys)


def in_order_or_missing(
    objects: Objects, keys: Iterable[str], ahead: int = AHEAD
) -> Iterator[tuple[str, bytes | None]]:
    """Yields each of `keys`, in their order, with the bytes under it, None where there is no object.

    At most `ahead` objects are read before their turn; say fewer where they are large.

    Raises:
        StoreUnavailable: as the store raises it.
    """

    def read(key: str) -> tuple[str, bytes | None]:
        try:
            return key, objects.get(key).data
        except ObjectMissing:
            return key, None

    return _side_by_side(read, keys, ahead)


def _side_by_side[T](read: Callable[[str], T], keys: Iterable[str], ahead: int = AHEAD) -> Iterator[T]:
    remaining = iter(keys)
    first = list(islice(remaining, HANDFUL + 1))
    if len(first) <= HANDFUL:
        for key in first:
            yield read(key)
        return
    with ThreadPoolExecutor(min(AT_ONCE, ahead)) as pool:
        waiting: deque[Future[T]] = deque()
        try:
            for key in chain(first, remaining):
                waiting.append(pool.submit(read, key))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()
