from doublebill.games.tileset.canvas import box, rgb
from doublebill.games.tileset.sprites import OUTLINE, Stroke, sprite

SQUARE = box(16, 16, 48, 48)


def test_a_shape_is_lit_from_above_and_outlined():
    pixels = sprite([Stroke("#808080", SQUARE)], 16)
    column = pixels[:, 8]
    assert [tuple(pixel) for pixel in column[3:13:3].tolist()] == [
        (*rgb(OUTLINE).tolist(), 255),
        (128, 128, 128, 255),
        (128, 128, 128, 255),
        (*rgb(OUTLINE).tolist(), 255),
    ]
    assert column[4, 0] > 128 > column[11, 0]
    assert pixels[0, 0].tolist() == [0, 0, 0, 0]


def test_a_flat_shape_has_one_colour():
    pixels = sprite([Stroke("#808080", SQUARE, flat=True)], 16)
    assert {tuple(pixel) for row in pixels[4:12, 4:12].tolist() for pixel in row} == {(128, 128, 128, 255)}


def test_a_shadow_lies_at_its_foot():
    foot = sprite([Stroke("#808080", SQUARE)], 16)[14, 8]
    assert 0 < foot[3] < 255
