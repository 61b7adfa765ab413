"""Naming: words drawn from what a list of names teaches, towards what is wished of them."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb
from typing import Self

from doublebill.errors import InvalidInput
from doublebill.games.dice import Dice
from doublebill.games.text.names.mixture import ALPHABET, END, Mixture, Step


@dataclass(frozen=True, eq=False)
class NameModel:
    """What a list of names teaches."""

    mixture: Mixture
    known: frozenset[str]
    """The names of the list in small letters; only asked, never gone through."""
    words: tuple[str, ...]
    """The same, in the order of the list."""
    lengths: tuple[int, int]
    """Letters of the shortest and of the longest."""
    capitals: bool
    """Whether most of them begin with a capital, so that new ones do."""

    @classmethod
    def of(cls, names: Sequence[str], field: str = "spec.examples") -> Self:
        """The model of these names, each counted once.

        Raises:
            InvalidInput: when a name has a character that no name has, or there are too many different ones.
        """
        plain = cls.plain(names, field)
        words = tuple(dict.fromkeys(plain))
        upper = sum(name[:1] != word[:1] for name, word in zip(names, plain, strict=True))
        lengths = [len(word) for word in words]
        return cls(Mixture.of(words), frozenset(words), words, (min(lengths), max(lengths)), 2 * upper > len(names))

    @staticmethod
    def plain(names: Sequence[str], field: str) -> list[str]:
        """The names in small letters.

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
        """A name as it is written."""
        titled = word.title()
        return titled if self.capitals and plainly(titled) == word else word


@dataclass(frozen=True, slots=True)
class Wish:
    """A spec in the letters of a model."""

    least: int
    most: int
    prefix: str
    must: str
    """Different letters, none of which the prefix has."""
    letters: str
    """All that may come after the prefix."""


def plainly(text: str) -> str:
    """The text in small letters, composed."""
    return unicodedata.normalize("NFC", text).lower()


def keeps(wish: Wish, word: str) -> bool:
    """Whether a word is as wished."""
    rest = word[len(wish.prefix) :]
    return (
        wish.least <= len(word) <= wish.most
        and word.startswith(wish.prefix)
        and set(wish.must) <= set(rest)
        and set(rest) <= set(wish.letters)
        and word == word.strip()
    )


def used_up(model: NameModel, wish: Wish) -> bool:
    """Whether every word that is as wished is one of the list."""
    free = possible(wish)
    return free <= len(model.known) and free <= sum(keeps(wish, word) for word in model.words)


def possible(wish: Wish) -> int:
    """The number of words that are as wished, those included that end in a space."""
    letters, must, start = len(wish.letters), len(wish.must), len(wish.prefix)
    return sum(
        (-1) ** missing * comb(must, missing) * (letters - missing) ** (length - start)
        for length in range(max(wish.least, start), wish.most + 1)
        for missing in range(must + 1)
    )


@dataclass(frozen=True, eq=False)
class Drawer:
    """Draws words letter by letter, at least as long as wished; where it steers, as wished in every way."""

    model: NameModel
    wish: Wish
    temperature: int

    def word(self, dice: Dice, steered: bool) -> str:
        """A word. Steering doubles the temperature, since what was likelier has brought nothing."""
        mixture, wish = self.model.mixture, self.wish
        percent = self.temperature * (2 if steered else 1)
        word, missing = list(self._prefix), self._must
        step = mixture.first(word, percent)
        while len(word) <= wish.most:
            if steered and len(word) + len(missing) == wish.most:
                symbol = _one_of(step, missing or (END,), dice)
            else:
                symbol = self._any(step, len(word) >= wish.least and not (steered and missing), dice)
            if symbol == END:
                break
            word.append(symbol)
            step = step.on.get(symbol) or mixture.on(step, symbol, percent)
            if symbol in missing:
                missing = tuple(other for other in missing if other != symbol)
        return "".join([mixture.letters[symbol - 1] for symbol in word])

    def _any(self, step: Step, may_end: bool, dice: Dice) -> int:
        """One of the letters that are wished, or the end where that may be, each as likely as it weighs."""
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
        """The symbols of the letters that are wished, ascending."""
        return sorted(self.model.mixture.numbers(self.wish.letters))

    @cached_property
    def _never(self) -> Sequence[int]:
        """The symbols of the other letters, ascending."""
        wished = set(self._letters)
        return [symbol for symbol in range(1, len(self.model.mixture.letters) + 1) if symbol not in wished]

    @cached_property
    def _prefix(self) -> Sequence[int]:
        return self.model.mixture.numbers(self.wish.prefix)

    @cached_property
    def _must(self) -> tuple[int, ...]:
        return tuple(sorted(self.model.mixture.numbers(self.wish.must)))


def _before(step: Step, symbol: int) -> int:
    """How much the letters before it weigh."""
    return step.sums[symbol - 2] if symbol > 1 else 0


def _weight(step: Step, symbol: int) -> int:
    return step.end if symbol == END else step.sums[symbol - 1] - _before(step, symbol)


def _one_of(step: Step, symbols: Sequence[int], dice: Dice) -> int:
    """One of these symbols, ascending, each as likely as it weighs."""
    weights = [_weight(step, symbol) for symbol in symbols]
    return symbols[dice.weighted(weights)] if any(weights) else dice.choice(symbols)


def in_order(wish: Wish) -> Iterator[str]:
    """Every word as wished: shorter ones first, and then by their letters in the order that `wish` has them."""
    for length in range(max(wish.least, len(wish.prefix)), wish.most + 1):
        yield from filter(lambda word: keeps(wish, word), _endings(wish, wish.prefix, wish.must, length))


def _endings(wish: Wish, word: str, missing: str, length: int) -> Iterator[str]:
    if len(word) == length:
        yield word
        return
    for letter in missing if len(missing) == length - len(word) else wish.letters:
        yield from _endings(wish, word + letter, missing.replace(letter, ""), length)
