"""Cursors: what the earlier pages of an answer gave, so that no later one gives it again.

Pages are answered by whatever model is champion by then and know of events that came in between, so a cursor cannot
be a place in a list. It holds the CRC-32 of each item id given, by which catalogs look ids up, ascending, four bytes
each with the highest first, behind a byte that names this form; all that in base64url without padding. An item that
shares its four bytes with one of a thousand others is left out once in four million times.
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

MOST_GIVEN = 1000
"""Items that pages may give one after the other; then there is no further cursor."""


@dataclass(frozen=True)
class Given:
    """The items of earlier pages."""

    hashes: frozenset[int] = frozenset()
    """CRC-32 of their ids."""

    def __len__(self) -> int:
        return len(self.hashes)

    def numbers_in(self, item_ids: Ids) -> Ints32:
        """The numbers of the items that pages gave, and of those that share a hash with them; work as of a look-up."""
        given = np.fromiter(self.hashes, np.uint32, len(self))
        first, end = (np.searchsorted(item_ids.hashes, given, side) for side in ("left", "right"))
        places = [place for low, high in zip(first.tolist(), end.tolist(), strict=True) for place in range(low, high)]
        return item_ids.hashed[places]

    def next_cursor(self, item_ids: Iterable[str]) -> str | None:
        """The cursor that stands for these items too; None where a further page would be past `MOST_GIVEN`."""
        hashes = self.hashes.union(crc32(item_id.encode()) for item_id in item_ids)
        return _written(hashes) if len(hashes) < MOST_GIVEN else None


def read_cursor(text: str | None) -> Given:
    """What a cursor stands for; nothing where there is none.

    Raises:
        Unsatisfiable: when `next_cursor` never gave it.
    """
    if text is None:
        return Given()
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    hashes = frozenset(np.frombuffer(data[1 : len(data) - (len(data) - 1) % HASH.itemsize], HASH).tolist())
    if len(hashes) >= MOST_GIVEN or _written(hashes) != text:
        raise Unsatisfiable.one("cursor", text, "the next_cursor of an earlier answer")
    return Given(hashes)


def _written(hashes: Iterable[int]) -> str:
    return base64.urlsafe_b64encode(FORM + np.array(sorted(hashes), HASH).tobytes()).decode().rstrip("=")
