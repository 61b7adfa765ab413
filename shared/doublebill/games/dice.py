"""Dice: the only source of randomness of generated content.

Only the raw 64-bit stream of Philox is used (Salmon et al. 2011, doi:10.1145/2063384.2063405), which numpy keeps the
same between releases, and every choice is made on integers: the same key gives the same choices on every machine.
"""

import hashlib
from collections.abc import MutableSequence, Sequence

from numpy.random import Philox

from doublebill.games.seeds import Seed, canonical
from doublebill.games.step_budget import spend

BLOCK = 192
"""Raw numbers fetched at once; most levels need one or two blocks."""

STARTING = 40
"""Steps counted for dice that are new, and for their first numbers; many throw no more than a few."""

WORD = 64
LOW = (1 << WORD) - 1


class Dice:
    """The choices that belong to one generator version, kind and seed."""

    __slots__ = ("_fetched", "_numbers", "_stream")

    def __init__(self, version: int, kind: str, seed: Seed) -> None:
        digest = hashlib.sha256(f"doublebill\n{kind}\n{version}\n{canonical(seed)}".encode()).digest()
        self._stream = Philox(key=int.from_bytes(digest[:16], "little"))
        self._numbers: list[int] = []
        self._fetched = 0

    @property
    def drawn(self) -> int:
        """Numbers drawn so far: the measure of the work done with them."""
        return self._fetched - len(self._numbers)

    def draw(self) -> int:
        """Returns the next 64 random bits."""
        if not self._numbers:
            spend(BLOCK if self._fetched else STARTING)
            self._numbers = self._stream.random_raw(BLOCK)[::-1].tolist()
            self._fetched += BLOCK
        return self._numbers.pop()

    def below(self, end: int) -> int:
        """Returns an integer from 0 to `end` - 1, each equally likely (Lemire 2019, arXiv:1805.10941)."""
        product = self.draw() * end
        if product & LOW < end:
            unfair = (1 << WORD) % end
            while product & LOW < unfair:
                product = self.draw() * end
        return product >> WORD

    def between(self, low: int, high: int) -> int:
        """Returns an integer from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def choice[T](self, options: Sequence[T]) -> T:
        """Returns one of `options`."""
        return options[self.below(len(options))]

    def weighted(self, weights: Sequence[int]) -> int:
        """Returns the position of one of the integer `weights`, each as likely as it weighs."""
        left = self.below(sum(weights))
        position = 0
        while left >= weights[position]:
            left -= weights[position]
            position += 1
        return position

    def shuffle[T](self, things: MutableSequence[T]) -> None:
        """Puts `things` in an order of which all are equally likely (Fisher and Yates)."""
        for last in range(len(things) - 1, 0, -1):
            other = self.below(last + 1)
            things[last], things[other] = things[other], things[last]
