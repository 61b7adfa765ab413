import numpy as np
import pytest

from doublebill.games.tileset.canvas import box, centres, disc, grain, mottle, over, plain, polygon, ring, side_by_side


def picture(shape, size=16):
    return ["".join(".#"[int(cell)] for cell in row) for row in shape(*centres(size))[::4, ::4]]


def test_shapes_cover_the_pixels_whose_centres_lie_in_them():
    assert picture(box(16, 0, 48, 32)) == [".##.", ".##.", "....", "...."]
    assert picture(polygon((0, 0), (64, 0), (0, 64))) == ["####", "###.", "##..", "#..."]
    assert disc(32, 32, 32)(*centres(64)).sum() == pytest.approx(3.1416 * 32**2, rel=0.01)
    assert disc(32, 32, 32, 16)(*centres(64)).sum() == pytest.approx(3.1416 * 32 * 16, rel=0.01)


def test_a_ring_is_a_disc_without_its_middle():
    outer, inner = disc(32, 32, 20)(*centres(32)), disc(32, 32, 10)(*centres(32))
    assert (ring(32, 32, 20, 10)(*centres(32)) == (outer & ~inner)).all()


def test_soft_patches_wrap_so_that_tiles_join_without_a_seam():
    field = np.tile(mottle(32, 4, 1), (2, 2))
    steps = abs(np.diff(field, axis=1))
    assert steps[:, 31].max() <= steps.max()
    assert (field.min() >= 0, field.max() <= 255) == (True, True)


def test_grain_looks_random():
    field = grain(32, 1)
    assert (field.min(), field.max()) == (0, 255)
    assert len({*field[0].tolist()}) > 20
    assert 110 < field.mean() < 145


def test_opaque_pixels_hide_what_lies_below_and_clear_ones_show_it():
    upper = plain(2, "#ff0000")
    upper[0, 0, 3], upper[0, 1, 3] = 0, 51
    assert over(plain(2, "#0000ff"), upper).tolist() == [
        [[0, 0, 255], [51, 0, 204]],
        [[255, 0, 0], [255, 0, 0]],
    ]


def test_tiles_are_laid_row_by_row_and_the_rest_stays_clear():
    sheet = side_by_side([plain(1, "#010101"), plain(1, "#020202"), plain(1, "#030303")], 2)
    assert sheet[:, :, 0].tolist() == [[1, 2], [3, 0]]
    assert sheet[1, 1].tolist() == [0, 0, 0, 0]
