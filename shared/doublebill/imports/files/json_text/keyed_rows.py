"""Rows by their ids: an object of objects that are alike, whose keys are a column of the rows.

`{"m1": {"title": "Heat", "year": 1995}, "m2": {"title": "Alien", "year": 1979}}` has two rows. The parts of one event,
`{"user": {"id": "u1", "name": "Ann"}, "item": {"id": "i1", "name": "Heat"}}`, may be as much alike and are one row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from doublebill.imports.files.json_text.inner_rows import is_list_of_objects
from doublebill.imports.files.raw_rows import BadRow

VALUES_LOOKED_AT = 20
"""First values of an object that say whether its values are rows."""

PARTS = frozenset(
    {
        *("user", "customer", "visitor", "reviewer", "member", "account", "listener", "client", "session", "person"),
        *("item", "movie", "film", "track", "song", "book", "product", "article", "game", "app", "video", "episode"),
        *(
            "series",
            "show",
            "album",
            "artist",
            "media",
            "rating",
            "ratings",
            "score",
            "weight",
            "value",
            "time",
            "date",
        ),
        *("date", "timestamp", "kind", "type", "action", "event", "context", "device", "object", "actor", "target"),
    }
)
"""Keys, in lower case, that name a part of one row and not a row."""

KEY_COLUMNS = ("id", "key", "row_id", "row_key")
"""Names of the column of the keys; the first that no row has is used."""


@dataclass(frozen=True, slots=True)
class KeyedRows:
    """The rows in an object, each with its key in one column."""

    column: str

    def row(self, key: str, values: object) -> object:
        """Returns the values of a key with the key in its column; a bad row (line 0) where that has another value."""
        if not isinstance(values, dict):
            return values
        own = values.get(self.column)
        if own is None:
            return {self.column: key, **{name: one for name, one in values.items() if name != self.column}}
        if str(own) == key:
            return values
        problem = f"the key of the object and its {self.column!r} are not the same"
        return BadRow(0, self.column, problem, "give them the same value, or use one JSON array of objects")

    def rows(self, values: Mapping[str, object]) -> Iterator[object]:
        """Yields the rows of several keys."""
        for key, one in values.items():
            yield self.row(key, one)


def keyed_rows(values: Mapping[str, object]) -> KeyedRows | None:
    """Returns how the first values of an object are rows, or None where the object is one row itself.

    They are where all are objects, two at least, with mostly the same keys, unless half of the keys of the object name
    parts of one row.
    """
    looked_at = dict(islice(values.items(), VALUES_LOOKED_AT))
    rows = [row for row in looked_at.values() if isinstance(row, dict)]
    if len(rows) < max(2, len(looked_at)) or 2 * sum(key.lower() in PARTS for key in looked_at) >= len(rows):
        return None
    first, second = rows[:2]
    if not 2 * len(first.keys() & second) > len(first.keys() | second) > 1:
        return None
    shared_keys = first.keys() | second
    if any(2 * len(row.keys() & shared_keys) <= len(row) for row in rows):
        return None
    return KeyedRows(_column(looked_at, rows))


def _column(values: Mapping[str, object], rows: list[dict[str, object]]) -> str:
    """Returns the column of the rows that repeats their keys, or else a name for a new one."""
    keys = list(values)
    for name in rows[0]:
        if [str(row.get(name)) for row in rows] == keys:
            return name
    # an id beside inner lists would hide that the rows are the elements of these
    inner = any(is_list_of_objects(one) for row in rows for one in row.values())
    used = {name for row in rows for name in row}
    free = [name for name in KEY_COLUMNS[1 if inner else 0 :] if name not in used]
    return free[0] if free else f"{KEY_COLUMNS[-1]}_of_{len(used)}"
