"""Tasks of quests: which things of a level a quest may speak of, in which order, and in what words.

Crates are pushed onto goals, keys are found before their doors are opened, foes are beaten where the level lets one
beat them, dangers get a warning of their own, and ways out come last. Ground is never wanted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from doublebill.games.controls import Target, limits
from doublebill.games.dice import Dice
from doublebill.games.text.grammar.facts import GROUND, phrase
from doublebill.games.text.quests.level_order import LevelOrder
from doublebill.games.text.quests.words import DOING, PASSED, TASKS, WARNINGS, Sort, sort_of

USUAL_TASKS = 1, 3

IN_ONE_SENTENCE = 3
"""Tasks of one sentence at most."""


@dataclass(frozen=True, slots=True)
class Things:
    """The things that a quest may be about."""

    counts: Mapping[str, int]
    """Name → how many there are."""
    order: LevelOrder = field(default_factory=LevelOrder)
    beaten: bool = True
    """Whether foes can be beaten at all."""

    def sort(self, name: str) -> Sort:
        """Returns the sort of a thing here: a lone door without an exit is a way out, a goal without crates as well."""
        sort = sort_of(name)
        if name == "door" and self.counts[name] == 1 and not self._has("exit"):
            return "exit"
        return "exit" if sort == "goal" and not self._has("crate") else sort

    def _has(self, sort: Sort) -> bool:
        return any(sort_of(name) == sort for name in self.counts)

    def rank(self, name: str) -> tuple[int, int, str]:
        """Returns a thing's place in the order of doing: by the certificate, then what it leaves, then ways out."""
        sort = self.sort(name)
        finished = self.order.finished(name, self.counts[name])
        if sort == "exit":
            return 2, 0, name
        return (1, DOING.index(sort), name) if finished is None else (0, finished, name)

    def is_beaten(self, name: str) -> bool:
        """Checks whether foes of a name are to be beaten: beside a certificate that fights, only those it fights."""
        fights = any(sort_of(one) == "foe" for one in self.order.names)
        finished = self.order.finished(name, self.counts[name]) is not None
        return self.beaten and (finished or self.order.all_can_be_done or not fights)


def wanted(counts: Mapping[str, int], named: Mapping[str, object]) -> dict[str, int]:
    """Returns the things that quests may be about, by name: no ground but what the request names itself.

    A crate on a goal is a crate and a goal. Plain doors that no key opens only lead on, where there is an exit.
    """
    found: dict[str, int] = {}
    for name, count in counts.items():
        for part in name.split(" on ") if " on " in name and name not in named else (name,):
            if part not in GROUND:
                found[part] = found.get(part, 0) + count
    plain = "door" in found and "key" not in found and any(sort_of(name) == "exit" for name in found)
    ground = {name for name in found if sort_of(name) == "ground"} | ({"door"} if plain else set())
    return {name: count for name, count in found.items() if name not in ground or name in named}


def choose(things: Things, target: Target, dice: Dice) -> list[str]:
    """Chooses some of the things, in the order of doing; not only dangers where there is anything else."""
    low, high = limits(target, *USUAL_TASKS)
    options = list(things.counts)
    dice.shuffle(options)
    chosen = options[: dice.between(min(low, len(options)), min(high, len(options)))]
    if all(things.sort(name) == "danger" for name in chosen):
        others = [name for name in options if things.sort(name) != "danger"]
        chosen[: len(others[:1])] = others[:1]
    return sorted(chosen, key=things.rank)


def task_texts(chosen: Sequence[str], things: Things, dice: Dice) -> tuple[list[str], list[str]]:
    """Returns the phrases of the tasks in the order of doing, and the sentences of warning after them."""
    dangers = [name for name in chosen if things.sort(name) == "danger"]
    if len(dangers) == len(chosen):
        return [_of_one(name, things, dice, set()) for name in chosen], []
    tasks = [name for name in chosen if name not in dangers]
    paired = {one: other for one, other in combinations(tasks, 2) if _belong_together(one, other, things)}
    texts: list[str] = []
    used: set[str] = set()
    for name in tasks:
        before = next((one for one, other in paired.items() if other == name), None)
        if name not in paired:
            texts.append(_of_pair(before, name, things) if before else _of_one(name, things, dice, used))
    return texts, [f"{_filled(WARNINGS, phrase(name, things.counts[name]), dice)}." for name in dangers]


def _belong_together(name: str, other: str, things: Things) -> bool:
    """Checks whether two things make one task: crates and goals, or several keys and doors that share a name.

    Such keys need not all be found before the first door is opened.
    """
    sorts = {things.sort(name), things.sort(other)}
    if sorts == {"crate", "goal"}:
        return True
    several = max(things.counts[name], things.counts[other]) > 1
    (kind, last), (other_kind, other_last) = name.rpartition(" ")[::2], other.rpartition(" ")[::2]
    return several and kind == other_kind and {last, other_last} == {"key", "door"} and sorts == {"key", "lock"}


def _of_pair(name: str, other: str, things: Things) -> str:
    """The phrase of the task of two things."""
    first = name if things.sort(name) in ("crate", "key") else other
    said, beside = (phrase(one, things.counts[one]) for one in (first, other if first == name else name))
    return f"push {said} onto {beside}" if things.sort(first) == "crate" else f"open {beside} with {said}"


def _of_one(name: str, things: Things, dice: Dice, used: set[str]) -> str:
    """The phrase of the task of one thing, with a verb that is not `used` yet where there is one."""
    count, sort = things.counts[name], things.sort(name)
    said = phrase(name, count)
    if sort == "crate" and any(sort_of(one) == "goal" for one in things.counts):
        return f"push {said} onto {'its goal' if count == 1 else 'their goals'}"
    if sort == "goal":
        return f"push a crate onto {said}" if count == 1 else f"push a crate onto each of {said}"
    if sort == "exit" and count > 1:
        said = f"one of {said}"
    options = PASSED if sort == "foe" and not things.is_beaten(name) else TASKS[sort]
    fresh = [one for one in options if one[0] not in used] or options
    text = _filled(fresh, "{}", dice)
    used.add(text)
    return text.replace("{}", said)


def _filled(options: Sequence[tuple[str, int]], said: str, dice: Dice) -> str:
    text, _ = options[dice.weighted([weight for _, weight in options])]
    return text.replace("{}", said)


def first_and_more(texts: Sequence[str], warnings: Sequence[str]) -> tuple[str, str]:
    """Returns the first sentence without its stop, to stand in a frame, and the sentences after it, often none."""
    if len(texts) <= IN_ONE_SENTENCE:
        return joined_phrases(texts), " ".join(warnings)
    middle = (len(texts) + 1) // 2
    second = f"After that, {joined_phrases(texts[middle:])}."
    return joined_phrases(texts[:middle]), " ".join((second, *warnings))


def joined_phrases(texts: Sequence[str]) -> str:
    """Joins phrases in the order of doing: find the key, open the door, and then leave."""
    *others, last = texts
    if not others:
        return last
    return f"{others[0]} and then {last}" if len(others) == 1 else f"{', '.join(others)}, and then {last}"
