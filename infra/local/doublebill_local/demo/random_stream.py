"""Random integers that are equal on every platform and numpy version: the raw stream of Philox, which numpy keeps."""

from collections.abc import Iterable

import numpy as np

from doublebill.arrays import Ints


class RandomStream:
    """Random integers of one seed and purpose; streams of different purposes are independent."""

    def __init__(self, seed: int, purpose: int) -> None:
        self._bits = np.random.Philox(np.random.SeedSequence((seed, purpose)))

    def raw(self, count: int) -> Ints:
        """Returns `count` integers of 63 random bits."""
        return (self._bits.random_raw(count) >> np.uint64(1)).astype(np.int64)

    def below(self, bound: int | Ints, count: int) -> Ints:
        """Returns `count` integers from 0 to `bound` - 1; bounds may differ by place."""
        return self.raw(count) % bound

    def pick(self, weights: Iterable[int], count: int) -> Ints:
        """Returns `count` positions in `weights`, drawn in proportion to their weights."""
        steps = np.cumsum(np.array(list(weights), dtype=np.int64))
        return np.searchsorted(steps, self.below(int(steps[-1]), count), side="right").astype(np.int64)

    def one_of(self, words: str | tuple[str, ...]) -> str:
        """Returns one word of a line, or one entry of a tuple."""
        options = words.split() if isinstance(words, str) else words
        return options[int(self.below(len(options), 1)[0])]
