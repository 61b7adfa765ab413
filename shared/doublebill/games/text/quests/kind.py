"""Quests: short commissions whose every number is a fact of a level or of the request.

Without a grammar of the request's own, a quest takes some of the facts, each once, words each as fits its sort, and
names them in the order of doing (`tasks`). With a grammar in Tracery's format, each fact is a symbol of its name,
beside the place and the giver; examples of what it should sound like teach the weights of its rules, apart from numbers
and names. With the mission of a dungeon, it is a story of the steps that lead out of it, each as data too
(`step_words`).
"""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Complaint, InvalidInput, Unsatisfiable
from doublebill.games.content_kind import Json
from doublebill.games.controls import check_order, conflict, limits
from doublebill.games.dice import Dice
from doublebill.games.missions.mission import Mission, check_graph
from doublebill.games.missions.mission_order import MissionStep, check_finished, steps_of
from doublebill.games.step_budget import StepBudget, counted, spend
from doublebill.games.text.english import capitalised
from doublebill.games.text.grammar import facts
from doublebill.games.text.grammar.rule_weights import learned
from doublebill.games.text.grammar.rules import Grammar, Rule
from doublebill.games.text.grammar.tracery import RULE_LENGTH, read_grammar, read_rule
from doublebill.games.text.names.kind import NAMES, PLACES, NamesSpec
from doublebill.games.text.quests.level_order import LevelOrder, is_side_view, order_of
from doublebill.games.text.quests.rewording import quest_draft
from doublebill.games.text.quests.step_words import in_sentences, step_texts, steps_json
from doublebill.games.text.quests.tasks import Things, choose, first_and_more, task_texts, wanted
from doublebill.games.text.quests.words import FRAMES, LONG_ORIGIN, MISSION_FRAMES
from doublebill.games.text.texts import Text, TextKind, TextMaker, number_control
from doublebill.schema import Input, Pair

ORIGIN = "origin"

EXAMPLES, EXAMPLE_LENGTH = 200, 400
"""Texts that a grammar may learn from, and characters of one."""

SYMBOLS, RULES = 200, 200
"""Symbols of a grammar, and rules of one."""

MOST_TASKS = 6

MADE_UP: Mapping[str, tuple[TextKind[NamesSpec], NamesSpec]] = {
    "place": (PLACES, NamesSpec(length=(5, 11), temperature=60)),
    "giver": (NAMES, NamesSpec(length=(4, 8), temperature=70)),
}
"""Facts that no level has, and the kind of name that is made up for each."""

Tasks = Annotated[int, Meta(ge=1, le=MOST_TASKS)]
Written = Annotated[str, Meta(max_length=RULE_LENGTH)]
Facts = Annotated[
    dict[str, Annotated[int, Meta(ge=0, le=10**6)] | Annotated[str, Meta(min_length=1, max_length=40)]],
    Meta(max_length=50, description='what the quest may speak of: {"ogre": 3, "place": "Fenmouth", "giver": "Ada"}'),
]
TraceryGrammar = Annotated[
    dict[str, Written | Annotated[tuple[Written, ...], Meta(max_length=RULES)]],
    Meta(max_length=SYMBOLS, description=f"a grammar in the format of Tracery, which starts from {ORIGIN}"),
]
RuleWeights = Annotated[
    dict[str, Annotated[tuple[Annotated[int, Meta(ge=0, le=10**6)], ...], Meta(max_length=RULES)]],
    Meta(max_length=SYMBOLS, description="of a symbol of the grammar, how much each of its rules weighs"),
]


Examples = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=EXAMPLE_LENGTH)], ...],
    Meta(
        min_length=1,
        max_length=EXAMPLES,
        description=f"1 to {EXAMPLES} texts that the grammar makes, from which the weights of its rules are learned",
    ),
]


class QuestsSpec(Input, frozen=True):
    """The controls of a quest."""

    level: Annotated[
        dict[str, object] | None, Meta(description="a level to speak of: an item of an answer, with grid and legend")
    ] = None
    facts: Facts | None = None
    tasks: Annotated[
        Tasks | Pair[Tasks] | None, Meta(description="facts that the quest is about: a number or [min, max]")
    ] = None
    mission: Mission | None = None
    """The mission of a dungeon, as its answer has it: the quest is to do what it needs."""
    grammar: TraceryGrammar | None = None
    weights: RuleWeights | None = None
    examples: Examples | None = None
    """Texts from which weights are learned, with any numbers and names in place of facts."""


def check(spec: QuestsSpec) -> None:
    """Checks that some quest can meet the spec.

    Raises:
        InvalidInput: naming what cannot be understood.
        Unsatisfiable: naming the controls that cannot hold together.
    """
    check_order(tasks=spec.tasks)
    counts = counts_of(spec)
    if spec.mission is not None:
        _check_alone(spec, counts)
        check_graph(spec.mission)
        check_finished(spec.mission)
    elif spec.grammar is not None:
        _check_grammar(spec, spec.grammar)
    elif spec.weights or spec.examples:
        name = "weights" if spec.weights else "examples"
        raise InvalidInput.one(f"spec.{name}", "there is no grammar", f"give grammar, or remove {name}")
    else:
        _check_things(spec, counts)


def _check_things(spec: QuestsSpec, counts: Mapping[str, int]) -> None:
    things = things_of(spec, counts).counts
    if not things:
        raise InvalidInput.one("spec.facts", "there are no things", "give a level with things, or a number of things")
    if limits(spec.tasks, 1, 1)[0] > len(things):
        source = "level" if spec.level is not None else "facts"
        raise conflict({"tasks": (spec.tasks, f"at most {len(things)}"), source: (None, "more things to speak of")})


def _check_alone(spec: QuestsSpec, counts: Mapping[str, int]) -> None:
    others = {name: getattr(spec, name) for name in ("level", "tasks", "grammar", "weights", "examples")}
    beside = next((name for name, value in others.items() if value is not None), "facts" if counts else None)
    if beside:
        raise InvalidInput.one(f"spec.{beside}", "given beside mission", f"remove {beside} or mission")


def _check_grammar(spec: QuestsSpec, grammar: Mapping[str, object]) -> None:
    if ORIGIN not in grammar:
        raise InvalidInput.one("spec.grammar", f"there is no symbol {ORIGIN}", "add it: texts start from it")
    if spec.tasks is not None:
        raise Unsatisfiable(
            Complaint(f"spec.{one}", f"given beside {other}", f"remove {one} or {other}")
            for one, other in (("tasks", "grammar"), ("grammar", "tasks"))
        )
    if spec.weights is not None and spec.examples is not None:
        raise InvalidInput.one("spec.weights", "the examples set the weights", "remove weights or examples")
    all_facts = {**counts_of(spec), **dict.fromkeys(MADE_UP, ""), **(spec.facts or {})}
    for name in grammar:
        if name in all_facts:
            raise InvalidInput.one(f"spec.grammar.{name}", "a fact has the same name", "rename the symbol")
    own_grammar(spec)


def counts_of(spec: QuestsSpec) -> dict[str, int]:
    """Counts each thing, the level's first; counts of the request must agree with the level.

    Raises:
        InvalidInput: when a fact of the request is not what the level shows.
    """
    counts = {} if spec.level is None else facts.counted(spec.level)
    for name, value in facts.checked(spec.facts or {}).items():
        if isinstance(value, str):
            if name in counts:
                raise InvalidInput.of_value(f"spec.facts.{name}", value, f"{counts[name]}, as in the level")
            continue
        if name in MADE_UP:
            raise InvalidInput.of_value(f"spec.facts.{name}", value, "a string: the name of one")
        if spec.level is not None and value != counts.get(name, 0):
            raise InvalidInput.of_value(f"spec.facts.{name}", value, f"{counts.get(name, 0)}, as in the level")
        if value:
            counts[name] = value
    return counts


type FactMaker = Callable[[Dice], dict[str, int | str]]
"""Returns all facts that one quest may mention."""


def fact_maker(spec: QuestsSpec) -> FactMaker:
    """Returns the maker of the facts of a quest: a place and a giver are made up if the request names none."""
    counts = counts_of(spec)
    named = {name: value for name, value in (spec.facts or {}).items() if isinstance(value, str)}
    makers = {name: kind.make(like) for name, (kind, like) in MADE_UP.items() if name not in named}
    return lambda dice: {**counts, **named, **{name: maker(dice).text for name, maker in makers.items()}}


def make(spec: QuestsSpec) -> TextMaker:
    """Returns the maker of quests that mention nothing but facts."""
    facts_of = fact_maker(spec)
    if spec.grammar is not None:
        grammar = own_grammar(spec)
        return lambda dice: _of_grammar(grammar, facts_of(dice), dice)
    if spec.mission is not None:
        steps = steps_of(spec.mission)
        return lambda dice: _of_mission(spec, steps, facts_of(dice), dice)
    things = things_of(spec, counts_of(spec))
    return lambda dice: _of_things(spec, things, facts_of(dice), dice)


def things_of(spec: QuestsSpec, counts: Mapping[str, int]) -> Things:
    """Returns the things that a quest without a grammar may be about, in the order of the level where it has one."""
    level = spec.level or {}
    order = order_of(level) if level else LevelOrder()
    return Things(wanted(counts, spec.facts or {}), order, beaten=not is_side_view(level.get("legend")))


def _of_grammar(grammar: Grammar, all_facts: Mapping[str, int | str], dice: Dice) -> Text:
    """Makes a quest by the request's own grammar."""
    text, used = grammar.saying({name: str(value) for name, value in all_facts.items()}).expand(ORIGIN, dice)
    return Text(text, {"facts": {name: value for name, value in all_facts.items() if name in used}}, {}, novel=True)


def _of_things(spec: QuestsSpec, things: Things, all_facts: Mapping[str, int | str], dice: Dice) -> Text:
    """Makes a quest about some of the things."""
    chosen = choose(things, spec.tasks, dice)
    first, more = first_and_more(*task_texts(chosen, things, dice))
    frames = {**FRAMES, "origin": LONG_ORIGIN} if more else FRAMES
    text, used = framed(frames, {"tasks": first, "more": more}, all_facts, dice)
    used_facts: dict[str, Json] = {name: things.counts[name] for name in chosen}
    used_facts |= {name: all_facts[name] for name in MADE_UP if name in used}
    return quest_text(spec, text, used_facts, len(chosen))


def _of_mission(spec: QuestsSpec, steps: Sequence[MissionStep], all_facts: Mapping[str, int | str], dice: Dice) -> Text:
    """Makes a quest to do what a mission needs."""
    texts = step_texts(steps, dice)
    text, used = framed(MISSION_FRAMES, {"story": in_sentences(steps, texts)}, all_facts, dice)
    made = quest_text(spec, text, {n: all_facts[n] for n in MADE_UP if n in used}, len(steps))
    return replace(made, fields={**made.fields, "steps": steps_json(steps, texts)})


def framed(
    frames: Mapping[str, Sequence[tuple[str, int]]],
    said: Mapping[str, str],
    all_facts: Mapping[str, int | str],
    dice: Dice,
) -> tuple[str, frozenset[str]]:
    """Expands built-in frames around texts, with the place and the giver; returns the symbols that it used too."""
    rules = {name: tuple(read_rule(text, "words", weight) for text, weight in texts) for name, texts in frames.items()}
    texts = {**said, **{name: str(all_facts[name]) for name in MADE_UP}}
    bound = {name: (Rule((text,)),) for name, text in texts.items()}
    text, used = Grammar.of({**rules, **bound}, "words").expand(ORIGIN, dice)
    return capitalised(text), used


def own_grammar(spec: QuestsSpec) -> Grammar:
    """Returns the request's grammar with each fact as a symbol whose text is still to be said."""
    written = spec.grammar or {}
    rules = read_grammar(written, spec.weights or {}, "spec.grammar")
    named = [name for name, value in (spec.facts or {}).items() if isinstance(value, str)]
    numbers = {**dict.fromkeys(counts_of(spec), True), **dict.fromkeys([*named, *MADE_UP], False)}
    unsaid = {name: (Rule(("",)),) for name in numbers}
    grammar = Grammar.of({**unsaid, **rules}, "spec.grammar")
    if spec.examples is None:
        return grammar
    weights, steps = _weights(json.dumps(written), json.dumps(numbers), spec.examples)
    # learning counts as much whether or not the weights are still there from another request
    spend(steps)
    return Grammar.of({**unsaid, **read_grammar(written, weights, "spec.grammar")}, "spec.grammar")


@functools.lru_cache(maxsize=8)
def _weights(grammar: str, numbers: str, examples: tuple[str, ...]) -> tuple[Mapping[str, Sequence[int]], int]:
    """Learns weights from examples, and counts the steps of that.

    Grammar and facts (whether each is a number) are JSON, which can be cached.
    """
    with counted(StepBudget()) as budget:
        rules = read_grammar(json.loads(grammar), {}, "spec.grammar")
        weights = learned(rules, json.loads(numbers), ORIGIN, examples, "spec.examples")
    return weights, budget.spent


def quest_text(spec: QuestsSpec, text: str, used_facts: Mapping[str, Json], tasks: int) -> Text:
    """Returns the quest as a text with its facts and controls."""
    return Text(text, {"facts": dict(used_facts)}, {"tasks": number_control(spec.tasks, tasks)}, novel=True)


QUESTS = TextKind(
    name="quests",
    description="Quests that speak of what a level has, by our grammar or yours, or follow a mission step by step",
    version=4,
    dice_version=1,
    spec=QuestsSpec,
    check=check,
    make=make,
    rewrite_draft=quest_draft,
)
