"""Attributes: further metadata of items, as columns of few entries, so that a filter is one pass over an array."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from doublebill.arrays import Arrays, Floats, Ints, Ints32
from doublebill.model.items import Value
from doublebill.model.metadata.dates import all_first_ms
from doublebill.model.string_table import Strings

KINDS = (bool, float, str)
"""The types of values, in the order of an attribute's columns."""


@dataclass(frozen=True, eq=False)
class Attributes:
    """The attributes of items by name and type: each name has a column of truths, one of numbers, one of texts.

    A column lists only the items that have a value, so that names which few items share cost little.
    """

    names: Strings
    """[n_names] sorted, distinct."""
    offsets: Ints
    """[3 * n_names + 1] where each column begins in `items`; name n has columns 3n (truths), 3n + 1 and 3n + 2."""
    items: Ints32
    """[entries] item numbers, ascending within a column."""
    values: Floats
    """[entries] 0 or 1 of a truth, the number, or the place of the text in `texts`."""
    texts: Strings
    """[n_texts] sorted, distinct."""
    _dates: dict[str, tuple[Ints32, Floats]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, described: Sequence[Mapping[str, Value]]) -> "Attributes":
        """Returns the table of the attributes of each item, in the order of item numbers."""
        names = sorted({name for one in described for name in one}, key=str.encode)
        texts = sorted({value for one in described for value in one.values() if isinstance(value, str)}, key=str.encode)
        first, places = {name: 3 * n for n, name in enumerate(names)}, {text: n for n, text in enumerate(texts)}
        columns: list[list[tuple[int, float]]] = [[] for _ in range(3 * len(names))]
        for item, one in enumerate(described):
            for name, value in one.items():
                number = float(places[value] if isinstance(value, str) else value)
                columns[first[name] + KINDS.index(kind_of(value))].append((item, number))
        offsets = np.cumsum([0, *map(len, columns)], dtype=np.int64)
        entries = [entry for column in columns for entry in column]
        items, values = (np.array([entry[part] for entry in entries]) for part in (0, 1))
        return cls(Strings.of(names), offsets, items.astype(np.int32), values.astype(np.float64), Strings.of(texts))

    def __contains__(self, name: str) -> bool:
        return self.names.find(name) >= 0

    def column(self, name: str, kind: type) -> tuple[Ints32, Floats]:
        """Returns the items, ascending, of which the attribute `name` has a value of that kind, and the values."""
        number = 3 * self.names.find(name) + KINDS.index(kind)
        part = slice(self.offsets[number], self.offsets[number + 1]) if name in self else slice(0)
        return self.items[part], self.values[part]

    def dates(self, name: str) -> tuple[Ints32, Floats]:
        """Returns the items, ascending, of which the attribute is a date, and the first milliseconds of the dates."""
        if name not in self._dates:
            items, numbers = self.column(name, str)
            distinct, places = np.unique(numbers.astype(np.int64), return_inverse=True)
            moments = all_first_ms(self.texts.take(distinct))[places]
            dated = ~np.isnan(moments)
            self._dates[name] = items[dated], moments[dated]
        return self._dates[name]

    def to_arrays(self) -> Arrays:
        """Returns everything as named arrays, each name beginning with `attribute`; nothing where no item has any."""
        if not len(self.names):
            return {}
        return {
            **self.names.to_arrays("attribute_names"),
            **self.texts.to_arrays("attribute_texts"),
            "attribute_offsets": self.offsets,
            "attribute_items": self.items,
            "attribute_values": self.values,
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Attributes":
        """Returns the attributes that `to_arrays` gave."""
        if "attribute_offsets" not in arrays:
            return NO_ATTRIBUTES
        return cls(
            Strings.from_arrays("attribute_names", arrays),
            arrays["attribute_offsets"].view(np.int64),
            arrays["attribute_items"].view(np.int32),
            arrays["attribute_values"].view(np.float64),
            Strings.from_arrays("attribute_texts", arrays),
        )


def kind_of(value: Value) -> type:
    """Returns the one of `KINDS` that a value is; a whole number is a number, and true is not 1."""
    return next((kind for kind in (bool, str) if isinstance(value, kind)), float)


NO_ATTRIBUTES = Attributes.of([])
