"""A mixture of n-grams whose weights depend on the context, learned from a list of words.

Two chains of contexts are mixed: the letters before, and the same with the place in the word. How much each expert of
them counts depends on the length and count of the longest run of letters before; see `expert_weights`.
"""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from doublebill.arrays import Ints
from doublebill.games.text.names.expert_weights import (
    PLACED,
    RUNS,
    context_kind,
    context_kinds,
    count_chains,
    expert_chances,
    learn_weights,
)
from doublebill.games.text.names.ngrams import Chain
from doublebill.games.text.names.temperature import tempered
from doublebill.games.text.names.word_symbols import END, LETTERS, PLACES, word_symbols

ALPHABET = 400
"""Different letters that a model can hold: a key of six parts must stay below 2**63."""

REMEMBERED = 1_500_000
"""Numbers in steps that are kept ready: some thirty megabytes."""


@dataclass(eq=False, slots=True)
class Step:
    """The weights of the symbols that may follow some letters, at one temperature."""

    place: int
    before: tuple[int, ...]
    """The symbols before, the last first, as far back as the list has them: no other can matter, now or later."""
    end: int
    """Weight of the end of the word."""
    sums: "array[int]"
    """[letters] the weight of each letter together with those before it."""
    on: "dict[int, Step]" = field(default_factory=dict)
    """Symbol → the step after it, if it was taken before."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """A model of the next letter, learned from a list of words."""

    letters: str
    """Symbol n + 1 is letter n."""
    runs: Chain
    placed: Chain
    weights: Ints
    """[kinds of context, experts] the weight of each expert; those of a kind sum to `SCALE` at most."""
    _steps: dict[tuple[int, int, tuple[int, ...]], Step] = field(default_factory=dict)
    """Temperature, place, symbols before → the step there."""

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """Learns from one word at least; a repeated word counts as often."""
        letters = "".join(sorted(set("".join(words))))
        runs, placed = count_chains(words, letters)
        return cls(letters, runs, placed, learn_weights(words, letters))

    def after(self, word: Sequence[int], percent: int = 100) -> Ints:
        """Returns [1 + letters] the integer weight of each symbol after those of `word`, at a temperature."""
        first, *others = _before(word)
        placed = self.placed.places((first, min(len(word), PLACES), *others))
        return tempered(self._mixed(self.runs.places((first, *others)), placed), percent)

    def first(self, word: Sequence[int], percent: int) -> Step:
        """Returns the step after the symbols of `word`."""
        return self._step(min(len(word), PLACES), _before(word), percent)

    def on(self, step: Step, symbol: int, percent: int) -> Step:
        """Returns the step after one more letter, at the same temperature."""
        found = step.on.get(symbol)
        if found is None:
            place, before = min(step.place + 1, PLACES), (symbol, *step.before[: LETTERS - 1])
            found = step.on[symbol] = self._step(place, before, percent)
        return found

    def _step(self, place: int, before: tuple[int, ...], percent: int) -> Step:
        found = self._steps.get((percent, place, before))
        if found is None:
            runs = self.runs.places(before)
            counted = before[: len(runs) - 1]
            found = self._steps.get((percent, place, counted))
            if found is None:
                placed = self.placed.places((counted[0], place, *counted[1:]))
                weights = tempered(self._mixed(runs, placed), percent)
                found = Step(place, counted, int(weights[END]), array("q", weights[1:].cumsum().tobytes()))
                self._remember((percent, place, counted), found)
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
        weights = self.weights[context_kind(last, int(self.runs.plain[last].totals[runs[last]]))]
        mixed: Ints = weights @ np.concatenate(experts).reshape(len(experts), -1)
        return mixed

    def nats(self, words: Sequence[str]) -> float:
        """Returns the cross-entropy of `words`, in nats for each letter and end of word; needs letters of the model."""
        symbols = word_symbols(words, self.letters)
        weights = self.weights[context_kinds(self.runs, symbols)]
        chances = expert_chances((self.runs, self.placed), symbols)
        # roundings only ever lower a probability, so that this is never better than what `after` gives
        likely = (weights * chances).sum(axis=1) / (weights.sum(axis=1))
        return -float(np.log(likely).mean())

    def numbers(self, text: str) -> list[int]:
        """Returns the symbols of the letters of `text`; the model must have them all."""
        return [self.letters.index(letter) + 1 for letter in text]

    def perplexity(self, words: Sequence[str]) -> float:
        """Returns the perplexity of `words`: the number of equally likely symbols with the same cross-entropy."""
        return math.exp(self.nats(words))


def _before(word: Sequence[int]) -> tuple[int, ...]:
    """The symbols before, the last first, as many as a context has."""
    return (*word[: -LETTERS - 1 : -1], *[END] * (LETTERS - len(word)))
