import pytest

from doublebill.games.files.writers.palette import COLOURS, LOOKS, PATH_COLOUR, SHAPES, Look, looks
from doublebill.games.kinds import KINDS
from doublebill.games.tileset.coloured import COLOURS as COLOURS_OF_LOCKS
from doublebill.games.tileset.coloured import METALS


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_two_tiles_of_a_kind_look_alike(kind):
    shown = [(look.colour, look.shape) for look in looks(kind.legend).values()]
    assert len(set(shown)) == len(shown)


def test_names_without_a_look_of_their_own_look_unlike_one_another():
    legend = {chr(0x4E00 + number): f"thing {number}" for number in range(len(COLOURS) * len(SHAPES))}
    assert len({(look.colour, look.shape) for look in looks(legend).values()}) == len(legend)


def test_the_way_has_a_colour_of_its_own():
    assert PATH_COLOUR not in {look.colour for look in LOOKS.values()} | set(COLOURS)


def test_each_sort_of_thing_has_a_shape_of_its_own():
    shape = {name: look.shape for name, look in LOOKS.items()}
    foes = {shape[name] for name in ("enemy", "goblin", "ogre", "boss", "skeleton", "slime", "bat")}
    sorts = ("key", "door", "lever", "gate", "treasure", "exit", "player", "potion", "crate")
    assert len(foes) == 1
    assert len({*foes, *(shape[name] for name in sorts)}) == 1 + len(sorts)
    locks = {**COLOURS_OF_LOCKS, **METALS}
    assert all(
        LOOKS[f"{name} {thing}"] == Look(locks[name], shape[thing])
        for names, things in ((COLOURS_OF_LOCKS, ("key", "door")), (METALS, ("lever", "gate")))
        for name in names
        for thing in things
    )
