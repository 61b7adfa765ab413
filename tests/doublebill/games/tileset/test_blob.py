import pytest

from doublebill.games.tileset.blob import NE, NUMBERS, PIECES, E, N, S, W, joined, piece_at


def test_47_pieces_stand_for_all_256_neighbourhoods():
    assert (len(PIECES), len(NUMBERS)) == (47, 256)
    assert set(NUMBERS.values()) == set(range(47))


@pytest.mark.parametrize(("neighbours", "kept"), [(NE, 0), (N | NE, N), (N | NE | E, N | NE | E), (S | NE | W, S | W)])
def test_a_corner_counts_only_between_two_sides(neighbours, kept):
    assert joined(neighbours) == kept


def test_a_cell_takes_its_piece_from_the_cells_around_it():
    walls = {(1, 0), (0, 1), (1, 1)}
    assert PIECES[piece_at(lambda x, y: (x, y) in walls, 1, 1)] == N | W
    assert PIECES[piece_at(lambda x, y: (x, y) in walls, 5, 5)] == 0
