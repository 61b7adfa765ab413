"""Names: new words that sound like those of a list.

A name is drawn letter by letter, from a mixture of n-grams or, where the list is short, from letters that follow each
other in it. Drawn freely at first, it is thrown away while it breaks a control, is a word of the list, has a stop word
or, where the list is long, three letters in a row that the list has nowhere. Then letters are steered, so that every
control is kept. Where all names have such letters the first of them is given; and should that too bring only words of
the list, the first name that is none is looked for in order. A word of the list is given only where the controls allow
nothing else, and then says that it is not `novel`.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.controls import check_order, conflict, limits
from doublebill.games.dice import Dice
from doublebill.games.step_budget import counted, spend
from doublebill.games.text import shipped_lists
from doublebill.games.text.names.short_lists import ShortList
from doublebill.games.text.names.spelling import Drawer, NameModel, NameTarget, in_order, keeps, plainly, used_up
from doublebill.games.text.names.stop_words import is_stopped
from doublebill.games.text.texts import Text, TextControl, TextKind, TextMaker, number_control
from doublebill.schema import Input, Pair

VERSION, EARLY = 4, 1
"""Of the generator; models of the early one, which had no stop words and no short lists, still draw as they did."""

LONGEST = 40
"""Letters of a name."""

LEARNED_LIMIT = 2000
"""Names that a request may bring to learn from."""

FREE, STEERED = 40, 24
"""Names drawn freely, and then steered, until one is new and keeps every control."""

REPEATS = 8
"""Names drawn one after the other from a short list that had been drawn already, until wilder ones are."""

Letters = Annotated[str, Meta(max_length=LONGEST)]
LetterCount = Annotated[int, Meta(ge=1, le=LONGEST)]
Examples = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=LONGEST)], ...],
    Meta(min_length=1, max_length=LEARNED_LIMIT, description=f"1 to {LEARNED_LIMIT} names to learn from"),
]


class NamesSpec(Input, frozen=True):
    """The controls of a name."""

    examples: Examples | None = None
    """Names to learn from instead of the corpus."""
    length: Annotated[LetterCount | Pair[LetterCount] | None, Meta(description="letters: a number or [min, max]")] = (
        None
    )
    prefix: Annotated[Letters, Meta(description="how the name begins")] = ""
    must: Annotated[Letters, Meta(description="letters that it has, in any order")] = ""
    never: Annotated[Letters, Meta(description="letters that it has not")] = ""
    temperature: Annotated[
        int, Meta(ge=25, le=400, description="percent: below 100 plainer names, above it wilder ones")
    ] = 100


LEARNING, LEARNING_ALL = 25, 5_000
"""Steps that learning takes for each letter of the examples, and in addition."""

type NameModelSource = Callable[[], NameModel]
"""Returns the model of a corpus."""


@functools.lru_cache(maxsize=8)
def _learned(examples: tuple[str, ...], early: bool) -> NameModel:
    with counted(None):
        return replace(NameModel.of(examples), early=early)


@functools.cache
def shipped(corpus: str, early: bool = False) -> NameModel:
    """Returns the model of a list that ships, learned once in this process."""
    with counted(None):
        return replace(NameModel.of(shipped_lists.names(corpus)), early=early)


def model_of(own: NameModelSource, spec: NamesSpec, early: bool = False) -> NameModel:
    """Returns the model of the examples, as the early version drew from it or not, or `own()` if there are none."""
    if spec.examples is None:
        return own()
    # learning counts as much whether or not the model is still there from another request
    spend(LEARNING * sum(map(len, spec.examples)) + LEARNING_ALL)
    return _learned(spec.examples, early)


def check(own: NameModelSource, spec: NamesSpec, early: bool = False) -> None:
    """Checks that some name can meet the spec.

    Raises:
        InvalidInput: when the list cannot be learned from, or a letter that is asked for does not occur in it.
        Unsatisfiable: naming the controls that cannot hold together.
    """
    check_order(length=spec.length)
    model = model_of(own, spec, early)
    letters = model.mixture.letters
    for name in ("prefix", "must"):
        unknown = set(plainly(getattr(spec, name))) - set(letters)
        if unknown or (name == "must" and " " in spec.must) or spec.prefix.startswith(" "):
            raise InvalidInput.of_value(f"spec.{name}", getattr(spec, name), "letters that the learned names use")
    target = name_target(model, spec)
    for name in ("prefix", "must"):
        if set(plainly(getattr(spec, name))) & set(plainly(spec.never)):
            raise _clash(spec, name, "never", "no letter of the other")
    if len(target.prefix) + target.prefix.endswith(" ") > target.most:
        raise _clash(spec, "prefix", "length", "a name that is longer than how it begins")
    if len(target.prefix) + len(target.must) > target.most:
        raise _clash(spec, "must", "length", "room for every letter")
    if not target.letters.strip() and len(target.prefix) < target.least:
        raise _clash(spec, "never", "length", "some letter to go on with")


def _clash(spec: NamesSpec, one: str, other: str, wanted: str) -> Unsatisfiable:
    return conflict({name: (getattr(spec, name), wanted) for name in (one, other)})


def name_target(model: NameModel, spec: NamesSpec) -> NameTarget:
    """Returns the controls in the letters of the model; default lengths are those of the list, if the rest allows."""
    prefix, never = plainly(spec.prefix), plainly(spec.never)
    must = "".join(letter for letter in dict.fromkeys(plainly(spec.must)) if letter not in prefix)
    needed = min(len(prefix) + max(len(must), prefix.endswith(" ")), LONGEST)
    shortest, longest = model.lengths
    least, most = limits(spec.length, max(shortest, needed), min(max(longest, needed + 4), LONGEST))
    letters = "".join(letter for letter in model.mixture.letters if letter not in never)
    return NameTarget(least, most, prefix, must, letters)


def make(own: NameModelSource, spec: NamesSpec, early: bool = False) -> TextMaker:
    """Returns the maker of names that keep every control."""
    model = model_of(own, spec, early)
    target = name_target(model, spec)
    if used_up(model, target):
        return lambda dice: name_text(spec, model, _last_resort(model, target, dice))
    drawer = Drawer(model, target, spec.temperature)

    def name(dice: Dice) -> Text:
        odd = None
        for word in _attempts(drawer, dice):
            if word not in model.names and keeps(target, word) and (model.early or not is_stopped(word)):
                if model.early or model.has_runs_of(word):
                    return name_text(spec, model, word)
                odd = odd or word
        return name_text(spec, model, odd or _last_resort(model, target, dice))

    return name


def _last_resort(model: NameModel, target: NameTarget, dice: Dice) -> str:
    """The first word in order that is new, or else a word of the list."""
    new = next((word for word in in_order(target) if word not in model.names), None)
    if new is not None:
        return new
    spend(len(model.words))
    return dice.choice([word for word in model.words if keeps(target, word)])


def _attempts(drawer: Drawer, dice: Dice) -> Iterator[str]:
    """Words drawn freely, then steered towards the target."""
    if drawer.model.short is not None:
        yield from _short_attempts(drawer.model.short, drawer.target, drawer.temperature, dice)
    else:
        for _ in range(FREE):
            yield drawer.word(dice, steered=False)
    for _ in range(STEERED):
        yield drawer.word(dice, steered=True)


def _short_attempts(short: ShortList, target: NameTarget, temperature: int, dice: Dice) -> Iterator[str]:
    """Words drawn from a short list, ever wilder once they repeat."""
    drawn: set[str] = set()
    for percent in (temperature, 2 * temperature, 4 * temperature):
        repeats = 0
        for _ in range(FREE):
            word = short.name(target.prefix, target.most, percent, target.letters, dice)
            repeats = repeats + 1 if word in drawn else 0
            if repeats > REPEATS:
                break
            drawn.add(word)
            yield word


def name_text(spec: NamesSpec, model: NameModel, word: str) -> Text:
    """Returns the word as a text with its controls."""
    controls = {"length": number_control(spec.length, len(word))}
    prefix, must, never = plainly(spec.prefix), plainly(spec.must), plainly(spec.never)
    if prefix:
        controls["prefix"] = TextControl(prefix, word[: len(prefix)], word.startswith(prefix))
    if must:
        controls["must"] = TextControl(must, _among(must, word), set(must) <= set(word))
    if never:
        controls["never"] = TextControl(never, _among(never, word), not set(never) & set(word))
    return Text(model.shown(word), {}, controls, word not in model.names)


def _among(letters: str, word: str) -> str:
    """The letters that the word has, of `letters`."""
    return "".join(letter for letter in letters if letter in word)


def names_kind(
    corpus: str,
    model: NameModelSource,
    version: int = VERSION,
    model_version: str | None = None,
    dice: str = "",
    dice_version: int = 0,
    earlier: TextKind[NamesSpec] | None = None,
) -> TextKind[NamesSpec]:
    """Returns the kind of text whose names are like those of a corpus."""
    early = version < VERSION
    return TextKind(
        name="names",
        description="New names that sound like those of a list: people, places, or your own",
        version=version,
        spec=NamesSpec,
        check=functools.partial(check, model, early=early),
        make=functools.partial(make, model, early=early),
        corpus=corpus,
        model_version=model_version,
        dice=dice,
        dice_version=dice_version,
        earlier=earlier,
    )


def _shipped_kind(corpus: str, dice_version: int, dice: str = "") -> TextKind[NamesSpec]:
    model_version = f"{corpus}-{shipped_lists.VERSION}"
    released = names_kind(corpus, functools.partial(shipped, corpus, early=True), dice_version, model_version, dice)
    source = functools.partial(shipped, corpus)
    return names_kind(corpus, source, VERSION, model_version, dice, dice_version, released)


NAMES = _shipped_kind("people", dice_version=1)

PLACES = _shipped_kind("places", dice_version=2, dice="names of places")
