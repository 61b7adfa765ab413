import itertools
import random
from difflib import SequenceMatcher

import pytest

from checkers.crypt import around, drawn, faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.crypt.kind import CRYPT, CryptSpec
from doublebill.games.files import as_json
from doublebill.games.grids.constraints import Constraints, Pin
from doublebill.games.levels.batch import varied
from doublebill.games.levels.generate import generate
from doublebill.games.spec_list import SpecList
from doublebill.schema import read
from playable import distances


def made(spec, seed, index=0):
    return as_json(generate(CRYPT, spec, seed, index), CRYPT.legend)


def settings(count):
    """Random specs of which crypts are known, some controls asked as numbers, some as ranges, some not."""
    choose = random.Random(31)
    for _ in range(count):
        width, height = choose.choice([(8, 12), (8, 12), (choose.randint(6, 14), choose.randint(6, 14))])
        area = width * height

        def asked(low, high, choose=choose):
            value = choose.randint(low, high)
            return choose.choice([None, value, value, (value, value + choose.randint(0, 4))])

        length = asked(8, area * 4 // 10)
        yield CryptSpec(width, height, asked(0, area // 10), asked(0, 6), length, asked(0, 4))


def test_crypts_of_random_settings_are_playable_and_as_asked():
    for seed, spec in enumerate(settings(150)):
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], (spec, item["controls"])


def test_foes_that_must_be_fought_are_as_many_as_asked():
    choose = random.Random(8)
    for seed in range(60):
        few = choose.randint(0, 9)
        spec = CryptSpec(
            *choose.choice([(8, 12), (13, 9)]),
            enemies=choose.choice([None, few + choose.randint(0, 2), (few, few + 6)]),
            treasures=choose.choice([None, (0, 5)]),
            solution_length=choose.choice([None, (25, 34)]),
            potions=choose.choice([None, (4, 8)]),
            fights=choose.choice([few, (few, few + 2)]),
        )
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], (spec, item["controls"])


def test_crypts_of_every_size_are_playable():
    for width, height in [(3, 3), (3, 20), (20, 3), (4, 3), (5, 5), (8, 12), (16, 16), (31, 8)]:
        for seed in range(4):
            item = made(CryptSpec(width, height), seed)
            assert faults(item) == []
            assert not item["fallback"]


@pytest.mark.parametrize(
    "spec",
    [
        CryptSpec(enemies=0, treasures=0, solution_length=40, potions=0),
        CryptSpec(enemies=20),
        CryptSpec(enemies=12, potions=0),
        CryptSpec(enemies=15, solution_length=40),
        CryptSpec(treasures=19, solution_length=20),
        CryptSpec(potions=40, enemies=10, treasures=10),
        CryptSpec(solution_length=1),
        CryptSpec(solution_length=2, treasures=1),
        CryptSpec(solution_length=50),
        CryptSpec(3, 3, solution_length=6),
    ],
)
def test_extreme_settings_are_met(spec):
    for seed in range(3):
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], item["controls"]


@pytest.mark.parametrize(
    "spec", [CryptSpec(enemies=12, solution_length=3), CryptSpec(enemies=30, solution_length=20), CryptSpec(5, 5, 21)]
)
def test_what_is_hardly_possible_is_playable_nevertheless_and_says_so(spec):
    item = made(spec, 1)
    assert faults(item) == []
    assert item["fallback"] == (item["controls"]["enemies"]["measured"] != spec.enemies)


def test_nearly_all_crypts_of_a_batch_are_unlike():
    for spec in (CryptSpec(), CryptSpec(solution_length=20)):
        assert varied(CRYPT, SpecList([spec] * 60), "batch").alike <= 6


def met(item):
    """The things that the certificate steps on, in order."""
    (x, y), tiles, found = item["certificate"]["from"], drawn(item["grid"]), ""
    for move in item["certificate"]["moves"]:
        x, y = dict(zip("UDLR", around((x, y)), strict=True))[move]
        found += tiles.pop((x, y), "").strip(".PX#")
    return found


def test_gauntlets_of_a_batch_differ_by_what_is_met_and_by_their_cells():
    batch = varied(CRYPT, SpecList([CryptSpec(treasures=(7, 11), solution_length=(28, 32), fights=(8, 16))] * 40), 1)
    assert batch.alike == 0
    items = [as_json(level, CRYPT.legend) for level in batch.levels]
    assert all(faults(item) == [] for item in items)
    for one, other in itertools.permutations(items, 2):
        share = SequenceMatcher(None, met(one), met(other)).ratio()
        cells = [a != b for a, b in zip("".join(one["grid"]), "".join(other["grid"]), strict=True)]
        assert 0.8 * (1 - share) + 0.2 * sum(cells) / len(cells) >= 0.395


def test_nothing_on_the_way_through_a_gauntlet_can_be_gone_round():
    for seed in range(20):
        item = made(CryptSpec(treasures=(6, 9), solution_length=(28, 32), fights=(5, 8)), seed)
        tiles = drawn(item["grid"])
        places = {place for place, tile in tiles.items() if tile != "#"}
        (x, y), goal, things = item["certificate"]["from"], tuple(item["certificate"]["to"]), 0
        start = (x, y)
        for move in item["certificate"]["moves"]:
            x, y = dict(zip("UDLR", around((x, y)), strict=True))[move]
            if tiles[x, y] in "TGO+":
                things += 1
                assert goal not in distances(places - {(x, y)}, start)
        assert things >= 11


def test_every_crypt_of_usual_size_has_foes_to_fight_on_the_way_or_to_pass():
    on_way = 0
    for seed in range(30):
        item = made(CryptSpec(enemies=6), seed)
        tiles, (x, y) = drawn(item["grid"]), item["certificate"]["from"]
        for move in item["certificate"]["moves"]:
            x, y = dict(zip("UDLR", around((x, y)), strict=True))[move]
            on_way += tiles[x, y] in "GO"
    assert 30 < on_way < 5 * 30


@pytest.mark.parametrize(
    "wanted",
    [
        Constraints({(4, 6): Pin("G", "fixed[0]")}),
        Constraints({(0, 0): Pin("X", "fixed[0]"), (7, 11): Pin("P", "fixed[1]")}),
        Constraints({(x, 5): Pin("#", "fixed") for x in range(7)}),
        Constraints(must_have={"O": "must_have[0]", "+": "must_have[1]"}),
    ],
)
def test_what_is_fixed_stays_and_foes_come_to_the_way(wanted):
    for seed in range(4):
        level = generate(CRYPT, CryptSpec(enemies=(2, 6), fights=None if seed < 2 else (1, 3)), seed, 0, wanted)
        item = as_json(level, CRYPT.legend)
        assert faults(item) == []
        assert not item["fallback"]
        assert all(item["grid"][y][x] == pin.tile for (x, y), pin in wanted.pins.items())
        assert set(wanted.must_have) <= set("".join(item["grid"]))


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        (CryptSpec(3, 3, enemies=4, treasures=2, potions=2), {"enemies", "treasures", "potions", "width", "height"}),
        (CryptSpec(treasures=10, solution_length=10), {"treasures", "solution_length"}),
        (CryptSpec(enemies=16, solution_length=(1, 4)), {"enemies", "solution_length"}),
        (CryptSpec(enemies=8, treasures=2, solution_length=(1, 1)), {"treasures", "solution_length"}),
        (CryptSpec(enemies=7, solution_length=(1, 1)), {"enemies", "solution_length"}),
        (CryptSpec(enemies=0, solution_length=71), {"enemies", "solution_length", "width", "height"}),
        (CryptSpec(potions=0, solution_length=96), {"solution_length", "width", "height"}),
        (CryptSpec(enemies=3, fights=4), {"enemies", "fights"}),
        (CryptSpec(potions=1, fights=7), {"potions", "fights"}),
        (CryptSpec(treasures=4, fights=4, solution_length=8), {"treasures", "fights", "solution_length"}),
    ],
)
def test_what_cannot_be_is_refused_by_the_names_that_clash(spec, fields):
    with pytest.raises(Unsatisfiable) as refused:
        CRYPT.generator.check(spec)
    assert {complaint.field for complaint in refused.value.complaints} == {f"spec.{name}" for name in fields}


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(Unsatisfiable):
        CRYPT.generator.check(CryptSpec(enemies=(5, 4)))


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"width": 2}, "spec.width"),
        ({"height": 65}, "spec.height"),
        ({"solution_length": 0}, "spec.solution_length"),
        ({"enemies": -1}, "spec.enemies"),
        ({"treasures": [0, 4097]}, "spec.treasures[1]"),
        ({"potions": "two"}, "spec.potions"),
        ({"ogres": 3}, "spec.ogres"),
    ],
)
def test_what_is_not_a_spec_is_refused_by_name(value, field):
    with pytest.raises(InvalidInput) as refused:
        read(CryptSpec, value, "spec")
    assert [complaint.field.removesuffix("[0]") for complaint in refused.value.complaints] == [field]


CONTROLS = {"width": 5, "height": 3, "enemies": 1, "treasures": 1, "solution_length": 4, "potions": 1, "fights": 1}


def told(grid=("PTG.X", ".#+##", "....."), moves="RRRR", fallback=False, **controls):
    return {
        "grid": list(grid),
        "legend": dict.fromkeys(".#PX+TGO", "tile"),
        "certificate": {"moves": moves, "length": len(moves), "from": [0, 0], "to": [4, 0]},
        "controls": {
            name: {"asked": None, "measured": measured, "met": True} for name, measured in (CONTROLS | controls).items()
        },
        "fallback": fallback,
    }


def test_the_checker_finds_nothing_wrong_with_a_good_crypt():
    assert faults(told()) == []


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        (told(moves="RRR"), "does not end on the exit"),
        (told(moves="RRRRL"), "goes on after the exit"),
        (told(moves="RDRR"), "walks into a wall"),
        (told(grid=("POOOX", ".#+##", ".....")), "the player dies"),
        (told(grid=("PT..X", ".#+##", "....G")), "is far from the way"),
        (told(grid=("PTG.X", "..###", "##..+")), "nobody reaches (4, 2) alive"),
        (told(grid=("PTG.X", "#####", "....+")), "nobody reaches (4, 2) alive"),
        (told(grid=("POO.X", "###O#", "+....")), "nobody reaches (0, 2) alive"),
        (told(grid=("PTG.P", ".#+##", ".....")), "2 of P"),
        (told(grid=("PTGZX", ".#+##", ".....")), "tile Z without a name"),
        (told(treasures=2), "treasures says"),
        (told(enemies=0), "enemies says"),
        (told(fights=0), "fights says"),
        (told(fallback=True), "fallback and controls disagree"),
    ],
)
def test_the_checker_finds_each_fault(item, fault):
    assert any(fault in found for found in faults(item)), faults(item)
