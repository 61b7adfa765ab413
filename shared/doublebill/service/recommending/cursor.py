"""Cursors: the items of an answer's earlier pages, so that no later page repeats them.

Each page comes from the champion of its moment and counts events that came in between, so a cursor cannot be a place in
a list. It has the CRC-32 of each item id shown, by which catalogs look ids up, ascending, four bytes each with the
highest first, behind a byte that names this form; all that in base64url without padding. With 1,000 items shown, an
unseen item is wrongly skipped with probability 1,000 / 2³².
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from doublebill.arrays import Ints32
from doublebill.errors import Unsatisfiable
from doublebill.model.string_table import Ids

FORM = b"\x01"
HASH = np.dtype(">u4")

MOST_SHOWN = 1000
"""Items that pages may show one after the other; then there is no further cursor."""


@dataclass(frozen=True)
class EarlierPages:
    """The items of earlier pages."""

    hashes: frozenset[int] = frozenset()
    """CRC-32 of their ids."""

    def items_in(self, item_ids: Ids) -> Ints32:
        """Returns the numbers of the items shown, and of those that share a hash with them; work as of a look-up."""
        shown = np.fromiter(self.hashes, np.uint32, len(self.hashes))
        first, end = (np.searchsorted(item_ids.hashes, shown, side) for side in ("left", "right"))
        places = [place for low, high in zip(first.tolist(), end.tolist(), strict=True) for place in range(low, high)]
        return item_ids.hashed[places]

    def next_cursor(self, item_ids: Iterable[str]) -> str | None:
        """Returns the cursor of these pages and one more; None where a further page would be past `MOST_SHOWN`."""
        hashes = self.hashes.union(crc32(item_id.encode()) for item_id in item_ids)
        return _cursor(hashes) if len(hashes) < MOST_SHOWN else None


def read_cursor(cursor: str | None) -> EarlierPages:
    """Returns the pages that a cursor stands for; none without a cursor.

    Raises:
        Unsatisfiable: when `next_cursor` never returned it.
    """
    if cursor is None:
        return EarlierPages()
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        packed = b""
    hashes = frozenset(np.frombuffer(packed[1 : len(packed) - (len(packed) - 1) % HASH.itemsize], HASH).tolist())
    if len(hashes) >= MOST_SHOWN or _cursor(hashes) != cursor:
        raise Unsatisfiable.of_value("cursor", cursor, "the next_cursor of an earlier answer")
    return EarlierPages(hashes)


def _cursor(hashes: Iterable[int]) -> str:
    return base64.urlsafe_b64encode(FORM + np.array(sorted(hashes), HASH).tobytes()).decode().rstrip("=")
