from collections import Counter

import numpy as np
from numpy.random import Philox

from doublebill.games import dice as dice_module
from doublebill.games.dice import Dice


def test_the_stream_is_raw_philox_under_the_first_half_of_a_digest():
    dice = Dice(1, "maze", 42)
    # SHA-256 of "doublebill", kind, version and seed, a line each; its first 16 bytes, little-endian
    key = 0xD3B4A3B99CE58358FE2349783ABE6CC7
    expected = Philox(key=key).random_raw(500).astype(np.uint64).tolist()
    assert [dice.draw() for _ in range(500)] == expected


def test_draws_are_counted():
    dice = Dice(1, "maze", 42)
    for _ in range(dice_module.BLOCK + 3):
        dice.draw()
    assert dice.drawn == dice_module.BLOCK + 3


def test_version_kind_and_seed_each_change_the_dice():
    names = [(1, "maze", 1), (2, "maze", 1), (1, "dungeon", 1), (1, "maze", 2), (1, "maze", "1 ")]
    assert len({Dice(*name).draw() for name in names}) == len(names)


def test_an_integer_and_its_digits_have_the_same_dice():
    assert Dice(1, "maze", 42).draw() == Dice(1, "maze", "42").draw()


def test_every_number_below_the_end_comes_up_about_equally_often():
    dice = Dice(1, "test", "below")
    counts = Counter(dice.below(7) for _ in range(7000))
    assert sorted(counts) == list(range(7))
    assert all(880 < count < 1120 for count in counts.values())


def test_draws_that_would_favour_some_numbers_are_thrown_away(monkeypatch):
    end = 3 * 2**62
    numbers = iter([0, 4, 5])
    dice = Dice(1, "test", "unfair")
    monkeypatch.setattr(Dice, "draw", lambda self: next(numbers))
    # a low word below 2**64 % end = 2**62 is unfair: 0 is, 4 * end leaves one of zero and 5 * end one of 3 * 2**62
    assert dice.below(end) == 5 * end >> 64
    assert next(numbers, None) is None


def test_between_gives_both_ends():
    dice = Dice(1, "test", "between")
    assert {dice.between(-1, 1) for _ in range(60)} == {-1, 0, 1}
    assert dice.between(5, 5) == 5


def test_weights_are_kept_and_nothing_of_no_weight_comes_up():
    dice = Dice(1, "test", "weighted")
    counts = Counter(dice.weighted((0, 1, 0, 3)) for _ in range(4000))
    assert set(counts) == {1, 3}
    assert 2850 < counts[3] < 3150


def test_all_orders_of_a_shuffle_come_up_about_equally_often():
    dice = Dice(1, "test", "shuffle")
    counts: Counter[str] = Counter()
    for _ in range(6000):
        letters = list("abc")
        dice.shuffle(letters)
        counts["".join(letters)] += 1
    assert len(counts) == 6
    assert all(880 < count < 1120 for count in counts.values())


def test_a_choice_is_one_of_the_options():
    dice = Dice(1, "test", "choice")
    assert {dice.choice("abc") for _ in range(60)} == set("abc")
