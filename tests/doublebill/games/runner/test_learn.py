from pathlib import Path

import numpy as np
import pytest

from checkers.runner import faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.files import as_json
from doublebill.games.levels.generate import generate
from doublebill.games.runner.corpus import meadow
from doublebill.games.runner.kind import RUNNER, RunnerSpec
from doublebill.games.runner.learn import COLUMNS, RUNNER_LEARNER, worth
from doublebill.games.runner.physics import columns_of
from doublebill.games.runner.tiles import TILES

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "vglc" / "Super Mario Bros" / "Processed"

SMALL = ("..........", "....--....", "XXXX..XXXX", "XXXX..XXXX", "XXXX..XXXX")
MEANT = {".": "air", "X": "ground", "-": "block"}


def learned(examples, legend=None):
    levels = RUNNER_LEARNER.read(examples, legend, "examples")
    model = RUNNER_LEARNER.learn(levels)
    return RUNNER_LEARNER.generator(model.arrays, model.config), levels, model


def spiked(rows):
    """Every other enemy of a level made a spike."""
    drawn = "\n".join(rows).split("E")
    return "".join(part + "E^"[number % 2] for number, part in enumerate(drawn[:-1])) + drawn[-1]


def test_the_arrays_say_the_levels():
    _, _, model = learned([list(SMALL), "\n".join(row[::-1] for row in SMALL)], MEANT)
    assert model.config == {"tiles": ".#=PX"}
    assert model.arrays["columns"].tolist() == [[0, 0, 1, 1, 1], [0, 2, 0, 0, 0]]
    assert model.arrays["sequence"].tolist() == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0] * 2
    assert model.arrays["offsets"].tolist() == [0, 10, 20]
    assert {name: array.dtype.str for name, array in model.arrays.items()} == {
        "columns": "|u1",
        "sequence": "<i4",
        "offsets": "<i8",
    }
    assert (model.report["levels"], model.report["columns"], model.report["distinct"]) == (2, 20, 2)
    assert (model.report["gaps"], model.report["enemies"], model.report["leniency"]) == (1, 0, 50)


def test_what_was_learned_of_the_meadow_gives_the_levels_of_the_meadow():
    kind, _, _ = learned([list(rows) for rows in meadow()])
    assert kind.legend == RUNNER.legend
    for seed in range(3):
        assert generate(kind, RunnerSpec(), seed) == generate(RUNNER, RunnerSpec(), seed)


def test_player_and_exit_of_examples_are_left_out():
    with_ends = ["P....X", "######", "######", "######"]
    kind, _, model = learned([with_ends])
    assert model.report["distinct"] == 1
    item = as_json(generate(kind, RunnerSpec(20), 1), kind.legend)
    assert "".join(item["grid"]).count("P") == 1


@pytest.mark.parametrize(
    "example",
    [
        SMALL,
        ("....", "....", "....", "XXXX"),
        ("XXX", "XXX", "XXX", "XXX"),
        ("...", "...", "X..", "..."),
        ("X..", ".X.", "..X", "X.X"),
        tuple(["........"] * 30 + ["X..--..X", "XXXXXXXX"]),
    ],
)
def test_levels_of_the_smallest_corpus_are_playable(example):
    kind, levels, _ = learned([list(example)], MEANT)
    for seed in range(3):
        for spec in (RunnerSpec(16), RunnerSpec(60)):
            item = as_json(generate(kind, spec, seed), kind.legend)
            assert faults(item, levels) == []
            assert len(item["grid"]) == len(example)


def test_levels_learned_from_spikes_are_playable_and_as_lenient_as_asked():
    kind, levels, _ = learned([spiked(rows) for rows in meadow()])
    assert kind.legend["^"] == "spike"
    met = 0
    for seed in range(10):
        spec = RunnerSpec(80, leniency=(60, 70))
        item = as_json(generate(kind, spec, seed), kind.legend)
        assert faults(item, levels) == []
        met += not item["fallback"]
    assert met >= 9


def test_enemies_cannot_be_asked_of_a_corpus_without_any():
    kind, _, _ = learned([list(SMALL)], MEANT)
    with pytest.raises(Unsatisfiable) as refused:
        kind.generator.check(RunnerSpec(enemies=1))
    assert [complaint.field for complaint in refused.value.complaints] == ["spec.enemies"]
    kind.generator.check(RunnerSpec(enemies=0))


@pytest.mark.parametrize(
    ("examples", "legend", "field"),
    [
        ([], None, "examples"),
        ([7], None, "examples[0]"),
        ([["....", "...", "####", "####"]], None, "examples[0][1]"),
        ([["....", ".@..", "####", "####"]], None, "examples[0][1][1]"),
        ([["....", "####", "####"]], None, "examples[0]"),
        (["\n".join(["...."] * 32 + ["####"])], None, "examples[0]"),
        ([["...."] * 3 + ["####"], ["...."] * 4 + ["####"]], None, "examples[1]"),
        ([["...."] * 5], None, "examples"),
        ([["." * (COLUMNS // 2)] * 3 + ["#" * (COLUMNS // 2)]] * 3, None, "examples"),
        ([list(SMALL)], {".": "air", "X": "lava", "-": "block"}, "legend.X"),
    ],
)
def test_what_is_no_corpus_is_refused_by_name(examples, legend, field):
    with pytest.raises(InvalidInput) as refused:
        RUNNER_LEARNER.read(examples, legend, "examples")
    assert [complaint.field for complaint in refused.value.complaints] == [field]


@pytest.mark.parametrize(
    "change",
    [
        {"columns": np.zeros((2, 3), "u1")},
        {"columns": np.full((2, 5), 9, "u1")},
        {"columns": np.zeros((1, 5), "u1")},
        {"sequence": np.array([], "<i4")},
        {"sequence": np.array([0, -1], "<i4")},
        {"offsets": np.array([0, 11], "<i8")},
        {"offsets": np.array([0, 0, 10], "<i8")},
    ],
)
def test_arrays_that_are_no_model_are_refused(change):
    _, _, model = learned([list(SMALL)], MEANT)
    with pytest.raises(ValueError, match="found"):
        RUNNER_LEARNER.generator({**model.arrays, **change}, model.config)
    with pytest.raises(KeyError):
        RUNNER_LEARNER.generator(model.arrays, {"tiles": "@"})


def test_what_always_follows_is_less_hard_to_guess_than_what_may():
    always, may = tuple("ab" * 40), tuple("abaabbbabaabbaababbb" * 4)
    assert worth([always] * 12)["perplexity"] < 1.2
    assert worth([always] * 12)["perplexity"] < worth([may, *[always] * 2])["perplexity"]
    told = worth([tuple("ab" * 10), tuple("cd" * 10)])
    assert (told["held_out"], told["held_out_unknown"]) == (20, 20)
    assert worth([tuple("abc")]) == {"held_out": 0}


def test_novelty_is_measured_against_the_levels_learned_from():
    kind, levels, _ = learned([list(meadow()[0])])
    assert kind.rules.prove((*ended(levels[0]),)).measured["novelty"] == 0
    assert kind.rules.prove((*ended(meadow()[1]),)).measured["novelty"] > 50


def ended(rows):
    columns = columns_of(rows)
    for place, tile in ((0, "P"), (-1, "X")):
        columns[place] = columns[place].replace(".#", tile + "#", 1)
    return ["".join(row) for row in zip(*columns, strict=True)]


def test_every_tile_that_can_be_learned_has_a_name():
    assert set(RUNNER.legend.items()) <= set(TILES.items())
    assert len(set(TILES.values())) == len(TILES)


if DATA.is_dir():
    MARIO = dict.fromkeys("<[", "pipe left") | dict.fromkeys(">]", "pipe right") | dict.fromkeys("Bb", "cannon")
    MARIO |= {"-": "air", "X": "ground", "S": "block", "?": "prize", "Q": "spent prize", "E": "enemy", "o": "coin"}

    def test_what_others_drew_gives_playable_levels_of_which_most_runs_are_new():
        kind, levels, _ = learned([path.read_text() for path in sorted(DATA.glob("*.txt"))], MARIO)
        items = [as_json(generate(kind, RunnerSpec(), seed), kind.legend) for seed in range(20)]
        assert [faults(item, levels) for item in items] == [[]] * 20
        assert sum(item["controls"]["novelty"]["measured"] for item in items) >= 50 * 20
