"""Request keys: the names of many requests as numbers, where a string for each would fill the memory."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Ints, Mask
from doublebill.service.catalog.blocks.log_blocks import REQUEST, LogBlock
from doublebill.service.catalog.blocks.origins import Digests, digest_of
from doublebill.service.catalog.stored_events import received_ms, request_key

AT_ONCE = 500_000
"""Keys that are put in order at a time."""

LINES_AT_ONCE = 100_000
"""Keys that are written as text at a time, which takes 300 bytes for each."""

HEXADECIMAL = np.frombuffer(b"0123456789abcdef", np.uint8)

type Sorted = tuple[Ints, Digests]
"""Times of receipt and digests of distinct requests, in the order of their keys."""


@dataclass(frozen=True, eq=False)
class RequestKeys:
    """The keys of some requests of a catalog, each once."""

    catalog: str
    pieces: Sequence[Sorted] = ()
    """A request may be in several."""
    others: Sequence[str] = ()
    """Keys of objects in the same place that are no requests."""

    @classmethod
    def of(cls, catalog: str, keys: Iterable[str]) -> Self:
        """Returns the keys from strings."""
        received, digests, others = [], [], []
        for key in keys:
            if REQUEST.fullmatch(key) and key == request_key(catalog, received_ms(key), f"{digest_of(key):016x}"):
                received.append(received_ms(key))
                digests.append(digest_of(key))
            else:
                others.append(key)
        return cls(catalog, [_sorted(np.array(received, np.int64), np.array(digests, np.uint64))], sorted(others))

    @classmethod
    def of_rows(cls, catalog: str, rows: LogBlock) -> Self:
        """Returns the keys of the requests of rows."""
        return cls(catalog, [_sorted(rows.received, rows.requests)])

    @classmethod
    def added(cls, catalog: str, parts: Sequence["RequestKeys"]) -> Self:
        """Returns the keys of several."""
        others = sorted({key for part in parts for key in part.others})
        return cls(catalog, [piece for part in parts for piece in part.pieces if len(piece[0])], others)

    def __len__(self) -> int:
        return sum(len(received) for received, _ in self.in_order()) + len(self.others)

    def in_order(self) -> Iterator[Sorted]:
        """Yields all distinct requests in the order of their keys, some at a time."""
        ends = [*_quantiles([received for received, _ in self.pieces]), None]
        starts = [0] * len(self.pieces)
        for end in ends:
            some = []
            for number, (received, digests) in enumerate(self.pieces):
                stop = len(received) if end is None else int(np.searchsorted(received, end))
                some.append((received[starts[number] : stop], digests[starts[number] : stop]))
                starts[number] = stop
            if some:
                yield _sorted(*(np.concatenate(column) for column in zip(*some, strict=True)))

    def where(self, wanted: Callable[[Ints, Digests], Mask]) -> "RequestKeys":
        """Returns the keys of wanted requests, and of everything that is none; `wanted` marks [requests] them."""
        masks = [wanted(*piece) for piece in self.pieces]
        kept = [(times[mask], digests[mask]) for (times, digests), mask in zip(self.pieces, masks, strict=True)]
        return RequestKeys(self.catalog, kept, self.others)

    def contain(self, received: Ints, digests: Digests) -> Mask:
        """Returns [rows] which rows are of these requests, given as the times and digests in their names."""
        found = np.zeros(len(received), np.bool_)
        if not len(received):
            return found
        names: set[tuple[int, int]] = set()
        first, last = received.min(), received.max()
        for times, names_of in self.pieces:
            near = np.flatnonzero((times >= first) & (times <= last))
            near = near[np.isin(times[near], received)]
            names.update(zip(times[near].tolist(), names_of[near].tolist(), strict=True))
        maybe = np.flatnonzero(np.isin(received, np.array([ms for ms, _ in names], np.int64)))
        pairs = zip(received[maybe].tolist(), digests[maybe].tolist(), strict=True)
        found[maybe] = np.fromiter((pair in names for pair in pairs), np.bool_, len(maybe))
        return found

    def contain_key(self, key: str) -> bool:
        """Returns whether a key is that of one of these requests."""
        if not REQUEST.fullmatch(key):
            return False
        received, digest = np.array([received_ms(key)], np.int64), np.array([digest_of(key)], np.uint64)
        return bool(self.contain(received, digest)[0])

    def summary(self, settled_ms: int) -> dict[str, object]:
        """Returns the number and digest of the keys older than a time, and the others without their prefix.

        The digest is the SHA-256 of the keys, joined by line breaks; what is no request comes last.
        """
        settled, recent, digest = 0, list[str](), hashlib.sha256()
        prefix = f"events/{self.catalog}/"
        for received, digests in self.in_order():
            old = int(np.searchsorted(received, settled_ms))
            for at in range(0, old, LINES_AT_ONCE):
                some = slice(at, min(at + LINES_AT_ONCE, old))
                lines = key_lines(self.catalog, received[some], digests[some])
                digest.update(lines if settled + at else lines[1:])
            settled += old
            young = zip(received[old:].tolist(), digests[old:].tolist(), strict=True)
            recent += [request_key(self.catalog, ms, f"{one:016x}").removeprefix(prefix) for ms, one in young]
        for key in self.others:
            digest.update(f"\n{key}".encode() if settled else key.encode())
            settled += 1
        return {"settled": settled, "digest": digest.hexdigest()[:32], "recent": recent}


def key_lines(catalog: str, received: Ints, digests: Digests) -> memoryview:
    """Returns the keys of requests as text, each after a line break."""
    days, day_of = np.unique(received // 86_400_000, return_inverse=True)
    names = np.array([str(np.datetime64(int(day), "D")) for day in days.tolist()], "S10").view(np.uint8).reshape(-1, 10)
    digits = (received[:, None] // 10 ** np.arange(12, -1, -1) % 10 + ord("0")).astype(np.uint8)
    octets = digests.astype(">u8").view(np.uint8).reshape(-1, 8)
    nibbles = np.stack([octets >> 4, octets & 15], axis=2).reshape(-1, 16)
    parts = (f"\nevents/{catalog}/", names[day_of], "/", digits, "-", HEXADECIMAL[nibbles], ".jsonl.gz")
    return np.concatenate([_repeated(part, len(received)) for part in parts], axis=1).data.cast("B")


def _repeated(part: str | npt.NDArray[np.uint8], rows: int) -> npt.NDArray[np.uint8]:
    if not isinstance(part, str):
        return part
    text = np.frombuffer(part.encode(), np.uint8)
    return np.broadcast_to(text, (rows, len(text)))


def _sorted(received: Ints, digests: Digests) -> Sorted:
    """Returns each request once, in order."""
    order = np.argsort(received, kind="stable")  # rows are in order for the most part, which a stable sort uses
    times, ordered = received[order], digests[order]
    same = times[1:] == times[:-1]
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
        ordered[tied] = ordered[tied][np.lexsort((ordered[tied], times[tied]))]
        first = np.append(True, ~same | (ordered[1:] != ordered[:-1]))
        times, ordered = times[first], ordered[first]
    return times, ordered


def _quantiles(columns: Sequence[Ints]) -> list[int]:
    """Returns times that cut sorted columns into parts of about `AT_ONCE` rows altogether."""
    parts = sum(map(len, columns)) // AT_ONCE
    if not parts:
        return []
    sample = np.sort(np.concatenate([column[::1000] for column in columns]))
    return [int(sample[len(sample) * part // (parts + 1)]) for part in range(1, parts + 1)]
