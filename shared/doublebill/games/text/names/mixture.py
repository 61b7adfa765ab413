"""A mixture of n-grams whose weights depend on the context, learned from a list of words.

Two chains of contexts are mixed: the letters before, and the same with the place in the word. How much each expert of
them counts depends on how long a run of letters was seen before, and how often. Those weights are learned on words
that the counted ones leave out (deleted interpolation, Jelinek and Mercer 1980) by expectation maximisation in
additions, multiplications and divisions alone, which every IEEE 754 machine rounds the same, and kept as integers.
"""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

import numpy as np

from doublebill.arrays import Floats, Ints
from doublebill.games.text.names.ngrams import ONE, Chain
from doublebill.games.text.names.temperature import tempered

END = 0
"""The symbol that ends a word, and stands before it."""

LETTERS = 5
"""Letters that a context has at most."""

PLACES = 10
"""From this place in the word on, all places are one."""

ALPHABET = 400
"""Different letters that a model can hold: a key of six parts must stay below 2**63."""

RUNS, PLACED = (3, 4, 5), (3, 4, 5)
"""Levels that are experts: of the letters before, and of those with the place as second part."""

FOLDS, ROUNDS = 4, 15
"""Parts of the words, each left out once; rounds of expectation maximisation."""

PRIOR = 30.0
"""Symbols that the weights of all contexts count for in those of one."""

OFTEN = (2, 3, 5, 12)
"""How often the longest context was seen is told apart at these numbers."""

SCALE = 1 << 12
"""The sum, but for rounding, of the weights of one kind of context."""

WEIGHTS = (LETTERS + 1) * (len(OFTEN) + 1), len(RUNS) + len(PLACED)
"""Kinds of context, and experts."""

REMEMBERED = 1_500_000
"""Numbers in steps that are kept ready: some thirty megabytes."""


@dataclass(eq=False, slots=True)
class Step:
    """What comes after some letters, at one temperature."""

    place: int
    before: tuple[int, ...]
    """The symbols before, the last first, as far back as was ever seen: no other can matter, now or later."""
    end: int
    """How much it weighs that the word ends here."""
    sums: "array[int]"
    """[letters] how much each letter weighs together with those before it."""
    on: "dict[int, Step]" = field(default_factory=dict)
    """Symbol → the step after it, as far as it was ever taken."""


@dataclass(frozen=True, eq=False)
class Seen:
    """Words as symbols with what stands before each."""

    symbols: Ints
    """[symbols] the symbols of all words, each word with `END`."""
    runs: Sequence[Ints]
    """Of each level 0 … `LETTERS`, [symbols] the key of the letters before."""
    placed: Sequence[Ints]
    """The same with the place after the first letter."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """What a list of words teaches about the next letter."""

    letters: str
    """Symbol n + 1 is letter n."""
    runs: Chain
    placed: Chain
    weights: Ints
    """[kinds of context, experts] how much each expert counts."""
    """The weights sum to one at most, in units of 1 / `SCALE`."""
    _steps: dict[tuple[int, int, tuple[int, ...]], Step] = field(default_factory=dict)
    """Temperature, place, symbols before → the step there."""

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """The mixture that these words teach, of which there is one at least; a repeated word counts as often."""
        letters = "".join(sorted(set("".join(words))))
        folds = min(FOLDS, len(words))
        kinds, chances = [], []
        for fold in range(folds if folds > 1 else 0):
            counted = [word for n, word in enumerate(words) if n % folds != fold]
            left_out = _seen(words[fold::folds], letters)
            chains = _chains(_seen(counted, letters), letters)
            kinds.append(_kinds(chains[0], left_out))
            chances.append(_chances(chains, left_out))
        whole = _chains(_seen(words, letters), letters)
        return cls(letters, *whole, _integers(_learned(kinds, chances)))

    def after(self, word: Sequence[int], percent: int = 100) -> Ints:
        """[1 + letters] how likely each symbol is after the symbols of `word`, at a temperature, as integer weights."""
        first, *others = _before(word)
        placed = self.placed.places((first, min(len(word), PLACES), *others))
        return tempered(self._mixed(self.runs.places((first, *others)), placed), percent)

    def first(self, word: Sequence[int], percent: int) -> Step:
        """The step after the symbols of `word`."""
        return self._step(min(len(word), PLACES), _before(word), percent)

    def on(self, step: Step, symbol: int, percent: int) -> Step:
        """The step after a letter more, at the same temperature."""
        found = step.on.get(symbol)
        if found is None:
            place, before = min(step.place + 1, PLACES), (symbol, *step.before[: LETTERS - 1])
            found = step.on[symbol] = self._step(place, before, percent)
        return found

    def _step(self, place: int, before: tuple[int, ...], percent: int) -> Step:
        found = self._steps.get((percent, place, before))
        if found is None:
            runs = self.runs.places(before)
            seen = before[: len(runs) - 1]
            found = self._steps.get((percent, place, seen))
            if found is None:
                placed = self.placed.places((seen[0], place, *seen[1:]))
                weights = tempered(self._mixed(runs, placed), percent)
                found = Step(place, seen, int(weights[END]), array("q", weights[1:].cumsum().tobytes()))
                self._remember((percent, place, seen), found)
        return found

    def _remember(self, key: tuple[int, int, tuple[int, ...]], step: Step) -> None:
        """Keeps a step ready; where there are too many, it lets go of all, and of how one leads to another."""
        if len(self._steps) * (len(self.letters) + 1) > REMEMBERED:
            for other in self._steps.values():
                other.on.clear()
            self._steps.clear()
        self._steps[key] = step

    def _mixed(self, runs: Sequence[int], placed: Sequence[int]) -> Ints:
        """[1 + letters] how likely each symbol is after the contexts at these places."""
        experts = self.runs.rows(runs, RUNS) + self.placed.rows(placed, PLACED)
        last = len(runs) - 1
        weights = self.weights[_kind(last, int(self.runs.plain[last].totals[runs[last]]))]
        mixed: Ints = weights @ np.concatenate(experts).reshape(len(experts), -1)
        return mixed

    def nats(self, words: Sequence[str]) -> float:
        """The cross-entropy of `words`, whose letters are all known, in nats for each letter and end of word."""
        seen = _seen(words, self.letters)
        weights = self.weights[_kinds(self.runs, seen)]
        chances = _chances((self.runs, self.placed), seen)
        # roundings only ever lower a probability, so that this is never better than what `after` gives
        likely = (weights * chances).sum(axis=1) / (weights.sum(axis=1))
        return -float(np.log(likely).mean())

    def numbers(self, text: str) -> list[int]:
        """The symbols of the letters of `text`, all of which are known."""
        return [self.letters.index(letter) + 1 for letter in text]

    def perplexity(self, words: Sequence[str]) -> float:
        """How many letters it is as good as guessing among."""
        return math.exp(self.nats(words))


def _before(word: Sequence[int]) -> tuple[int, ...]:
    """The symbols before, the last first, as many as a context has."""
    return (*word[: -LETTERS - 1 : -1], *[END] * (LETTERS - len(word)))


def base_of(letters: str) -> int:
    """Above every part of a context."""
    return max(len(letters), PLACES) + 1


def _seen(words: Sequence[str], letters: str) -> Seen:
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
    return Seen(row, _stacked(before, base), _stacked([before[0], at, *before[1 : LETTERS - 1]], base))


def _stacked(parts: Sequence[Ints], base: int) -> list[Ints]:
    keys = [np.zeros_like(parts[0])]
    for part in parts:
        keys.append(keys[-1] * base + part)
    return keys


def _chains(seen: Seen, letters: str) -> tuple[Chain, Chain]:
    count, base = len(letters) + 1, base_of(letters)
    return Chain.of(seen.runs, seen.symbols, count, base), Chain.of(seen.placed, seen.symbols, count, base)


def _chances(chains: tuple[Chain, Chain], seen: Seen) -> Floats:
    """[symbols, experts] what each expert gives to the symbol that came."""
    runs = chains[0].probabilities(seen.runs, seen.symbols)
    placed = chains[1].probabilities(seen.placed, seen.symbols)
    chances = np.stack([runs[level] for level in RUNS] + [placed[level] for level in PLACED], axis=1)
    return np.maximum(chances, 1) / ONE


def _kind(level: int, often: int) -> int:
    return level * (len(OFTEN) + 1) + sum(often >= bound for bound in OFTEN)


def _kinds(runs: Chain, seen: Seen) -> Ints:
    """[symbols] the kind of context before each symbol."""
    level = np.zeros(len(seen.symbols), np.int64)
    often = np.full(len(seen.symbols), runs.plain[0].totals[0])
    for number, (table, keys) in enumerate(zip(runs.plain, seen.runs, strict=True)):
        places = table.find(keys)
        level[places >= 0] = number
        often = np.where(places >= 0, table.totals[places], often)
    kinds: Ints = level * (len(OFTEN) + 1) + np.searchsorted(OFTEN, often, side="right")
    return kinds


def _learned(kinds: Sequence[Ints], chances: Sequence[Floats]) -> Floats:
    """[kinds of context, experts] the weights under which what was left out is likeliest."""
    count, experts = WEIGHTS
    even = np.full(WEIGHTS, 1 / experts)
    if not chances:
        return even
    where, given = np.concatenate(kinds), np.concatenate(chances)
    overall = _maximised(np.zeros_like(where), given, even[:1], 0.0)
    return _maximised(where, given, np.repeat(overall, count, axis=0), PRIOR)


def _maximised(where: Ints, given: Floats, start: Floats, prior: float) -> Floats:
    """The weights after some rounds, drawn towards where they start as if `prior` symbols had been explained so."""
    weights = start
    for _ in range(ROUNDS):
        parts = weights[where] * given
        parts /= _summed(parts)
        counts = [np.bincount(where, column, len(start)) for column in parts.T]
        weights = np.stack(counts, axis=1) + prior * start
        weights /= np.maximum(_summed(weights), 1e-300)
    return weights


def _summed(rows: Floats) -> Floats:
    """[rows, 1] the sum of each row, its entries added from left to right: numpy's own order depends on the machine."""
    whole = rows[:, :1].copy()
    for first, last in pairwise(range(1, rows.shape[1] + 1)):
        whole += rows[:, first:last]
    return whole


def _integers(weights: Floats) -> Ints:
    """The weights in units of 1 / `SCALE`, each one at least."""
    return np.maximum(np.floor(weights * SCALE), 1).astype(np.int64)
