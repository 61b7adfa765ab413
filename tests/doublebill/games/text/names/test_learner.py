import math
from pathlib import Path

import numpy as np
import pytest

from doublebill.errors import InvalidInput
from doublebill.games.spec_list import SpecList
from doublebill.games.text import shipped_lists
from doublebill.games.text.names import learner
from doublebill.games.text.names.kind import EARLY, VERSION, NamesSpec, names_kind
from doublebill.games.text.names.learner import NAMES_LEARNER
from doublebill.games.text.names.mixture import Mixture
from doublebill.games.text.names.spelling import NameModel
from doublebill.games.text.texts import batch

NAMES = Path(__file__).resolve().parents[6] / "shared" / "data" / "makemore" / "names.txt"

PEOPLE = shipped_lists.names("people")[:200]

EARLY_NAMES = ["Feniteth", "Naeliti", "Teynaean"]
"""Names that version 1 gave."""

SPECS = [NamesSpec(), NamesSpec(temperature=60, prefix="Al"), NamesSpec(must="r", never="z", length=(4, 7))]


def learned(names):
    return NAMES_LEARNER.learn(NAMES_LEARNER.read(list(names), None, "examples"))


def texts(kind, spec, count=15):
    return [(one.seed, one.text) for one in batch(kind, SpecList([spec] * count), 7).texts]


@pytest.mark.parametrize("spec", SPECS)
def test_a_learned_model_gives_the_names_of_the_one_that_was_trained(spec):
    model = NameModel.of(PEOPLE)
    known = learned(PEOPLE)
    assert texts(NAMES_LEARNER.generator(known.arrays, known.config), spec) == texts(
        names_kind("", lambda: model), spec
    )


def test_a_model_of_an_early_version_draws_as_it_did():
    known = learned(PEOPLE)
    config = {name: known.config[name] for name in ("letters", "lengths", "capitals")}
    early = NAMES_LEARNER.generator(known.arrays, config)
    assert (early.version, NAMES_LEARNER.generator(known.arrays, known.config).version) == (EARLY, VERSION)
    assert [one.text for _, one in texts(early, NamesSpec(), 3)] == EARLY_NAMES


def test_a_generator_of_another_version_is_refused():
    known = learned(PEOPLE)
    with pytest.raises(ValueError, match="found 99"):
        NAMES_LEARNER.generator(known.arrays, {**known.config, "generator": 99})


def test_what_is_kept_is_the_same_each_time_and_little_endian():
    one, other = learned(PEOPLE), learned(PEOPLE)
    assert list(one.arrays) == list(other.arrays)
    assert all(np.array_equal(one.arrays[name], other.arrays[name]) for name in one.arrays)
    assert {array.dtype.str[0] for array in one.arrays.values()} <= {"<", "|"}
    assert {array.dtype.kind for array in one.arrays.values()} <= {"u", "i"}


def test_repeated_names_count_once():
    once, twice = learned(PEOPLE), learned([*PEOPLE, *PEOPLE[:50]])
    assert (twice.report["names"], twice.report["distinct"]) == (250, 200)
    assert twice.config == once.config
    assert all(np.array_equal(array, once.arrays[name]) for name, array in twice.arrays.items())


def test_the_report_measures_names_that_were_held_out():
    report = learned(PEOPLE).report
    assert report["held_out"] == len(PEOPLE) // 10
    assert report["perplexity"] == pytest.approx(math.exp(report["nats_per_character"]))
    assert 1.0 < report["nats_per_character"] < math.log(27)
    assert learned(PEOPLE[:5]).report == {"names": 5, "distinct": 5, "held_out": 0}


def test_names_with_letters_that_only_they_have_are_distinguished(monkeypatch):
    monkeypatch.setattr(learner, "TEST_SHARE", 2)
    report = learned(["anna", "anno", "nona", "xyz"]).report
    assert report["held_out"] + report["held_out_with_unknown_letters"] == 2


@pytest.mark.parametrize(
    ("examples", "field"),
    [
        ([], "examples"),
        (["a"] * 100_001, "examples"),
        (["ab", 3], "examples[1]"),
        (["ab", ""], "examples[1]"),
        (["ab", "b", "x" * 41], "examples[2]"),
        (["ab", " b"], "examples[1]"),
        (["ab", "b\n"], "examples[1]"),
        (["x" * 40] * 50_001, "examples"),
        (["".join(map(chr, range(0x4E00 + n, 0x4E00 + n + 40))) for n in range(0, 440, 40)], "examples"),
    ],
)
def test_what_is_no_name_is_refused_naming_it(examples, field):
    with pytest.raises(InvalidInput) as refused:
        NAMES_LEARNER.read(examples, None, "examples")
    assert [one.field for one in refused.value.complaints] == [field]


def test_a_legend_is_refused():
    with pytest.raises(InvalidInput) as refused:
        NAMES_LEARNER.read(["ab"], {"#": "wall"}, "examples")
    assert [one.field for one in refused.value.complaints] == ["legend"]


@pytest.mark.parametrize(
    "broken",
    [
        {"weights": np.ones((3, 6), np.int64)},
        {"weights": np.zeros((30, 6), np.int64)},
        {"words": np.zeros(0, np.uint8), "words_ends": np.zeros(0, np.uint32)},
        {"runs_counts": np.zeros(0, np.uint32)},
    ],
)
def test_arrays_that_are_no_model_are_refused(broken):
    known = learned(PEOPLE)
    with pytest.raises(ValueError, match="found"):
        NAMES_LEARNER.generator({**known.arrays, **broken}, known.config)


@pytest.mark.parametrize("config", [{"letters": "ab"}, {"lengths": [0, 4]}, {"lengths": [3]}, {"letters": "aab"}])
def test_a_config_that_fits_no_model_is_refused(config):
    known = learned(PEOPLE)
    with pytest.raises(ValueError, match=r"found|expected|unpack|length|argument|range"):
        NAMES_LEARNER.generator(known.arrays, {**known.config, **config})


def test_a_generator_is_made_without_counting_again(monkeypatch):
    known = learned(PEOPLE)
    monkeypatch.setattr(Mixture, "of", None)
    monkeypatch.setattr(NameModel, "of", None)
    assert texts(NAMES_LEARNER.generator(known.arrays, known.config), NamesSpec())


if NAMES.exists():  # beside the checkout; nowhere else is there such a test

    def test_a_model_of_many_real_names_knows_names_well():
        known = NAMES_LEARNER.learn(tuple(NAMES.read_text().split()[:12_000]))
        assert known.report["nats_per_character"] < 2.1
