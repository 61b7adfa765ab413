"""Flavour facts: what a text must still say in other words, and whether it does.

A quest's counts must stand with their things (`the three fearsome ogres`; never `one of the ogres`, `another three
ogres`), places and givers as they are written, and no number, creature or thing of the games' words may come to it. An
item's name and rarity must stand there, and its weight and value beside words for weighing and for worth. So facts are
proved, not sense: that foes are still to be slain and not spared is left to the model. Numbers in words, and words for
things, are known in English. Where this is in doubt it says no, and the plain text is kept.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from doublebill.games.text.grammar import facts
from doublebill.games.text.items.kind import RARITIES
from doublebill.games.text.quests.words import ROLES
from doublebill.games.text.rewriting.count_mentions import mentions
from doublebill.games.text.rewriting.english_lexicon import JOINING, MEASURES
from doublebill.games.text.rewriting.number_tokens import Token, tokens

type Fault = Literal["malformed", "unchanged", "not-text", "too-long", "fact-missing", "fact-added"]

LONGEST = 480
"""Characters of a text in other words; of a short one, `longest` allows fewer."""

MARKUP = frozenset("<>{}[]`*#|\\_~^")
"""Characters that a text in other words has only where the plain one has them."""

BEGINNINGS = ".!?…:;–—(\"“”„«»'‘’"
"""After what a capital letter says nothing."""

MASK = "§"

NEAR = 8
"""How far away such a word may be; a mark or a conjunction in between counts as three words."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to be put into other words."""

    kind: str
    plain: str
    """What is answered where it is not."""
    source: str
    """What is to be put into other words."""
    things: Mapping[str, int] = field(default_factory=dict)
    """Thing → how many the text speaks of."""
    names: Sequence[str] = ()
    """What stands there letter for letter."""
    measures: Mapping[str, int] = field(default_factory=dict)
    """`weight` and `value`, where they are known."""

    @property
    def longest(self) -> int:
        """Characters that it may have in other words."""
        return min(LONGEST, 2 * len(self.source) + 120)

    @property
    def keep(self) -> list[str]:
        """The words that bind it."""
        things = [facts.phrase(name, count).removeprefix("the ") for name, count in _bound(self).items()]
        measures = [f"{name} {number}" for name, number in self.measures.items()]
        return [*things, *(name for name, _ in _said(self)), *measures]


def quest(item: Mapping[str, Any]) -> Draft:
    """The draft of a quest of an answer."""
    spoken: Mapping[str, int | str] = item["facts"]
    things = {name: value for name, value in spoken.items() if isinstance(value, int)}
    names = [value for value in spoken.values() if isinstance(value, str)]
    return Draft("quest", item["text"], item["text"], things, names)


def treasure(item: Mapping[str, Any]) -> Draft:
    """The draft of an item of an answer: a sentence about it, since its own text is a name; a number of 0 is none."""
    measures = {name: int(item[name]) for name in MEASURES if item[name]}
    told = ", ".join([item["rarity"], *(f"{name} {number}" for name, number in measures.items())])
    source = f"{item['text']}: {told}."
    return Draft("item", item["text"], source, names=(item["text"], item["rarity"]), measures=measures)


def fault(draft: Draft, text: str) -> Fault | None:
    """What forbids to give `text` instead of the plain one, or None."""
    if not text.strip():
        return "malformed"
    if not text.isprintable() or MARKUP & set(text) - set(draft.source):
        return "not-text"
    if len(text) > draft.longest:
        return "too-long"
    if text in (draft.plain, draft.source):
        return "unchanged"
    if not all(spelled.search(text) for _, spelled in _said(draft)):
        return "fact-missing"
    return _of_things(draft, text) or _of_numbers(draft, text) or _of_words(draft, text)


def _said(draft: Draft) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The names that the source says, each with what finds it: as a word, or as part of one where it is only that."""
    for name in draft.names:
        for spelled in (_as_word(name), re.compile(_either(name))):
            if spelled.search(draft.source):
                yield name, spelled
                break


def _as_word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_either(name)}(?!\w)")


def _either(name: str) -> str:
    """The name as it is, or with a capital where it begins a sentence."""
    return f"(?:{re.escape(name)}|{re.escape(name[:1].upper() + name[1:])})"


def _without_names(draft: Draft, text: str) -> list[Token]:
    """The tokens of a text with a mark for each name, so that Three Oaks is neither a number nor trees."""
    return tokens(_masked(draft, text))


def _masked(draft: Draft, text: str) -> str:
    for name in sorted(draft.names, key=len, reverse=True):
        text = _as_word(name).sub(MASK, text)
    return text


# ---- things and how many there are ----------------------------------------------------------------------------------


def _of_things(draft: Draft, text: str) -> Fault | None:
    bound = _bound(draft)
    said = list(mentions(bound, _without_names(draft, text)))
    right = {one.thing for one in said if one.right} - {one.thing for one in said if one.wrong}
    return None if right == set(bound) else "fact-missing"


def _bound(draft: Draft) -> dict[str, int]:
    """The things that the source itself counts; a grammar of the request's own may speak of them otherwise."""
    said = list(mentions(draft.things, _without_names(draft, draft.source)))
    wrong = {one.thing for one in said if one.wrong}
    right = {one.thing for one in said if one.right}
    return {name: count for name, count in draft.things.items() if name in right - wrong}


# ---- numbers that count nothing, or measure -------------------------------------------------------------------------


def _of_numbers(draft: Draft, text: str) -> Fault | None:
    """What is wrong with the numbers that count no thing: each stands there as often as in the source."""
    if draft.measures:
        wanted, found = Counter(draft.measures.items()), _measured(draft, text)
    else:
        wanted, found = _loose(draft, draft.source), _loose(draft, text)
    if wanted - found:
        return "fact-missing"
    return "fact-added" if found - wanted else None


def _loose(draft: Draft, text: str) -> Counter[Any]:
    """The numbers that count no bound thing."""
    said = _without_names(draft, text)
    counting = {mention.number for mention in mentions(_bound(draft), said)}
    others = (token for place, token in enumerate(said) if place not in counting and not token.weak)
    return Counter(token.number for token in others if token.number is not None)


def _measured(draft: Draft, text: str) -> Counter[Any]:
    """Each number with what it measures, by the nearest word that says so."""
    said = _without_names(draft, text)
    pairs = [
        ((_label(said, place), token.number if token.counts else token.word), token.weak)
        for place, token in enumerate(said)
        if token.number is not None
    ]
    return Counter(pair for pair, weak in pairs if not weak or pair in draft.measures.items())


def _label(said: Sequence[Token], at: int) -> str:
    """What a number measures; empty where nothing near it says so."""
    found = []
    for step in (-1, 1):
        distance, place = 1, at + step
        while 0 <= place < len(said) and distance <= NEAR:
            label = next((name for name, words in MEASURES.items() if said[place].word in words), None)
            if label:
                found.append((distance, label))
                break
            distance += 3 if said[place].word in JOINING or not said[place].word[0].isalnum() else 1
            place += step
    return min(found, default=(0, ""), key=lambda one: one[0])[1]


# ---- words that speak of something else -----------------------------------------------------------------------------


def _of_words(draft: Draft, text: str) -> Fault | None:
    """Whether the text names a thing of the games, a rarity, or with a capital letter whatever the source does not."""
    known = set(RARITIES) if draft.kind == "item" else _things_of_games()
    own = {token.word for token in _without_names(draft, draft.source)}
    own |= {form for thing in draft.things for form in (thing, facts.plural(thing))}
    said = {token.word for token in _without_names(draft, text)}
    named = {word.casefold() for word in _capitals(_masked(draft, text))}
    return "fact-added" if (known & said | named) - own else None


def _things_of_games() -> set[str]:
    return {form for names in ROLES.values() for name in names for form in (name, facts.plural(name))}


def _capitals(text: str) -> Iterator[str]:
    """The words that begin with a capital although no sentence begins with them."""
    for word in re.finditer(r"[^\W\d_]+", text):
        before = text[: word.start()].rstrip()
        if word[0][0].isupper() and word[0] != "I" and before and before[-1] not in BEGINNINGS:
            yield word[0]


def normal(text: str) -> str:
    """A text as a model wrote it, without spaces around it, its letters composed."""
    return unicodedata.normalize("NFC", text.strip())
