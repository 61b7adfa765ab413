"""Quest words: the sorts of things in a level, and the phrases of quests that fit each sort."""

from collections.abc import Mapping, Sequence
from typing import Literal

type Sort = Literal[
    "ground", "aid", "foe", "key", "lever", "lock", "treasure", "thing", "crate", "goal", "danger", "exit"
]

SORTS: Mapping[Sort, Sequence[str]] = {
    "ground": (
        *("block", "prize", "spent prize", "pipe left", "pipe right", "pipe", "cannon", "platform", "ladder", "bridge"),
        *("stairs", "stairs up", "stairs down", "water", "mud", "grass", "sand", "road", "tree", "bush", "rock"),
    ),
    "aid": ("potion", "torch", "lamp", "lantern", "herb", "rope", "bread", "map", "shield"),
    "foe": (
        *("enemy", "foe", "boss", "goblin", "ogre", "spider", "guard", "monster", "dragon", "skeleton", "bat", "troll"),
        *("orc", "wolf", "werewolf", "bear", "rat", "snake", "bandit", "robber", "thief", "ghost", "zombie", "demon"),
        *("giant", "slime", "witch", "beast", "vampire", "kobold", "golem", "cyclops", "wraith", "imp", "scorpion"),
    ),
    "key": ("key",),
    "lever": ("lever", "switch"),
    "lock": ("door", "gate"),
    "treasure": (
        *("treasure", "diamond", "gem", "jewel", "ruby", "emerald", "coin", "gold", "crown", "relic", "chest", "ring"),
        *("star", "chalice", "amulet"),
    ),
    "crate": ("crate", "box", "boulder", "barrel"),
    "goal": ("goal",),
    "danger": ("spike", "spikes", "gap", "pit", "trap", "lava", "fire", "acid", "quicksand", "hole"),
    "exit": ("exit", "way out", "portal"),
}
"""Sort → the names of its things, which may have words before them: red key, iron gate. Anything else is a `thing`."""

DOING: Sequence[Sort] = (
    *("aid", "key", "lever", "lock", "foe", "treasure", "thing", "crate", "goal", "ground", "danger", "exit"),
)
"""Sorts in the order of doing, where the level does not say in which order its things are reached."""

TASKS: Mapping[Sort, Sequence[tuple[str, int]]] = {
    "ground": (("look around by {}", 1), ("pass {}", 1)),
    "aid": (("pick up {}", 2), ("find {}", 1)),
    "foe": (("defeat {}", 3), ("slay {}", 3), ("put an end to {}", 1), ("beat {}", 1)),
    "key": (("find {}", 3), ("fetch {}", 2), ("pick up {}", 1)),
    "lever": (("pull {}", 1),),
    "lock": (("open {}", 1),),
    "treasure": (("collect {}", 2), ("find {}", 1), ("take {}", 2), ("lay hands on {}", 1)),
    "thing": (("find {}", 2), ("recover {}", 1)),
    "crate": (("push {} into place", 1), ("move {} into place", 1)),
    "goal": (("reach {}", 1), ("come safely to {}", 1)),
    "danger": (("keep clear of {}", 2), ("stay away from {}", 1)),
    "exit": (("reach {}", 2), ("leave by {}", 3), ("come safely to {}", 1)),
}
"""Sort → the phrases of its tasks with their weights, which speak of the things where the braces are."""

PASSED: Sequence[tuple[str, int]] = (("get past {}", 3), ("slip past {}", 1), ("dodge {}", 1))
"""Tasks of foes that a level does not let one beat."""

WARNINGS: Sequence[tuple[str, int]] = (("Beware of {}", 3), ("Keep clear of {}", 2), ("Take care not to touch {}", 1))
"""Sentences of dangers, after those of the tasks."""

FRAMES: Mapping[str, Sequence[tuple[str, int]]] = {
    "origin": (
        ("#giver# asks you to #tasks#.", 4),
        ("#tasks.capitalize#, says #giver#, and #reward#.", 3),
        ("Word has come from #place#: #tasks#, and #reward#.", 3),
        ("#giver# of #place# #begs# #tasks#.", 4),
        ("In #place# they say that nobody can #tasks#. #giver# #hopes#.", 2),
    ),
    "begs": (("begs you to", 2), ("needs somebody to", 2), ("hopes that you will", 1), ("would have you", 1)),
    "hopes": (("hopes that you can", 2), ("believes in you", 1), ("would see you try", 2)),
    "reward": (
        ("#thanks# will be yours", 3),
        ("your name will be sung", 2),
        ("no more will be asked of you", 1),
        ("the road home will be open to you", 1),
    ),
    "thanks": (("a warm bed", 1), ("the thanks of #place#", 3), ("a fair share", 2), ("a seat by the fire", 1)),
}
"""Symbol → its rules with their weights, of quests in one sentence."""

LONG_ORIGIN: Sequence[tuple[str, int]] = (
    ("#giver# asks you to #tasks#. #more#", 4),
    ("#tasks.capitalize#. #more# Do this, says #giver#, and #reward#.", 3),
    ("Word has come from #place#: #tasks#. #more# Do this, and #reward#.", 3),
    ("#giver# of #place# #begs# #tasks#. #more#", 4),
)
"""The rules of `origin` where more sentences follow that of the first tasks."""

MISSION_FRAMES: Mapping[str, Sequence[tuple[str, int]]] = {
    "origin": (
        ("#giver# of #place# #calls#. #story# #close#", 4),
        ("#giver# sends you into the dark below #place#. #story# #close#", 3),
        ("Word has come from #place# that somebody must go below. #story# Do this, and #reward#.", 3),
        ("Nobody has come back from the halls below #place#. #story# #giver# #hopes#.", 2),
    ),
    "calls": (("calls for help", 3), ("has work for you", 2), ("asks a favour of you", 1)),
    "close": (("Do this, and #reward#.", 3), ("#giver# #waits#.", 2)),
    "waits": (("will wait for you", 2), ("hopes that you will come back", 2)),
    "hopes": (("hopes that you will", 2), ("believes in you", 1), ("would see you try", 2)),
    "reward": FRAMES["reward"],
    "thanks": FRAMES["thanks"],
}
"""Symbol → its rules with their weights, of quests that follow a mission."""


def sort_of(name: str) -> Sort:
    """Returns the sort of a thing, by its name or by the last word of it."""
    for form in (name, name.rpartition(" ")[2]):
        for sort, names in SORTS.items():
            if form in names:
                return sort
    return "thing"
