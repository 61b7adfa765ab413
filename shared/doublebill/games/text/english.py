"""English plurals of things: the 2 wolves, 3 crates on goal, 2 men-at-arms.

The last word of a name is counted, or the one before a joint ("of the north"). Irregular words are a table, with
endings for words that are written together (werewolf). A thing that the table lacks has a regular plural.
"""

import re
from collections.abc import Mapping

VOWELS = frozenset("aeiou")


def _table(pairs: str) -> Mapping[str, str]:
    """The words of "one many, one many" by their singular."""
    return dict(pair.split(" ") for pair in pairs.split(", "))


IRREGULAR: Mapping[str, str] = {
    "pipe left": "left pipes",
    "pipe right": "right pipes",
    **_table(
        "axis axes, cactus cacti, codex codices, cyclops cyclopes, die dice, echo echoes, fungus fungi, goose geese, "
        "hero heroes, hoof hooves, larva larvae, louse lice, matrix matrices, mosquito mosquitoes, ox oxen, "
        "person people, potato potatoes, quiz quizzes, tomato tomatoes, tornado tornadoes, torpedo torpedoes, "
        "vertebra vertebrae, volcano volcanoes, vortex vortices, "
        "eunuch eunuchs, loch lochs, matriarch matriarchs, monarch monarchs, oligarch oligarchs, patriarch patriarchs, "
        "stomach stomachs, tech techs"
    ),
}
"""Things of games whose plural follows no rule, and the tiles of runners that are named backwards."""

ENDINGS = _table(
    "woman women, man men, child children, mouse mice, foot feet, tooth teeth, calf calves, dwarf dwarves, elf elves, "
    "half halves, knife knives, leaf leaves, life lives, loaf loaves, scarf scarves, sheaf sheaves, thief thieves, "
    "wharf wharves, wife wives, wolf wolves"
)
"""Words whose plural follows no rule, alone or at the end of a longer one."""

REGULAR = ("human", "shaman", "talisman", "roman", "german", "norman", "caiman", "ottoman", "sabertooth")
"""Words with the same endings whose plural is regular."""

SINGULAR_MEN = frozenset(("abdomen", "acumen", "omen", "regimen", "specimen", "stamen"))

PLURAL_ENDINGS = tuple(ENDINGS.values())

MASSES = frozenset(
    (
        *("ammo", "ammunition", "armor", "armour", "food", "gold", "gunpowder", "ice", "lava", "loot", "mana", "money"),
        *("mud", "quicksand", "sand", "water"),
    )
)
"""Things that are not counted: the lava, however many cells it has."""

UNCHANGED = MASSES | frozenset(
    (
        *("boots", "gloves", "pants", "scissors", "spikes", "stairs", "tongs", "barracks", "species", "series"),
        *("deer", "djinn", "moose", "salmon", "trout", "squid", "bison", "elk", "swine", "samurai", "undead"),
        *("people", "dice", "lice", "oxen", "geese"),
    )
)
"""Things whose plural is the same, or that are plural or a mass already."""

UNCHANGED_ENDINGS = ("fish", "sheep", "craft", "folk")

SINGULAR = ("ss", "us", "is", "as", "os", "lens", "ops")
"""Endings in s of one thing; any other word in s is a plural."""

JOINTS = (" of ", " on ", " in ", " with ", " for ", " from ", " at ", "-of-", "-in-", "-at-")
"""Words before which the thing stands that is counted: crates on goal."""

LAST_WORD = re.compile(r"[^ -]+$")


def is_mass(name: str) -> bool:
    """Checks whether a thing is not counted: lava, molten gold."""
    found = LAST_WORD.search(name.lower())
    return found is not None and found[0] in MASSES


def plural(name: str) -> str:
    """Returns the plural of a thing's name, as the counts of quests have it; a plural stays."""
    if name in IRREGULAR:
        return IRREGULAR[name]
    place = min((place for joint in JOINTS if (place := name.find(joint)) > 0), default=len(name))
    counted = LAST_WORD.search(name[:place])
    if counted is None:
        return name[:place] + "s" + name[place:]
    return name[: counted.start()] + _plural_word(counted[0]) + name[place:]


def _plural_word(word: str) -> str:
    """The plural of one word, in its own capitals."""
    small = word.lower()
    if len(word) > 1 and word.isupper():
        return _plural_of_small(small).upper()
    many = _plural_of_small(small)
    return capitalised(many) if word[:1].isupper() else many


def _plural_of_small(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word in SINGULAR_MEN or word.endswith(REGULAR):
        return regular_plural(word)
    if word in UNCHANGED or word.endswith((*UNCHANGED_ENDINGS, *PLURAL_ENDINGS)):
        return word
    ending = next((ending for ending in ENDINGS if word.endswith(ending)), None)
    if ending:
        return word.removesuffix(ending) + ENDINGS[ending]
    if word.endswith("sis"):
        return word[:-2] + "es"
    is_plural = word.endswith("s") and len(word) > 2 and not word.endswith(SINGULAR)
    return word if is_plural else regular_plural(word)


def regular_plural(text: str) -> str:
    """Returns the text with the ending s, es or ies."""
    if text[-1:] == "y" and text[-2:-1] not in VOWELS:
        return text[:-1] + "ies"
    return text + ("es" if text.endswith(("s", "x", "z", "ch", "sh")) else "s")


def capitalised(text: str) -> str:
    """Returns the text with a capital letter first."""
    return text[:1].upper() + text[1:]
