"""Texts: the parts that every kind of text shares, and the one way in which texts are made.

A text is made from a spec and a seed alone. A batch has no text twice, but for rolls of tables: where a seed gives one
that is there already, the next seed is taken instead, and only when `TRIES` of them bring nothing new is one given that
repeats.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from msgspec import json

from doublebill.errors import Complaint, InvalidInput
from doublebill.games.content_kind import (
    ANSWER_BYTES,
    LICENCE,
    GeneratedBatch,
    GenerationRequest,
    Json,
    LevelOptions,
    ReachLimit,
    not_reached,
)
from doublebill.games.controls import limits
from doublebill.games.dice import Dice
from doublebill.games.seeds import Seed, derived
from doublebill.games.spec_list import SpecList, read_specs
from doublebill.games.step_budget import StepBudget, StepsSpent, counted
from doublebill.games.text.rewriting.placeholders import RewriteDraft
from doublebill.schema import Pair, read
from doublebill.values.response_size import wrapped_bytes

TRIES = 32
"""Seeds taken for one item of a batch until one gives a text that is not there yet."""


@dataclass(frozen=True, slots=True)
class TextControl:
    """One control of a finished text: the requested value, the measured one, and whether it is met."""

    asked: object
    measured: object
    met: bool


type Range = int | Pair[int] | None
"""A value, or the lowest and highest that will do, or anything."""


def number_control(target: Range, measured: float) -> TextControl:
    """Returns the control of a number."""
    low, high = limits(target, 0, 0)
    is_met = target is None or low <= measured <= high
    return TextControl(list(target) if isinstance(target, tuple) else target, measured, is_met)


@dataclass(frozen=True, slots=True)
class Text:
    """One text."""

    text: str
    """The text that a player reads; no two of a batch are the same."""
    fields: Mapping[str, Json]
    """Its other fields in answers, by name."""
    controls: Mapping[str, TextControl]
    novel: bool
    """False if the examples have it, since no other text was possible."""
    unique: bool = True
    """Whether a batch should have it once; rolls of tables may come again."""


type TextMaker = Callable[[Dice], Text]
"""Makes one text with its own dice."""


@dataclass(frozen=True, slots=True)
class GeneratedText:
    """A text with the seed that gives it."""

    seed: Seed
    text: Text

    def as_json(self) -> Mapping[str, Json]:
        """Returns the text as an item of a JSON answer."""
        text = self.text
        controls = {name: asdict(control) for name, control in text.controls.items()}
        return {"seed": self.seed, "text": text.text, "novel": text.novel, "controls": controls, **text.fields}


@dataclass(frozen=True, slots=True)
class TextKind[S]:
    """One kind of text."""

    name: str
    description: str
    version: int
    """The generator's; any change to the texts that a seed gives needs a new one."""
    spec: type[S]
    check: Callable[[S], None]
    """Raises `InvalidInput` for a spec that cannot be understood, `Unsatisfiable` for one that nothing meets."""
    make: Callable[[S], TextMaker]
    """Returns the maker of the texts of a checked spec, which reads and learns once for all of a batch."""
    corpus: str = ""
    """The list that it was learned from, if any."""
    model_version: str | None = None
    """Version of the model that was learned from it."""
    licence: str = LICENCE
    """Licence of its texts."""
    dice: str = ""
    """Name that its dice are seeded with, if not its own."""
    dice_version: int = 0
    """Version that its dice are seeded with, if a newer generator leaves most texts unchanged."""
    rewrite_draft: Callable[[Mapping[str, Any]], RewriteDraft] | None = None
    """Prepares an item of an answer for rewording; None if its text must stay."""
    earlier: "TextKind[S] | None" = None
    """The version before, which requests may still name."""

    def vocabulary(self) -> Mapping[str, Mapping[str, str]]:
        """Returns nothing: texts have no symbols."""
        return {}

    def generate(self, request: GenerationRequest) -> GeneratedBatch:
        """Generates texts, no two alike as far as can be.

        Raises:
            InvalidInput: for a wrong spec, or an option that only levels have.
            Unsatisfiable: when nothing can meet the whole spec.
            NotReached: when the steps are used up before the first text is made.
        """
        specs = self._read(request)
        with counted(StepBudget(request.steps)):
            made = batch(self, specs, request.seed, request.answer_bytes)
        unmade = not_reached(request, len(made.texts), made.passed_over, made.limit)
        return GeneratedBatch([one.as_json() for one in made.texts], {"repeats": made.repeats} | unmade)

    def check_request(self, request: GenerationRequest) -> None:
        """Checks a request before its texts are made: its options, and the spec of each."""
        specs = self._read(request)
        with counted(StepBudget(request.steps)):
            specs.check(self.check)

    def _read(self, request: GenerationRequest) -> SpecList[S]:
        """Reads the specs of a request, which has no option that only levels have."""
        chosen, default = asdict(request.options), asdict(LevelOptions())
        wrong = [name for name in chosen if chosen[name] != default[name]]
        if wrong:
            raise InvalidInput(
                Complaint(name, "only levels have it", "remove it: this kind makes texts") for name in wrong
            )
        return read_specs(self.spec, request)

    def sample(self, seed: Seed) -> Json:
        """Generates one text with the default spec: the text and its fields."""
        text = generate(self, read(self.spec, {}, "spec"), seed).text
        return [text.text, text.fields]

    def learned_from(self, corpus: str, model_version: str, licence: str) -> Self:
        """Returns the kind with the names of the corpus and model that it learned from."""
        return replace(self, corpus=corpus, model_version=model_version, licence=licence)

    def dice_of(self, seed: Seed) -> Dice:
        """Returns the dice of the text that a seed gives."""
        return Dice(self.dice_version or self.version, self.dice or self.name, seed)


def generate[S](kind: TextKind[S], spec: S, seed: Seed) -> GeneratedText:
    """Makes the text of a spec and a seed.

    Raises:
        InvalidInput: when the spec cannot be understood.
        Unsatisfiable: naming the controls that cannot hold together.
    """
    kind.check(spec)
    own = derived(seed, 0)
    return GeneratedText(own, kind.make(spec)(kind.dice_of(own)))


@dataclass(frozen=True, slots=True)
class TextBatch:
    """Texts that were made together."""

    texts: Sequence[GeneratedText]
    """As many as were requested, unless the steps of the request were used up or the next one does not fit."""
    repeats: int
    """Number of texts that repeat an earlier one."""
    passed_over: int
    """Number of seeds whose texts were there already."""
    limit: ReachLimit | None = None
    """The limit of bytes, where the next text exceeds it."""


def batch[S](kind: TextKind[S], specs: SpecList[S], seed: Seed, most_bytes: int = ANSWER_BYTES) -> TextBatch:
    """Makes a text for each spec, as far as all of them fit into an answer; each is reproduced by its own seed alone.

    The first is made whatever its size.

    Raises:
        InvalidInput, Unsatisfiable: as `generate` does.
        StepsSpent: when the steps of the request are used up before the first text is made.
    """
    specs.check(kind.check)
    made: list[GeneratedText] = []
    there: set[str] = set()
    repeats = index = size_bytes = 0
    limit: ReachLimit | None = None
    try:
        for place, spec in enumerate(specs.specs):
            if place == 0 or spec != specs.specs[place - 1]:
                maker = kind.make(spec)
            fresh, tried = _fresh(kind, maker, seed, index, there)
            size_bytes += wrapped_bytes(json.encode(fresh.as_json()))
            if made and size_bytes > most_bytes:
                limit = {"limit": most_bytes, "unit": "bytes"}
                break
            index += tried
            repeats += fresh.text.unique and fresh.text.text in there
            there.add(fresh.text.text)
            made.append(fresh)
    except StepsSpent:
        if not made:
            raise
    return TextBatch(made, repeats, index - len(made), limit)


def _fresh[S](
    kind: TextKind[S], maker: TextMaker, seed: Seed, first: int, there: AbstractSet[str]
) -> tuple[GeneratedText, int]:
    """The first text from seed `first` on that is not there yet, or the last one tried; and how many were tried."""
    for tried in range(1, TRIES + 1):
        own = derived(seed, first + tried - 1)
        text = maker(kind.dice_of(own))
        if text.text not in there or not text.unique:
            break
    return GeneratedText(own, text), tried
