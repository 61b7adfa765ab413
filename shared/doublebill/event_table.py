"""Event tables: many events as columns, without a Python object per event.

As bytes a table is a file of packed columns (`doublebill.columns.packed`: a `.npz` that `numpy.load` reads) with

    format                  [2] 1 (the version of this format) and the number of rows
    users, items, kinds, event_ids, recommendation_ids
                            of each: `…_codes` [rows], `…_lengths` [distinct] in bytes and `…_blob` [bytes], the
                            distinct strings as UTF-8 one after the other
    values                  [rows] floating-point, finite
    timestamps, received    [rows] milliseconds of Unix time

Equal tables have equal bytes. Readers refuse a format they do not know and a file whose columns do not fit together.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from doublebill.arrays import Array, Arrays, Floats, Integers, Ints, Mask
from doublebill.columns.packed import from_npz, pack_floats, pack_integers, to_npz, unpack_floats, unpack_integers
from doublebill.columns.text_column import Texts, concat_texts
from doublebill.errors import ObjectDamaged
from doublebill.events import Event
from doublebill.model.string_table import Strings

__all__ = ["EventTable", "Texts", "concat", "drained"]

FORMAT = 1

TEXTS = ("users", "items", "kinds", "event_ids", "recommendation_ids")
"""The columns of strings."""


@dataclass(frozen=True, eq=False)
class EventTable:
    """Events as columns, [rows] each; the meaning of each is that of the field of `Event`."""

    users: Texts
    """Pseudonyms."""
    items: Texts
    kinds: Texts
    values: Floats
    timestamps: Ints
    """Milliseconds of Unix time; 0 where unknown."""
    event_ids: Texts
    """Empty where there is none."""
    recommendation_ids: Texts
    """Empty where there is none."""
    received: Ints
    """Milliseconds of Unix time; 0 for events of files."""

    @classmethod
    def of(cls, events: Iterable[Event], received: int | Sequence[int] = 0) -> "EventTable":
        """Returns the table of some events, all received at the same time, or each at its own."""
        rows = list(events)
        return cls(
            users=Texts.of(event.user for event in rows),
            items=Texts.of(event.item_id for event in rows),
            kinds=Texts.of(event.kind for event in rows),
            values=np.array([event.value for event in rows], np.float64),
            timestamps=np.array([event.timestamp for event in rows], np.int64),
            event_ids=Texts.of(event.event_id for event in rows),
            recommendation_ids=Texts.of(event.recommendation_id for event in rows),
            received=np.full(len(rows), received, np.int64),
        )

    def __len__(self) -> int:
        return len(self.values)

    def events(self) -> Iterator[Event]:
        """Yields each row as an event."""
        texts = [column.rows() for column in self.texts().values()]
        for user, item, kind, event_id, recommendation_id, value, timestamp in zip(
            *texts, self.values.tolist(), self.timestamps.tolist(), strict=True
        ):
            yield Event(user, item, kind, value, timestamp, event_id, recommendation_id)

    def take(self, rows: Integers | Mask) -> "EventTable":
        """Returns the table of some rows, given by number or by mask."""
        return self._changed(
            texts=lambda column: column.take(rows), integers=lambda column: column[rows], values=self.values[rows]
        )

    def compact(self) -> "EventTable":
        """Returns the same rows without the strings that no row has."""
        return self._changed(texts=Texts.compact)

    def to_bytes(self) -> bytes:
        """Returns the table as bytes; strings that no row has are left out."""
        return to_npz(self.to_arrays())

    def to_arrays(self) -> Arrays:
        """Returns the arrays that the table is stored as."""
        arrays: Arrays = {"format": np.array([FORMAT, len(self)], np.int64), **pack_floats("values", self.values)}
        for name, column in self.compact().texts().items():
            arrays |= pack_integers(f"{name}_codes", column.codes.astype(np.int64))
            arrays |= pack_integers(f"{name}_lengths", column.distinct.lengths())
            arrays[f"{name}_blob"] = column.distinct.blob
        return arrays | pack_integers("timestamps", self.timestamps) | pack_integers("received", self.received)

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "event table", sha256: str = "") -> "EventTable":
        """Returns the table that `to_bytes` wrote; `name` is that of the object, `sha256` the digest it must have.

        Raises:
            ObjectDamaged: when the bytes have another digest, or are not a table.
        """
        if sha256 and hashlib.sha256(data).hexdigest() != sha256:
            raise ObjectDamaged(name, f"its {len(data)} bytes are not those that were written")
        return cls.from_arrays(from_npz(data, name), name)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array], name: str) -> "EventTable":
        """Returns the table that `to_arrays` stored; arrays of other names are ignored.

        Raises:
            ObjectDamaged: when the arrays are not those of a table.
        """
        try:
            return _checked(arrays)
        except (ValueError, UnicodeDecodeError) as wrong:
            raise ObjectDamaged(name, str(wrong)) from wrong

    def texts(self) -> dict[str, Texts]:
        """Returns the columns of strings by name."""
        return {name: getattr(self, name) for name in TEXTS}

    def _changed(
        self,
        texts: Callable[[Texts], Texts],
        integers: Callable[[Ints], Ints] = lambda column: column,
        values: Floats | None = None,
    ) -> "EventTable":
        return EventTable(
            users=texts(self.users),
            items=texts(self.items),
            kinds=texts(self.kinds),
            values=self.values if values is None else values,
            timestamps=integers(self.timestamps),
            event_ids=texts(self.event_ids),
            recommendation_ids=texts(self.recommendation_ids),
            received=integers(self.received),
        )


def concat(tables: Sequence[EventTable]) -> EventTable:
    """Returns the table of all rows of several, one after the other."""
    return drained(list(tables))


def drained(tables: list[EventTable]) -> EventTable:
    """Returns the table of all rows of a list, which is empty then: columns that are joined take no memory twice."""
    if len(tables) < 2:
        return tables.pop() if tables else EventTable.of([])
    pieces = {field.name: [getattr(table, field.name) for table in tables] for field in fields(EventTable)}
    tables.clear()
    joined: dict[str, Any] = {}
    for name in list(pieces):  # one column after the other, each without its pieces then
        columns = pieces.pop(name)
        joined[name] = concat_texts(columns) if name in TEXTS else np.concatenate(columns)
    return EventTable(**joined)


def distinct_users(data: bytes, name: str) -> Strings:
    """Returns the users of a table in bytes, each once; reads no other column.

    Raises:
        ObjectDamaged: when the bytes are not those of a table.
    """
    arrays = from_npz(data, name, ("users_lengths", "users_lengths_base", "users_blob"))
    try:
        return _strings("users", arrays)
    except (ValueError, UnicodeDecodeError) as wrong:
        raise ObjectDamaged(name, str(wrong)) from wrong


def _checked(arrays: Mapping[str, Array]) -> EventTable:
    """Returns the table in the arrays; raises ValueError where they do not fit together."""
    version, rows = _format(arrays)
    if version != FORMAT:
        raise ValueError(f"its format is {version}, expected {FORMAT}: it was written by a newer doublebill")
    values = unpack_floats("values", arrays)
    if not np.isfinite(values).all():
        raise ValueError("the column values has entries that are not finite")
    table = EventTable(
        **{name: _texts(name, arrays) for name in TEXTS},
        values=values,
        timestamps=unpack_integers("timestamps", arrays),
        received=unpack_integers("received", arrays),
    )
    for field in fields(EventTable):
        found = len(getattr(table, field.name))
        if found != rows:
            raise ValueError(f"the column {field.name} has {found} rows, expected {rows}")
    return table


def _format(arrays: Mapping[str, Array]) -> tuple[int, int]:
    """Returns the version of the format and the number of rows."""
    found = arrays.get("format")
    if found is None or found.shape != (2,) or found.dtype.kind != "i":
        raise ValueError("it has no format")
    return int(found[0]), int(found[1])


def _texts(name: str, arrays: Mapping[str, Array]) -> Texts:
    strings, codes = _strings(name, arrays), unpack_integers(f"{name}_codes", arrays)
    if len(codes) and not 0 <= codes.min() <= codes.max() < len(strings):
        raise ValueError(f"the column {name} has codes outside 0 to {len(strings) - 1}")
    return Texts(strings, codes.astype(np.int32))


def _strings(name: str, arrays: Mapping[str, Array]) -> Strings:
    """Returns the distinct strings of a column."""
    lengths = unpack_integers(f"{name}_lengths", arrays)
    blob = arrays.get(f"{name}_blob")
    if blob is None or blob.dtype != np.uint8 or blob.ndim != 1:
        raise ValueError(f"the column {name} has no strings")
    if ((lengths < 0) | (lengths > len(blob))).any():
        raise ValueError(f"the strings of the column {name} do not fit into {len(blob)} bytes")
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    if offsets[-1] != len(blob):
        raise ValueError(f"the strings of the column {name} have {offsets[-1]} bytes, expected {len(blob)}")
    return _decodable(Strings(blob.view(np.uint8), offsets))


def _decodable(strings: Strings) -> Strings:
    """Returns the strings where each of them is UTF-8 by itself."""
    strings.blob.tobytes().decode()
    starts = strings.blob[strings.offsets[:-1][np.diff(strings.offsets) > 0]]
    if ((starts & 0xC0) == 0x80).any():
        raise ValueError("a string begins inside a character")
    return strings
