"""A tile model says what follows what, keeps nothing but counts, and is chosen by what it explains."""

import math

import numpy as np
import pytest

from doublebill.games.dice import Dice
from doublebill.games.grids.constraints import FREE, TileRoles
from doublebill.games.learned.drawing import EVEN, LearnedDraft, around, draw
from doublebill.games.learned.fit_model import fitted
from doublebill.games.learned.model import BEFORE, NEAR, ONE, Canvas, TileModel
from doublebill.games.learned.pattern_divergence import pattern_divergence
from made_corpora import chamber, maze

CHECKERBOARD = [(".#.#.#", "#.#.#.", ".#.#.#", "#.#.#."), ("#.#.#.", ".#.#.#", "#.#.#.", ".#.#.#")]


def slowly(levels, tiles, depth, trust, context):
    """The likelihoods of a context, counted anew in plain steps and not rounded."""
    found = [1 / len(tiles)] * len(tiles)
    for level in range(depth + 2):
        counts = [0] * len(tiles)
        for rows in levels:
            for y in range(len(rows)):
                for x in range(len(rows[0])):
                    if here(rows, x, y, depth)[:level] == context[:level]:
                        counts[tiles.index(rows[y][x])] += 1
        if not sum(counts):
            break
        kinds = trust * sum(count > 0 for count in counts)
        found = [(count + kinds * below) / (sum(counts) + kinds) for count, below in zip(counts, found, strict=True)]
    return found


def here(rows, x, y, depth):
    """The context of a cell, as text: how near the edges are, then the tiles before it."""
    width, height = len(rows[0]), len(rows)
    ends = [min(end, NEAR) for end in (x, width - 1 - x, y, height - 1 - y)]
    there = [(x + dx, y + dy) for dx, dy in BEFORE[:depth]]
    return [ends, *[rows[b][a] if 0 <= a < width and 0 <= b < height else " " for a, b in there]]


def canvas_of(model, rows):
    """A whole grid on a canvas."""
    canvas = Canvas(len(rows[0]), len(rows), model.depth)
    for place, tile in zip(canvas.places, "".join(rows), strict=True):
        canvas.symbols[place] = model.tiles.index(tile) + 1
    return canvas


def test_likelihoods_are_those_of_counting_slowly():
    levels = chamber(4, "few", 9, 8)
    tiles = "#.EPKD"
    for depth, trust in ((4, 1), (12, 4)):
        model = TileModel.of(levels, tiles, depth, trust)
        for rows in chamber(1, "another", 9, 8):
            canvas = canvas_of(model, rows)
            for x, y in ((0, 0), (1, 1), (4, 3), (8, 7), (3, 6)):
                likely = model.likelihoods(canvas.context(canvas.places[y * 9 + x]))
                slow = slowly(levels, tiles, depth, trust, here(rows, x, y, depth))
                assert np.allclose(np.array(likely) / ONE, slow, atol=1e-3)


def test_every_tile_stays_possible():
    model = TileModel.of([("###",) * 3], "#.E", 6, 1)
    canvas = Canvas(3, 3, 6)
    assert min(model.likelihoods(canvas.context(canvas.places[0]))) >= 1


def test_what_is_drawn_looks_like_what_was_learned():
    model = TileModel.of(CHECKERBOARD * 20, "#.", 6, 1)
    rows = draw(model, (6, 4), {}, {}, Dice(1, "test", 3))
    assert rows in CHECKERBOARD


def test_no_more_of_a_tile_is_drawn_than_there_may_be():
    levels = [("...", "EEE", "...")] * 9
    model = TileModel.of(levels, "#.E", 4, 1)
    for seed in range(20):
        drawn = "".join(draw(model, (5, 9), {"E": 2}, {}, Dice(1, "test", seed)))
        assert drawn.count("E") <= 2
    assert "".join(draw(model, (5, 9), {}, {}, Dice(1, "test", 1))).count("E") > 2


def test_a_tilt_makes_a_tile_likelier():
    model = fitted(chamber(20, "tilt"), "#.EPKD").model
    walls = [
        sum("".join(draw(model, (12, 12), {}, {"#": tilt}, Dice(1, "test", seed))).count("#") for seed in range(10))
        for tilt in (EVEN // 8, EVEN, EVEN * 8)
    ]
    assert walls[0] < walls[1] < walls[2]


def test_a_cell_is_drawn_again_as_often_as_its_whole_grid_is_likely():
    tiles = "#.PKDE"
    model = TileModel.of(chamber(6, "gibbs", 7, 6), tiles, 12, 4)
    rows = ("#######", "#.....#", "#.##..#", "#.##E.#", "#.....#", "#######")

    def whole(tile):
        other = canvas_of(model, (*rows[:2], rows[2][:3] + tile + rows[2][4:], *rows[3:]))
        return math.prod(model.likelihoods(other.context(p))[other.symbols[p] - 1] / ONE for p in other.places)

    canvas = canvas_of(model, rows)
    weights = around(model, canvas, canvas.places[2 * 7 + 3], [True] * len(tiles))
    shares = np.array([whole(tile) for tile in tiles])
    assert np.allclose(np.array(weights) / sum(weights), shares / shares.sum(), atol=1e-6)
    assert canvas.symbols == canvas_of(model, rows).symbols


def test_a_cell_is_drawn_again_by_what_stands_around_it_then():
    levels = chamber(20, "then")
    model = fitted(levels, "#.PKDE").model
    tiles, chance = TileRoles(once="PKD"), Dice(1, "what stands there", 1)
    draft = LearnedDraft(model, levels[0], tiles, FREE, Dice(1, "test", 5))
    for seed in range(200):
        for _ in range(3):
            draft.drawn[chance.choice(draft.free)] = chance.choice("#.E")
        fresh = LearnedDraft(model, draft.rows, tiles, FREE, Dice(1, "test", seed))
        fresh.canvas = canvas_of(model, draft.rows)
        draft.dice = Dice(1, "test", seed)
        cell = chance.choice(draft.free)
        draft.redraw(cell)
        fresh.redraw(cell)
        assert draft.drawn == fresh.drawn


def test_a_change_of_a_draft_leaves_what_is_fixed_and_what_there_is_one_of():
    levels = chamber(20, "changes")
    model = fitted(levels, "#.PKDE").model
    draft = LearnedDraft(model, levels[0], TileRoles(once="PKD"), FREE, Dice(1, "test", 5))
    draft.free = draft.free[30:]
    first = list(draft.drawn)
    for _ in range(100):
        draft.change()
    assert [draft.drawn[cell] for cell in draft.board.cells[:30]] == [first[cell] for cell in draft.board.cells[:30]]
    assert draft.drawn != first
    assert [draft.drawn.count(tile) for tile in "PKD"] == [1, 1, 1]


def test_the_depth_is_what_explains_left_out_levels():
    corridors, noise = maze(60, "depth"), [draw_noise(seed) for seed in range(60)]
    assert fitted(corridors, "#.").model.depth > fitted(noise, "#.").model.depth == 4
    assert fitted(corridors, "#.").nats < 0.2
    assert 0.6 < fitted(noise, "#.").nats < 0.75


def draw_noise(seed):
    dice = Dice(1, "noise", seed)
    return tuple("".join(dice.choice("#.") for _ in range(15)) for _ in range(15))


def test_one_level_is_enough_to_learn_from_but_nothing_is_measured():
    found = fitted(chamber(1, "one"), "#.PKDE")
    assert found.nats is None
    assert found.model.likelihoods(Canvas(5, 5, found.model.depth).context(0))


def test_a_model_is_the_same_when_its_arrays_are_read_again():
    model = fitted(chamber(10, "again"), "#.PKDE").model
    arrays = model.to_arrays()
    again = TileModel.from_arrays(arrays, model.tiles, model.depth, model.trust)
    assert all(array.dtype.str in ("<i8", "<i4") for array in arrays.values())
    size = 20, 11
    assert draw(again, size, {}, {}, Dice(1, "t", 1)) == draw(model, size, {}, {}, Dice(1, "t", 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays.pop("keys_3"),
        lambda arrays: arrays.update(keys_2=arrays["keys_2"][::-1]),
        lambda arrays: arrays.update(keys_2=arrays["keys_2"].astype(float)),
        lambda arrays: arrays.update(counts_2=arrays["counts_2"][:, :-1]),
        lambda arrays: arrays.update(counts_2=arrays["counts_2"] * 0),
        lambda arrays: arrays.update(counts_2=-arrays["counts_2"]),
        lambda arrays: arrays.update(keys_0=arrays["keys_0"] + 1),
    ],
)
def test_arrays_that_are_no_model_are_refused(change):
    model = TileModel.of(chamber(3, "arrays"), "#.PKDE", 4, 1)
    arrays = model.to_arrays()
    change(arrays)
    with pytest.raises((KeyError, ValueError)):
        TileModel.from_arrays(arrays, model.tiles, model.depth, model.trust)


@pytest.mark.parametrize(("depth", "trust"), [(-1, 1), (13, 1), (4, 0)])
def test_a_model_of_no_depth_is_refused(depth, trust):
    with pytest.raises(ValueError, match="no model"):
        TileModel.from_arrays(TileModel.of(CHECKERBOARD, "#.", 4, 1).to_arrays(), "#.", depth, trust)


def test_levels_are_nearer_to_their_own_corpus():
    corridors, others, halls = maze(20, 1), maze(20, 2), chamber(20, 1)
    assert pattern_divergence(corridors, corridors) == 0
    assert pattern_divergence(corridors, others) < 0.1
    assert pattern_divergence(corridors, halls) > 1


def test_the_divergence_is_the_one_worked_out_by_hand():
    # windows of 2×2: "##/##" twice of three and once of three, "##/#." the others; no window of 3×3
    one, other = [("####", "####"), ("##", "#.")], [("##", "##"), ("##", "#."), ("##", "#.")]
    there, back = (
        0.75 * math.log(0.75 * 3) + 0.25 * math.log(0.25 * 1.5),
        math.log(1 / 2.25) / 3 + 2 / 3 * math.log(8 / 3),
    )
    assert pattern_divergence(one, other) == pytest.approx((there + back) / 4, abs=1e-4)
