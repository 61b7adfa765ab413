"""Configs: there and back as JSON, what is refused, what an interaction counts, and how they are told."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.model.config import (
    FAMILIES,
    LIMITS,
    Config,
    Edlae,
    Factors,
    Family,
    Knn,
    Popularity,
    Prior,
    Private,
    Rp3beta,
)

FAMILY_EXAMPLES: list[Family] = [
    Knn("bm25", 1.5, 0.5),
    Rp3beta(0.8, 0.4),
    Edlae(12.5, 0.3, 0.25, "inverse", refit=False, order=0.0, scaled=False),
    Edlae(12.5, 0.3, 0.25, "inverse", order=0.5, scaled=False, text=9.0),
    Factors("cross-entropy", 8, 0.1, 0.001, 16, 3, 2, 7),
    Popularity(),
    Private(2.0, 1e-7),
]


class TestJson:
    @pytest.mark.parametrize("family", FAMILY_EXAMPLES)
    def test_every_family_comes_back_as_it_went(self, family: Family) -> None:
        config = Config(family, "log", 7, 0.1, 3, 1.5, 0.0, 4.0, -0.2, "float16", False, new_transitions=True)
        config = dataclasses.replace(config, liked_from=3.5, liked_edges=0.5, others=0.3, prior=Prior())
        config = dataclasses.replace(config, minimum_users=3, most_items=50)
        if isinstance(family, Edlae):
            config = dataclasses.replace(config, most_influence=2.5)
        assert Config.from_json(json.loads(json.dumps(config.to_json()))) == config

    def test_later_fields_are_written_only_where_they_differ_from_their_defaults(self) -> None:
        assert Config.from_json(Config(Edlae(), strength="log").to_json()).strength == "log"
        later = {"prior", "strength", "new_transitions", "liked_from", "liked_edges", "others"}
        later |= {"minimum_users", "most_items", "most_influence"}
        assert later.isdisjoint(Config(Edlae()).to_json())
        assert (
            later - {"strength", "new_transitions", "prior", "minimum_users", "most_items", "most_influence"}
            <= Config(liked_from=4.0, liked_edges=0.5, others=0.3).to_json().keys()
        )
        family = Config(Edlae(scaled=False)).to_json()["family"]
        assert isinstance(family, dict)
        assert family["scaled"] is False
        assert "order" not in family

    @pytest.mark.parametrize("prior", [{"weight": -1.0}, {"weight": 0.0}, {"half_life_days": 0.0}, {"power": -0.5}])
    def test_impossible_priors_are_refused(self, prior: dict[str, float]) -> None:
        with pytest.raises(ValueError, match="not a config"):
            Config.from_json({**Config().to_json(), "prior": prior})

    def test_the_examples_are_of_all_families_and_nowhere_the_default(self) -> None:
        assert {type(family) for family in FAMILY_EXAMPLES} == set(FAMILIES.values())
        for kind in FAMILIES.values():
            examples = [family for family in FAMILY_EXAMPLES if type(family) is kind]
            for field in dataclasses.fields(kind):
                default = getattr(kind(), field.name)
                assert any(getattr(family, field.name) != default for family in examples), field.name

    @pytest.mark.parametrize(
        "change",
        [
            {"family": {"name": "tarot"}},
            {"family": {}},
            {"family": {"name": "knn", "ridge": 1.0}},
            {"family": {"name": "knn", "weighting": "magic"}},
            {"family": "knn"},
            {"magic": 1},
            {"k": 0},
            {"k": "many"},
        ],
    )
    def test_what_is_no_config_is_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises((KeyError, TypeError, ValueError)):
            Config.from_json({**Config().to_json(), **change})


@pytest.mark.parametrize(
    "told",
    [
        {"family": Knn("magic")},  # type: ignore[arg-type]  # what JSON may hold
        {"family": Knn(bm25_k1=0)},
        {"family": Knn(bm25_b=1.1)},
        {"family": Rp3beta(alpha=-1)},
        {"family": Rp3beta(beta=-0.1)},
        {"family": Edlae(ridge=0)},
        {"family": Edlae(dropout=1)},
        {"family": Edlae(dropout=-0.1)},
        {"family": Edlae(order=1.1)},
        {"family": Edlae(text=-1.0)},
        {"family": Edlae(text=1.0, support="inverse", refit=False)},
        {"family": Edlae(order=0.5, support="inverse", refit=False)},
        {"family": Edlae(support="magic")},  # type: ignore[arg-type]  # what JSON may hold
        {"family": Factors(loss="magic")},  # type: ignore[arg-type]  # what JSON may hold
        {"family": Factors(dimensions=0)},
        {"family": Factors(batch_users=0)},
        {"family": Factors(epochs=0)},
        {"family": Factors(patience=0)},
        {"family": Factors(learning_rate=0)},
        {"family": Factors(weight_decay=-1)},
        {"family": "knn"},
        {"saturation": "magic"},
        {"values": "float64"},
        {"k": 0},
        {"transitions": -0.1},
        {"cold_users": -1},
        {"cold_boost": -1.0},
        {"half_life": -1.0},
        {"damping": -1.1},
        {"damping": 1.1},
        {"family": Knn(), "recency_days": -1.0},
        {"recency_days": 1.0},
        {"strength": "magic"},
        {"family": Knn(), "strength": "bm25"},
        {"family": Edlae(order=0.5), "strength": "bm25"},
        {"others": 0.5},
        {"liked_edges": 0.5},
        {"liked_from": 4.0, "others": -0.1},
        {"liked_from": 4.0, "liked_edges": 1.1},
        {"minimum_users": 0},
        {"most_items": -1},
        {"most_influence": -1.0},
        {"family": Knn(), "most_influence": 1.0},
    ],
)
def test_impossible_values_are_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a config"):
        Config(**told)


class TestCounting:
    def test_binary_counts_every_weight_once_and_keeps_signs(self) -> None:
        assert Config().saturate(np.array([3.0, 0.5, 0.0, -2.0])).tolist() == [1, 1, 0, -1]

    def test_log_grows_slower_and_slower_and_keeps_signs(self) -> None:
        found = Config(saturation="log").saturate(np.array([[np.e - 1, 0.0], [1 - np.e, np.e**2 - 1]]))
        np.testing.assert_allclose(found, [[1, 0], [-1, 2]])

    def test_an_item_counts_half_as_much_after_as_many_newer_items(self) -> None:
        found = Config(half_life=2.0).weigh(np.array([1.0, 1.0, -1.0, 1.0, 1.0]), np.array([50, 10, 30, 20, 40]))
        np.testing.assert_allclose(found, [1, 0.25, -0.5, 0.5**1.5, 0.5**0.5])

    def test_items_of_one_moment_are_equally_old(self) -> None:
        found = Config(half_life=1.0).weigh(np.ones(4), np.array([7, 9, 7, 9]))
        assert found.tolist() == [0.25, 1, 0.25, 1]

    def test_where_some_times_are_unknown_those_items_are_the_oldest(self) -> None:
        assert Config(half_life=1.0).weigh(np.ones(3), np.array([0, 5, 0])).tolist() == [0.5, 1, 0.5]

    def test_what_is_decayed_was_saturated(self) -> None:
        found = Config(saturation="log", half_life=1.0).weigh(np.array([np.e - 1, np.e - 1]), np.array([1, 2]))
        np.testing.assert_allclose(found, [0.5, 1])

    @pytest.mark.parametrize("half_life", [0.0, 1.0])
    def test_an_empty_history_stays_empty(self, half_life: float) -> None:
        assert Config(half_life=half_life).weigh(np.zeros(0), np.zeros(0, int)).shape == (0,)

    def test_without_a_half_life_times_count_nothing(self) -> None:
        assert Config().weigh(np.ones(3), np.array([1, 2, 3])).tolist() == [1, 1, 1]

    @given(st.lists(st.floats(-10, 10), max_size=9), st.floats(0, 20), st.sampled_from(["binary", "log"]))
    def test_a_history_without_times_does_not_decay(self, weights: list[float], half_life: float, how: Any) -> None:
        config = Config(saturation=how, half_life=half_life)
        found = config.weigh(np.array(weights), np.zeros(len(weights), int))
        np.testing.assert_array_equal(found, config.saturate(np.array(weights)))


class TestWhetherUsersAddUp:
    @pytest.mark.parametrize("family", [Knn(), Knn("length"), Rp3beta(), Edlae()])
    def test_they_do_where_edges_follow_from_a_sum(self, family: Family) -> None:
        assert Config(family).additive

    @pytest.mark.parametrize(
        "config",
        [
            Config(Knn("tfidf")),
            Config(Knn("bm25")),
            Config(Factors()),
            Config(transitions=0.1),
            Config(Edlae(order=0.5)),
            Config(Knn(), recency_days=1.0),
            Config(Knn(), prior=Prior()),
        ],
    )
    def test_they_do_not_where_one_user_changes_what_another_counts(self, config: Config) -> None:
        assert not config.additive


class TestAsTold:
    def test_defaults_are_left_out_of_the_sentence(self) -> None:
        assert str(Config(Knn())) == "cosine"
        assert str(Config(Edlae(250.0))) == "edlae, ridge 250, dropout 0.6, length power 0.5"
        assert str(Config(Knn(), half_life=5.0, cold_users=5)) == "cosine, cold users 5, half life 5"
        assert str(Config(Knn(), exclude_seen=False)) == "cosine, exclude seen no"

    def test_fields_of_edlae_alone_are_in_the_sentence(self) -> None:
        assert str(Config(Edlae(), strength="bm25")).endswith("strength bm25")
        assert str(Config(Edlae(), most_influence=2.5)).endswith("most influence 2.5")

    def test_another_value_of_any_field_is_in_the_sentence(self) -> None:
        values = Config(Knn(), "log", 7, 0.1, 3, 1.5, 30.0, 4.0, 0.2, "float16", False, new_transitions=True)
        values = dataclasses.replace(values, liked_from=3.5, liked_edges=0.5, others=0.3, prior=Prior())
        usual = Config(Knn(), liked_from=4.0)
        for field in dataclasses.fields(Config):
            if field.name not in ("family", "strength", "most_influence", *LIMITS):
                changed = dataclasses.replace(usual, **{field.name: getattr(values, field.name)})
                assert str(changed) != str(usual), field.name

    @pytest.mark.parametrize("family", FAMILY_EXAMPLES)
    def test_another_value_of_any_field_of_a_family_is_in_the_sentence(self, family: Family) -> None:
        default = type(family)()
        for field in dataclasses.fields(family):
            changed = dataclasses.replace(default, **{field.name: getattr(family, field.name)})
            assert (str(changed) != str(default)) == (changed != default), field.name

    def test_supports_are_distinguished(self) -> None:
        supports: list[Any] = ["pruned", "cosine", "inverse"]
        assert len({str(Edlae(support=support)) for support in supports}) == 3


@pytest.mark.parametrize(
    ("config", "baseline"),
    [
        (Config(Popularity()), "popularity"),
        (Config(Knn(), exclude_seen=False, cold_users=5), "item-kNN"),
        (Config(Knn(), half_life=3.0), ""),
        (Config(Knn("tfidf")), ""),
        (Config(), ""),
    ],
)
def test_a_config_names_the_baseline_that_it_is(config: Config, baseline: str) -> None:
    assert config.baseline == baseline
