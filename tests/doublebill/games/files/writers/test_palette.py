import pytest

from doublebill.games.files.writers.palette import COLOURS, LOOKS, PATH_COLOUR, SHAPES, looks
from doublebill.games.kinds import KINDS


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_two_tiles_of_a_kind_look_alike(kind):
    shown = [(look.colour, look.shape) for look in looks(kind.legend).values()]
    assert len(set(shown)) == len(shown)


def test_names_without_a_look_of_their_own_look_unlike_one_another():
    legend = {chr(0x4E00 + number): f"thing {number}" for number in range(len(COLOURS) * len(SHAPES))}
    assert len({(look.colour, look.shape) for look in looks(legend).values()}) == len(legend)


def test_the_way_has_a_colour_of_its_own():
    assert PATH_COLOUR not in {look.colour for look in LOOKS.values()} | set(COLOURS)
