import itertools
import random

import pytest

from checkers.runner import faults, passed
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.dice import Dice
from doublebill.games.files import as_json
from doublebill.games.grids.constraints import Base, FixedTile, Rectangle, read_constraints
from doublebill.games.levels.batch import varied
from doublebill.games.levels.generate import generate
from doublebill.games.runner.assemble import RunnerAims, built, make_playable
from doublebill.games.runner.column_draft import ColumnDraft
from doublebill.games.runner.columns import ColumnModel
from doublebill.games.runner.corpus import HEIGHT, LENGTH, LEVELS, meadow
from doublebill.games.runner.kind import RUNNER, RunnerSpec
from doublebill.games.runner.physics import columns_of
from doublebill.games.runner.runner_physics import RunnerPhysics
from doublebill.games.runner.tiles import TILES
from doublebill.games.spec_list import SpecList
from doublebill.schema import read
from taken import Taken

MODEL = ColumnModel(tuple(tuple(columns_of(level)) for level in meadow()), RUNNER.legend)
CALM = (1, (0, 1, 30))


def made(spec, seed, index=0, **wanted):
    return as_json(generate(RUNNER, spec, seed, index, **wanted), RUNNER.legend)


def wanted(fixed=(), must_have=(), base=None):
    return {"constraints": read_constraints(fixed, must_have, base, RUNNER.legend)}


def settings(count):
    """Random specs, none of which provably cannot be."""
    choose = random.Random(3)
    while count:
        steady, kind = choose.randint(50, 80), choose.randint(30, 90)
        spec = RunnerSpec(
            choose.choice([40, 100, 180]),
            choose.choice([None, choose.randint(0, 9)]),
            choose.choice([None, choose.randint(0, 4)]),
            choose.choice([None, None, (kind, kind + 6)]),
            (steady, steady + 10),
            choose.choice([None, (50, 100)]),
        )
        try:
            RUNNER.generator.check(spec)
        except Unsatisfiable:
            continue
        count -= 1
        yield spec


def test_levels_of_random_settings_are_playable_and_as_asked():
    met = 0
    for seed, spec in enumerate(settings(40)):
        item = made(spec, seed)
        assert faults(item) == []
        met += not item["fallback"]
    assert met >= 38


@pytest.mark.parametrize("length", [16, 17, 30, 100, 399, 400])
def test_levels_of_every_length_are_playable(length):
    for seed in range(4):
        item = made(RunnerSpec(length), seed)
        assert faults(item) == []
        assert not item["fallback"]
        assert (len(item["grid"][0]), len(item["grid"])) == (length, HEIGHT)


@pytest.mark.parametrize(
    "spec",
    [
        RunnerSpec(enemies=0, gaps=0, leniency=100),
        RunnerSpec(enemies=30),
        RunnerSpec(coins=0),
        RunnerSpec(60, coins=(9, 12), enemies=3),
        RunnerSpec(60, jumps=3),
        RunnerSpec(60, jumps=(9, 10), enemies=2),
        RunnerSpec(gaps=10),
        RunnerSpec(leniency=(0, 10)),
        RunnerSpec(linearity=(95, 100)),
        RunnerSpec(linearity=(20, 40)),
        RunnerSpec(novelty=(0, 20)),
        RunnerSpec(novelty=(95, 100)),
        RunnerSpec(16, enemies=1, gaps=1),
    ],
)
def test_extreme_settings_are_met(spec):
    for seed in range(2):
        item = made(spec, seed)
        assert faults(item) == []
        assert not item["fallback"], item["controls"]


def test_what_is_hardly_possible_is_playable_nevertheless_and_says_so():
    item = made(RunnerSpec(30, linearity=0, gaps=0, novelty=0), 1)
    assert faults(item) == []
    assert item["fallback"]


LIES = {
    "a player more": lambda item: item["grid"].__setitem__(0, "P" + item["grid"][0][1:]),
    "no exit": lambda item: item.update(grid=[row.replace("X", ".") for row in item["grid"]]),
    "a move less": lambda item: item["certificate"].update(
        moves=item["certificate"]["moves"][:-1], length=item["certificate"]["length"] - 1
    ),
    "a move more": lambda item: item["certificate"].update(
        moves=item["certificate"]["moves"] + "n", length=item["certificate"]["length"] + 1
    ),
    "another length": lambda item: item["certificate"].update(length=3),
    "another end": lambda item: item["certificate"].update(to=[0, 0]),
    "a strange letter": lambda item: item["certificate"].update(moves="x" * item["certificate"]["length"]),
    "a strange tile": lambda item: item["grid"].__setitem__(0, "@" + item["grid"][0][1:]),
    "an enemy on the way": lambda item: item["grid"].__setitem__(
        item["certificate"]["from"][1], item["grid"][item["certificate"]["from"][1]].replace("P.", "PE", 1)
    ),
    "another measure": lambda item: item["controls"]["novelty"].update(measured=1),
    "not met": lambda item: item["controls"]["gaps"].update(asked=77),
    "a fallback": lambda item: item.update(fallback=True),
    "a control less": lambda item: item["controls"].pop("leniency"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_no_lie_about_a_level_is_believed(lie):
    item = made(RunnerSpec(60), 4)
    assert item["grid"][item["certificate"]["from"][1]].startswith("P.")
    assert faults(item) == []
    lie(item)
    assert faults(item) != []


def test_the_way_is_the_cells_that_the_certificate_passes():
    level = generate(RUNNER, RunnerSpec(), 3)
    cells, end = passed(as_json(level, RUNNER.legend))
    assert RUNNER.rules.path(level.grid, level.certificate) == cells
    assert end == "finished"
    assert all(abs(x - u) + abs(y - v) == 1 for (x, y), (u, v) in itertools.pairwise(cells))


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: [row.replace("P", ".") for row in rows],
        lambda rows: [row.replace("X", ".") for row in rows],
        lambda rows: ["P" * len(rows[0]), *rows[1:]],
        lambda rows: [row[:40] + "#" + row[41:] for row in rows],
        lambda rows: [row[:40] + "." * 14 + row[54:] for row in rows],
    ],
)
def test_a_level_that_breaks_a_rule_is_not_proved(change):
    rows = generate(RUNNER, RunnerSpec(), 2).grid
    assert RUNNER.rules.prove(rows) is not None
    assert RUNNER.rules.prove(tuple(change(list(rows)))) is None


@pytest.mark.parametrize(
    "physics",
    [
        RunnerPhysics(jump_height=1, gap=1, run_speed=1, fall_speed=1),
        RunnerPhysics(jump_height=8, hang_time=2, run_speed=4),
    ],
)
def test_levels_for_physics_of_a_request_fit_them_and_carry_them(physics):
    spec = RunnerSpec(60, gaps=(1, 3), physics=physics)
    fixed = [FixedTile(x, y, "#") for x in (20, 21) for y in range(9, HEIGHT)]
    for item in (made(spec, 1), made(spec, 2, **wanted(fixed))):
        assert faults(item) == []
        assert not item["fallback"]
        assert item["certificate"]["physics"] == physics.as_json()


# the parts


def test_the_corpus_is_playable_and_of_one_size():
    assert len(meadow()) == LEVELS
    for rows in meadow():
        assert {len(row) for row in rows} == {LENGTH}
        assert len(rows) == HEIGHT
        ends = [next(y for y in range(HEIGHT) if rows[y + 1][x] == "#") for x in (0, -1)]
        drawn = [list(row) for row in rows]
        drawn[ends[0]][0], drawn[ends[1]][-1] = "P", "X"
        assert RUNNER.rules.prove(tuple("".join(row) for row in drawn)) is not None


def test_what_stands_beside_one_another_does_so_in_the_corpus():
    level = generate(RUNNER, RunnerSpec(200, gaps=15, linearity=(80, 85)), 1)
    bare = [MODEL.without_ends(column) for column in columns_of(level.grid)]
    pairs = list(itertools.pairwise(bare))
    assert sum(pair in MODEL.pairs for pair in pairs) / len(pairs) > 0.95


def test_a_column_that_was_always_followed_by_the_same_is_followed_by_it():
    small = ColumnModel((("a.", "#.", "#.", "=."), ("a.", "#.", "=.")), TILES | {"a": "air"})
    assert small.following(("", "a.", "#."), (0, 0, 1), Dice(1, "x", 1)).columns == ("#.", "=.")
    assert small.following(("", "", "a."), (0, 0, 1), Dice(1, "x", 1)).columns == ("#.",)
    assert small.following(("=.", "#.", "#."), (0, 0, 1), Dice(1, "x", 1)).columns == ("=.",)
    assert small.following(("a.", "#.", "=."), (0, 0, 1), Dice(1, "x", 1)).columns == ("a.",)


@pytest.mark.parametrize("height", [5, 9, HEIGHT - 1])
def test_what_stops_everybody_is_drawn_again(height):
    trial = ColumnDraft(MODEL, 60, Dice(1, "wall", height), CALM[1])
    ground = MODEL.plain
    trial.put(0, [ground] * 60)
    trial.put(30, ["." * (HEIGHT - height) + "#" * height])
    free = dict.fromkeys(("enemies", "gaps", "leniency", "linearity", "novelty"))
    assert make_playable(trial, free)
    assert trial.columns[:20] == [ground] * 20


def test_what_cannot_be_drawn_better_is_made_plain(monkeypatch):
    monkeypatch.setattr(ColumnDraft, "bridge", lambda *_: None)
    trial = ColumnDraft(MODEL, 60, Dice(1, "wall", 0), CALM[1])
    trial.put(0, [MODEL.plain] * 60)
    trial.put(30, ["." * 4 + "#" * (HEIGHT - 4)])
    assert make_playable(trial, dict.fromkeys(("enemies", "gaps", "leniency", "linearity", "novelty")))
    assert trial.columns == [MODEL.plain] * 60


def test_a_wish_is_built_towards():
    free = dict.fromkeys(("enemies", "gaps", "leniency", "linearity", "novelty"))
    for seed in range(5):
        rows = built(MODEL, RunnerAims(80, free | {"enemies": 7, "gaps": 3}, last=False), Dice(1, "wish", seed))
        assert "".join(rows).count("E") == 7


# what is fixed


@pytest.mark.parametrize(
    "fixed",
    [
        [FixedTile(50, 5, "?"), FixedTile(51, 5, "=")],
        [FixedTile(10, 11, "P"), FixedTile(90, 11, "X")],
        [FixedTile(x, y, "#") for x in (40, 41) for y in range(4, HEIGHT)],
        [FixedTile(x, HEIGHT - 1, ".") for x in range(30, 36)],
        [FixedTile(30, 8, "E"), FixedTile(60, 8, "E")],
    ],
)
def test_fixed_tiles_stay_and_a_way_is_made(fixed):
    for seed in range(3):
        item = made(RunnerSpec(), seed, **wanted(fixed))
        assert faults(item) == []
        assert not item["fallback"]
        assert all(item["grid"][pin.y][pin.x] == pin.tile for pin in fixed)


def test_fixed_tiles_and_counts_hold_together():
    fixed = [FixedTile(30, 8, "E"), FixedTile(60, 13, ".")]
    for seed in range(3):
        item = made(RunnerSpec(enemies=5, gaps=3), seed, **wanted(fixed))
        assert faults(item) == []
        assert not item["fallback"]


@pytest.mark.parametrize("tile", RUNNER.legend)
def test_every_tile_can_be_asked_for(tile):
    item = made(RunnerSpec(40), 1, **wanted(must_have=[tile]))
    assert faults(item) == []
    assert tile in "".join(item["grid"])


def test_a_part_is_made_again_while_the_rest_stays():
    first = made(RunnerSpec(), 1)["grid"]
    part = Rectangle(40, 0, 25, HEIGHT)
    for seed in range(2, 6):
        item = made(RunnerSpec(), seed, **wanted(base=Base(tuple(first), part)))
        assert faults(item) == []
        assert [row[:40] + row[65:] for row in item["grid"]] == [row[:40] + row[65:] for row in first]
        assert item["grid"] != first


# what cannot be


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        (RunnerSpec(30, gaps=16), ["spec.gaps", "spec.length"]),
        (RunnerSpec(16, enemies=300), ["spec.enemies", "spec.length"]),
        (RunnerSpec(16, coins=300), ["spec.coins", "spec.length"]),
        (RunnerSpec(20, jumps=(21, 30)), ["spec.jumps", "spec.length"]),
        (RunnerSpec(enemies=10, leniency=90), ["spec.leniency", "spec.enemies", "spec.length"]),
        (RunnerSpec(gaps=10, leniency=60), ["spec.leniency", "spec.gaps", "spec.length"]),
        (RunnerSpec(enemies=0, gaps=0, leniency=99), ["spec.leniency", "spec.enemies", "spec.gaps", "spec.length"]),
        (RunnerSpec(novelty=(3, 2)), ["spec.novelty[0]", "spec.novelty[1]"]),
        (RunnerSpec(physics=RunnerPhysics(gap=10)), ["spec.physics.gap"]),
    ],
)
def test_levels_that_cannot_be_are_refused_naming_what_conflicts(spec, fields):
    with pytest.raises(Unsatisfiable) as refused:
        RUNNER.generator.check(spec)
    assert [complaint.field for complaint in refused.value.complaints] == fields


def test_no_level_that_exists_is_refused():
    for seed in range(20):
        level = generate(RUNNER, RunnerSpec(50), seed)
        RUNNER.generator.check(RunnerSpec(**{name: control.measured for name, control in level.controls.items()}))


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"length": 15}, "spec.length"),
        ({"length": 401}, "spec.length"),
        ({"length": "long"}, "spec.length"),
        ({"height": 14}, "spec.height"),
        ({"linearity": 101}, "spec.linearity"),
        ({"novelty": [10, 101]}, "spec.novelty[1]"),
        ({"gaps": -1}, "spec.gaps"),
        ({"physics": {"jump_height": 9}}, "spec.physics.jump_height"),
        ({"physics": {"bump": "hang"}}, "spec.physics.bump"),
    ],
)
def test_what_is_not_a_spec_is_refused_by_name(value, field):
    with pytest.raises(InvalidInput) as refused:
        read(RunnerSpec, value, "spec")
    assert [complaint.field for complaint in refused.value.complaints] == [field]


# batches


def test_no_two_levels_of_a_batch_pass_nearly_the_same_cells():
    made_together = varied(RUNNER, SpecList([RunnerSpec()] * 30), 1)
    ways = [set(RUNNER.rules.path(level.grid, level.certificate)) for level in made_together.levels]
    assert made_together.alike == 0
    for number, way in enumerate(ways):
        assert all(100 * len(way ^ other) >= 40 * len(way | other) for other in ways[:number])


def test_a_level_is_like_itself():
    kept, level = Taken(RUNNER.variety), generate(RUNNER, RunnerSpec(), 1)
    assert kept.takes(level)
    assert not kept.takes(level)
