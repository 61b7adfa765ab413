"""Finds the rows of a JSON text: in its objects, or in the one list inside them whose elements name an item."""

from collections.abc import Iterator, Mapping, Sequence

from doublebill.imports.files.json_text.inner_rows import flattened, is_list_of_objects
from doublebill.imports.files.table_source import TableSource
from doublebill.imports.meaning.headers import find_column, plain
from doublebill.imports.profiles.every_profile import profile_of
from doublebill.imports.reading.flags import ReadingFlags
from doublebill.imports.reading.header_meanings import TITLE, event_candidates, first_named, item_column

DEEPEST = 4
"""Lists inside lists that are looked into."""
ELEMENTS_LOOKED_AT = 100

type Path = tuple[str, ...]
type Columns = Mapping[str, Sequence[object]]
"""Column → some of its cells."""


def inner_path(table: TableSource, flags: ReadingFlags) -> Path:
    """Returns the path to the lists whose elements are the rows of a table; empty where its own rows are."""
    columns = {name: column.distinct[:ELEMENTS_LOOKED_AT] for name, column in table.sample.columns.items()}
    if table.dialect or not any(map(_lists, columns.values())) or _names_item(columns, table, flags):
        return ()
    inside = list(_inside(columns))
    sure = [path for path, inner in inside if _names_item(inner, table, flags)]
    if not sure and not _describes(columns):
        sure = [path for path, inner in inside if _describes(inner)]
    shortest = min(map(len, sure), default=0)
    nearest = [path for path in sure if len(path) == shortest]
    return nearest[0] if len(nearest) == 1 else ()


def _inside(columns: Columns, path: Path = ()) -> Iterator[tuple[Path, Columns]]:
    """Yields the path to each list of objects, and the columns that its elements have."""
    for name, cells in columns.items():
        if not (lists := _lists(cells)) or len(path) == DEEPEST:
            continue
        rows = [flattened(one) for some in lists for one in some if isinstance(one, Mapping)][:ELEMENTS_LOOKED_AT]
        around = {other: values for other, values in columns.items() if not _lists(values)}
        inner = {
            key: [row[key] for row in rows if key in row] for key in dict.fromkeys(key for row in rows for key in row)
        }
        yield (*path, name), {**around, **inner}
        yield from _inside({**around, **inner}, (*path, name))


def _lists(cells: Sequence[object]) -> list[list[object]]:
    return [cell for cell in cells if isinstance(cell, list) and is_list_of_objects(cell)]


def _names_item(columns: Columns, table: TableSource, flags: ReadingFlags) -> bool:
    """Returns whether a flag, a profile or a name says which column is the item."""
    names = [name for name, cells in columns.items() if not _lists(cells)]
    named = any(
        find_column(where, names, 0) is not None for where, meaning in flags.columns.items() if meaning == "item"
    )
    profile = profile_of([plain(name) for name in names], [], table.options.member or table.name)
    return named or profile is not None or bool(event_candidates(names))


def _describes(columns: Columns) -> bool:
    """Returns whether the columns have an id or a title of anything."""
    names = [name for name, cells in columns.items() if not _lists(cells)]
    return bool(item_column(names) or first_named(names, TITLE))
