"""Word lists of this project's own, which stand where a request brings none: invented people, places and treasures.

People and places are put together from syllables that were made up for it, by rules that leave each list a sound of
its own. They are drawn with dice of their own, so that they are the same on every machine.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Literal

from doublebill.games.dice import Dice

VERSION = 1
"""Changes with any word, since the names that a seed gives change with it."""

WORDS = 600
"""Words of one list."""

type Syllables = tuple[str, str, str]
"""First, middle and last syllables of words, separated by spaces; a hyphen is an empty one."""

PEOPLE: Syllables = (
    (
        "al an ar bel bran cal cor da del dor el er fa fen gal gar hal hel il is jo ka ker la lin lor ma mar mel mi "
        "na nor o or pel per qui ra ren ro sa sel sha ta tam tel tha tor u ul va ver wen wil ya yor za"
    ),
    "a be da de di do en i la le li lo mi na ne ni no ra re ri ro se si ta te ti va ve vi wy",
    (
        "an ar as beth bin dan dor dra en eth fin gan ia iel in is ith ka la las len lia lin lis mar mir mund na nan "
        "nor ra ren ric rin ris ros sa sin tan th tha thor tis va van vin wen wyn yn"
    ),
)

PLACES: Syllables = (
    (
        "ash barrow black bram bright brook cald cinder cold cop crow dark deep dun east elm ember far fen fern frost "
        "gale glen gold gray grim hallow hart hazel hollow iron keld kings lark long lyn marsh mead mill mist moor "
        "moss nettle north oak old otter pine quill raven red reed rime rook rowan salt shale silver sorrel south "
        "stone storm sun swan thorn thistle under vale west whin white wil winter wolf wych yarrow"
    ),
    "a en er in le ring -",
    (
        "barrow beck borough bourne bridge brook burn bury by cairn cliff combe cote crag cross dale deep den dike "
        "fall fell field ford garth gate glen grove hall ham haven head heath hill hold hollow holm hurst keep ley "
        "march mere mill minster moor mouth ness pool port reach rest ridge rise run shaw spire stead stow thorpe ton "
        "tor vale wall ward watch water well wick wood worth"
    ),
)

LISTS: Mapping[str, Syllables] = {"people": PEOPLE, "places": PLACES}

MIDDLES = 40
"""Percent of words that have a middle."""


@functools.cache
def names(corpus: str) -> tuple[str, ...]:
    """Returns the list of that name, without repeats."""
    first, middle, last = (tuple(part.replace("-", "").split(" ")) for part in LISTS[corpus])
    dice = Dice(VERSION, "corpus", corpus)
    found: dict[str, None] = {}
    while len(found) < WORDS:
        between = dice.choice(middle) if dice.below(100) < MIDDLES else ""
        begin, end = dice.choice(first), dice.choice(last)
        if begin != end:
            found[f"{begin}{between}{end}".capitalize()] = None
    return tuple(found)


TREASURES: Sequence[tuple[str, Literal["common", "uncommon", "rare", "legendary"], int, int]] = (
    ("Dagger of Quiet Steps", "uncommon", 10, 120),
    ("Iron Dagger", "common", 10, 4),
    ("Bone Dagger of the Marsh", "rare", 9, 410),
    ("Rusty Sword", "common", 30, 6),
    ("Steel Sword", "common", 32, 25),
    ("Silver Sword of Dawn", "rare", 31, 900),
    ("Sword of the Last King", "legendary", 34, 9000),
    ("Heavy Axe", "common", 45, 18),
    ("Axe of the Old Forest", "uncommon", 44, 160),
    ("Obsidian Axe of Embers", "rare", 48, 750),
    ("Oak Staff", "common", 35, 8),
    ("Staff of Falling Leaves", "uncommon", 36, 210),
    ("Carved Staff of the Storm", "rare", 38, 980),
    ("Staff of a Thousand Winters", "legendary", 37, 12000),
    ("Short Bow", "common", 20, 20),
    ("Yew Bow of the Hunter", "uncommon", 21, 180),
    ("Bow of the Evening Star", "rare", 20, 1100),
    ("Leather Boots", "common", 15, 5),
    ("Boots of Quiet Steps", "uncommon", 14, 150),
    ("Worn Boots of the Wanderer", "uncommon", 16, 130),
    ("Wool Cloak", "common", 12, 3),
    ("Gray Cloak of Mist", "uncommon", 11, 190),
    ("Cloak of the Raven", "rare", 12, 820),
    ("Cracked Shield", "common", 60, 7),
    ("Steel Shield", "common", 64, 28),
    ("Shield of the Mountain", "rare", 70, 870),
    ("Bright Shield of Dawn", "legendary", 62, 8200),
    ("Copper Ring", "common", 1, 9),
    ("Ring of Small Mercies", "uncommon", 1, 220),
    ("Silver Ring of Falling Leaves", "rare", 1, 930),
    ("Ring of the Drowned Queen", "legendary", 1, 15000),
    ("Bone Amulet", "common", 2, 12),
    ("Amulet of Embers", "uncommon", 2, 240),
    ("Obsidian Amulet of the Raven", "rare", 2, 1200),
    ("Bitter Potion", "common", 5, 10),
    ("Potion of Embers", "common", 5, 30),
    ("Potion of Mist", "uncommon", 5, 90),
    ("Clear Potion of Dawn", "rare", 5, 380),
    ("Torn Scroll", "common", 1, 6),
    ("Scroll of the Storm", "uncommon", 1, 140),
    ("Sealed Scroll of the Last King", "rare", 1, 640),
    ("Brass Lantern", "common", 18, 14),
    ("Lantern of the Drowned Queen", "rare", 17, 990),
    ("Tin Flute", "common", 4, 5),
    ("Flute of the Evening Star", "uncommon", 4, 200),
    ("Wooden Mask", "common", 8, 7),
    ("Painted Mask of the Hunter", "uncommon", 9, 170),
    ("Mask of a Thousand Winters", "rare", 9, 1300),
    ("Iron Key", "common", 2, 2),
    ("Key of the Mountain", "uncommon", 3, 110),
    ("Bright Gem", "uncommon", 1, 250),
    ("Gem of the Marsh", "rare", 1, 700),
)
"""Name, rarity, weight in tenths of a kilogram, value in coins."""
