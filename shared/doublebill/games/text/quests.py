"""Quests: short commissions whose every number is a fact of a level or of the request.

Without a grammar of the request's own, a quest takes some of the facts, each once, words each as fits what it is (foes
are slain, treasures taken, ways out left by), and tells them in the order of doing. With a grammar in Tracery's format,
each fact is a symbol of its name, beside the place and the giver.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from doublebill.errors import InvalidInput
from doublebill.games.bounds import clash
from doublebill.games.controls import Asked, check_order, limits
from doublebill.games.dice import Dice
from doublebill.games.text import facts, names
from doublebill.games.text.grammar import Grammar, Part, Rule, Slot
from doublebill.games.text.names import NamesSpec
from doublebill.games.text.quest_words import ORDER, WORDS, role_of
from doublebill.games.text.texts import Json, Text, TextKind, held
from doublebill.games.text.tracery import RULE_LENGTH, read_grammar, read_rule
from doublebill.schema import Bounds

ORIGIN = "origin"
SYMBOLS, RULES = 200, 200
"""Symbols of a grammar, and rules of one."""

MOST_TASKS = 6
USUAL_TASKS = 1, 3

MADE_UP: Mapping[str, NamesSpec] = {
    "place": NamesSpec("places", length=(5, 11), temperature=60),
    "giver": NamesSpec(length=(4, 8), temperature=70),
}
"""Facts that no level has, with the names that they are given."""

Tasks = Annotated[int, Bounds(minimum=1, maximum=MOST_TASKS)]
Written = Annotated[str, Bounds(max_length=RULE_LENGTH)]
Facts = Annotated[
    dict[str, Annotated[int, Bounds(minimum=0, maximum=10**6)] | Annotated[str, Bounds(min_length=1, max_length=40)]],
    Bounds(max_length=50, description='what the quest may speak of: {"ogre": 3, "place": "Fenmouth", "giver": "Ada"}'),
]
TraceryGrammar = Annotated[
    dict[str, Written | Annotated[tuple[Written, ...], Bounds(max_length=RULES)]],
    Bounds(max_length=SYMBOLS, description=f"a grammar in the format of Tracery, which starts from {ORIGIN}"),
]
RuleWeights = Annotated[
    dict[str, Annotated[tuple[Annotated[int, Bounds(minimum=0, maximum=10**6)], ...], Bounds(max_length=RULES)]],
    Bounds(max_length=SYMBOLS, description="of a symbol of the grammar, how much each of its rules weighs"),
]


@dataclass(frozen=True, slots=True)
class QuestsSpec:
    """What can be asked of a quest."""

    level: Annotated[
        dict[str, object] | None, Bounds(description="a level to speak of: an item of an answer, with grid and legend")
    ] = None
    facts: Facts | None = None
    tasks: Annotated[
        Tasks | tuple[Tasks, Tasks] | None, Bounds(description="facts that the quest is about: a number or [min, max]")
    ] = None
    grammar: TraceryGrammar | None = None
    weights: RuleWeights | None = None


def check(spec: QuestsSpec) -> None:
    """Returns when the spec can be understood and some quest meets it.

    Raises:
        InvalidInput: naming what cannot be understood.
        Unsatisfiable: naming the controls that cannot hold together.
    """
    check_order(tasks=spec.tasks)
    counts = counts_of(spec)
    if spec.grammar is not None:
        if ORIGIN not in spec.grammar:
            raise InvalidInput.one("spec.grammar", ", ".join(spec.grammar), f"a symbol {ORIGIN}")
        if spec.tasks is not None:
            raise clash({"tasks": (spec.tasks, "nothing beside a grammar"), "grammar": (None, "nothing beside tasks")})
        given = facts_of(spec, Dice(0, "quests", 0))
        for name in spec.grammar:
            if name in given:
                raise InvalidInput.one(f"spec.grammar.{name}", name, "a symbol that is not the name of a fact")
        own_grammar(spec, given)
    elif spec.weights:
        raise InvalidInput.one("spec.weights", ", ".join(spec.weights), "nothing without grammar")
    elif not counts:
        raise InvalidInput.one("spec.facts", None, "a level with things in it, or one number of things at least")
    elif limits(spec.tasks, 1, 1)[0] > len(counts):
        source = "level" if spec.level is not None else "facts"
        raise clash({"tasks": (spec.tasks, f"at most {len(counts)}"), source: (None, "more things to speak of")})


def counts_of(spec: QuestsSpec) -> dict[str, int]:
    """How many there are of each thing, the level's first; the request may say the same of it and nothing else.

    Raises:
        InvalidInput: when a fact of the request is not what the level shows.
    """
    counted = {} if spec.level is None else facts.counted(spec.level)
    for name, value in facts.checked(spec.facts or {}).items():
        if isinstance(value, str):
            if name in counted:
                raise InvalidInput.one(f"spec.facts.{name}", value, f"{counted[name]}, as the level has")
            continue
        if name in MADE_UP:
            raise InvalidInput.one(f"spec.facts.{name}", value, "a string, since it is the name of one")
        if spec.level is not None and value != counted.get(name, 0):
            raise InvalidInput.one(f"spec.facts.{name}", value, f"{counted.get(name, 0)}, as the level has")
        if value:
            counted[name] = value
    return counted


def facts_of(spec: QuestsSpec, dice: Dice) -> dict[str, int | str]:
    """All that a quest may speak of; a place and a giver are made up where the request names none."""
    said = {name: value for name, value in (spec.facts or {}).items() if isinstance(value, str)}
    for name, like in MADE_UP.items():
        if name not in said:
            said[name] = names.make(like, dice).text
    return {**counts_of(spec), **said}


def make(spec: QuestsSpec, dice: Dice) -> Text:
    """A quest that speaks of facts alone."""
    given = facts_of(spec, dice)
    if spec.grammar is not None:
        text, used = own_grammar(spec, given).expand(ORIGIN, dice)
        return Text(text, {"facts": {name: value for name, value in given.items() if name in used}}, {}, novel=True)
    counts = {name: count for name, count in given.items() if isinstance(count, int)}
    chosen = choose(counts, spec.tasks, dice)
    text, used = grammar_of(chosen, counts, given).expand(ORIGIN, dice)
    spoken: dict[str, Json] = {name: counts[name] for name in chosen}
    spoken |= {name: given[name] for name in MADE_UP if name in used}
    return told(spec, text[:1].upper() + text[1:], spoken, len(chosen))


def own_grammar(spec: QuestsSpec, given: Mapping[str, int | str]) -> Grammar:
    """The request's grammar with each fact as a symbol."""
    rules = read_grammar(spec.grammar or {}, spec.weights or {}, "spec.grammar")
    bound = {name: (Rule((str(value),)),) for name, value in given.items()}
    return Grammar.of({**bound, **rules}, "spec.grammar")


def choose(counts: Mapping[str, int], asked: Asked, dice: Dice) -> list[str]:
    """Some of the things, in the order of doing."""
    low, high = limits(asked, *USUAL_TASKS)
    options = list(counts)
    dice.shuffle(options)
    chosen = options[: dice.between(min(low, len(options)), min(high, len(options)))]
    return sorted(chosen, key=lambda name: (ORDER.index(role_of(name)), name))


def grammar_of(chosen: Sequence[str], counts: Mapping[str, int], given: Mapping[str, int | str]) -> Grammar:
    """The words there are, with one symbol for each chosen thing."""
    rules = {
        name: tuple(read_rule(text, "words", weight) for text, weight in texts)
        for name, texts in WORDS.items()
        if name not in ORDER
    }
    for n, name in enumerate(chosen):
        about = facts.phrase(name, counts[name])
        texts = WORDS[role_of(name)]
        rules[f"task{n}"] = tuple(Rule((text.replace("{}", about),), weight) for text, weight in texts)
    joined: list[Part] = [Slot("task0")]
    for n in range(1, len(chosen)):
        joined += [", " if n < len(chosen) - 1 else " and then " if n == 1 else ", then ", Slot(f"task{n}")]
    rules["tasks"] = (Rule(tuple(joined)),)
    bound = {name: (Rule((str(given[name]),)),) for name in MADE_UP}
    return Grammar.of({**rules, **bound}, "words")


def told(spec: QuestsSpec, text: str, spoken: Mapping[str, Json], tasks: int) -> Text:
    """The quest as a text, with its facts and every control that was asked."""
    return Text(text, {"facts": dict(spoken)}, {"tasks": held(spec.tasks, tasks)}, novel=True)


QUESTS = TextKind(
    name="quests",
    description="Quests that speak of what a level has, from a grammar of ours or of yours",
    version=1,
    spec=QuestsSpec,
    check=check,
    make=make,
)
