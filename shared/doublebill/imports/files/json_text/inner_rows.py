"""Inner rows: the elements of a list inside the objects of a JSON text, such as the games of a library.

A path names the lists from the outside in, each by its dotted key: `data.lists`, then `entries`. An element keeps the
values of what is around it, unless it has a value of that name itself. The rows are numbered by their order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from doublebill.imports.files.raw_rows import BadRow

type Row = Mapping[str, object]
type JsonRow = tuple[int, Row] | BadRow
"""An object with its number, or the reason why there is none."""


def inner_rows(rows: Iterable[JsonRow], path: Sequence[str]) -> Iterator[JsonRow]:
    """Yields the elements of the lists at the end of a path; the rows themselves where the path is empty."""
    if not path:
        yield from rows
        return
    number = 0
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        for element in elements(row[1], path):
            number += 1
            yield number, element


def elements(row: Row, path: Sequence[str]) -> Iterator[Row]:
    """Yields the elements of the lists at the end of a path in one object, each with the values around it."""
    if not path:
        yield row
        return
    values = flattened(row)
    listed = values.pop(path[0], None)
    around = {name: value for name, value in values.items() if not is_list_of_objects(value)}
    for element in listed if isinstance(listed, list) else ():
        if isinstance(element, Mapping):
            yield from elements({**around, **flattened(element)}, path[1:])


def flattened(values: Mapping[str, object]) -> dict[str, object]:
    """Returns the values by dotted key; lists and empty objects stay values."""
    flat: dict[str, object] = {}
    for key, value in values.items():
        if isinstance(value, dict) and value:
            flat.update({f"{key}.{inner}": one for inner, one in flattened(value).items()})
        else:
            flat[key] = value
    return flat


def is_list_of_objects(value: object) -> bool:
    """Returns whether a value is a list whose first element is an object."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
