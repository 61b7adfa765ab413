"""Groups: which candidates are of one artist, one year, one series, and that no group takes too many places."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Array, Floats, Integers, Ints32, Items, Places
from doublebill.errors import Shown, Unsatisfiable
from doublebill.model.attributes import KINDS
from doublebill.model.catalog import NO_YEAR, Catalog

type Found = tuple[Places, Array]
"""Places of candidates, and of each what its group has in common; a place may come several times."""

EXPECTED = "an attribute of the catalog, year, a tag, or what tags have before a colon"


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of a list of candidates; those in none are free."""

    places: Places
    """[entries] places of candidates."""
    groups: Integers
    """[entries] the group of each."""
    limits: list[int]
    """[n_groups] how many of each may be taken still, at least 1 at first; counted down."""

    @classmethod
    def of(cls, catalog: Catalog, items: Items, max_per: Mapping[str, int]) -> "Groups":
        """The groups of the candidates `items`, of each of which `max_per` of its name may be taken.

        A name means, the first that there is: an attribute or `year` (a group is of equal value), what tags have before
        a colon (`artist` of `artist:Abba`; a group is of equal tag), or a tag (one group).

        Raises:
            Unsatisfiable: when the catalog knows nothing of that name.
        """
        limits: list[int] = []
        places: list[Places] = [np.zeros(0, np.int64)]
        groups: list[Integers] = [np.zeros(0, np.int64)]
        for name, most in max_per.items():
            for entries, values in _found(catalog, items, name):
                distinct, numbers = np.unique(values, return_inverse=True)
                places.append(entries)
                groups.append(numbers + len(limits))
                limits += [most] * len(distinct)
        return cls(np.concatenate(places), np.concatenate(groups), limits)

    def take(self, place: int) -> Iterator[Places]:
        """Takes the candidate; gives the places of each group that is full now."""
        for group in self.groups[self.places == place].tolist():
            self.limits[group] -= 1
            if not self.limits[group]:
                yield self.places[self.groups == group]


def _found(catalog: Catalog, items: Items, name: str) -> Sequence[Found]:
    if name in catalog.attributes:
        return [_with_value(*catalog.attributes.column(name, kind), items) for kind in KINDS]
    if name == "year":
        places: Places = np.flatnonzero(catalog.years[items] != NO_YEAR)
        return [(places, catalog.years[items[places]])]
    first, end = (_first_from(catalog, f"{name}{after}") for after in ":;")  # ; is what comes after : in UTF-8
    if first == end:
        first = catalog.tag_names.find(name)
        end = first + 1
    if first < 0:
        raise Unsatisfiable.one(f"max_per.{name}", Shown(name), EXPECTED)
    places, tags = tags_of(catalog, items)
    meant = (tags >= first) & (tags < end)
    return [(places[meant], tags[meant])]


def _with_value(holders: Items, values: Floats, items: Items) -> Found:
    at: Places = np.searchsorted(holders, items)
    places: Places = np.flatnonzero(np.append(holders, -1)[at] == items)
    return places, values[at[places]]


def _first_from(catalog: Catalog, text: str) -> int:
    """The number of the first tag that is not before `text`."""
    tags = catalog.tag_names
    return bisect_left(range(len(tags)), text.encode(), key=tags.raw)


def tags_of(catalog: Catalog, items: Items) -> tuple[Places, Ints32]:
    """The tags of each of `items`, both [entries]: its place among them, ascending, and the number of the tag."""
    starts = catalog.tag_offsets[items]
    lengths = catalog.tag_offsets[items + 1] - starts
    ends = np.cumsum(lengths)
    entries = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)
    return np.repeat(np.arange(len(items)), lengths), catalog.item_tags[entries]
