"""Catalog: the ordered item ids of one domain with their metadata, as arrays.

There is no Python object per item: strings lie in one UTF-8 blob with offsets, so a catalog loads by mapping.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Arrays, Ints, Ints32, Mask
from doublebill.errors import InvalidInput
from doublebill.model.attributes import NO_ATTRIBUTES, Attributes
from doublebill.model.items import Item
from doublebill.model.metadata.series import Series
from doublebill.model.metadata.windows import NO_WINDOWS, Windows
from doublebill.model.searching.item_search import ItemSearch
from doublebill.model.string_table import Ids, Strings

NAME_PATTERN = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
"""The pattern of catalog names, which stand in URLs, object keys and file names."""

NO_YEAR = -32768
"""Stands in `years` where the year is unknown."""


def check_catalog_name(name: str) -> str:
    """Returns `name` when it is a possible name of a catalog.

    Raises:
        InvalidInput: when it is none.
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise InvalidInput.of_value("catalog", name, "1 to 64 of a-z, 0-9 and -, not beginning or ending with -")
    return name


@dataclass(frozen=True, eq=False)
class Catalog:
    """The items of a domain; item number n is the n-th id in the order of UTF-8 bytes."""

    item_ids: Ids
    """[n_items] sorted, distinct."""
    titles: Strings
    """[n_items] empty where unknown."""
    available: Mask
    """[n_items] False for what must not be recommended."""
    years: npt.NDArray[np.int16]
    """[n_items] `NO_YEAR` where unknown."""
    tag_names: Strings
    """[n_tags] sorted, distinct."""
    tag_offsets: Ints
    """[n_items + 1] where the tags of each item begin in `item_tags`."""
    item_tags: Ints32
    """[entries] tag numbers, in the order of the metadata."""
    attributes: Attributes = NO_ATTRIBUTES
    windows: Windows = NO_WINDOWS

    @classmethod
    def of(cls, item_ids: Iterable[str], items: Mapping[str, Item]) -> "Catalog":
        """Returns the catalog of `item_ids` and of everything that `items` describes."""
        ordered = sorted({*item_ids, *items}, key=str.encode)
        described = [items.get(item_id) or Item(item_id) for item_id in ordered]
        tag_names = sorted({tag for item in described for tag in item.tags}, key=str.encode)
        tag_numbers = {tag: n for n, tag in enumerate(tag_names)}
        tag_offsets = np.zeros(len(described) + 1, np.int64)
        np.cumsum([len(item.tags) for item in described], out=tag_offsets[1:])
        return cls(
            item_ids=Ids.of(ordered),
            titles=Strings.of(item.title for item in described),
            available=np.array([item.available is not False for item in described], np.bool_),
            years=np.array([NO_YEAR if item.year is None else item.year for item in described], np.int16),
            tag_names=Strings.of(tag_names),
            tag_offsets=tag_offsets,
            item_tags=np.array([tag_numbers[tag] for item in described for tag in item.tags], np.int32),
            attributes=Attributes.of([item.attributes for item in described]),
            windows=Windows.of(described),
        )

    def __len__(self) -> int:
        return len(self.item_ids)

    def find(self, item_id: str) -> int:
        """Returns the number of `item_id`, or -1."""
        return int(self.item_ids.find_all([item_id])[0])

    def find_all(self, item_ids: Sequence[str]) -> Ints32:
        """Returns [len(item_ids)] the numbers of the item ids, -1 where unknown."""
        return self.item_ids.find_all(item_ids)

    @cached_property
    def series(self) -> Series | None:
        """Returns the episodes and their order; None where the items have none."""
        return Series.of(self.attributes, len(self))

    @cached_property
    def search(self) -> ItemSearch:
        """Returns the search for items by words of their metadata."""
        return ItemSearch(self)

    @property
    def described(self) -> bool:
        """Returns whether there is metadata of any item."""
        return bool(len(self.item_tags) or (self.years != NO_YEAR).any() or len(self.titles.blob))

    def tags(self, item: int) -> Sequence[str]:
        """Returns the tags of an item number."""
        return [self.tag_names[n] for n in self.item_tags[self.tag_offsets[item] : self.tag_offsets[item + 1]]]

    def to_arrays(self) -> Arrays:
        """Returns everything as named arrays."""
        return {
            **self.item_ids.to_arrays("item_ids"),
            **self.titles.to_arrays("titles"),
            **self.tag_names.to_arrays("tag_names"),
            "available": self.available,
            "years": self.years,
            "tag_offsets": self.tag_offsets,
            "item_tags": self.item_tags,
            **self.attributes.to_arrays(),
            **self.windows.to_arrays(),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Catalog":
        """Returns the catalog that `to_arrays` gave."""
        return cls(
            item_ids=Ids.from_arrays("item_ids", arrays),
            titles=Strings.from_arrays("titles", arrays),
            available=arrays["available"].view(np.bool_),
            years=arrays["years"].view(np.int16),
            tag_names=Strings.from_arrays("tag_names", arrays),
            tag_offsets=arrays["tag_offsets"].view(np.int64),
            item_tags=arrays["item_tags"].view(np.int32),
            attributes=Attributes.from_arrays(arrays),
            windows=Windows.from_arrays(arrays),
        )
