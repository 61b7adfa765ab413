"""Fields of items: the metadata that a request asks for by name, beside each item of its answer."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from doublebill.arrays import Floats, Items
from doublebill.model.attributes import KINDS
from doublebill.model.catalog import NO_YEAR, Catalog
from doublebill.model.items import Value
from doublebill.service.recommending.responses import Headed, ListEntry

type FieldValue = Value | Sequence[str]

Shown = dict[str, FieldValue]


def add_fields(answer: Headed, catalog: Catalog, lists: Sequence[Sequence[ListEntry]], fields: Sequence[str]) -> None:
    """Adds the fields to each entry of an answer's lists, under `attributes`, and names those that no item has."""
    if not fields:
        return
    for entries in lists:
        items = catalog.find_all([entry["item_id"] for entry in entries])
        for entry, shown in zip(entries, described(catalog, items, fields), strict=True):
            entry["attributes"] = shown
    unknown = [name for name in dict.fromkeys(fields) if name not in OWN and name not in catalog.attributes]
    if unknown:
        answer["unknown_fields"] = unknown


def described(catalog: Catalog, items: Items, fields: Sequence[str]) -> list[Shown]:
    """Returns the named fields of each item that has them; none of an item number below 0."""
    found: list[Shown] = [{} for _ in items]
    places_found = np.flatnonzero(items >= 0)
    for name in dict.fromkeys(fields):
        if name in OWN:
            for place in places_found.tolist():
                value = OWN[name](catalog, int(items[place]))
                if value not in (None, "", []):
                    found[place][name] = value
        else:
            for kind in KINDS:
                _add_attribute(found, catalog, items, name, kind)
    return found


def _add_attribute(found: list[Shown], catalog: Catalog, items: Items, name: str, kind: type) -> None:
    owners, values = catalog.attributes.column(name, kind)
    if not len(owners):
        return
    places = np.minimum(np.searchsorted(owners, items), len(owners) - 1)
    for row in np.flatnonzero(owners[places] == items).tolist():
        found[row][name] = _value(catalog, values, int(places[row]), kind)


def _value(catalog: Catalog, values: Floats, place: int, kind: type) -> Value:
    value = float(values[place])
    if kind is str:
        return catalog.attributes.texts[int(value)]
    return bool(value) if kind is bool else int(value) if value.is_integer() else value


def _year(catalog: Catalog, item: int) -> FieldValue | None:
    year = int(catalog.years[item])
    return None if year == NO_YEAR else year


OWN: Mapping[str, Callable[[Catalog, int], FieldValue | None]] = {
    "title": lambda catalog, item: catalog.titles[item],
    "tags": lambda catalog, item: list(catalog.tags(item)),
    "year": _year,
}
"""Fields that every catalog has, and how to read them of an item."""
