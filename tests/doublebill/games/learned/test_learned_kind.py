"""A generator learned from grids keeps the rules and controls of its kind, and comes near to what it learned from."""

import functools
import json
from collections import Counter
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

import made_corpora
import playable
from doublebill.errors import InvalidInput
from doublebill.games.content_kind import GenerationRequest, LevelOptions
from doublebill.games.dice import Dice
from doublebill.games.files import as_json
from doublebill.games.grids.constraints import FREE, FixedTile, read_constraints
from doublebill.games.kinds import KINDS
from doublebill.games.learned.learned_kind import GridLearner, learned_kind, polish
from doublebill.games.learned.model import TileModel
from doublebill.games.learned.pattern_divergence import pattern_divergence
from doublebill.games.levels.batch import varied
from doublebill.games.levels.generate import generate
from doublebill.games.levels.level import judge
from doublebill.games.maze.solver import MazeRules
from doublebill.games.spec_list import SpecList
from doublebill.schema import read
from doublebill.values.legends import OwnTile

SPECS = {
    "maze": {"width": 11, "height": 11},
    "chamber": {"width": 13, "height": 11, "enemies": [1, 4]},
    "sokoban": {"width": 8, "height": 8, "crates": 2},
}


@functools.cache
def learned(name):
    examples = getattr(made_corpora, name)(20, "learned")
    learner = GridLearner(KINDS[name])
    return learner.learn(learner.read([list(rows) for rows in examples], None, "examples"))


@functools.cache
def taught(name):
    found = learned(name)
    return GridLearner(KINDS[name]).generator(found.arrays, found.config)


@functools.cache
def made(name):
    spec = read(KINDS[name].spec, SPECS[name], "spec")
    return varied(taught(name), SpecList([spec] * 4), "ticket").levels


@pytest.mark.parametrize("name", SPECS)
def test_every_level_keeps_the_rules_and_the_controls_of_its_kind(name):
    items = [as_json(level, KINDS[name].legend) for level in made(name)]
    assert [playable.faults(name, item) for item in items] == [[]] * 4
    assert not any(item["fallback"] for item in items)


@pytest.mark.parametrize("name", ["maze", "chamber"])
def test_levels_are_nearer_to_the_corpus_than_those_that_learned_from_nothing(name):
    unseen = getattr(made_corpora, name)(20, "held out")
    spec = read(KINDS[name].spec, SPECS[name], "spec")
    plain = [generate(KINDS[name], spec, seed).grid for seed in range(4)]
    near = pattern_divergence(unseen, [level.grid for level in made(name)])
    assert near < pattern_divergence(unseen, plain) / 1.5


def test_a_seed_gives_the_same_level_alone_and_from_a_model_that_was_learned_again():
    spec = read(KINDS["chamber"].spec, SPECS["chamber"], "spec")
    found = GridLearner(KINDS["chamber"]).learn(tuple(made_corpora.chamber(20, "learned")))
    again = GridLearner(KINDS["chamber"]).generator(found.arrays, found.config)
    assert [generate(again, spec, level.seed) for level in made("chamber")] == made("chamber")


def test_the_order_of_the_examples_does_not_count():
    one, other = (
        GridLearner(KINDS["maze"]).learn(tuple(examples))
        for examples in (made_corpora.maze(30, "order"), made_corpora.maze(30, "order")[::-1])
    )
    assert (one.config, one.report) == (other.config, other.report)
    assert all(np.array_equal(array, other.arrays[name]) for name, array in one.arrays.items())


def test_the_largest_levels_are_polished_by_no_more_proofs_than_others():
    kind, proofs = KINDS["maze"], Counter()

    class Counted(MazeRules):
        def prove(self, rows):
            proofs[len(rows)] += 1
            return super().prove(rows)

    found = learned("maze")
    model = TileModel.from_arrays(found.arrays, "#.", found.config["depth"], found.config["trust"])
    counted = learned_kind(replace(kind, rules=Counted()), model)
    for side in (25, 63):
        spec = read(kind.spec, {"width": side, "height": side}, "spec")
        dice = Dice(0, "largest", 0)
        level = judge(kind.rules, spec, kind.generator.candidate(spec, dice, 0, True))
        polished = polish(counted, model, spec, level, FREE, dice, 4)
        assert proofs[side] * side * side <= 1 << 22
        assert polished.grid != level.grid
        assert playable.faults("maze", as_json(polished, kind.legend)) == []
    assert proofs[63] * 63 * 63 > (1 << 22) - 63 * 63


def test_a_generator_that_learned_makes_no_sketches_for_a_batch():
    assert KINDS["chamber"].generator.sketches
    assert not taught("chamber").generator.sketches


def test_enemies_drawn_again_stay_off_the_way():
    kind, spec = taught("chamber"), read(KINDS["chamber"].spec, {"width": 13, "height": 11, "enemies": [5, 20]}, "spec")
    for seed in range(12):
        assert playable.faults("chamber", as_json(generate(kind, spec, seed), kind.legend)) == []


def test_what_the_style_does_not_reach_is_built_as_the_kind_builds_it():
    spec = read(KINDS["chamber"].spec, {"width": 13, "height": 11, "player_key": 40}, "spec")
    level = generate(taught("chamber"), spec, 1)
    assert level.controls["player_key"].measured == 40
    assert playable.faults("chamber", as_json(level, KINDS["chamber"].legend)) == []


def test_what_is_fixed_stays_as_it_is():
    kind, spec = taught("chamber"), read(KINDS["chamber"].spec, SPECS["chamber"], "spec")
    wanted = read_constraints([FixedTile(x, 5, ".") for x in range(13)], ["E"], None, kind.legend)
    level = generate(kind, spec, 3, constraints=wanted)
    assert level.grid[5] == "." * 13
    assert playable.faults("chamber", as_json(level, kind.legend)) == []


def test_a_model_of_another_kind_is_none_and_what_is_no_level_is_named():
    found = learned("maze")
    with pytest.raises(ValueError, match="tiles"):
        GridLearner(KINDS["chamber"]).generator(found.arrays, found.config)
    with pytest.raises(InvalidInput) as refused:
        GridLearner(KINDS["maze"]).read([["###", "#.", "###"]], None, "examples")
    assert refused.value.complaints[0].field == "examples[0][1]"


# own tiles of a corpus

LAKES = {"~": OwnTile(name="water", blocks=True), ",": OwnTile(name="mud", walkable=True)}
ACTING = str.maketrans({"~": "#", ",": "."})


@functools.cache
def at_lakes():
    """A chamber learned from levels of which some walls are water, and some floor mud."""
    levels = made_corpora.chamber(4, "lakes")
    corpus = [[row.replace("#", "~", 3).replace(".", ",", 2) for row in rows] for rows in levels]
    learner = GridLearner(KINDS["chamber"])
    with patch("doublebill.games.learned.learned_kind.SAMPLE", 1):
        parts = learner.learn(learner.read(corpus, LAKES, "examples"))
    return learner.generator(parts.arrays, json.loads(json.dumps(parts.config)))


def test_levels_have_the_own_tiles_of_their_corpus_and_are_proved_by_what_those_do():
    kind = at_lakes()
    batch = kind.generate(GenerationRequest({"width": 9, "height": 8}, "lakes", 2))
    assert set("~,") <= set("".join("".join(item["grid"]) for item in batch.items))
    for item in batch.items:
        assert item["own_tiles"] == {"~": {"name": "water", "blocks": True}, ",": {"name": "mud", "walkable": True}}
        assert item["legend"] == {**KINDS["chamber"].legend, "~": "water", ",": "mud"}
        acting = [row.translate(ACTING) for row in item["grid"]]
        assert playable.faults("chamber", {**item, "grid": acting}) == []


def test_a_fixed_cell_keeps_an_own_tile_and_none_can_be_wanted_anywhere():
    fixed = (FixedTile(2, 2, "~"), FixedTile(3, 2, ","), FixedTile(4, 2, "."))
    request = GenerationRequest({"width": 9, "height": 8}, 1, 1, LevelOptions(fixed=fixed))
    (item,) = at_lakes().generate(request).items
    assert item["grid"][2][2:5] == "~,."
    with pytest.raises(InvalidInput, match="painted last"):
        at_lakes().generate(replace(request, options=LevelOptions(must_have=("~",))))


def test_files_know_what_own_ground_does():
    request = GenerationRequest({"width": 9, "height": 8}, "lakes", 1, LevelOptions(format="tiled", solution=True))
    tiles = json.loads(at_lakes().generate(request).items[0]["data"])["tilesets"][0]["tiles"]
    water = next(tile for tile in tiles if tile["type"] == "water")
    assert water["properties"] == [{"name": "collides", "type": "bool", "value": True}]
