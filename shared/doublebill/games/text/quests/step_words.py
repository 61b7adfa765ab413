"""Steps of quests: the words for what a mission needs, and the step as data that a game can check off."""

import re
from collections.abc import Mapping, Sequence

from doublebill.games.content_kind import Json
from doublebill.games.dice import Dice
from doublebill.games.missions.mission import Deed
from doublebill.games.missions.mission_order import MissionStep
from doublebill.games.text.articles import with_article
from doublebill.games.text.english import capitalised

WORDS: Mapping[Deed, Sequence[tuple[str, int]]] = {
    "take": (("fetch {}", 3), ("find {}", 2), ("take {}", 2)),
    "pull": (("pull {}", 1),),
    "open": (("open {}", 1),),
    "fight": (("defeat {}", 3), ("slay {}", 2)),
    "leave": (("leave by {}", 3), ("go out by {}", 1)),
}

NUMBERED = re.compile(r"(.+) \d+")
"""Names of things of which there may be several: small key 2."""

IN_ONE_SENTENCE = 3
"""Steps of one sentence at most."""

ON: Sequence[str] = "then", "after that,", "next,"
"""How sentences go on, one after the other."""

BEYOND: Sequence[str] = "behind it,", "beyond the {},", "there,"
"""How they go on where a lock that was just opened leads, a word for it in braces."""


def step_texts(steps: Sequence[MissionStep], dice: Dice) -> list[str]:
    """Returns the words for each step."""
    texts = []
    said: set[str] = set()
    last = ""
    for step in steps:
        options = [one for one in WORDS[step.deed] if one[0] != last] or WORDS[step.deed]
        last, _ = options[dice.weighted([weight for _, weight in options])]
        texts.append(last.format(_phrase(step.node.id, said)))
    return texts


def _phrase(name: str, said: set[str]) -> str:
    """The phrase of a thing; of several that share a name, one and then another."""
    several = NUMBERED.fullmatch(name)
    if not several:
        return f"the {name}"
    phrase = f"another {several[1]}" if several[1] in said else with_article(several[1])
    said.add(several[1])
    return phrase


def in_sentences(steps: Sequence[MissionStep], texts: Sequence[str]) -> str:
    """Returns the steps as short sentences: First, fetch the red key and open the red door. Behind it, …"""
    groups = grouped(steps)
    if len(groups) == 1:
        return f"{capitalised(_joined(texts))}."
    sentences: list[str] = []
    for number, group in enumerate(groups):
        opening = _opening(steps, groups, number)
        sentences.append(f"{capitalised(opening)} {_joined([texts[place] for place in group])}.")
    return " ".join(sentences)


def _opening(steps: Sequence[MissionStep], groups: Sequence[Sequence[int]], number: int) -> str:
    """The words that a sentence begins with: where its first steps are, or how it follows the one before."""
    if number == 0:
        return "first,"
    lock = steps[groups[number - 1][-1]]
    inside = {lock.node.id, *(steps[place].node.id for place in groups[number])}
    if lock.deed == "open" and all(
        steps[place].after[:1] and steps[place].after[0] in inside for place in groups[number]
    ):
        numbered = NUMBERED.fullmatch(lock.node.id)
        word = (numbered[1] if numbered else lock.node.id).rpartition(" ")[2]
        return BEYOND[number % len(BEYOND)].format(word if word in ("door", "gate") else "lock")
    return "at last," if number == len(groups) - 1 else ON[number % len(ON)]


def grouped(steps: Sequence[MissionStep]) -> list[list[int]]:
    """Returns the places of the steps of each sentence: up to three, and an opened lock is the last."""
    groups: list[list[int]] = [[]]
    for place, step in enumerate(steps):
        if len(groups[-1]) == IN_ONE_SENTENCE:
            groups.append([])
        groups[-1].append(place)
        if step.deed == "open" and len(groups[-1]) > 1:
            groups.append([])
    found = [group for group in groups if group]
    if len(found) > 1 and len(found[-1]) == 1 and len(found[-2]) < IN_ONE_SENTENCE:
        found[-2:] = [found[-2] + found[-1]]
    return found


def _joined(texts: Sequence[str]) -> str:
    *others, last = texts
    return f"{', '.join(others)} and {last}" if others else last


def steps_json(steps: Sequence[MissionStep], texts: Sequence[str]) -> list[Json]:
    """Returns the steps as data: what is done to which node, where, and after which others."""
    ids = {step.node.id for step in steps}
    found: list[Json] = []
    for step, text in zip(steps, texts, strict=True):
        after = [name for name in step.after if name in ids]
        place = {} if step.node.x is None or step.node.y is None else {"x": step.node.x, "y": step.node.y}
        found.append({"text": text, "do": step.deed, "target": step.node.id, "after": after, **place})
    return found
