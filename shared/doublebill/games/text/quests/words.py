"""Quest words: the roles of things in a level, and the phrases of quests for each role."""

from collections.abc import Mapping, Sequence

ROLES: Mapping[str, Sequence[str]] = {
    "foe": ("enemy", "goblin", "ogre", "spider", "guard", "monster", "dragon", "skeleton", "bat", "troll", "orc"),
    "loot": ("treasure", "diamond", "gem", "coin", "gold", "crown", "relic", "chest"),
    "aid": ("potion", "torch", "lamp", "herb", "rope"),
    "key": ("key",),
    "danger": ("spike", "spikes", "gap", "pit", "trap", "lava"),
    "crate": ("crate", "box", "boulder"),
    "way": ("door", "exit", "gate", "goal", "stairs"),
}
"""Role → its things, in the order of doing; anything else is `thing`."""

ORDER = ("thing", *ROLES)

WORDS: Mapping[str, Sequence[tuple[str, int]]] = {
    "origin": (
        ("#giver# asks you: #tasks#.", 4),
        ("#tasks.capitalize#. So #giver# bids you, and #reward#.", 3),
        ("Word from #place#: #tasks#, and #reward#.", 3),
        ("#giver# of #place# #begs#: #tasks#.", 4),
        ("They say in #place# that nobody can #tasks#. #giver# #hopes#.", 2),
    ),
    "begs": (("begs you", 2), ("offers work", 2), ("has one wish", 1), ("calls for help", 2)),
    "hopes": (("hopes that you can", 2), ("knows better", 1), ("would see you try", 2)),
    "reward": (
        ("#thanks# will be yours", 3),
        ("your name will be sung", 2),
        ("no more will be asked of you", 1),
        ("the road home is open to you", 1),
    ),
    "thanks": (("a warm bed", 1), ("the thanks of #place#", 3), ("a fair share", 2), ("a seat by the fire", 1)),
    "foe": (("slay {}", 4), ("drive out {}", 2), ("get past {}", 1), ("put an end to {}", 2)),
    "loot": (("bring back {}", 3), ("gather {}", 2), ("leave none of {} behind", 1), ("find {}", 2)),
    "aid": (("make good use of {}", 2), ("look for {}", 2), ("spare {} for your need", 1)),
    "key": (("find {}", 3), ("lay hands on {}", 2), ("win {}", 1)),
    "danger": (("keep clear of {}", 3), ("beware of {}", 2), ("leap over {}", 1)),
    "crate": (("push {} into place", 3), ("move {} where they belong", 1), ("set {} aright", 1)),
    "way": (("leave by {}", 3), ("reach {}", 3), ("come safely to {}", 1)),
    "thing": (("find {}", 2), ("see to {}", 1), ("look for {}", 1)),
}
"""Symbol → its rules with their weights; a role's speak of a fact where the braces are."""


def role_of(name: str) -> str:
    """Returns the role of a thing, by its name."""
    return next((role for role, names in ROLES.items() if name in names), "thing")
