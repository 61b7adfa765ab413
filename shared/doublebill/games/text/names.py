"""Names: new words that sound like those of a list.

A name is drawn letter by letter from a mixture of n-grams. Drawn freely at first, it is thrown away while it breaks a
control or is a word of the list; then letters are steered, so that every control is kept; and should that too bring
only words of the list, the first name that is none is looked for in order. A word of the list is given only where the
controls allow nothing else, and is then told to be not `novel`.
"""

import functools
from dataclasses import dataclass
from typing import Annotated, Literal

from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.bounds import clash
from doublebill.games.controls import check_order, limits
from doublebill.games.dice import Dice
from doublebill.games.text import corpora
from doublebill.games.text.naming import NameModel, Wish, draw, in_order, keeps, plainly, used_up
from doublebill.games.text.texts import Held, Text, TextKind, held
from doublebill.schema import Bounds

LONGEST = 40
"""Letters of a name."""

LEARNED_LIMIT = 2000
"""Names that a request may bring to learn from."""

FREE, STEERED = 40, 24
"""Names drawn freely, and then steered, until one is new and keeps every control."""

Wanted = Annotated[str, Bounds(max_length=LONGEST)]
LetterCount = Annotated[int, Bounds(minimum=1, maximum=LONGEST)]
Examples = Annotated[
    tuple[Annotated[str, Bounds(min_length=1, max_length=LONGEST)], ...],
    Bounds(min_length=1, max_length=LEARNED_LIMIT, description=f"1 to {LEARNED_LIMIT} names to learn from"),
]


@dataclass(frozen=True, slots=True)
class NamesSpec:
    """What can be asked of a name."""

    corpus: Annotated[
        Literal["people", "places"], Bounds(description="the list to learn from, one of people, places")
    ] = "people"
    examples: Examples | None = None
    """Names to learn from instead of a corpus."""
    length: Annotated[
        LetterCount | tuple[LetterCount, LetterCount] | None, Bounds(description="letters: a number or [min, max]")
    ] = None
    prefix: Annotated[Wanted, Bounds(max_length=LONGEST, description="how the name begins")] = ""
    must: Annotated[Wanted, Bounds(max_length=LONGEST, description="letters that it has, in any order")] = ""
    never: Annotated[Wanted, Bounds(max_length=LONGEST, description="letters that it has not")] = ""
    temperature: Annotated[
        int, Bounds(minimum=25, maximum=400, description="percent: below 100 plainer names, above it wilder ones")
    ] = 100


@functools.lru_cache(maxsize=8)
def _learned(corpus: str, examples: tuple[str, ...] | None) -> NameModel:
    return NameModel.of(corpora.names(corpus) if examples is None else examples)


def model_of(spec: NamesSpec) -> NameModel:
    """The model that a spec names, learned once in this process."""
    return _learned(spec.corpus, spec.examples)


def check(spec: NamesSpec) -> None:
    """Returns when some name meets the spec.

    Raises:
        InvalidInput: when the list cannot be learned from, or a letter that is asked for does not occur in it.
        Unsatisfiable: naming the controls that cannot hold together.
    """
    check_order(length=spec.length)
    letters = model_of(spec).mixture.letters
    for name in ("prefix", "must"):
        unknown = set(plainly(getattr(spec, name))) - set(letters)
        if unknown or (name == "must" and " " in spec.must) or spec.prefix.startswith(" "):
            raise InvalidInput.one(f"spec.{name}", getattr(spec, name), "letters that the learned names have")
    wish = wished(spec)
    for name in ("prefix", "must"):
        if set(plainly(getattr(spec, name))) & set(plainly(spec.never)):
            raise _clash(spec, name, "never", "no letter of the other")
    if len(wish.prefix) + wish.prefix.endswith(" ") > wish.most:
        raise _clash(spec, "prefix", "length", "a name that is longer than how it begins")
    if len(wish.prefix) + len(wish.must) > wish.most:
        raise _clash(spec, "must", "length", "room for every letter")
    if not wish.letters.strip() and len(wish.prefix) < wish.least:
        raise _clash(spec, "never", "length", "some letter to go on with")


def _clash(spec: NamesSpec, one: str, other: str, wanted: str) -> Unsatisfiable:
    return clash({name: (getattr(spec, name), wanted) for name in (one, other)})


def wished(spec: NamesSpec) -> Wish:
    """The spec in the letters of its model; unasked lengths are those of the list, as far as the rest allows."""
    model = model_of(spec)
    prefix, never = plainly(spec.prefix), plainly(spec.never)
    must = "".join(letter for letter in dict.fromkeys(plainly(spec.must)) if letter not in prefix)
    needed = min(len(prefix) + max(len(must), prefix.endswith(" ")), LONGEST)
    shortest, longest = model.lengths
    least, most = limits(spec.length, max(shortest, needed), min(max(longest, needed + 4), LONGEST))
    letters = "".join(letter for letter in model.mixture.letters if letter not in never)
    return Wish(least, most, prefix, must, letters)


def make(spec: NamesSpec, dice: Dice) -> Text:
    """A name that keeps every control."""
    model, wish = model_of(spec), wished(spec)
    if not used_up(model, wish):
        for attempt in range(FREE + STEERED):
            word = draw(model, wish, spec.temperature, dice, steered=attempt >= FREE)
            if word not in model.known and keeps(wish, word):
                return told(spec, model, word)
    new = next((word for word in in_order(wish) if word not in model.known), None)
    return told(spec, model, new or dice.choice([word for word in model.words if keeps(wish, word)]))


def told(spec: NamesSpec, model: NameModel, word: str) -> Text:
    """The word as a text, with every control that was asked."""
    controls = {"length": held(spec.length, len(word))}
    prefix, must, never = plainly(spec.prefix), plainly(spec.must), plainly(spec.never)
    if prefix:
        controls["prefix"] = Held(prefix, word[: len(prefix)], word.startswith(prefix))
    if must:
        controls["must"] = Held(must, _among(must, word), set(must) <= set(word))
    if never:
        controls["never"] = Held(never, _among(never, word), not set(never) & set(word))
    return Text(model.shown(word), {}, controls, word not in model.known)


def _among(letters: str, word: str) -> str:
    """Those of `letters` that the word has."""
    return "".join(letter for letter in letters if letter in word)


NAMES = TextKind(
    name="names",
    description="New names that sound like those of a list: people, places, or your own",
    version=1,
    spec=NamesSpec,
    check=check,
    make=make,
)
