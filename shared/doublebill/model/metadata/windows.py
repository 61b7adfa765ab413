"""Windows of availability: from when, and until when, items may be recommended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Arrays, Ints, Ints32, Mask
from doublebill.model.items import Item

FIRST_MS, LAST_MS = -(2**63), 2**63 - 1
"""Stand for a window without a beginning, and for one without an end."""

type Change = Mapping[str, int | None]
"""Bounds that changed, by the name of their field; None for a bound that was cleared."""

FIELDS = ("available_from", "available_until")


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of those items of a catalog that have one."""

    items: Ints32
    """[k] item numbers, ascending."""
    opens: Ints
    """[k] first milliseconds of the windows, `FIRST_MS` where there is no beginning."""
    closes: Ints
    """[k] last milliseconds of the windows, `LAST_MS` where there is no end."""

    @classmethod
    def of(cls, described: Sequence[Item]) -> "Windows":
        """Returns the windows of items in the order of their numbers."""
        bounds = {n: (item.available_from, item.available_until) for n, item in enumerate(described)}
        return cls._of({n: both for n, both in bounds.items() if both != (None, None)})

    @classmethod
    def _of(cls, bounds: Mapping[int, tuple[int | None, int | None]]) -> "Windows":
        items = sorted(bounds)
        opens = [FIRST_MS if bounds[item][0] is None else bounds[item][0] for item in items]
        closes = [LAST_MS if bounds[item][1] is None else bounds[item][1] for item in items]
        return cls(np.array(items, np.int32), np.array(opens, np.int64), np.array(closes, np.int64))

    def __len__(self) -> int:
        return len(self.items)

    def bounds_of(self, item: int) -> tuple[int | None, int | None]:
        """Returns the beginning and the end of the window of an item number."""
        place = int(np.searchsorted(self.items, item))
        if place == len(self) or self.items[place] != item:
            return None, None
        opens, closes = int(self.opens[place]), int(self.closes[place])
        return None if opens == FIRST_MS else opens, None if closes == LAST_MS else closes

    def changed(self, changes: Mapping[int, Change]) -> "Windows":
        """Returns the windows after changes, by item number."""
        if not changes:
            return self
        bounds = {item: self.bounds_of(item) for item in self.items.tolist()}
        for item, change in changes.items():
            before = dict(zip(FIELDS, bounds.get(item, (None, None)), strict=True))
            opens, closes = (change.get(name, before[name]) for name in FIELDS)
            bounds[item] = opens, closes
        return self._of({item: both for item, both in bounds.items() if both != (None, None)})

    def within(self, available: Mask, now_ms: int) -> Mask:
        """Returns [n_items] the available items whose window is open now."""
        if not len(self):
            return available
        still = np.array(available)
        still[self.items[(self.opens > now_ms) | (self.closes < now_ms)]] = False
        return still

    def to_arrays(self) -> Arrays:
        """Returns the windows as named arrays; nothing where no item has one."""
        if not len(self):
            return {}
        return {"window_items": self.items, "window_opens": self.opens, "window_closes": self.closes}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Windows":
        """Returns the windows that `to_arrays` gave."""
        if "window_items" not in arrays:
            return NO_WINDOWS
        return cls(
            arrays["window_items"].view(np.int32),
            arrays["window_opens"].view(np.int64),
            arrays["window_closes"].view(np.int64),
        )


NO_WINDOWS = Windows.of([])
