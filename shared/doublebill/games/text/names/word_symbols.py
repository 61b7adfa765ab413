"""Words as rows of symbols, each with the keys of the contexts before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Ints

END = 0
"""The symbol that ends a word, and stands before it."""

LETTERS = 5
"""Letters that a context has at most."""

PLACES = 10
"""From this place in the word on, all places are one."""


@dataclass(frozen=True, eq=False)
class WordSymbols:
    """The symbols of words, with the keys of the contexts before each."""

    symbols: Ints
    """[symbols] the symbols of all words, each word with `END`."""
    runs: Sequence[Ints]
    """Of each level 0 … `LETTERS`, [symbols] the key of the letters before."""
    placed: Sequence[Ints]
    """The same with the place after the first letter."""


def base_of(letters: str) -> int:
    """Returns a number above every part of a context."""
    return max(len(letters), PLACES) + 1


def word_symbols(words: Sequence[str], letters: str) -> WordSymbols:
    """Returns the symbols of words whose letters are all among `letters`."""
    numbers = {letter: n for n, letter in enumerate(letters, 1)}
    symbols = [number for word in words for number in (*(numbers[letter] for letter in word), END)]
    places = [place for word in words for place in range(len(word) + 1)]
    row, place = np.array(symbols, np.int64), np.array(places, np.int64)
    before = []
    for back in range(1, LETTERS + 1):
        shifted = np.zeros_like(row)
        shifted[back:] = row[:-back]
        before.append(np.where(place >= back, shifted, END))
    base = base_of(letters)
    at = np.minimum(place, PLACES)
    return WordSymbols(row, _stacked(before, base), _stacked([before[0], at, *before[1 : LETTERS - 1]], base))


def _stacked(parts: Sequence[Ints], base: int) -> list[Ints]:
    keys = [np.zeros_like(parts[0])]
    for part in parts:
        keys.append(keys[-1] * base + part)
    return keys
