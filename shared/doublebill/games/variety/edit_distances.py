"""Edit distances: from one string to many, as percent of the longer of each two."""

import numpy as np

from doublebill.arrays import Integers
from doublebill.games.step_budget import spend


class EditDistances:
    """The edit distances from one string to some others, in one pass of bit-parallel steps.

    Myers' vertical deltas (1999, doi:10.1145/316542.316550), in the form of Hyyrö (2003), stand for all others in one
    long integer, one field of bits a string; a spare bit above each field stops the carries of the addition.
    """

    def __init__(self) -> None:
        self.firsts = np.empty(0, np.int64)  # first bit of each string
        self.lengths = np.empty(0, np.int64)
        self.end = 0
        self.every = 0
        self.lowest = 0
        self.holding: dict[str, int] = {}  # letter → the bits of the places that have it

    def add(self, text: str) -> None:
        """Adds a string to compare with."""
        bits = (1 << len(text)) - 1
        for place, letter in enumerate(text, self.end):
            self.holding[letter] = self.holding.get(letter, 0) | 1 << place
        self.every |= bits << self.end
        self.lowest |= (1 << self.end) & self.every
        self.firsts = np.append(self.firsts, self.end)
        self.lengths = np.append(self.lengths, len(text))
        self.end += len(text) + 1

    def nearest(self, text: str) -> int:
        """Returns the least distance in percent of the longer string, rounded down; 100 where there is none."""
        return int(self.percents(text).min()) if len(self.lengths) else 100

    def percents(self, text: str) -> Integers:
        """Returns the distance to each string in percent of the longer one, rounded down; [n_strings] int64."""
        up, down = self._deltas(text)
        size = self.end // 8 + 1
        packed = np.frombuffer(up.to_bytes(size, "little") + down.to_bytes(size, "little"), np.uint8)
        ones = np.unpackbits(packed, bitorder="little").view(np.int8)
        steps = ones[: 8 * size] - ones[8 * size :]
        distances = len(text) + np.add.reduceat(steps, self.firsts, dtype=np.int64)
        longest = np.maximum(self.lengths, max(len(text), 1))
        return 100 * distances // longest

    def _deltas(self, text: str) -> tuple[int, int]:
        """Returns the steps up and down of the last column of each distance table; its top is the length of `text`."""
        every, lowest, holding = self.every, self.lowest, self.holding
        spend(15 + len(text) * (1 + self.end // 4_000))
        up, down = every, 0
        for letter in text:
            same = holding.get(letter, 0)
            vertical = same | down
            across = (((same & up) + up) ^ up | vertical) & every
            right_up = (down | every ^ (across | up)) << 1 & every | lowest
            right_down = (up & across) << 1 & every
            up = right_down | every ^ (across | right_up)
            down = right_up & across
        return up, down
