"""Finds the items of a catalog that a filter lets through, as a mask over all of them.

Every condition is one pass over the arrays that it asks about. `Masks` keeps what does not change while a model stays.
"""

from collections import OrderedDict
from collections.abc import Sequence
from functools import reduce

import numpy as np

from doublebill.arrays import Floats, Items, Mask
from doublebill.errors import Unsatisfiable
from doublebill.filtering.conditions import (
    Among,
    Available,
    Between,
    Dated,
    Every,
    Filter,
    FromYears,
    InHistory,
    Inverse,
    OfAttribute,
    Some,
    Tagged,
    Titled,
    changes,
)
from doublebill.filtering.json_schema import FILTER_SCHEMA
from doublebill.filtering.parse import parse
from doublebill.model.attributes import Attributes
from doublebill.model.catalog import NO_YEAR, Catalog

__all__ = ["FILTER_SCHEMA", "Filter", "Masks", "mask", "parse"]


KEPT = 32
"""Masks kept per model; each is a byte per item."""

NAMES_SHOWN = 10


def mask(condition: Filter, catalog: Catalog, seen: Items, available: Mask | None = None) -> Mask:
    """Returns [n_items] whether each item fulfils the filter.

    `seen` holds the item numbers of the history, `available` what may be recommended now (else what the catalog says).

    Raises:
        Unsatisfiable: when the filter names an attribute that the catalog does not have.
    """
    match condition:
        case Every(parts):
            masks = [mask(part, catalog, seen, available) for part in parts]
            return reduce(np.logical_and, masks) if masks else np.ones(len(catalog), np.bool_)
        case Some(parts):
            return reduce(np.logical_or, [mask(part, catalog, seen, available) for part in parts])
        case Inverse(part):
            return ~mask(part, catalog, seen, available)
        case Available(wanted):
            return np.equal(catalog.available if available is None else available, wanted)
        case InHistory(wanted):
            return _marked(catalog, seen) if wanted else ~_marked(catalog, seen)
        case _:
            return _marked(catalog, _items_of(condition, catalog))


class Masks:
    """The masks of one catalog; the newest `KEPT` that depend on neither history nor availability are cached."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._kept: OrderedDict[Filter, Mask] = OrderedDict()

    def of(self, condition: Filter, seen: Items, available: Mask | None = None) -> Mask:
        """Returns the same as `mask`, read-only."""
        if not changes(condition):
            return self._lasting(condition)
        if isinstance(condition, Every):
            lasting = tuple(part for part in condition.parts if not changes(part))
            changing = tuple(part for part in condition.parts if changes(part))
            if lasting:
                rest = mask(Every(changing), self.catalog, seen, available)
                return _closed(self._lasting(Every(lasting) if len(lasting) > 1 else lasting[0]) & rest)
        return _closed(mask(condition, self.catalog, seen, available))

    def __len__(self) -> int:
        return len(self._kept)

    def _lasting(self, condition: Filter) -> Mask:
        found = self._kept.pop(condition, None)
        if found is None:
            found = _closed(mask(condition, self.catalog, np.zeros(0, np.int32)))
            if len(self._kept) >= KEPT:
                self._kept.popitem(last=False)
        self._kept[condition] = found
        return found


def _closed(mask: Mask) -> Mask:
    mask.flags.writeable = False
    return mask


def _marked(catalog: Catalog, items: Items) -> Mask:
    marked = np.zeros(len(catalog), np.bool_)
    marked[items] = True
    return marked


def _items_of(condition: Tagged | FromYears | Titled | Among | OfAttribute, catalog: Catalog) -> Items:
    match condition:
        case Tagged(tags):
            return _items_tagged(catalog, tags)
        case FromYears(low, high):
            return np.flatnonzero((catalog.years != NO_YEAR) & (catalog.years >= low) & (catalog.years <= high))
        case Titled(title):
            return _items_titled(catalog, title)
        case Among(item_ids):
            found = catalog.find_all(item_ids)
            return found[found >= 0]
        case _:
            return _items_holding(catalog.attributes, condition)


def _items_tagged(catalog: Catalog, tags: Sequence[str]) -> Items:
    wanted = np.array([number for number in map(catalog.tag_names.find, tags) if number >= 0], np.int32)
    entries = np.flatnonzero(catalog.item_tags == wanted[0] if len(wanted) == 1 else np.isin(catalog.item_tags, wanted))
    return np.searchsorted(catalog.tag_offsets, entries, side="right") - 1


def _items_titled(catalog: Catalog, title: str) -> Items:
    wanted = np.frombuffer(title.encode(), np.uint8)
    starts = catalog.titles.offsets[:-1]
    items = np.flatnonzero(np.diff(catalog.titles.offsets) == len(wanted))
    for place, byte in enumerate(wanted):
        items = items[catalog.titles.blob[starts[items] + place] == byte]
    return items


def _items_holding(attributes: Attributes, condition: OfAttribute) -> Items:
    if condition.name not in attributes:
        shown = [attributes.names[n] for n in range(min(len(attributes.names), NAMES_SHOWN))]
        more = len(attributes.names) - len(shown)
        fix = (
            f"use one of {', '.join(shown)}" + (f" and {more} more" if more else "")
            if shown
            else "remove it, or train first"
        )
        raise Unsatisfiable.one(condition.place, f"the catalog has no attribute {condition.name!r}", fix)
    if isinstance(condition, Dated):
        return _items_dated(attributes, condition)
    if isinstance(condition, Between):
        items, values = attributes.column(condition.name, float)
        return items[(values >= condition.low) & (values <= condition.high)]
    texts = [number for number in map(attributes.texts.find, condition.texts) if number >= 0]
    wanted = ((bool, condition.truths), (float, condition.numbers), (str, texts))
    found = [_equal(*attributes.column(condition.name, kind), values) for kind, values in wanted if values]
    return np.concatenate(found) if found else np.zeros(0, np.int32)


def _items_dated(attributes: Attributes, condition: Dated) -> Items:
    items, moments = attributes.dates(condition.name)
    if not len(items):
        problem = f"no item has a date as its {condition.name!r}"
        raise Unsatisfiable.one(condition.place, problem, "store dates as YYYY-MM-DD, or compare with numbers")
    return items[(moments >= condition.low) & (moments <= condition.high)]


def _equal(items: Items, values: Floats, wanted: Sequence[float]) -> Items:
    return items[values == wanted[0] if len(wanted) == 1 else np.isin(values, np.array(wanted, np.float64))]
