"""English: plurals of things, and Tracery's modifiers for plurals, articles and the past tense.

Tracery's modifiers are regular (https://tracery.io): `#wolf.s#` gives wolfs, and learning rule weights undoes them by
the same rules. Counted things have irregular plurals too: the 2 wolves.
"""

from collections.abc import Mapping

VOWELS = frozenset("aeiou")

IRREGULAR: Mapping[str, str] = {
    "child": "children",
    "dwarf": "dwarves",
    "elf": "elves",
    "foot": "feet",
    "goose": "geese",
    "half": "halves",
    "hero": "heroes",
    "knife": "knives",
    "leaf": "leaves",
    "loaf": "loaves",
    "mouse": "mice",
    "ox": "oxen",
    "potato": "potatoes",
    "scarf": "scarves",
    "shelf": "shelves",
    "thief": "thieves",
    "tooth": "teeth",
    "volcano": "volcanoes",
    "werewolf": "werewolves",
    "wife": "wives",
    "wolf": "wolves",
    "pipe left": "left pipes",
    "pipe right": "right pipes",
}
"""Things of games whose plural follows no rule, and the tiles of runners that are named backwards."""

UNCHANGED = frozenset(
    (
        *("boots", "gloves", "pants", "scissors", "spikes", "stairs", "tongs"),
        *("deer", "djinn", "fish", "moose", "salmon", "sheep"),
        *("gold", "lava"),
    )
)
"""Things whose plural is the same, or that are plural or a mass already."""

JOINTS = (" of ", " on ", " in ", " with ")
"""Words before which the thing stands that is counted: crates on goal."""

NOT_MEN = ("human", "shaman", "talisman", "roman", "german", "caiman")
"""Words in man whose plural is regular."""


def plural(name: str) -> str:
    """Returns the plural of a thing's name, as the counts of quests have it."""
    if name in IRREGULAR:
        return IRREGULAR[name]
    place = min((place for joint in JOINTS if (place := name.find(joint)) > 0), default=len(name))
    before, space, noun = name[:place].rpartition(" ")
    if noun.endswith("man") and not noun.endswith(NOT_MEN):
        many = noun[:-3] + "men"
    else:
        many = noun if noun in UNCHANGED else IRREGULAR.get(noun) or regular_plural(noun)
    return before + space + many + name[place:]


def regular_plural(text: str) -> str:
    """Returns the text with the ending s, es or ies."""
    if _ends_in_consonant_y(text):
        return text[:-1] + "ies"
    return text + ("es" if text.endswith(("s", "x", "z", "ch", "sh")) else "s")


def with_article(text: str) -> str:
    """Returns the text after an, if it begins with a vowel, or a."""
    return f"{'an' if text[:1].lower() in VOWELS else 'a'} {text}"


def past_tense(text: str) -> str:
    """Returns the text with the ending d, ed or ied."""
    if text.endswith("e"):
        return text + "d"
    return text[:-1] + "ied" if _ends_in_consonant_y(text) else text + "ed"


def capitalised(text: str) -> str:
    """Returns the text with a capital letter first."""
    return text[:1].upper() + text[1:]


def _ends_in_consonant_y(text: str) -> bool:
    return text[-1:] == "y" and text[-2:-1].lower() not in VOWELS
