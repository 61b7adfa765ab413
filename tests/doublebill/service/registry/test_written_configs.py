import json
import math
from dataclasses import replace

import pytest

from doublebill.errors import InvalidInput
from doublebill.model.config import Config, Edlae, Factors, Knn
from doublebill.service.registry.written_configs import MOST_CONFIGS, grid, read_config


def fields(written: object) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read_config(written)
    return [one.field for one in refused.value.complaints]


def test_fields_that_are_left_out_have_their_defaults_or_those_passed():
    assert read_config({}) == Config()
    assert read_config({"family": "knn", "k": 7}) == Config(Knn(), k=7)
    assert read_config({"family": {"name": "edlae", "ridge": 5}}, cold_users=3) == Config(
        Edlae(ridge=5.0), cold_users=3
    )
    assert read_config({"cold_users": 1}, cold_users=3).cold_users == 1


def test_a_config_as_a_run_records_it_is_read_back():
    config = replace(Config(Factors(dimensions=8), half_life=3.0), values="float32")
    assert read_config(json.loads(json.dumps(config.to_json()))) == config


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ([], ["config"]),
        ("edlae", ["config"]),
        ({"family": 3}, ["config.family"]),
        ({"family": {}}, ["config.family.name"]),
        ({"family": "eddy"}, ["config.family.name"]),
        ({"family": {"name": "knn", "ridge": 3}}, ["config.family.ridge"]),
        ({"family": {"name": "edlae", "ridge": -3, "dropout": "x"}, "q": 1}, ["config.family.dropout", "config.q"]),
        ({"family": {"name": "edlae", "ridge": -3}}, ["config.family.ridge"]),
        ({"family": {"name": "edlae", "dropout": 1}}, ["config.family.dropout"]),
        ({"family": {"name": "factors", "dimensions": 10**9}}, ["config.family.dimensions"]),
        ({"damping": -99}, ["config.damping"]),
        ({"k": 0}, ["config.k"]),
        ({"k": 2.5}, ["config.k"]),
        ({"k": True}, ["config.k"]),
        ({"k": 10**9}, ["config.k"]),
        ({"half_life": math.nan}, ["config.half_life"]),
        ({"half_life": math.inf}, ["config.half_life"]),
        ({"half_life": -1}, ["config.half_life"]),
        ({"saturation": "square"}, ["config.saturation"]),
        ({"recency_days": 30}, ["config.recency_days"]),
        ({"exclude_seen": "yes"}, ["config.exclude_seen"]),
    ],
)
def test_each_wrong_field_is_named(written, wrong):
    assert fields(written) == wrong


def test_whole_numbers_may_be_written_as_fractions():
    assert read_config({"k": 50.0}).k == 50


def test_a_grid_stands_for_every_combination_once():
    written = {"family": ["knn", {"name": "edlae", "ridge": [1, 2]}], "k": [5, 5]}
    assert grid(written, "--try") == [
        {"family": "knn", "k": 5},
        {"family": {"name": "edlae", "ridge": 1}, "k": 5},
        {"family": {"name": "edlae", "ridge": 2}, "k": 5},
    ]
    assert grid([{"k": 1}, {"k": [2, 3]}, {"k": 1}], "--try") == [{"k": 1}, {"k": 2}, {"k": 3}]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("x", "is not valid"),
        ([], "a list of 0"),
        ({}, "an object is not valid"),
        ([1], "a list of 1"),
        ({"k": []}, "stands for no config"),
        ({"k": list(range(1, MOST_CONFIGS + 2))}, f"more than {MOST_CONFIGS} configs"),
        ({name: list(range(99)) for name in "abcdefgh"}, f"more than {MOST_CONFIGS} configs"),
        ({"k": [5, 0]}, r"--try\[1\].k"),
        ({"k": [5], "q": [1]}, r"--try.q: unknown field"),
    ],
)
def test_a_grid_that_is_none_is_refused(written, problem):
    with pytest.raises(InvalidInput, match=problem):
        grid(written, "--try")
