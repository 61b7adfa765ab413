"""Packs chains of contexts into a few small arrays, from which their tables are made again without counting.

The contexts of a level follow those of the one before that they go on from, in the same order. So it is enough to say
of each with how many parts it goes on, and of each of those which part: all keys follow from that. What a level's
spread table has seen are the same pairs as its plain one; only the counts are others.
"""

import numpy as np

from doublebill.arrays import Arrays, Ints
from doublebill.games.text.names.ngrams import Chain, Table


def kept(chain: Chain, name: str) -> Arrays:
    """Packs the chain into six little-endian arrays, each of all levels, the shortest contexts first.

    `name`_parts: [contexts but the first] the last part of each. `name`_children: [contexts but those of the last
    level] with how many parts each goes on. `name`_followers: [contexts] by how many symbols each was followed.
    `name`_symbols: [pairs] which, ascending in each context. `name`_counts: [pairs] how often.
    `name`_spreads: [pairs but those of the last level] in how many contexts of the next level.
    """
    plain, base = chain.plain, chain.plain[0].base
    found: dict[str, tuple[str, list[Ints]]] = {
        "parts": ("<u2", [table.contexts % base for table in plain[1:]]),
        "children": ("<u2", [np.diff(starts) for starts in chain.children]),
        "followers": ("<u2", [np.diff(table.starts) for table in plain]),
        "symbols": ("<u2", [table.symbols for table in plain]),
        "counts": ("<u4", [table.counts for table in plain]),
        "spreads": ("<u2", [table.counts for table in chain.spread]),
    }
    return {f"{name}_{part}": np.concatenate(arrays).astype(dtype) for part, (dtype, arrays) in found.items()}


def remade(arrays: Arrays, name: str, levels: int, symbols: int, base: int) -> Chain:
    """Unpacks the chain that `kept` packed.

    Raises:
        KeyError, ValueError: when the arrays hold no such chain.
    """
    taken = _Taken(arrays, name)
    contexts, plain, spread = np.zeros(1, np.int64), [], []
    for level in range(levels):
        followers = taken.next("followers", len(contexts), 1, symbols)
        starts = np.append(0, np.cumsum(followers))
        pairs = np.repeat(contexts, followers) * base + taken.next("symbols", int(starts[-1]), 0, symbols - 1)
        plain.append(_table(base, contexts, starts, pairs, taken.next("counts", len(pairs), 1)))
        if level < levels - 1:
            spread.append(_table(base, contexts, starts, pairs, taken.next("spreads", len(pairs), 1, base)))
            children = taken.next("children", len(contexts), 1, base)
            parts = taken.next("parts", int(children.sum()), 0, base - 1)
            contexts = np.repeat(contexts, children) * base + parts
    taken.check_all()
    return Chain(plain, spread, symbols)


def _table(base: int, contexts: Ints, starts: Ints, pairs: Ints, counts: Ints) -> Table:
    for keys in (contexts, pairs):
        if np.any(keys[1:] <= keys[:-1]):
            raise ValueError("found keys that do not ascend")
    return Table(base, contexts, starts, pairs, counts)


class _Taken:
    """Reads the arrays of a chain, one level after the other."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        parts = ("parts", "children", "followers", "symbols", "counts", "spreads")
        self.arrays = {part: arrays[f"{name}_{part}"] for part in parts}
        self.at = dict.fromkeys(parts, 0)

    def next(self, part: str, count: int, least: int, most: int = 1 << 32) -> Ints:
        """Reads [count] the next numbers of an array."""
        start = self.at[part]
        self.at[part] += count
        found = self.arrays[part][start : start + count].astype(np.int64)
        if len(found) != count or found.min() < least or found.max() > most:
            raise ValueError(
                f"{part}: found others than {count} numbers from {least} to {most} after the first {start}"
            )
        return found

    def check_all(self) -> None:
        """Checks that nothing is left."""
        for part, array in self.arrays.items():
            if len(array) != self.at[part]:
                raise ValueError(f"{part}: found {len(array)} numbers, expected {self.at[part]}")
