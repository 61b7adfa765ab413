import random

import pytest

from checkers.loot import faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.spec_list import SpecList
from doublebill.games.text.items.loot import LOOT, LootSpec, chances
from doublebill.games.text.texts import batch
from doublebill.schema import read


def made(count=10, **asked):
    made = batch(LOOT, SpecList([read(LootSpec, asked, "spec")] * count), 1)
    texts, repeats = made.texts, made.repeats
    return [one.as_json() for one in texts], repeats


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"denominator": 20, "drops": 4, "nothing": [3, 5]},
        {"denominator": 1000, "drops": [10, 12], "nothing": 999 - 12},
        {"denominator": 5, "drops": 5},
        {"denominator": 1},
        {"denominator": 7, "drops": 50 - 44, "nothing": 1},
    ],
)
def test_every_roll_gives_one_drop_and_every_control_is_kept(asked):
    items, _ = made(**asked)
    assert [faults(item) for item in items] == [[]] * 10


def test_chances_follow_weights_by_the_largest_remainder():
    assert chances([1, 1, 1], 10) == [4, 3, 3]
    assert chances([1, 1000], 3) == [1, 2]
    assert chances([6, 3, 1], 103) == [61, 31, 11]
    draw = random.Random(1)
    for _ in range(300):
        weights = [draw.randint(1, 10**6) for _ in range(draw.randint(1, 30))]
        whole = draw.randint(len(weights), 10**6)
        given = chances(weights, whole)
        assert sum(given) == whole
        assert min(given) >= 1
        exact = [1 + weight * (whole - len(weights)) / sum(weights) for weight in weights]
        assert all(abs(one - true) < 1 for one, true in zip(given, exact, strict=True))


def test_drops_of_ones_own_keep_their_names_and_order():
    (table,), _ = made(1, weights={"axe": 3, "bun": 1}, denominator=8, nothing=2)
    assert [(drop["name"], drop["chance"]) for drop in table["drops"]] == [("axe", 4), ("bun", 2), ("nothing", 2)]
    assert faults(table) == []


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"denominator": 3, "drops": 4}, ["spec.denominator", "spec.drops"]),
        ({"denominator": 9, "drops": 4, "nothing": 6}, ["spec.denominator", "spec.drops", "spec.nothing"]),
        ({"weights": {"a": 1, "b": 1}, "denominator": 1}, ["spec.denominator", "spec.weights"]),
        ({"weights": {"a": 1}, "drops": 2}, ["spec.drops", "spec.weights"]),
        ({"drops": [4, 3]}, ["spec.drops[0]", "spec.drops[1]"]),
    ],
)
def test_what_cannot_hold_together_is_refused_naming_it(asked, fields):
    with pytest.raises(Unsatisfiable) as refused:
        made(1, **asked)
    assert [one.field for one in refused.value.complaints] == fields


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"denominator": 0}, "spec.denominator"),
        ({"denominator": 10**7}, "spec.denominator"),
        ({"weights": {}}, "spec.weights"),
        ({"weights": {"nothing": 1}}, "spec.weights"),
        ({"weights": {"a": 0}}, "spec.weights.a"),
        ({"drops": 51}, "spec.drops"),
    ],
)
def test_bad_input_is_refused_naming_the_field(asked, field):
    with pytest.raises(InvalidInput) as refused:
        made(1, **asked)
    assert [one.field for one in refused.value.complaints] == [field]
