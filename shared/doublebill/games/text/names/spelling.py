"""Spelling: draws new words letter by letter from the model of a list of names, towards a target."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import comb
from typing import Self

from doublebill.errors import InvalidInput
from doublebill.games.dice import Dice
from doublebill.games.step_budget import spend
from doublebill.games.text.names.capitals import Capitals
from doublebill.games.text.names.mixture import ALPHABET, Mixture, Step
from doublebill.games.text.names.short_lists import SHORT, ShortList
from doublebill.games.text.names.word_symbols import END

RUN = 3
"""Letters of a run."""

NEW_STEP = 60
"""Steps of work that the weights of the letters after some others take, when they are worked out."""


@dataclass(frozen=True, eq=False)
class NameModel:
    """A model of a list of names."""

    mixture: Mixture
    names: frozenset[str]
    """The names of the list in small letters; for look-ups only, since a set has no order."""
    words: tuple[str, ...]
    """The same, in the order of the list."""
    lengths: tuple[int, int]
    """Letters of the shortest and of the longest."""
    capitals: Capitals
    early: bool = False
    """Whether it was learned by an early version, whose names may have stop words and pairs that the list has not."""

    @classmethod
    def of(cls, names: Sequence[str], field: str = "spec.examples") -> Self:
        """Learns from names, each counted once.

        Raises:
            InvalidInput: when a name has a character that no name has, or there are too many different ones.
        """
        plain = cls.plain(names, field)
        words = tuple(dict.fromkeys(plain))
        composed = [unicodedata.normalize("NFC", name) for name in names]
        lengths = [len(word) for word in words]
        capitals = Capitals.of(composed)
        return cls(Mixture.of(words), frozenset(words), words, (min(lengths), max(lengths)), capitals)

    @staticmethod
    def plain(names: Sequence[str], field: str) -> list[str]:
        """Returns the names in small letters.

        Raises:
            InvalidInput: when a name has a character that no name has, or there are too many different ones.
        """
        plain = [plainly(name) for name in names]
        for n, name in enumerate(plain):
            if not name or not name.isprintable() or name != name.strip():
                raise InvalidInput.of_value(
                    f"{field}[{n}]", names[n], "a name without outer spaces or control characters"
                )
        letters = len(set().union(*plain))
        if letters > ALPHABET:
            raise InvalidInput.one(field, f"{letters} different letters are too many", f"use at most {ALPHABET}")
        return plain

    def shown(self, word: str) -> str:
        """Returns a name as it is shown, capitalised like most of the list."""
        shown = self.capitals.shown(word)
        return shown if plainly(shown) == word else word

    @cached_property
    def runs(self) -> frozenset[str]:
        """All runs of three letters that the list has, its names' first and last two among them."""
        return frozenset(run for word in self.words for run in runs_of(word))

    def has_runs_of(self, word: str) -> bool:
        """Checks whether a word is put together of runs that the list has, and has no letter three times in a row.

        Wennnor, mithadrs and wenl are none of such.
        """
        if self.short is not None:
            return True  # its names have pairs of the list only; runs of three would leave too few of them
        spend(1 + len(word) // 4)
        return all(run in self.runs and len(set(run)) > 1 for run in runs_of(word))

    @cached_property
    def short(self) -> ShortList | None:
        """Returns the model of a short list, or None if the list is long or the model early."""
        return ShortList.of(self.words) if len(self.words) <= SHORT and not self.early else None


@dataclass(frozen=True, slots=True)
class NameTarget:
    """The controls of a name, in the letters of a model."""

    least: int
    most: int
    prefix: str
    must: str
    """Different letters, none of which the prefix has."""
    letters: str
    """All that may come after the prefix."""


def runs_of(word: str) -> list[str]:
    """Returns the runs of three letters of a word, with a mark before its first letter and after its last."""
    marked = f"\n{word}\n"
    return [marked[place : place + RUN] for place in range(max(len(marked) - RUN + 1, 1))]


def plainly(text: str) -> str:
    """Returns the text in small letters, composed."""
    return unicodedata.normalize("NFC", text).lower()


def keeps(target: NameTarget, word: str) -> bool:
    """Checks whether a word meets a target."""
    rest = word[len(target.prefix) :]
    return (
        target.least <= len(word) <= target.most
        and word.startswith(target.prefix)
        and set(target.must) <= set(rest)
        and set(rest) <= set(target.letters)
        and word == word.strip()
    )


def used_up(model: NameModel, target: NameTarget) -> bool:
    """Checks whether the list has every word that meets a target."""
    free = possible(target)
    if free > len(model.names):
        return False
    spend(2 * len(model.words))
    return free <= sum(keeps(target, word) for word in model.words)


def possible(target: NameTarget) -> int:
    """Counts the words that meet a target, including those that end in a space."""
    letters, must, start = len(target.letters), len(target.must), len(target.prefix)
    return sum(
        (-1) ** missing * comb(must, missing) * (letters - missing) ** (length - start)
        for length in range(max(target.least, start), target.most + 1)
        for missing in range(must + 1)
    )


@dataclass(frozen=True, eq=False)
class Drawer:
    """Draws words letter by letter that are long enough; when it steers, they meet the whole target."""

    model: NameModel
    target: NameTarget
    temperature: int
    _met: set[tuple[int, int, tuple[int, ...]]] = field(default_factory=set[tuple[int, int, tuple[int, ...]]])
    """Percent, place and symbols before of the steps that were taken."""

    def word(self, dice: Dice, steered: bool) -> str:
        """Draws a word; steering doubles the temperature, since likelier words have failed."""
        mixture, target = self.model.mixture, self.target
        percent = self.temperature * (2 if steered else 1)
        word, missing = list(self._prefix), self._must
        step = mixture.first(word, percent)
        self._count(step, percent)
        while len(word) <= target.most:
            if steered and len(word) + len(missing) == target.most:
                symbol = _one_of(step, missing or (END,), dice)
            else:
                symbol = self._any(step, len(word) >= target.least and not (steered and missing), dice)
            if symbol == END:
                break
            word.append(symbol)
            step = step.on.get(symbol) or mixture.on(step, symbol, percent)
            self._count(step, percent)
            if symbol in missing:
                missing = tuple(other for other in missing if other != symbol)
        return "".join([mixture.letters[symbol - 1] for symbol in word])

    def _count(self, step: Step, percent: int) -> None:
        """Counts the work for a letter: that of a new step where this drawer meets it first, cached or not."""
        met = percent, step.place, step.before
        spend(1 if met in self._met else NEW_STEP + len(step.sums) // 8)
        self._met.add(met)

    def _any(self, step: Step, may_end: bool, dice: Dice) -> int:
        """One of the allowed letters, or the end of the word if it may end, by their weights."""
        end, sums = step.end if may_end else 0, step.sums
        never = [(_before(step, symbol), _weight(step, symbol)) for symbol in self._never]
        whole = end + sums[-1] - sum([weight for _, weight in never])
        if not whole:
            options: list[int] = [*([END] if may_end else []), *self._letters]
            return dice.choice(options)
        drawn = dice.below(whole) - end
        if drawn < 0:
            return END
        for before, weight in never:  # in the order of the letters, each of which moves those after it
            if drawn >= before:
                drawn += weight
        return bisect_right(sums, drawn) + 1

    @cached_property
    def _letters(self) -> Sequence[int]:
        """The symbols of the allowed letters, ascending."""
        return sorted(self.model.mixture.numbers(self.target.letters))

    @cached_property
    def _never(self) -> Sequence[int]:
        """The symbols of the other letters, ascending."""
        allowed = set(self._letters)
        return [symbol for symbol in range(1, len(self.model.mixture.letters) + 1) if symbol not in allowed]

    @cached_property
    def _prefix(self) -> Sequence[int]:
        return self.model.mixture.numbers(self.target.prefix)

    @cached_property
    def _must(self) -> tuple[int, ...]:
        return tuple(sorted(self.model.mixture.numbers(self.target.must)))


def _before(step: Step, symbol: int) -> int:
    """The weight of all letters before a symbol."""
    return step.sums[symbol - 2] if symbol > 1 else 0


def _weight(step: Step, symbol: int) -> int:
    return step.end if symbol == END else step.sums[symbol - 1] - _before(step, symbol)


def _one_of(step: Step, symbols: Sequence[int], dice: Dice) -> int:
    """One of these symbols, ascending, by their weights."""
    weights = [_weight(step, symbol) for symbol in symbols]
    return symbols[dice.weighted(weights)] if any(weights) else dice.choice(symbols)


def in_order(target: NameTarget) -> Iterator[str]:
    """Yields every word that meets a target: shorter ones first, then in the order of `target.letters`."""
    for length in range(max(target.least, len(target.prefix)), target.most + 1):
        yield from filter(lambda word: keeps(target, word), _endings(target, target.prefix, target.must, length))


def _endings(target: NameTarget, word: str, missing: str, length: int) -> Iterator[str]:
    spend(1)
    if len(word) == length:
        yield word
        return
    for letter in missing if len(missing) == length - len(word) else target.letters:
        yield from _endings(target, word + letter, missing.replace(letter, ""), length)
