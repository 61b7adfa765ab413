"""Naming: words drawn from what a list of names teaches, towards what is wished of them."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb
from typing import Self

import numpy as np

from doublebill.errors import InvalidInput
from doublebill.games.dice import Dice
from doublebill.games.text.mixture import ALPHABET, END, Mixture
from doublebill.games.text.ngrams import Ints


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
        plain = [plainly(name) for name in names]
        for n, name in enumerate(plain):
            if not name or any(not letter.isprintable() for letter in name) or name != name.strip():
                raise InvalidInput.one(f"{field}[{n}]", names[n], "a name without outer spaces or control characters")
        words = tuple(dict.fromkeys(plain))
        letters = len(set("".join(words)))
        if letters > ALPHABET:
            raise InvalidInput.one(field, letters, f"names of at most {ALPHABET} different letters")
        upper = sum(name[:1] != word[:1] for name, word in zip(names, plain, strict=True))
        lengths = [len(word) for word in words]
        return cls(Mixture.of(words), frozenset(words), words, (min(lengths), max(lengths)), 2 * upper > len(names))

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


def draw(model: NameModel, wish: Wish, temperature: int, dice: Dice, steered: bool) -> str:
    """A word drawn letter by letter, at least as long as wished; where it is `steered`, as wished in every way.

    Steering doubles the temperature, since what was likelier has brought nothing.
    """
    mixture, degrees = model.mixture, temperature * (2 if steered else 1)
    allowed = np.zeros(len(mixture.letters) + 1, np.int64)
    allowed[mixture.numbers(wish.letters)] = 1
    word, missing = mixture.numbers(wish.prefix), mixture.numbers(wish.must)
    while len(word) <= wish.most:
        options = allowed.copy()
        options[END] = len(word) >= wish.least and not (steered and missing)
        if steered and len(word) + len(missing) == wish.most:
            options[:] = 0
            options[missing or END] = 1
        weights = mixture.after(word, degrees) * options
        symbol = _drawn(weights if weights.any() else options, dice)
        if symbol == END:
            break
        word.append(symbol)
        missing = [other for other in missing if other != symbol]
    return "".join(mixture.letters[symbol - 1] for symbol in word)


def _drawn(weights: Ints, dice: Dice) -> int:
    sums = np.cumsum(weights)
    return int(sums.searchsorted(dice.below(int(sums[-1])), side="right"))


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
