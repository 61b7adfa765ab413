"""Steps of quests: the words for what a mission needs, and the step as data that a game can check off."""

import re
from collections.abc import Mapping, Sequence

from doublebill.games.content_kind import Json
from doublebill.games.dice import Dice
from doublebill.games.missions.mission import Deed
from doublebill.games.missions.mission_order import MissionStep
from doublebill.games.text.articles import with_article

WORDS: Mapping[Deed, Sequence[tuple[str, int]]] = {
    "take": (("fetch {}", 3), ("find {}", 2), ("lay hands on {}", 1)),
    "pull": (("pull {}", 3), ("throw {}", 1)),
    "open": (("open {}", 3), ("unlock {}", 1)),
    "fight": (("defeat {}", 3), ("slay {}", 2)),
    "leave": (("leave by {}", 3), ("get out by {}", 1)),
}

NUMBERED = re.compile(r"(.+) \d+")
"""Names of things of which there may be several: small key 2."""


def step_texts(steps: Sequence[MissionStep], dice: Dice) -> list[str]:
    """Returns the words for each step."""
    texts = []
    for step in steps:
        options = WORDS[step.deed]
        text, _ = options[dice.weighted([weight for _, weight in options])]
        texts.append(text.format(_phrase(step.node.id)))
    return texts


def _phrase(name: str) -> str:
    several = NUMBERED.fullmatch(name)
    return with_article(several[1]) if several else f"the {name}"


def in_a_row(texts: Sequence[str]) -> str:
    """Joins the texts of steps: fetch the key, open the door, then leave by the exit."""
    *others, last = texts
    if not others:
        return last
    return f"{', '.join(others)}{' and then' if len(others) == 1 else ', then'} {last}"


def steps_json(steps: Sequence[MissionStep], texts: Sequence[str]) -> list[Json]:
    """Returns the steps as data: what is done to which node, where, and after which others."""
    ids = {step.node.id for step in steps}
    found: list[Json] = []
    for step, text in zip(steps, texts, strict=True):
        after = [name for name in step.after if name in ids]
        place = {} if step.node.x is None or step.node.y is None else {"x": step.node.x, "y": step.node.y}
        found.append({"text": text, "do": step.deed, "target": step.node.id, "after": after, **place})
    return found
