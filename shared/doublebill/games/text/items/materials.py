"""Materials and states of things: which words can stand before which thing; words that are not here can before any."""

from collections.abc import Mapping

HARD = frozenset(
    [
        "sword",
        "dagger",
        "axe",
        "mace",
        "spear",
        "shield",
        "helmet",
        "ring",
        "amulet",
        "key",
        "lantern",
        "flute",
        "mask",
        "armor",
        "armour",
    ]
)
WOODEN = frozenset(["staff", "bow", "wand", "club", "shield", "mask", "flute", "lantern", "chest", "spear"])
WORN = frozenset(["boots", "cloak", "gloves", "hat", "coat", "robe", "belt", "shield", "mask"])
THINGS = HARD | WOODEN | WORN | {"potion", "scroll", "gem"}
"""Things that the table speaks of."""

FITS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("iron", "steel", "silver", "copper", "brass", "tin", "bronze", "golden", "rusty"), HARD),
    **dict.fromkeys(("bone", "obsidian", "ivory"), HARD - {"lantern"} | {"staff"}),
    **dict.fromkeys(("oak", "yew", "wooden", "ash"), WOODEN),
    **dict.fromkeys(("wool", "linen", "silk"), frozenset({"cloak", "gloves", "hat", "coat", "robe", "belt"})),
    "leather": WORN,
    "worn": WORN,
    "gray": WORN,
    "carved": (WOODEN | HARD) - {"sword", "lantern", "key"},
    "heavy": (HARD | WOODEN | WORN) - {"ring", "amulet", "flute", "key"},
    "short": frozenset({"bow", "sword", "staff", "spear", "cloak"}),
    "cracked": (WOODEN | HARD) - {"sword", "key"} | {"gem"},
    "bitter": frozenset({"potion"}),
    "clear": frozenset({"potion", "gem"}),
    "torn": frozenset({"scroll", "cloak", "robe"}),
    "sealed": frozenset({"scroll", "potion"}),
    "painted": frozenset({"mask", "shield", "flute", "lantern", "staff"}),
}
"""Word → the things that it can stand before."""


def fits(before: str, head: str) -> bool:
    """Checks whether words can stand before a thing: no wool sword, no oak potion."""
    thing = head.lower()
    return thing not in THINGS or all(thing in FITS.get(word, THINGS) for word in before.lower().split(" "))
