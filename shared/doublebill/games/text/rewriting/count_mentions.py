"""Mentions: where a sentence speaks of a thing, and whether it says that there are as many as there are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from doublebill.games.text.grammar.facts import plural
from doublebill.games.text.rewriting.english_lexicon import ABOUT, DETERMINERS, NOT_THE_ONE, PARTS, STOPS
from doublebill.games.text.rewriting.number_tokens import Token, tokens

BETWEEN = 3
"""Words that may stand between a number and what it counts."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a thing is spoken of."""

    thing: str
    right: bool
    wrong: bool
    number: int | None
    """The token that counts it."""


def mentions(things: Mapping[str, int], said: Sequence[Token]) -> Iterator[Mention]:
    """Every place where one of the things is spoken of; a longer name is not one of a shorter thing too."""
    both = [(form, thing, form != thing) for thing in things for form in (plural(thing), thing)]
    forms = [(words, thing, several) for form, thing, several in both if (words := _words(form))]
    forms.sort(key=lambda form: -len(form[0]))
    at = 0
    while at < len(said):
        fits = (one for one in forms if [token.word for token in said[at : at + len(one[0])]] == one[0])
        words, thing, several = next(fits, ([""], "", False))
        if thing:
            yield _mention(thing, things[thing], several, said, at)
        at += len(words)


def _words(name: str) -> list[str]:
    return [token.word for token in tokens(name)]


def _mention(thing: str, count: int, several: bool, said: Sequence[Token], at: int) -> Mention:
    """What is said of a thing at a token."""
    number = _number_before(said, at)
    odd = _in_part(said, at if number is None else number)
    if number is None and count != 1:
        return Mention(thing, right=False, wrong=odd, number=None)
    if number is None:
        odd = odd or several or (at > 0 and said[at - 1].word in NOT_THE_ONE)
        return Mention(thing, right=not odd, wrong=odd, number=None)
    odd = odd or any(token.word in ABOUT for token in [*said[max(0, number - 1) : number], *said[number + 1 : at]])
    fits = said[number].counts and said[number].number == count and several == (count != 1)
    return Mention(thing, fits and not odd, odd or not fits, number)


def _number_before(said: Sequence[Token], at: int) -> int | None:
    """The token that counts what begins at a token: a number before it with only some adjectives in between."""
    for place in range(at - 1, max(-1, at - 2 - BETWEEN), -1):
        token = said[place]
        if token.number is not None:
            return place
        if token.word in STOPS or not (token.word[0].isalpha() or token.word == "-"):
            return None
    return None


def _in_part(said: Sequence[Token], at: int) -> bool:
    """Whether what begins at a token is only a part: one of the three, some of these."""
    while at and said[at - 1].word in DETERMINERS:
        at -= 1
    before = said[at - 2] if at >= 2 and said[at - 1].word == "of" else None
    return before is not None and (before.number is not None or before.word in PARTS)
