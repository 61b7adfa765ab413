"""Item map: items in two dimensions, as an object beside a version.

The object is JSON: `of`, the number of items of the version, and three lists of equal length: `items`, item numbers,
the most popular first, and `x` and `y`, whole numbers from 0 to 999. It is no part of the version: nothing that serves
loads it, and its bytes are not in the version's name.
"""

import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from doublebill.arrays import Ints32
from doublebill.errors import ArtifactCorrupt

SIDE = 1000
"""Whole numbers on each axis."""


@dataclass(frozen=True, eq=False)
class ItemMap:
    """Places of items."""

    n_items: int
    """Of the version."""
    items: Ints32
    """[items] item numbers, the most popular first."""
    places: npt.NDArray[np.uint16]
    """[items, 2] x from the left and y from above, below `SIDE`."""

    @classmethod
    def empty(cls, n_items: int) -> "ItemMap":
        """Returns a map without items."""
        return cls(n_items, np.zeros(0, np.int32), np.zeros((0, 2), np.uint16))

    def to_bytes(self) -> bytes:
        """Returns the map as an object."""
        x, y = self.places.T.tolist()
        fields = {"of": self.n_items, "items": self.items.tolist(), "x": x, "y": y}
        return json.dumps(fields, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes, n_items: int) -> "ItemMap":
        """Returns the map of a version with so many items.

        Raises:
            ArtifactCorrupt: when the object is none.
        """
        try:
            fields = json.loads(data)
            of = int(fields["of"])
            items = np.array(fields["items"], np.int32)
            places = np.array([fields["x"], fields["y"]], np.uint16).T
        except (ValueError, KeyError, TypeError, OverflowError) as wrong:
            raise ArtifactCorrupt(f"the map of the items is none: {wrong}") from wrong
        inside = of == n_items and (not len(items) or (items.min() >= 0 and items.max() < n_items))
        if not inside or places.shape != (len(items), 2) or places.max(initial=0) >= SIDE:
            raise ArtifactCorrupt(f"the map of the items has {places.shape} places of items that the version lacks")
        return cls(n_items, items, places)
