import random
from itertools import groupby

import pytest

from checkers.sokoban import faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.files import as_json
from doublebill.games.grids.constraints import Base, FixedTile, Rectangle, read_constraints
from doublebill.games.levels.batch import varied
from doublebill.games.levels.generate import generate
from doublebill.games.sokoban.kind import SOKOBAN, SokobanSpec, most_moves
from doublebill.games.sokoban.search import RingSearch
from doublebill.games.spec_list import SpecList
from doublebill.schema import read


def made(spec, seed, index=0, **wanted):
    level = generate(SOKOBAN, spec, seed, index, **wanted)
    return as_json(level, SOKOBAN.legend)


def wanted(fixed=(), must_have=(), base=None):
    return {"constraints": read_constraints(fixed, must_have, base, SOKOBAN.legend)}


def settings(count):
    """Random specs of which levels are known: side by side, crates by their room, moves by the size."""
    choose = random.Random(5)
    for _ in range(count):
        width, height = choose.randint(4, 10), choose.randint(4, 10)
        least = choose.randint(2, width + height)
        difficulty = choose.choice([None, least, (least, least + choose.randint(0, 9))])
        yield SokobanSpec(width, height, choose.choice([None, 1, 2, 3, (1, 4), (2, 3)]), difficulty)


def test_levels_of_random_settings_are_solvable_and_as_asked():
    for seed, spec in enumerate(settings(30)):
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], (spec, item["controls"])


LIES = {
    "a crate more": lambda item: item["grid"].__setitem__(0, item["grid"][0].replace("#", "$", 1)),
    "a player more": lambda item: item["grid"].__setitem__(0, item["grid"][0].replace("#", "@", 1)),
    "a goal less": lambda item: item.update(grid=[row.replace("o", ".") for row in item["grid"]]),
    "a move less": lambda item: item["certificate"].update(moves=item["certificate"]["moves"][:-1]),
    "a walk for a push": lambda item: item["certificate"].update(moves=item["certificate"]["moves"].lower()),
    "another end": lambda item: item["certificate"].update(to=[0, 0]),
    "another length": lambda item: item["certificate"].update(length=9),
    "another measure": lambda item: item["controls"]["difficulty"].update(measured=11),
    "a detour": lambda item: item["certificate"].update(moves=item["certificate"]["moves"] + "zz"),
    "not met": lambda item: item["controls"]["difficulty"].update(asked=11),
    "a fallback": lambda item: item.update(fallback=True),
    "a control less": lambda item: item["controls"].pop("crates"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_no_lie_about_a_level_is_believed(lie):
    item = made(SokobanSpec(6, 5, 2, 10), 4)
    assert "#" in item["grid"][0]
    assert faults(item) == []
    lie(item)
    assert faults(item) != []


def test_levels_of_every_size_are_solvable():
    for width, height in [(3, 3), (3, 10), (10, 3), (4, 3), (5, 5), (8, 8), (10, 10), (16, 16)]:
        for seed in range(1 + (width < 8)):
            item = made(SokobanSpec(width, height), seed)
            assert faults(item) == []
            assert not item["fallback"]


@pytest.mark.parametrize(
    "spec",
    [
        SokobanSpec(3, 3, 1, 1),
        SokobanSpec(3, 3, 4, 1),
        SokobanSpec(5, 5, None, 10),
        SokobanSpec(5, 5, 2, 30),
        SokobanSpec(10, 10, 4, (30, 40)),
        SokobanSpec(10, 10, 1, 40),
        SokobanSpec(10, 10, 4, 1),
        SokobanSpec(16, 12, 5, (6, 10)),
        SokobanSpec(12, 9, 6, (8, 12)),
    ],
)
def test_extreme_settings_are_met(spec):
    for seed in range(2):
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], item["controls"]


def test_what_is_hardly_possible_is_solvable_nevertheless_and_says_so():
    item = made(SokobanSpec(4, 4, 1, 100), 1)
    assert item["fallback"]
    assert not item["controls"]["difficulty"]["met"]
    assert faults(item) == []


def test_what_is_out_of_reach_takes_bounded_work(monkeypatch):
    worked = []
    grow = RingSearch.grow

    def counted(search):
        before = search.work
        ring = grow(search)
        worked.append(search.work - before)
        return ring

    monkeypatch.setattr(RingSearch, "grow", counted)
    assert generate(SOKOBAN, SokobanSpec(10, 10, 4, 1000), 1).fallback
    assert sum(worked) < 1_500_000


def test_what_has_too_few_states_is_refused_by_name():
    with pytest.raises(Unsatisfiable) as refused:
        SOKOBAN.generator.check(SokobanSpec(3, 3, 1, most_moves(9, 1) + 1))
    assert [complaint.field for complaint in refused.value.complaints] == [
        "spec.difficulty",
        "spec.width",
        "spec.height",
    ]
    SOKOBAN.generator.check(SokobanSpec(3, 3, 1, most_moves(9, 1)))
    SOKOBAN.generator.check(SokobanSpec(3, 3, None, most_moves(9, 1) + 1))
    with pytest.raises(Unsatisfiable):
        SOKOBAN.generator.check(SokobanSpec(crates=(3, 2)))
    with pytest.raises(Unsatisfiable) as refused:
        SOKOBAN.generator.check(SokobanSpec(crates=2, crates_on_goals=2))
    assert [complaint.field for complaint in refused.value.complaints] == ["spec.crates_on_goals", "spec.crates"]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"width": 2}, "spec.width"),
        ({"height": 17}, "spec.height"),
        ({"crates": 0}, "spec.crates"),
        ({"crates": [1, 7]}, "spec.crates[1]"),
        ({"difficulty": 0}, "spec.difficulty"),
        ({"moves": 3}, "spec.moves"),
    ],
)
def test_what_is_not_a_spec_is_refused_by_name(value, field):
    with pytest.raises(InvalidInput) as refused:
        read(SokobanSpec, value, "spec")
    assert [complaint.field for complaint in refused.value.complaints] == [field]


def turns(level):
    return "".join(letter for letter, _ in groupby(level.certificate.moves))


@pytest.mark.parametrize("spec", [SokobanSpec(5, 5, (1, 4), (10, 40), 0), SokobanSpec(6, 6, 3, (8, 30), (1, 2))])
def test_as_many_crates_stand_on_goals_as_asked(spec):
    for seed in range(4):
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], item["controls"]


def test_a_room_that_goals_fill_is_changed_in_its_shape():
    spec = read(SokobanSpec, {"width": 3, "height": 3, "crates_on_goals": [1, 3]}, "spec")
    assert faults(made(spec, 3, index=30)) == []


def test_no_two_levels_of_a_small_batch_have_like_solutions():
    made_together = varied(SOKOBAN, SpecList([SokobanSpec(5, 5, None, 10)] * 12), "batch")
    ways = [turns(level) for level in made_together.levels]
    assert made_together.alike == 0
    for number, way in enumerate(ways):
        assert all(2 * distance(way, other) >= max(len(way), len(other)) for other in ways[:number])


def distance(one, other):
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        above, row = row, [number]
        for place, opposite in enumerate(other):
            row.append(min(above[place + 1] + 1, row[-1] + 1, above[place] + (letter != opposite)))
    return row[-1]


@pytest.mark.parametrize(
    "fixed",
    [
        [FixedTile(2, 2, "$")],
        [FixedTile(3, 2, "*"), FixedTile(0, 0, "#")],
        [FixedTile(1, 1, "@"), FixedTile(4, 4, "o")],
        [FixedTile(2, 3, "+"), FixedTile(2, 2, ".")],
    ],
)
def test_fixed_tiles_stay_and_the_controls_hold(fixed):
    for seed in range(2):
        item = made(SokobanSpec(6, 6, 2, 12), seed, **wanted(fixed))
        assert faults(item) == []
        assert not item["fallback"]
        assert all(item["grid"][pin.y][pin.x] == pin.tile for pin in fixed)


@pytest.mark.parametrize("tile", "#.@$o*+")
def test_every_tile_can_be_asked_for(tile):
    item = made(SokobanSpec(6, 6, 2, (8, 14)), 3, **wanted(must_have=[tile]))
    assert faults(item) == []
    assert not item["fallback"]
    assert tile in "".join(item["grid"])


def test_a_part_is_made_again_while_the_rest_stays():
    spec = SokobanSpec(7, 7, 2, (10, 20))
    first = made(spec, 1)["grid"]
    part = Rectangle(0, 0, 7, 4)
    item = made(spec, 2, **wanted(base=Base(tuple(first), part)))
    assert faults(item) == []
    assert item["grid"][4:] == first[4:]
    assert item["grid"][:4] != first[:4]
