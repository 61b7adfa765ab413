"""Reranking: how many of a group, how many promoted, how different; and that scores stay what they were."""

from collections.abc import Mapping

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill.errors import InvalidInput
from doublebill.fit.quantise import quantise
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Knn
from doublebill.model.items import Item
from doublebill.model.ranking import Eligible, Ranking
from doublebill.model.recommender import Recommender
from doublebill.reranking.rerank import Rules
from doublebill.reranking.resemblance import resemblance

N_ITEMS = 30
NOBODY = np.zeros(0, np.int32)
HISTORY = np.array([0, 1], np.int32)
WEIGHTS = np.ones(2)


def world(described: Mapping[int, dict[str, object]] | None = None, edges: np.ndarray | None = None) -> Recommender:
    """Items 0 to 29; item 0 leads to 2 … 29 with falling scores, and popularity falls alike."""
    items = [Item(f"{n:02}", **(described or {}).get(n, {})) for n in range(N_ITEMS)]  # type: ignore[arg-type]
    if edges is None:
        edges = np.zeros((N_ITEMS, N_ITEMS))
        edges[0, 2:] = np.linspace(1, 0.1, N_ITEMS - 2)
    catalog = Catalog.of([], {item.item_id: item for item in items})
    popularity = np.linspace(1, 0.1, N_ITEMS).astype(np.float32)
    return Recommender(catalog, quantise(sp.csr_array(edges), "float32"), popularity, Config(Knn()))


def shown(
    model: Recommender, n: int, rules: Rules, history: np.ndarray = HISTORY, allowed: np.ndarray | None = None
) -> list[int]:
    """The reranked items, in their order."""
    return reranked(model, n, rules, history, allowed).items.tolist()


def reranked(
    model: Recommender, n: int, rules: Rules, history: np.ndarray = HISTORY, allowed: np.ndarray | None = None
) -> Ranking:
    """The items outside the history under the rules."""
    eligible = Eligible(model.catalog.available if allowed is None else allowed, history)
    return rules.rerank(model, model.score(history, np.ones(len(history))), n, eligible)


def marked(*items: int) -> np.ndarray:
    """[N_ITEMS] the mask of some items."""
    mask = np.zeros(N_ITEMS, np.bool_)
    mask[list(items)] = True
    return mask


def test_without_rules_it_is_the_plain_ranking() -> None:
    model = world()
    plain = model.recommend(HISTORY, WEIGHTS, 10, HISTORY)
    for rules in (Rules(), Rules(promoted=marked(3), share=0)):
        ranking = reranked(model, 10, rules)
        np.testing.assert_array_equal(ranking.items, plain.items)
        np.testing.assert_array_equal(ranking.scores, plain.scores)


@pytest.mark.parametrize("history", [HISTORY, NOBODY], ids=["warm", "cold"])
@pytest.mark.parametrize(
    "rules",
    [
        Rules({"group": 3}),
        Rules(promoted=marked(20, 25, 29), share=0.25),
        Rules(diversity=0.7),
        Rules({"group": 2, "t": 1}, marked(20, 25, 29), 0.25, 0.7),
    ],
    ids=["max_per", "promoted", "diversity", "all"],
)
def test_items_keep_the_scores_that_they_are_served_with(rules: Rules, history: np.ndarray) -> None:
    model = world({n: {"attributes": {"group": n % 9}, "tags": ("t",) if n % 4 == 0 else ("u",)} for n in range(30)})
    told = reranked(model, 8, rules, history)
    everything = model.recommend(history, np.ones(len(history)), N_ITEMS, history)
    served = dict(zip(everything.items.tolist(), everything.scores.tolist(), strict=True))
    assert told.scores.tolist() == [served[item] for item in told.items.tolist()]
    assert told.cold == (not len(history))
    assert len(set(told.items.tolist())) == 8


class TestMaxPer:
    @pytest.mark.parametrize("value", ["Abba", 7, 7.5, True])
    def test_a_group_is_of_equal_attribute(self, value: object) -> None:
        model = world({n: {"attributes": {"artist": value}} for n in (2, 3, 4, 6)})
        assert shown(model, 6, Rules({"artist": 1})) == [2, 5, 7, 8, 9, 10]
        assert shown(model, 6, Rules({"artist": 3})) == [2, 3, 4, 5, 7, 8]

    def test_values_of_another_kind_are_another_group(self) -> None:
        kinds = {2: 1, 3: True, 4: "1", 5: 1.0, 6: True}
        model = world({n: {"attributes": {"artist": value}} for n, value in kinds.items()})
        assert shown(model, 5, Rules({"artist": 1})) == [2, 3, 4, 7, 8]

    def test_a_group_is_of_equal_year(self) -> None:
        model = world({n: {"year": 1990 + n % 2} for n in range(2, 20)})
        assert shown(model, 6, Rules({"year": 2})) == [2, 3, 4, 5, 20, 21]

    def test_a_group_is_of_equal_tag_with_what_it_has_before_the_colon(self) -> None:
        tags = {2: ("by:a",), 3: ("by:a", "by:b"), 4: ("by:b",), 5: ("by:b",), 6: ("bye:a",), 7: ("by",)}
        model = world({n: {"tags": told} for n, told in tags.items()})
        assert shown(model, 5, Rules({"by": 1})) == [2, 4, 6, 7, 8]

    def test_a_tag_is_one_group(self) -> None:
        model = world({n: {"tags": ("Horror", "Drama")} for n in range(2, 9)})
        assert shown(model, 4, Rules({"Horror": 2})) == [2, 3, 9, 10]

    def test_every_name_counts(self) -> None:
        model = world({n: {"tags": ("Horror",) if n < 9 else (), "year": 1990 + n // 3} for n in range(2, 20)})
        assert shown(model, 5, Rules({"Horror": 2, "year": 1})) == [2, 3, 9, 12, 15]

    def test_the_pool_grows_until_there_are_enough(self) -> None:
        n_items = 1000
        items = {f"{n:04}": Item(f"{n:04}", year=1900 if n < 990 else None) for n in range(n_items)}
        edges = sp.csr_array(np.vstack([np.linspace(2, 1, n_items), np.zeros((n_items - 1, n_items))]))
        popularity = np.ones(n_items, np.float32)
        model = Recommender(Catalog.of([], items), quantise(edges, "float32"), popularity, Config(Knn()))
        history = np.zeros(1, np.int32)
        for diversity in (0.0, 0.5):
            rules = Rules({"year": 2}, diversity=diversity)
            found = shown(model, 5, rules, history)
            assert found == [1, 2, 990, 991, 992]

    def test_there_are_fewer_where_the_catalog_has_no_more(self) -> None:
        model = world({n: {"year": 1990} for n in range(N_ITEMS)})
        assert shown(model, 10, Rules({"year": 2})) == [2, 3]
        assert shown(model, 10, Rules({"year": 2}), allowed=marked(9)) == [9]
        assert shown(model, 10, Rules({"year": 2}), allowed=marked()) == []

    @pytest.mark.parametrize("name", ["colour", "Horro", "b", "title", ""])
    def test_a_name_that_means_nothing_is_refused(self, name: str) -> None:
        model = world({2: {"tags": ("Horror", "by:a"), "attributes": {"artist": 1}}})
        with pytest.raises(InvalidInput, match=rf"max_per\.{name}.*: the catalog has no"):
            shown(model, 4, Rules({"artist": 1, name: 1}))


class TestPromotions:
    @pytest.mark.parametrize(
        ("share", "expected"),
        [
            (0.01, [2, 3, 4, 5, 20, 6, 7, 8, 9, 10]),
            (0.1, [2, 3, 4, 5, 20, 6, 7, 8, 9, 10]),
            (0.2, [2, 3, 20, 4, 5, 6, 7, 21, 8, 9]),
            (0.5, [20, 2, 21, 3, 22, 4, 23, 5, 24, 6]),
            (1.0, [20, 21, 22, 23, 24, 25, 26, 27, 28, 29]),
        ],
    )
    def test_they_take_their_share_evenly_and_the_others_keep_their_order(
        self, share: float, expected: list[int]
    ) -> None:
        assert shown(world(), 10, Rules(promoted=marked(*range(20, 30)), share=share)) == expected

    def test_a_share_of_seven_tenths_of_ten_is_seven(self) -> None:
        items = shown(world(), 10, Rules(promoted=marked(*range(15, 30)), share=0.7))
        assert sum(item >= 15 for item in items) == 7

    def test_what_comes_anyway_counts_and_stays_before_its_turn(self) -> None:
        assert shown(world(), 5, Rules(promoted=marked(2, 3, 29), share=0.4)) == [2, 3, 4, 5, 6]

    def test_where_there_are_too_few_all_of_them_come(self) -> None:
        assert shown(world(), 4, Rules(promoted=marked(25, 28), share=1)) == [25, 2, 28, 3]
        assert shown(world(), 4, Rules(promoted=marked(), share=1)) == [2, 3, 4, 5]

    def test_what_may_not_come_is_not_promoted(self) -> None:
        rules = Rules(promoted=marked(0, 20, 25), share=0.5)
        assert shown(world({20: {"available": False}}), 4, rules) == [2, 25, 3, 4]
        assert shown(world(), 4, rules, allowed=~marked(25)) == [2, 20, 3, 4]

    def test_their_places_are_kept_from_others_of_their_group(self) -> None:
        model = world({n: {"year": 1990} for n in (2, 3, 20, 21)})
        rules = Rules({"year": 1}, marked(20, 21), 0.5)
        assert shown(model, 4, rules) == [4, 20, 5, 6]

    def test_nothing_cold_is_different(self) -> None:
        assert shown(world(), 4, Rules(promoted=marked(20, 25), share=0.5), NOBODY) == [20, 0, 25, 1]


class TestDiversity:
    """Items 2 and 3 come by history item 0 alone, 4 by both, 5 by item 1 alone."""

    def model(self, tags: Mapping[int, tuple[str, ...]] | None = None) -> Recommender:
        edges = np.zeros((N_ITEMS, N_ITEMS))
        edges[0, [2, 3, 4]] = 1.0, 0.9, 0.4
        edges[1, [4, 5]] = 0.3, 0.6
        return world({n: {"tags": told} for n, told in (tags or {}).items()}, edges)

    def test_resemblance_is_the_cosine_of_contributions(self) -> None:
        model, items = self.model(), np.array([2, 3, 4, 5])
        alike = resemblance(model.catalog, items, model.contributions(HISTORY, WEIGHTS, items))
        expected = [[1, 1, 0.8, 0], [1, 1, 0.8, 0], [0.8, 0.8, 1, 0.6], [0, 0, 0.6, 1]]
        np.testing.assert_allclose(alike, expected, atol=1e-6)

    def test_resemblance_is_half_that_of_tags_where_both_have_some(self) -> None:
        model, items = self.model({2: ("a", "b"), 3: ("b", "c"), 4: ("d",)}), np.array([2, 3, 4, 5])
        alike = resemblance(model.catalog, items, model.contributions(HISTORY, WEIGHTS, items))
        np.testing.assert_allclose(alike[0], [1, (1 + 1 / 3) / 2, 0.8 / 2, 0], atol=1e-6)
        np.testing.assert_allclose(resemblance(model.catalog, items, None)[0], [1, 1 / 3, 0, 0], atol=1e-6)

    def test_the_more_diverse_the_later_comes_what_is_like_what_came(self) -> None:
        assert shown(self.model(), 3, Rules()) == [2, 3, 4]
        assert shown(self.model(), 3, Rules(diversity=0.2)) == [2, 3, 5]
        assert shown(self.model(), 3, Rules(diversity=0.5)) == [2, 5, 3]

    def test_cold_histories_are_made_diverse_by_tags(self) -> None:
        model = world({n: {"tags": ("a",) if n < 9 else ("b",)} for n in range(N_ITEMS)})
        assert shown(model, 4, Rules(diversity=0.5), NOBODY) == [0, 9, 1, 10]
        assert shown(world(), 4, Rules(diversity=1), NOBODY) == [0, 1, 2, 3]

    def test_it_goes_with_the_other_rules(self) -> None:
        model = self.model({2: ("x",), 5: ("x",)})
        assert shown(model, 3, Rules({"x": 1}, diversity=0.2)) == [2, 3, 4]
        items = shown(model, 4, Rules({"x": 1}, marked(20, 21), 0.5, 0.5))
        assert {20, 21} <= set(items)
        assert {2, 5} & set(items) == {2}

    @settings(max_examples=40)
    @given(st.floats(0.01, 1), st.integers(1, 12), st.integers(0, 2**32 - 1))
    def test_it_is_what_the_formula_says(self, diversity: float, n: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        edges = random.random((N_ITEMS, N_ITEMS)).round(1) * (random.random((N_ITEMS, N_ITEMS)) < 0.4)
        described = {k: {"tags": tuple(random.choice(list("abcd"), 2, replace=False))} for k in range(0, N_ITEMS, 3)}
        model = world(described, edges)
        assert shown(model, n, Rules(diversity=diversity)) == slowly(model, n, diversity)


def slowly(model: Recommender, n: int, diversity: float) -> list[int]:
    """The same as choosing by diversity alone, one pair of items at a time."""
    ranking = model.recommend(HISTORY, WEIGHTS, N_ITEMS, HISTORY)
    items, scores = ranking.items.tolist(), ranking.scores
    parts = model.contributions(HISTORY, WEIGHTS, ranking.items)
    lowest, highest = scores.min(), scores.max()

    def like(i: int, j: int) -> float:
        lengths = np.linalg.norm(parts[i]) * np.linalg.norm(parts[j])
        cosine = max(float(parts[i] @ parts[j]) / lengths, 0.0) if lengths else 0.0
        one, other = set(model.catalog.tags(items[i])), set(model.catalog.tags(items[j]))
        return round((cosine + len(one & other) / len(one | other)) / 2 if one and other else cosine, 9)

    picked: list[int] = []
    while len(picked) < n:
        worth = {}
        for i in set(range(len(items))) - set(picked):
            mean = sum(like(i, j) for j in picked) / max(len(picked), 1)
            relevance = (scores[i] - lowest) / (highest - lowest if highest > lowest else 1)
            worth[i] = round((1 - diversity) * relevance - diversity * mean, 9)
        picked.append(min(worth, key=lambda i: (-worth[i], i)))
    return [items[i] for i in picked]


@settings(max_examples=60)
@given(
    st.integers(1, 12),
    st.lists(st.integers(0, 4), min_size=N_ITEMS, max_size=N_ITEMS),
    st.integers(1, 3),
    st.floats(0, 1),
    st.sets(st.integers(0, N_ITEMS - 1)),
    st.sampled_from([0.0, 0.4]),
)
def test_whatever_the_rules_they_are_kept_and_n_is_given_where_it_can(
    n: int, groups: list[int], most: int, share: float, promoted: set[int], diversity: float
) -> None:
    model = world({k: {"attributes": {"group": group}} if group else {} for k, group in enumerate(groups)})
    rules = Rules({"group": most} if any(groups) else {}, marked(*promoted), share, diversity)
    items = shown(model, n, rules)
    free = list(range(2, N_ITEMS))

    def possible(among: list[int]) -> int:
        """How many of some items the rule lets through."""
        members = [groups[k] for k in among]
        return members.count(0) + sum(min(members.count(group), most) for group in range(1, 5))

    assert len(set(items)) == len(items) == min(n, possible(free))
    assert all([groups[k] for k in items].count(group) <= most for group in range(1, 5))
    can = possible([k for k in free if k in promoted])
    assert len(promoted & set(items)) >= min(int(np.ceil(share * n - 1e-9)), can)
