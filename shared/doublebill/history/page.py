"""Pages: the entries of one user from one source, newest first, as columns in a few bytes an item.

The bytes of a page are the byte 1 (the version of this format) and a zlib stream of a line of JSON and the columns.
The line has the length of every column and

    kinds       names of the kinds, which columns refer to by place
    items       number of entries with an item id; the others, older, have the CRC-32 of the id alone
    step        1000 where every time is a whole second, else 1; times are divided by it
    steady      whether `expires` is relative to the newest time of each entry, else to the entry before
    forgotten   milliseconds: no event later than that has lost its mark
    marked      of each group of marks: their number, and the time of its newest event in milliseconds
    began       what names the page among those of its source, where a user was merged

A column is a byte for the width of its integers (1, 2, 4 or 8), then all lowest bytes, all next ones, and so on. Times
are differences: `newest` to the entry before, the others to the newest of their entry. Item ids are UTF-8 one after the
other. Marks, five bytes each, are last.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Floats, Ints
from doublebill.errors import StoreUnavailable
from doublebill.events import HISTORY_LENGTH, Event
from doublebill.history.item_entries import ItemEntry, Tallies, Tally, Verdict

FORMAT = 1

KEPT_ITEMS = 5000
"""Most entries of a page; older ones are dropped."""

NAMED_ITEMS = HISTORY_LENGTH
"""Newest entries of a page that keep their item id."""

NAMED_BYTES = 250_000
"""Most bytes of the item ids of a page."""

MARKS = HISTORY_LENGTH
"""Newest events of a page that are recognised when they are sent again."""

MARK_BYTES = 5

MOST_BYTES = 380_000
"""Most bytes of a page as it is stored, since a row of DynamoDB has at most 400 KB."""

COLUMNS = (
    "lengths",
    "hashes",
    "newest",
    "expires",
    "verdict_kinds",
    "verdict_times",
    "verdict_values",
    "tallies",
    "tally_kinds",
    "counts",
    "values",
    "first",
    "last",
)


@dataclass(frozen=True, eq=False)
class PageColumns:
    """Entries as columns, newest first."""

    item_ids: Sequence[str]
    """[named] ids of the first entries."""
    hashes: Ints
    """[entries - named] CRC-32 of the ids of the others."""
    expires: Ints
    """[entries] Unix seconds."""
    verdict_kinds: Ints
    """[entries] place of the kind of the verdict, -1 where there is none."""
    verdict_times: Ints
    """[entries] milliseconds, 0 where there is no verdict."""
    verdict_values: Floats
    """[entries] 0 where there is no verdict."""
    bounds: Ints
    """[entries + 1] where the tallies of each entry begin; the last is their number."""
    tally_kinds: Ints
    """[tallies] place of the kind, plus 128 where the events are older than the verdict."""
    counts: Ints
    """[tallies]"""
    values: Floats
    """[tallies] sums of the values."""
    first: Ints
    """[tallies] milliseconds."""
    last: Ints
    """[tallies] milliseconds."""

    def newest(self) -> Ints:
        """Returns [entries] the time of the newest event of each entry in milliseconds."""
        times = self.verdict_times.copy()
        owners = np.repeat(np.arange(len(times)), np.diff(self.bounds))
        np.maximum.at(times, owners, self.last)
        return times

    def first_entries(self, count: int) -> "PageColumns":
        """Returns the newest entries alone."""
        named, tallies = min(count, len(self.item_ids)), int(self.bounds[count])
        return PageColumns(
            self.item_ids[:named],
            self.hashes[: count - named],
            self.expires[:count],
            self.verdict_kinds[:count],
            self.verdict_times[:count],
            self.verdict_values[:count],
            self.bounds[: count + 1],
            self.tally_kinds[:tallies],
            self.counts[:tallies],
            self.values[:tallies],
            self.first[:tallies],
            self.last[:tallies],
        )


OLDER = 128
"""Added to the kind of a tally of events before the verdict; also the most kinds of a page."""


@dataclass(frozen=True)
class Marked:
    """Events that were folded into a page together."""

    newest: int
    """The time of the newest in milliseconds."""
    joined: bytes
    """Their marks, one after the other; a reader needs them only where there is a tail."""

    @property
    def marks(self) -> list[bytes]:
        """Returns their marks."""
        return [self.joined[start : start + MARK_BYTES] for start in range(0, len(self.joined), MARK_BYTES)]


@dataclass(frozen=True)
class Page:
    """The entries of one user from one source."""

    columns: PageColumns
    kinds: Sequence[str]
    marked: Sequence[Marked] = ()
    """Marks of the newest events, in the order in which they were folded in."""
    forgotten: int = 0
    """The time of the newest event whose mark is gone; an event later than that was added exactly if it is marked."""
    began: str = ""
    """Distinguishes this page from another of its user and source, which began after this one had been moved away."""

    def __len__(self) -> int:
        return len(self.columns.expires)

    @property
    def items(self) -> list[str | int]:
        """Returns the item id of each entry, or its hash where the id is gone."""
        return [*self.columns.item_ids, *self.columns.hashes.tolist()]

    @property
    def expires(self) -> int:
        """Returns the time at which its last entry expires, in Unix seconds."""
        return int(self.columns.expires.max(initial=0))

    def marks(self) -> set[bytes]:
        """Returns all marks."""
        return {one for some in self.marked for one in some.marks}

    def entries(self, places: Sequence[int]) -> Iterator[ItemEntry]:
        """Yields the entries at some places."""
        columns, rows = self.columns, self._tallies()
        bounds, expires = columns.bounds.tolist(), columns.expires.tolist()
        verdicts = list(
            zip(
                columns.verdict_times.tolist(),
                columns.verdict_kinds.tolist(),
                columns.verdict_values.tolist(),
                strict=True,
            )
        )
        for place in places:
            before: Tallies = {}
            since: Tallies = {}
            for kind, tally in rows[bounds[place] : bounds[place + 1]]:
                (before if kind >= OLDER else since)[self.kinds[kind % OLDER]] = Tally(*tally)
            timestamp, kind, value = verdicts[place]
            verdict = Verdict(timestamp, self.kinds[kind], value) if kind >= 0 else None
            yield ItemEntry(expires[place], verdict, before, since)

    def _tallies(self) -> list[tuple[int, tuple[int, float, int, int]]]:
        columns = self.columns
        numbers = (columns.counts.tolist(), columns.values.tolist(), columns.first.tolist(), columns.last.tolist())
        return list(zip(columns.tally_kinds.tolist(), zip(*numbers, strict=True), strict=True))


def mark(event: Event) -> bytes:
    """Returns a few bytes by which the same event, sent again or as another user, is recognised."""
    text = event.event_id or f"\0{event.timestamp} {event.kind} {event.value!r} {event.item_id}"
    return hashlib.blake2b(text.encode(), digest_size=MARK_BYTES).digest()


def named_items(items: Sequence[str | int]) -> int:
    """Returns how many of the items, newest first, keep their ids in a page."""
    size = 0
    for named, item in enumerate(items[:NAMED_ITEMS]):
        size += len(item.encode()) if isinstance(item, str) else NAMED_BYTES
        if size > NAMED_BYTES:
            return named
    return min(len(items), NAMED_ITEMS)


def hash_of(item_id: str) -> int:
    """Returns the hash that stands for an item id in the older entries, by which models look ids up too."""
    return crc32(item_id.encode())


@dataclass
class PageWriter:
    """Makes a page of entries, given newest first."""

    kinds: dict[str, int] = field(default_factory=dict)

    def page(
        self,
        entries: Iterable[tuple[str | int, ItemEntry]],
        marked: Sequence[Marked] = (),
        forgotten: int = 0,
        began: str = "",
    ) -> Page:
        """Returns the page; an item is named by its id, or by its hash where the id is gone."""
        rows = list(entries)[:KEPT_ITEMS]
        named = named_items([item for item, _ in rows])
        tallies = [
            (self._kind(kind) + shift, tally)
            for _, entry in rows
            for shift, some in ((OLDER, entry.before), (0, entry.since))
            for kind, tally in some.items()
        ]
        per_entry = [len(entry.before) + len(entry.since) for _, entry in rows]
        verdicts = [entry.verdict for _, entry in rows]
        columns = PageColumns(
            item_ids=[str(item) for item, _ in rows[:named]],
            hashes=_ints(item if isinstance(item, int) else hash_of(item) for item, _ in rows[named:]),
            expires=_ints(entry.expires for _, entry in rows),
            verdict_kinds=_ints(self._kind(one.kind) if one else -1 for one in verdicts),
            verdict_times=_ints(one.timestamp if one else 0 for one in verdicts),
            verdict_values=np.array([one.value if one else 0.0 for one in verdicts], np.float64),
            bounds=np.concatenate([[0], np.cumsum(per_entry)]).astype(np.int64),
            tally_kinds=_ints(kind for kind, _ in tallies),
            counts=_ints(tally.count for _, tally in tallies),
            values=np.array([tally.value for _, tally in tallies], np.float64),
            first=_ints(tally.first for _, tally in tallies),
            last=_ints(tally.last for _, tally in tallies),
        )
        return Page(columns, tuple(self.kinds), marked, forgotten, began)

    def _kind(self, name: str) -> int:
        return self.kinds.setdefault(name, len(self.kinds))


def to_bytes(page: Page) -> bytes:
    """Returns the page as it is stored; where it would be more than `MOST_BYTES`, its oldest entries are left out."""
    data = _compressed(page)
    while len(data) > MOST_BYTES and len(page):
        kept = int(0.95 * len(page) * MOST_BYTES / len(data))
        page = replace(page, columns=page.columns.first_entries(kept))
        data = _compressed(page)
    return data


def _compressed(page: Page) -> bytes:
    columns = page.columns
    newest, encoded = columns.newest(), [item.encode() for item in columns.item_ids]
    times = [newest, columns.verdict_times, columns.first, columns.last]
    step = 1000 if not any((one % 1000).any() for one in times) else 1
    owners = np.repeat(np.arange(len(newest)), np.diff(columns.bounds))
    judged = columns.verdict_kinds >= 0
    lag, gap = columns.expires - newest // 1000, np.diff(columns.expires, prepend=0)
    steady = len(np.unique(lag)) <= len(np.unique(gap))
    parts: dict[str, Ints | Floats] = {
        "lengths": _ints(map(len, encoded)),
        "hashes": columns.hashes,
        "newest": -np.diff(newest // step, prepend=0),
        "expires": lag if steady else gap,
        "verdict_kinds": columns.verdict_kinds,
        "verdict_times": ((newest - columns.verdict_times) // step)[judged],
        "verdict_values": columns.verdict_values[judged],
        "tallies": np.diff(columns.bounds),
        "tally_kinds": columns.tally_kinds,
        "counts": columns.counts,
        "values": columns.values,
        "first": (columns.last - columns.first) // step,
        "last": (newest[owners] - columns.last) // step,
    }
    head = {
        "kinds": list(page.kinds),
        "items": len(encoded),
        "step": step,
        "steady": steady,
        "forgotten": page.forgotten,
        "marked": [(len(some.joined) // MARK_BYTES, some.newest) for some in page.marked],
        "began": page.began,
        "lengths": [len(parts[name]) for name in COLUMNS],
    }
    line = json.dumps(head, separators=(",", ":")).encode() + b"\n"
    body = b"".join(
        [
            line,
            *(_packed(parts[name]) for name in COLUMNS),
            *encoded,
            *(some.joined for some in page.marked),
        ]
    )
    return bytes([FORMAT]) + zlib.compress(body, 6)


def from_bytes(data: bytes) -> Page:
    """Returns the page that `to_bytes` wrote.

    Raises:
        StoreUnavailable: when the bytes are none, or of a later format.
    """
    if data[:1] != bytes([FORMAT]):
        raise StoreUnavailable(f"a history has the format {data[:1]!r}, expected {FORMAT}: update doublebill")
    try:
        return _unpacked(zlib.decompress(data[1:]))
    except (zlib.error, ValueError, KeyError, IndexError) as damaged:
        raise StoreUnavailable("a history is damaged; run doublebill repair") from damaged


def _unpacked(body: bytes) -> Page:
    line, _, rest = body.partition(b"\n")
    head = json.loads(line)
    parts: dict[str, Ints | Floats] = {}
    for name, length in zip(COLUMNS, head["lengths"], strict=True):
        parts[name], rest = _column(rest, length, np.float64 if name in ("verdict_values", "values") else np.int64)
    ends = np.cumsum(parts["lengths"]).tolist()
    blob, marks = rest[: ends[-1] if ends else 0], rest[ends[-1] if ends else 0 :]
    step, judged = head["step"], parts["verdict_kinds"] >= 0
    newest = -np.cumsum(parts["newest"]).astype(np.int64)
    bounds = np.concatenate([[0], np.cumsum(parts["tallies"])]).astype(np.int64)
    last = np.repeat(newest, np.diff(bounds)) - parts["last"]
    verdict_times, verdict_values = np.zeros(len(newest), np.int64), np.zeros(len(newest))
    verdict_times[judged] = newest[judged] - parts["verdict_times"]
    verdict_values[judged] = parts["verdict_values"]
    columns = PageColumns(
        item_ids=[str(blob[start:end], "utf-8") for start, end in zip([0, *ends], ends, strict=False)],
        hashes=parts["hashes"].astype(np.int64),
        expires=(parts["expires"] + newest * step // 1000 if head["steady"] else np.cumsum(parts["expires"])).astype(
            np.int64
        ),
        verdict_kinds=parts["verdict_kinds"].astype(np.int64),
        verdict_times=verdict_times * step,
        verdict_values=verdict_values,
        bounds=bounds,
        tally_kinds=parts["tally_kinds"].astype(np.int64),
        counts=parts["counts"].astype(np.int64),
        values=parts["values"].astype(np.float64),
        first=((last - parts["first"]) * step).astype(np.int64),
        last=(last * step).astype(np.int64),
    )
    marked: list[Marked] = []
    for number, time in head["marked"]:
        marked.append(Marked(time, marks[: number * MARK_BYTES]))
        marks = marks[number * MARK_BYTES :]
    return Page(columns, tuple(head["kinds"]), marked, head["forgotten"], head["began"])


def _packed(values: Ints | Floats) -> bytes:
    """Returns the width of the integers and their bytes, lowest first over all; of floats the bits as integers."""
    bits = values.view(np.int64) if values.dtype == np.float64 else values
    low, high = int(bits.min(initial=0)), int(bits.max(initial=0))
    width = next(w for w in (1, 2, 4, 8) if -(1 << (8 * w - 1)) <= low and high < 1 << (8 * w - 1))
    return bytes([width]) + bits.astype(f"<i{width}").view(np.uint8).reshape(-1, width).T.tobytes()


def _column(data: bytes, length: int, dtype: npt.DTypeLike) -> tuple[Ints | Floats, bytes]:
    """Returns a column at the beginning of `data`, and what follows it."""
    width, end = data[0], 1 + length * data[0]
    planes = np.frombuffer(data[1:end], np.uint8).reshape(width, length)
    bits = np.ascontiguousarray(planes.T).view(f"<i{width}").ravel().astype(np.int64)
    return bits.view(dtype), data[end:]


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)
