import numpy as np
import pytest

from doublebill.games.tileset.blob import PIECES, E, N, S, W
from doublebill.games.tileset.canvas import rgb
from doublebill.games.tileset.themes import THEMES
from doublebill.games.tileset.wall_pieces import ground_from_side, wall_from_above

ALL = 255
THEME = THEMES["stone"]


def brightness(pixels):
    return int(pixels[:, :, :3].astype(int).sum(axis=2).mean())


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("draw", [wall_from_above, ground_from_side])
def test_no_two_pieces_look_alike(draw, theme):
    assert len({draw(theme, 16, piece).tobytes() for piece in PIECES}) == len(PIECES)


@pytest.mark.parametrize("draw", [wall_from_above, ground_from_side])
def test_every_piece_is_opaque(draw):
    assert all((draw(THEME, 32, piece)[:, :, 3] == 255).all() for piece in PIECES)


def test_a_wall_is_dark_within_and_light_at_its_rim():
    inside, alone = wall_from_above(THEME, 32, ALL), wall_from_above(THEME, 32, 0)
    assert (inside[:, :, :3] == rgb(THEME.core)).all()
    assert (alone[0, :, :3] == rgb(THEME.rim)).all()
    assert brightness(inside) < brightness(wall_from_above(THEME, 32, ALL & ~N)) < brightness(alone)


def test_the_side_of_a_wall_shows_only_where_it_ends_to_the_south():
    whole, ends = wall_from_above(THEME, 32, N | E | S | W), wall_from_above(THEME, 32, N | E | W)
    assert np.array_equal(whole[:10], wall_from_above(THEME, 32, N | E | S | W)[:10])
    assert brightness(ends[20:28]) > brightness(whole[20:28, 12:20])


def test_turf_grows_only_on_ground_that_is_open_above():
    grown, covered = (ground_from_side(THEMES["forest"], 32, piece) for piece in (ALL & ~N, ALL))
    green = (grown[2, :, 1] > grown[2, :, 0]) & (grown[2, :, 1] > grown[2, :, 2])
    assert green.all()
    assert not np.array_equal(grown[:8], covered[:8])
