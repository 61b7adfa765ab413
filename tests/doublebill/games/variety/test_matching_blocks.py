import random
from difflib import SequenceMatcher

from doublebill.games.variety.matching_blocks import PathTexts, path_text, share_more


def test_blocks_hold_what_the_standard_library_finds_where_nothing_is_junk():
    chance = random.Random(5)
    for _ in range(400):
        one, other = ("".join(chance.choices("ab,|", k=chance.randint(0, 40))) for _ in range(2))
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        held = sum(block.size for block in matcher.get_matching_blocks())
        for percent in (0, 30, 50, 70, 99):
            assert share_more(one, other, percent) == (200 * held > percent * (len(one) + len(other)))


def test_a_way_is_described_from_the_top_left_wherever_it_starts():
    way = [(1, 0), (2, 0), (2, 1)]
    mirrored = [(9 - x, 6 - y) for x, y in way]
    assert path_text(10, 7, way) == "1,0|2,0|2,1|"
    assert path_text(10, 7, way) == path_text(10, 7, mirrored)
    assert path_text(10, 7, way) != path_text(10, 7, [(y, x) for x, y in way])


def test_ways_are_alike_when_they_share_more_than_that_of_both():
    corridor, shifted = (path_text(18, 9, [(x, 2) for x in range(first, first + 9)]) for first in (0, 1))
    upright = path_text(18, 9, [(0, y) for y in range(9)])
    for one, other in ((corridor, shifted), (shifted, corridor)):
        loose, close = PathTexts(80), PathTexts(90)
        for texts in (loose, close):
            texts.add(upright)
            texts.add(one)
        assert loose.any_alike(other)
        assert not close.any_alike(other)
    assert not PathTexts(10).any_alike(corridor)
