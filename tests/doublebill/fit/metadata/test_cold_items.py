"""Cold items: what metadata promises of them, how it meets what is learnt, and that it does no harm."""

from collections.abc import Mapping

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.fit.linear.knn import fit_edges
from doublebill.fit.metadata import cold_items
from doublebill.fit.metadata.item_features import item_features, most_similar, title_words
from doublebill.fit.selection.workbench import Workbench
from doublebill.fit.top_k import strongest_entries
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Knn
from doublebill.model.interactions import Interactions
from doublebill.model.items import Item
from doublebill.model.recommender import Recommender
from model_contract import ModelContract
from worlds import checkerboard

NOTHING = np.zeros(0, np.int32)
ODD_AND_EVEN = {f"item-{n:02}": Item(f"item-{n:02}", tags=(("even", "odd")[n % 2],)) for n in range(12)}
NEW = {
    "new-even": Item("new-even", tags=("even",)),
    "new-odd": Item("new-odd", tags=("odd",)),
    "new-other": Item("new-other", tags=("other",)),
    "new-plain": Item("new-plain"),
}
"""Items of nobody beside the checkerboard, two of them without anything that the other items share."""

CONFIGS = [Config(Knn("cosine"), cold_users=3), Config(Edlae(ridge=1.0), cold_users=3)]


def world(config: Config, items: Mapping[str, Item] | None = None) -> Recommender:
    """The checkerboard with its parities as tags and the new items, fitted."""
    cleaned = clean(checkerboard(), {**ODD_AND_EVEN, **NEW} if items is None else items)
    return fit(cleaned.catalog, cleaned.interactions, config)


def recommended(model: Recommender, *item_ids: str, n: int = 16) -> list[str]:
    history = np.array([model.catalog.find(item_id) for item_id in item_ids], np.int32)
    ranking = model.recommend(history, np.ones(len(history)), n, history)
    return [model.catalog.item_ids[item] for item in ranking.items.tolist()]


class TestWithColdItemsAModelKeepsItsContract(ModelContract):
    config = Config(Knn("cosine"), cold_users=100)


@pytest.mark.parametrize("config", CONFIGS)
def test_an_item_of_nobody_is_recommended_to_those_who_like_what_is_like_it(config: Config) -> None:
    model = world(config)
    even, odd = recommended(model, "item-00", "item-02"), recommended(model, "item-01", "item-03")
    assert even.index("new-even") < 5 < even.index("new-odd")
    assert odd.index("new-odd") < 5 < odd.index("new-even")


@pytest.mark.parametrize("config", CONFIGS)
def test_a_history_of_cold_items_only_gets_what_is_like_them_and_is_not_cold(config: Config) -> None:
    model = world(config)
    for parity, item_id in enumerate(["new-even", "new-odd"]):
        assert {int(found[-2:]) % 2 for found in recommended(model, item_id, n=5)} == {parity}
    item = model.catalog.find("new-odd")
    assert not model.recommend(np.array([item]), np.ones(1), 5, NOTHING).cold


@pytest.mark.parametrize("item_id", ["new-other", "new-plain"])
def test_a_cold_item_of_which_nothing_is_known_that_others_share_leads_nowhere(item_id: str) -> None:
    model = world(CONFIGS[0])
    item = model.catalog.find(item_id)
    ranking = model.recommend(np.array([item]), np.ones(1), 5, NOTHING)
    assert ranking.cold
    assert ranking.items.tolist() == model.ranker.order[:5].tolist()


def test_a_cold_item_that_is_disliked_ranks_what_is_like_it_last() -> None:
    model = world(CONFIGS[0])
    item = model.catalog.find("new-odd")
    ranking = model.recommend(np.array([item]), np.array([-1.0]), 6, np.array([item]))
    found = [model.catalog.item_ids[one] for one in ranking.items.tolist()]
    assert not {f"item-{n:02}" for n in range(1, 12, 2)} & set(found)


def test_warm_items_keep_their_edges_among_each_other() -> None:
    before, after = (world(Config(Knn("cosine"), values="float32", cold_users=users)) for users in (0, 3))
    for source in range(12):
        for target in range(12):
            history, wanted = np.array([source]), np.array([target])
            parts = [model.contributions(history, np.ones(1), wanted)[0, 0] for model in (before, after)]
            assert parts[0] == parts[1]


@pytest.mark.parametrize("items", [{}, {item_id: Item(item_id) for item_id in ODD_AND_EVEN}])
def test_without_metadata_nothing_changes(items: dict[str, Item]) -> None:
    cleaned = clean(checkerboard(), items)
    edges = fit_edges(cleaned.interactions, Config(Knn("cosine")))
    assert cold_items.with_cold_items(edges, cleaned.catalog, cleaned.interactions, Config(cold_users=100)) is edges


def test_with_cold_users_0_nothing_changes() -> None:
    cleaned = clean(checkerboard(), {**ODD_AND_EVEN, **NEW})
    edges = fit_edges(cleaned.interactions, Config(Knn("cosine")))
    assert cold_items.with_cold_items(edges, cleaned.catalog, cleaned.interactions, Config()) is edges


def test_what_is_like_cold_items_is_found_once_for_all_configs_of_a_training_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[int] = []
    monkeypatch.setattr(cold_items, "most_similar", lambda *words: (found.append(words[3]), most_similar(*words))[1])
    cleaned = clean(checkerboard(), {**ODD_AND_EVEN, **NEW})
    bench = Workbench(cleaned.catalog, cleaned.interactions)
    models = [bench.recommender(Config(Knn("cosine"), k=k, cold_users=3)) for k in (2, 3)]
    assert len(found) == 4  # warm and cold items, each with warm ones and with all
    for model in models:
        alone = fit(cleaned.catalog, cleaned.interactions, model.config)
        assert np.array_equal(model.neighbours.values, alone.neighbours.values)
        assert np.array_equal(model.neighbours.targets, alone.neighbours.targets)


def test_a_catalog_that_nobody_has_met_recommends_by_metadata_alone() -> None:
    catalog = Catalog.of([], {**ODD_AND_EVEN, **NEW})
    none = np.zeros(0, int)
    nobody = Interactions.of(none, none, np.zeros(0), none, len(catalog))
    model = fit(catalog, nobody, Config(Knn("cosine"), cold_users=1))
    assert {int(found[-2:]) % 2 for found in recommended(model, "item-03", "item-05", n=4)} == {1}


def blended(users: int, cold_users: int) -> float:
    """The edge towards an item of that many users from an item that no one of them has, but its likes have."""
    viewers = [("even-viewer", n) for n in range(6)]
    events = [Event(f"{name}{n}", item_id, "view") for name, n in viewers for item_id in ("a", "b", "c")]
    events += [Event(f"stranger{n}", item_id, "view") for n in range(users) for item_id in ("rare", "stranger")]
    cleaned = clean(events, {item_id: Item(item_id, tags=("same",)) for item_id in ("a", "b", "c", "rare")})
    edges = fit_edges(cleaned.interactions, Config(Knn("cosine")))
    config = Config(Knn("cosine"), cold_users=cold_users)
    after = cold_items.with_cold_items(edges, cleaned.catalog, cleaned.interactions, config)
    return float(after[cleaned.catalog.find("a"), cleaned.catalog.find("rare")])


def test_the_more_users_an_item_has_the_less_its_metadata_promises() -> None:
    values = [blended(users, cold_users=4) for users in range(1, 5)]
    assert values == sorted(values, reverse=True)
    assert values[0] == pytest.approx(3 * values[2])  # 3/4 of the promise against 1/4
    assert values[3] == 0


def test_promises_are_scaled_to_what_warm_items_have() -> None:
    random = np.random.default_rng(7)
    means = sp.random_array((30, 20), density=0.3, rng=random, format="csr")
    cosines = sp.random_array((30, 20), density=0.3, rng=random, format="csr")
    true = means * 0.7 + cosines * 0.2 + sp.random_array((30, 20), density=0.1, rng=random) * 0.01
    products = [float(x.multiply(y).sum()) for x, y in ((means, means), (means, cosines), (cosines, cosines))]
    targets = [float(x.multiply(true).sum()) for x in (means, cosines)]
    both = np.column_stack([means.toarray().ravel(), cosines.toarray().ravel()])
    expected = np.linalg.lstsq(both, true.toarray().ravel(), rcond=None)[0]
    assert cold_items.least_squares_scales(*products, *targets) == pytest.approx(tuple(expected))


def test_neither_part_of_a_promise_counts_below_nothing() -> None:
    assert cold_items.least_squares_scales(1.0, 0.5, 1.0, 1.0, -1.0) == (1.0, 0.0)
    assert cold_items.least_squares_scales(1.0, 0.5, 1.0, -1.0, 1.0) == (0.0, 1.0)
    assert cold_items.least_squares_scales(0.0, 0.0, 2.0, 0.0, 1.0) == (0.0, 0.5)
    assert cold_items.least_squares_scales(0.0, 0.0, 0.0, 0.0, 0.0) == (0.0, 0.0)


def test_the_block_size_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = world(CONFIGS[1]).neighbours
    monkeypatch.setattr(cold_items, "BLOCK", 2)
    blocked = world(CONFIGS[1]).neighbours
    assert np.array_equal(whole.targets, blocked.targets)
    np.testing.assert_allclose(whole.similarities, blocked.similarities, rtol=1e-6)


def test_a_cold_item_gets_no_more_edges_each_way_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold_items, "EDGES", 2)
    monkeypatch.setattr(cold_items, "POPULAR", 0)
    model = world(CONFIGS[0])
    item = model.catalog.find("new-even")
    indptr, targets = model.neighbours.indptr, model.neighbours.targets
    assert (targets[: indptr[item]] == item).sum() + (targets[indptr[item + 1] :] == item).sum() <= 2 + 1
    assert indptr[item + 1] - indptr[item] <= 2 + 1  # one more where the other is cold too


def test_of_too_many_cold_items_available_ones_and_those_with_users_come_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cold_items, "MOST_COLD", 2)
    users, available = np.array([0, 4, 0, 2, 9]), np.array([True, False, True, True, True])
    assert cold_items.cold_item_numbers(users < 9, users, available).tolist() == [0, 3]


@pytest.mark.parametrize("seed", range(5))
def test_most_alike_finds_what_sorting_all_cosines_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    content = sp.csr_array(np.round(random.random((20, 6)), 1) * (random.random((20, 6)) < 0.5))
    items, others = np.array([3, 0, 9]), random.permutation(20)[:15]
    found = most_similar(content, items, others, 4).toarray()
    cosines = np.round((content @ content.T).toarray(), 9)
    for row, item in enumerate(items):
        able = [(-cosines[item, o], place, o) for place, o in enumerate(others) if o != item and cosines[item, o] > 0]
        expected = np.zeros(20)
        for _, _, other in sorted(able)[:4]:
            expected[other] = cosines[item, other]
        assert found[row].tolist() == expected.tolist()


def test_strongest_keeps_the_largest_of_either_sign_and_the_lower_column_of_equals() -> None:
    rows = sp.csr_array(np.array([[1.0, -2.0, 1.0, 0.5], [0.0, 3.0, 0.0, 0.0]]))
    assert strongest_entries(rows, 2).toarray().tolist() == [[1.0, -2.0, 0.0, 0.0], [0.0, 3.0, 0.0, 0.0]]


def likeness(*items: Item) -> np.ndarray:
    content = item_features(Catalog.of([], {item.item_id: item for item in items}))
    cosines: np.ndarray = (content @ content.T).toarray()
    return cosines


def test_finding_out_what_items_are_like_leaves_the_catalog_as_it_was() -> None:
    """A tag of one item says nothing and is taken out of the matrix, but not out of the catalog."""
    items = [Item("a", tags=("alone", "shared")), Item("b", tags=("shared",)), Item("c", tags=("other", "shared"))]
    catalog = Catalog.of([], {item.item_id: item for item in items})
    before = {name: array.copy() for name, array in catalog.to_arrays().items()}
    item_features(catalog)
    for name, array in catalog.to_arrays().items():
        np.testing.assert_array_equal(array, before[name])
    assert [list(catalog.tags(item)) for item in range(3)] == [list(item.tags) for item in items]


def test_years_are_more_alike_the_nearer_they_are() -> None:
    cosines = likeness(*(Item(f"{n}", year=year) for n, year in enumerate([1990, 1993, 1998, 2015, -300])))
    assert cosines[0, 0] == pytest.approx(1)
    assert cosines[0, 0] > cosines[0, 1] > cosines[0, 2] > cosines[0, 3] == 0
    assert cosines[0, 4] == 0


def test_a_rare_tag_makes_more_alike_than_a_common_one() -> None:
    tags = [("drama", "noir"), ("drama", "war"), ("noir", "war"), ("drama", "x"), ("drama", "y")]
    cosines = likeness(*(Item(f"{n}", tags=both) for n, both in enumerate(tags)))
    assert cosines[0, 2] > cosines[0, 1] > 0


def test_a_tag_or_word_of_one_item_only_says_nothing() -> None:
    assert likeness(Item("0", title="Alien", tags=("a",)), Item("1", title="Brazil", tags=("b",))).sum() == 0


def test_a_word_of_most_titles_says_nothing() -> None:
    items = [Item(f"{n:03}", title=f"The {n}") for n in range(30)]
    assert likeness(*items, Item("x", title="the")).sum() == 0


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("The Matrix: RELOADED", ["matrix", "reloaded", "the"]),
        ("Am\u00e9lie & Ame\u0301lie", ["am\u00e9lie"]),  # the second with a combining accent
        ("Straße_im Regen!", ["im", "regen", "strasse"]),
        ("Солярис 2", ["2", "солярис"]),
        ("", []),
    ],
)
def test_words_are_recognised_whatever_their_script_or_case(title: str, words: list[str]) -> None:
    assert title_words(title) == words
