"""Groups: the candidates of one artist, one year, one series, and how many of each group may be shown."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Array, Floats, Integers, Ints32, Items, Places
from doublebill.errors import Unsatisfiable
from doublebill.model.attributes import KINDS
from doublebill.model.catalog import NO_YEAR, Catalog

type Members = tuple[Places, Array]
"""Places of candidates, and the value that makes the group of each; a place may come several times."""

EXPECTED = "an attribute of the catalog, year, a tag, or what tags have before a colon"


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of a list of candidates; those in none are free."""

    places: Places
    """[entries] places of candidates."""
    numbers: Integers
    """[entries] the number of the group of each."""
    limits: list[int]
    """[n_groups] how many of each may be shown, at least 1."""

    @classmethod
    def of(cls, catalog: Catalog, items: Items, max_per: Mapping[str, int]) -> "Groups":
        """Returns the groups of the candidates `items`, of each of which `max_per` of its name may be shown.

        A name means, the first that there is: an attribute or `year` (a group is of equal value), the part of tags
        before a colon (`artist` of `artist:Abba`; a group is of equal tag), or a tag (one group).

        Raises:
            Unsatisfiable: when the catalog has nothing of that name.
        """
        limits: list[int] = []
        places: list[Places] = [np.zeros(0, np.intp)]
        numbers: list[Integers] = [np.zeros(0, np.int64)]
        for name, most in max_per.items():
            for members, values in _members(catalog, items, name):
                distinct, inverse = np.unique(values, return_inverse=True)
                places.append(members)
                numbers.append(inverse + len(limits))
                limits += [most] * len(distinct)
        return cls(np.concatenate(places), np.concatenate(numbers), limits)


def _members(catalog: Catalog, items: Items, name: str) -> Sequence[Members]:
    if name in catalog.attributes:
        return [_with_value(*catalog.attributes.column(name, kind), items) for kind in KINDS]
    if name == "year":
        dated: Places = np.flatnonzero(catalog.years[items] != NO_YEAR)
        return [(dated, catalog.years[items[dated]])]
    places, tags = tags_of(catalog, items)
    names = catalog.tag_names
    first, end = (bisect_left(range(len(names)), f"{name}{after}".encode(), key=names.raw) for after in ":;")
    if first == end:  # nothing between `name:` and `name;`, which is what comes after it in UTF-8
        first = names.find(name)
        end = first + 1
    if first < 0:
        raise Unsatisfiable.one(f"max_per.{name}", f"the catalog has no {name!r}", f"use {EXPECTED}")
    meant = (tags >= first) & (tags < end)
    return [(places[meant], tags[meant])]


def _with_value(bearers: Items, values: Floats, items: Items) -> Members:
    at = np.searchsorted(bearers, items)
    places: Places = np.flatnonzero(np.append(bearers, -1)[at] == items)
    return places, values[at[places]]


def tags_of(catalog: Catalog, items: Items) -> tuple[Places, Ints32]:
    """Returns the tags of each of `items`, both [entries]: its place among them, ascending, and the tag's number."""
    starts = catalog.tag_offsets[items]
    lengths = catalog.tag_offsets[items + 1] - starts
    ends = np.cumsum(lengths)
    entries = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)
    return np.repeat(np.arange(len(items)), lengths), catalog.item_tags[entries]
