from doublebill.games.dungeon.tiles import COLOURS, LEGEND, METALS
from doublebill.games.tileset import coloured


def test_keys_and_doors_of_a_colour_are_drawn_in_it():
    locks = coloured.locks()
    for name, colour in coloured.COLOURS.items():
        for thing in ("key", "door"):
            assert colour in {stroke.colour for stroke in locks[f"{name} {thing}"]}
    for name, colour in coloured.METALS.items():
        for thing in ("lever", "gate"):
            assert colour in {stroke.colour for stroke in locks[f"{name} {thing}"]}


def test_every_lock_of_a_dungeon_has_a_colour_or_a_metal():
    assert {*COLOURS.values(), "small"} == set(coloured.COLOURS)
    assert set(METALS.values()) == set(coloured.METALS)
    assert set(coloured.locks()) <= set(LEGEND.values())
