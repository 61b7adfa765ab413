"""Placeholders: stand for the facts of a text while a language model rewords it.

    Ada of Fenmouth begs you: slay the 3 ogres.  →  {1} of {2} begs you: slay {3}.

A count and its thing are one placeholder, article included, so that no rewording can part them or break their grammar.
Names, numbers and words for numbers are placeholders of their own, one for each place where the text has them.
"""

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from doublebill.games.text.articles import with_article
from doublebill.games.text.english import capitalised, is_mass, plural
from doublebill.games.text.rewriting.number_words import number_pattern, words_of

PLACEHOLDER = re.compile(r"\{([1-9][0-9]{0,3})\}")

LONGEST = 480
"""Characters of a reworded text; a short one may have fewer, see `RewriteDraft.longest`."""

QUOTES = " \"'“”‘’«»(¿¡"

type Role = Literal["count", "name", "quality", "number"]
"""A count with its thing, a name, an adjective (a rarity), or a number by itself."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a text that state a fact."""

    text: str
    role: Role
    pattern: str
    """Regular expression that finds the words in the text."""


def name_phrase(text: str, role: Role = "name") -> Phrase:
    """Returns the phrase of words that stand as they are, or with a capital where they begin a sentence."""
    return Phrase(text, role, f"(?:{re.escape(text)}|{re.escape(capitalised(text))})")


def count_phrase(thing: str, count: int) -> Phrase:
    """Returns the phrase of a count and its thing: the 3 ogres, 3 grim ogres, the key."""
    form = re.escape(thing if count == 1 else plural(thing))
    number = rf"(?:[Tt]he )?{count} (?:[^\W\d_]+ ){{0,2}}{form}"
    either = rf"[Tt]he {form}|{number}" if count == 1 or is_mass(thing) else number
    return Phrase(f"the {count} {thing}", "count", rf"(?<!\w)(?:{either})(?!\w)")


@dataclass(frozen=True, slots=True)
class BoundFact:
    """A fact that a placeholder stands for."""

    text: str
    """The words to fill in; with a small letter first, unless a name is written otherwise."""
    role: Role
    joined: bool
    """Whether the text has a letter or a hyphen directly beside it, as in scripts without spaces."""


@dataclass(frozen=True, slots=True)
class RewriteDraft:
    """A text to be reworded."""

    kind: str
    plain: str
    """The text that is answered where the rewording is refused."""
    source: str
    """The text to be reworded, facts included."""
    masked: str
    """The source with a placeholder for each fact: the sentence that the model gets."""
    facts: Sequence[BoundFact]
    """The first is for {1}, the second for {2}, …"""
    reserved: frozenset[str]
    """Names of things, in small letters, that could pass for a fact: allowed only if the masked source has them."""

    @classmethod
    def of(
        cls, kind: str, plain: str, source: str, phrases: Sequence[Phrase], reserved: frozenset[str]
    ) -> "RewriteDraft":
        """Masks the phrases and all numbers of `source`; the longer phrase wins where two begin at one place."""
        ordered = sorted((phrase for phrase in phrases if phrase.text.strip()), key=lambda phrase: -len(phrase.text))
        groups = [f"(?P<p{n}>{_as_word(phrase.pattern, source)})" for n, phrase in enumerate(ordered)]
        pattern = "|".join([*groups, f"(?P<number>{number_pattern(source)})"])
        numbers = itertools.count(1)
        masked = re.sub(pattern, lambda _: f"{{{next(numbers)}}}", source)
        facts = [
            BoundFact(*_words_and_role(found, ordered), joined(masked, place.start(), place.end()))
            for found, place in zip(re.finditer(pattern, source), PLACEHOLDER.finditer(masked), strict=True)
        ]
        names = (" ".join(words_of(text)) for text in (*reserved, *(phrase.text for phrase in ordered)))
        return cls(kind, plain, source, masked, facts, frozenset(names) - {""})

    @property
    def longest(self) -> int:
        """Characters that the rewording may have once its facts are filled in."""
        return min(LONGEST, 2 * len(self.source) + 120)

    @property
    def longest_masked(self) -> int:
        """Characters that the rewording may have while placeholders stand for its facts."""
        return self.longest - len(self.source) + len(self.masked)

    @property
    def has_braces(self) -> bool:
        """Checks whether the text has braces of its own, which look like placeholders."""
        return not {"{", "}"}.isdisjoint(PLACEHOLDER.sub("", self.masked))

    def filled(self, rewording: str) -> str:
        """Returns the rewording with its facts, capitalised where they begin a sentence, adjectives with a or an."""
        return re.sub(rf"(?:\b([Aa])n? )?{PLACEHOLDER.pattern}", lambda found: self._fact(found, rewording), rewording)

    def _fact(self, found: re.Match[str], rewording: str) -> str:
        fact = self.facts[int(found[2]) - 1]
        text = fact.text
        if found[1]:
            text = with_article(text) if fact.role == "quality" else found[0][: found[0].index("{")] + text
        return capitalised(text) if begins_sentence(rewording, found.start()) else text


def begins_sentence(text: str, place: int) -> bool:
    """Checks whether a sentence begins at a place of a text."""
    before = text[:place].rstrip(QUOTES)
    return not before or before[-1] in ".!?…。！？"


def joined(text: str, start: int, end: int) -> bool:
    """Checks whether the words from `start` to `end` are part of a longer word, or joined to one by a hyphen."""
    return any(map(_joins, (*text[:start][-1:], *text[end:][:1])))


def _joins(char: str) -> bool:
    return char.isalnum() or char in "_-‐‑–−{}" or unicodedata.category(char).startswith("M")


def _as_word(pattern: str, source: str) -> str:
    """The pattern of whole words where the source has such, else of parts of words too."""
    whole = rf"(?<!\w)(?:{pattern})(?!\w)"
    return whole if re.search(whole, source) else pattern


def _words_and_role(found: re.Match[str], phrases: Sequence[Phrase]) -> tuple[str, Role]:
    """The words to fill in for a match, and the role of the phrase whose group matched, or of a number by itself."""
    phrase = phrases[int(found.lastgroup[1:])] if found.lastgroup and found.lastgroup != "number" else None
    text, role = found[0], phrase.role if phrase else "number"
    if begins_sentence(found.string, found.start()):
        exact = phrase and role in ("name", "quality")
        small = text[:1].lower() + text[1:] if text[1:2].islower() else text
        text = phrase.text if phrase and exact else small
    return text, role
