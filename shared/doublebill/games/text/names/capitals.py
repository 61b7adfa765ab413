"""Capitals: which letters of a list's names are capitals, so that those of new names are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from doublebill.games.content_kind import Json


@dataclass(frozen=True, slots=True)
class Capitals:
    """The capitals of a list."""

    first: bool
    """Whether most names begin with one."""
    small_words: frozenset[str] = frozenset()
    """Words that begin with none, as "of" in Isle of Mists; for look-ups only, since a set has no order."""
    small_after: frozenset[str] = frozenset()
    """Marks within words after which none stands, as the apostrophe of Drizz't; for look-ups only."""

    @classmethod
    def of(cls, names: Sequence[str]) -> Self:
        """Counts the capitals of names as they are written."""
        upper = sum(name[:1] != name[:1].lower() for name in names)
        words = [word for name in names for word in name.split(" ")[1:] if word]
        marks = [pair for name in names for pair in pairwise(name) if _is_mark(pair)]
        return cls(
            2 * upper > len(names),
            _mostly_small((word.lower(), word[0]) for word in words),
            _mostly_small(marks),
        )

    def as_config(self) -> dict[str, Json]:
        """Returns the capitals as a part of a model's config."""
        small_words, small_after = sorted(self.small_words), sorted(self.small_after)
        return {"capitals": self.first, "small_words": [*small_words], "small_after": [*small_after]}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Returns the capitals of a model's config; those of early models say nothing about words and marks."""
        return cls(
            bool(config["capitals"]), frozenset(config.get("small_words", ())), frozenset(config.get("small_after", ()))
        )

    def shown(self, name: str) -> str:
        """Returns a name of small letters with the capitals of the list."""
        if not self.first:
            return name
        first, *others = name.split(" ")
        words = [word if word in self.small_words else self._titled(word) for word in others]
        return " ".join([self._titled(first), *words])

    def _titled(self, word: str) -> str:
        titled = word.title()
        if len(titled) != len(word):
            return titled
        places = range(1, len(word))
        small = [word[n] if word[n - 1] in self.small_after else titled[n] for n in places]
        return titled[:1] + "".join(small)


def _is_mark(pair: tuple[str, str]) -> bool:
    mark, letter = pair
    return not mark.isalpha() and not mark.isspace() and letter.isalpha()


def _mostly_small(pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The keys whose letters are mostly small."""
    small: Counter[str] = Counter()
    for key, letter in pairs:
        small[key] += 1 if letter == letter.lower() != letter.upper() else -1
    return frozenset(key for key, count in small.items() if count > 0)
