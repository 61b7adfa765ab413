"""Stages: which variants of a config each of them compares, and where it has none."""

from dataclasses import replace

import numpy as np
import pytest

from doublebill.fit.selection import stages
from doublebill.fit.selection.stages import STAGES
from doublebill.fit.selection.study import Study
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Knn
from doublebill.model.interactions import Interactions
from doublebill.model.items import Item

CONFIG = Config(Edlae(), k=50)


def study(users: int = 60, items: int = 120, each: int = 6) -> Study:
    random = np.random.default_rng(1)
    chosen = np.concatenate([random.choice(items, each, replace=False) for _ in range(users)])
    whole = Interactions.of(
        np.repeat(np.arange(users), each), chosen, np.ones(users * each), np.arange(users * each), items
    )
    return Study.of(Catalog.of((f"item-{n:03}" for n in range(items)), {}), whole)


SPARSE = study()


def variants(name: str, best: Config, of: Study = SPARSE) -> list[Config]:
    (stage,) = (one for one in STAGES if one.name == name)
    assert stage.question(of)
    return list(stage.variants(best, of))


def test_powers_of_popularity_favour_popular_items_or_rare_ones() -> None:
    assert [config.damping for config in variants("popularity", CONFIG)] == [0.2, 0.1, 0.05, -0.05, -0.1, -0.2]


def test_strong_transitions_may_be_new_edges_and_are_tried_with_an_even_decay() -> None:
    tried = [(one.transitions, one.new_transitions, one.half_life) for one in variants("transitions", CONFIG)]
    even = stages.WITH_TRANSITIONS
    assert tried == [
        (0.05, False, 0),
        (0.1, False, 0),
        (0.3, True, 0),
        (0.3, True, even),
        (1, True, 0),
        (1, True, even),
    ]


def test_edges_aim_at_what_follows_where_they_are_regressions() -> None:
    assert [config.family for config in variants("order", CONFIG)] == [Edlae(order=stages.ORDER)]
    assert variants("order", Config(Knn())) == []
    assert variants("order", Config(Edlae(support="inverse", refit=False))) == []


def test_scales_are_left_out_only_where_users_or_those_of_an_item_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [config.family for config in variants("scale", CONFIG)] == [Edlae(scaled=False)]
    assert variants("scale", Config(Knn())) == []
    monkeypatch.setattr(stages, "THIN_USERS", 10)
    assert [config.family for config in variants("scale", CONFIG)] == [Edlae(scaled=False)]
    monkeypatch.setattr(stages, "DENSE", 1.0)
    assert variants("scale", CONFIG) == []


def test_more_edges_are_tried_only_where_items_have_many_users(monkeypatch: pytest.MonkeyPatch) -> None:
    assert variants("edges", CONFIG) == []
    monkeypatch.setattr(stages, "DENSE", 1.0)
    more = replace(CONFIG, k=stages.MORE_EDGES)
    less, least = Edlae(dropout=0.6), Edlae(dropout=stages.LESS_DROPOUT)
    families = [replace(family, support="inverse") for family in (less, least)]
    assert variants("edges", replace(CONFIG, family=less)) == [replace(more, family=family) for family in families]
    assert variants("edges", replace(CONFIG, family=least)) == [replace(more, family=families[1])]
    monkeypatch.setattr(stages, "MOST_INVERTED", 50)
    assert variants("edges", replace(CONFIG, family=least)) == [replace(more, family=replace(least, support="cosine"))]
    assert variants("edges", replace(CONFIG, k=stages.MORE_EDGES)) == []
    monkeypatch.setattr(stages, "MOST_DENSE_ITEMS", 50)
    assert variants("edges", CONFIG) == []


def test_metadata_count_only_where_users_are_few_and_items_described(monkeypatch: pytest.MonkeyPatch) -> None:
    assert variants("text", CONFIG) == []
    described = replace(
        SPARSE, catalog=Catalog.of([], {f"{n:03}": Item(f"{n:03}", title="A film") for n in range(120)})
    )
    drawn = variants("text", CONFIG, described)
    families = [config.family for config in drawn if isinstance(config.family, Edlae)]
    assert [(family.text > 0, family.length_power) for family in families] == [(True, 0)] * 2
    assert variants("scale", drawn[0], described) == []
    assert variants("text", Config(Knn()), described) == []
    monkeypatch.setattr(stages, "THIN_USERS", 10)
    assert variants("text", CONFIG, described) == []
