"""Short lists: draws names word by word, from letters that follow each other in the list.

A few names say little about letters that they never put together, so that no such pair is drawn. First, middle and last
words have a model each. Words that come back at their place ("New"), and middle ones ("of"), stay as they are; others
are invented, one of a name at least.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Self

import numpy as np

from doublebill.games.dice import Dice
from doublebill.games.step_budget import spend
from doublebill.games.text.names.temperature import tempered

SHORT = 250
"""Different names of a list that is short."""

BOUNDARY = "\n"
"""Stands before and after each word: no name has it."""

PAIR, TRIPLE = 1 << 16, 8 << 16
"""Weight of all letters after the last one, and of all after the last two: most letters continue a triple."""

type Place = tuple[int, int]
"""The number of words of a name, and which of them."""

type Role = Literal["first", "middle", "last"]

type Options = tuple[Sequence[str], Sequence[int]]
"""Letters, or the end of the word, with their weights."""


@dataclass(frozen=True, eq=False)
class PairChain:
    """Chains of letters in which every pair, the ends of the word included, is one of the words'."""

    words: Sequence[str]
    _options: dict[tuple[str, int], Options] = field(default_factory=dict)

    @cached_property
    def shortest(self) -> int:
        """Returns the letters of the shortest word."""
        return min(map(len, self.words))

    @cached_property
    def _followers(self) -> dict[str, Counter[str]]:
        """The last letters, none to two → what followed them, and how often."""
        found: dict[str, Counter[str]] = {}
        for word in self.words:
            framed = BOUNDARY + word + BOUNDARY
            for place in range(1, len(framed)):
                for begin in range(max(place - 2, 0), place + 1):
                    found.setdefault(framed[begin:place], Counter())[framed[place]] += 1
        return found

    def word(self, begin: str, most: int, percent: int, letters: str, dice: Dice) -> str:
        """Draws a word that begins so, all other letters of it among `letters`; too long a word breaks off."""
        word = begin
        while len(word) <= most:
            symbols, weights = self._allowed(word, percent, letters)
            spend(3 + len(symbols) // 4)
            symbol = symbols[dice.weighted(weights)] if symbols else BOUNDARY
            if symbol == BOUNDARY:
                break
            word += symbol
        return word

    def _allowed(self, word: str, percent: int, letters: str) -> Options:
        """The letters that may go on, and the end if the word is as long as the shortest or nothing else can follow."""
        symbols, weights = self._after((BOUNDARY + word)[-2:], percent)
        pairs = [pair for pair in zip(symbols, weights, strict=True) if pair[0] in letters]
        if BOUNDARY in symbols and (len(word) >= self.shortest or not pairs):
            pairs.append((BOUNDARY, weights[symbols.index(BOUNDARY)]))
        return [symbol for symbol, _ in pairs], [weight for _, weight in pairs]

    def _after(self, context: str, percent: int) -> Options:
        """The letters that may follow the last two; after one that the words never go on from, any letter of theirs."""
        found = self._options.get((context, percent))
        if found is None:
            after_one = self._followers.get(context[-1:]) or self._followers[""]
            after_two = self._followers.get(context, Counter()) if len(context) > 1 else Counter[str]()
            symbols = sorted(after_one)
            one, two = after_one.total(), after_two.total() or 1
            weights = [PAIR * after_one[letter] // one + TRIPLE * after_two[letter] // two for letter in symbols]
            found = self._options[context, percent] = symbols, tempered(np.array(weights), percent).tolist()
        return found


@dataclass(frozen=True, eq=False)
class ShortList:
    """A model of a short list."""

    counts: Sequence[int]
    """The number of words of each name."""
    words: Mapping[Place, Sequence[str]]
    """With repeats, in the order of the list."""
    chains: Mapping[Role, PairChain]

    @classmethod
    def of(cls, names: Sequence[str]) -> Self:
        """Learns from names in small letters."""
        split = [[word for word in name.split(" ") if word] for name in names]
        words: dict[Place, list[str]] = {}
        for name in split:
            for n, word in enumerate(name):
                words.setdefault((len(name), n), []).append(word)
        of_role: dict[Role, dict[str, None]] = {}
        for place, own in words.items():
            of_role.setdefault(role_of(place), {}).update(dict.fromkeys(own))
        chains = {role: PairChain(list(own)) for role, own in of_role.items()}
        return cls([len(name) for name in split], words, chains)

    @cached_property
    def kept(self) -> Mapping[Place, frozenset[str]]:
        """Returns the words of each place that stay as they are: middle ones, and those that come back."""
        return {
            place: frozenset(word for word in own if role_of(place) == "middle" or own.count(word) > 1)
            for place, own in self.words.items()
        }

    def name(self, prefix: str, most: int, percent: int, letters: str, dice: Dice) -> str:
        """Draws a name that begins with `prefix`; it may be one of the list, and too long a one breaks off."""
        *words, begin = prefix.split(" ")
        least = len(words) + 1
        count = dice.choice([count for count in self.counts if count >= least] or [least])
        is_new = bool(begin)
        for place in ((count, n) for n in range(len(words), count)):
            own = self.words.get(place, ())
            word = dice.choice(own) if own and not begin else ""
            if word not in self.kept.get(place, ()) or not (is_new or role_of(place) != "last"):
                rest = most - sum(len(word) + 1 for word in words)
                word, is_new = self._chain(place).word(begin, rest, percent, letters, dice), True
            words.append(word)
            begin = ""
        return " ".join(words)

    def _chain(self, place: Place) -> PairChain:
        """The chain for a place, or that of last words where the list has no such place."""
        return self.chains.get(role_of(place)) or self.chains["last"]


def role_of(place: Place) -> Role:
    """Returns the role of the word at a place: a name of one word is its last."""
    count, n = place
    return "last" if n == count - 1 else "first" if not n else "middle"
