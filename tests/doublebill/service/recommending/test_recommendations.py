"""Answers: how many, of what, in how many pages, why, and what is said about them."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, NotFound
from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.fit.ratings.fit_ratings import fit_ratings
from doublebill.model.config import Config
from doublebill.model.items import Item
from doublebill.service.recommending import lists, recommendations
from doublebill.service.recommending.history import UNREAD, History
from doublebill.service.recommending.requests import (
    Direction,
    HistoryItem,
    ListOptions,
    NeighbourOptions,
    Promotion,
    RankingRequest,
    RecommendationOptions,
)
from doublebill.service.recommending.responses import Recommendations
from doublebill.service.registry import recommendation_ids
from doublebill.service.serving.warm_models import Serving, Warm
from fake_records import MemoryRecords
from fakes import MemoryObjects
from tiny_servings import ARTISTS, IDS, World, histories, lettered, liked_and_disliked, worlds
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = FIRST_MS + 1_000_000_000


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Serving:
    objects = MemoryObjects()
    fill(objects, checkerboard())
    trained(objects, FIRST_MS)
    scratch: Path = tmp_path_factory.mktemp("scratch")
    return Warm(objects, MemoryRecords(), scratch, Clock()).serving("films", Deadline(Clock(), 60))


def history_of(*entries: str | HistoryItem) -> History:
    return History([entry if isinstance(entry, HistoryItem) else HistoryItem(entry) for entry in entries])


def recommended(serving: Serving, history: History, **asked: Any) -> Recommendations:
    return recommendations.recommend("films", serving, history, RecommendationOptions(**asked), NOW_MS)


def ids(entries: Any) -> list[str]:
    return [entry["item_id"] for entry in entries]


def adds_up(entries: Any, cold: bool) -> bool:
    """Whether every entry's contributions sum to its score, their shares to 1, the largest first."""
    for entry in entries:
        parts = [part["contribution"] for part in entry.get("contributions", ())]
        shares = [part["share"] for part in entry.get("contributions", ())]
        if cold and not parts:
            continue
        assert not cold or [part["prior"] for part in entry["contributions"]] == ["recent"]
        assert sum(parts) == pytest.approx(entry["score"], abs=1e-9)
        assert not parts or sum(shares) == pytest.approx(1)
        assert shares == sorted(shares, reverse=True)
        assert all(parts)
    return True


# what a caller may ask beside n and cursor; the filter is one that `passes` understands too
FILTERS: list[dict[str, Any]] = [
    {"tags": {"any": ["loud"]}},
    {"tags": {"none": ["loud"]}},
    {"artist": "Abba"},
    {"not": {"artist": {"any": ["Abba", "Can"]}}},
    {"seen": False},
    {"available": True, "tags": {"any": ["new"]}},
    {"available": False},
]


def passes(filter_: dict[str, Any] | None, world: World, history: History) -> set[str]:
    """The items that pass one of `FILTERS`, item by item."""
    seen = {entry.item_id for entry in history.items}
    tests: list[Any] = [
        lambda item: "loud" in item.tags,
        lambda item: "loud" not in item.tags,
        lambda item: item.attributes.get("artist") == "Abba",
        lambda item: item.attributes.get("artist") not in ("Abba", "Can"),
        lambda item: item.item_id not in seen,
        lambda item: item.item_id in world.available and "new" in item.tags,
        lambda item: item.item_id not in world.available,
    ]
    told = tests[FILTERS.index(filter_)] if filter_ is not None else lambda item: True
    return {item.item_id for item in world.items.values() if told(item)}


max_per = st.none() | st.just({"artist": 1}) | st.just({"artist": 2})


@st.composite
def options(draw: st.DrawFn, world: World) -> dict[str, Any]:
    """Everything that may be asked; rules of artists only where an item has one, else the name is unknown."""
    artists = any("artist" in item.attributes for item in world.items.values())
    filters = [one for one in FILTERS if artists or "artist" not in str(one)]
    promoting = st.builds(Promotion, st.sampled_from(filters), st.sampled_from([0.0, 0.3, 1.0]))
    return {
        "exclude": tuple(draw(st.lists(st.sampled_from([*IDS, "nobody"]), max_size=4))),
        "exclude_seen": draw(st.none() | st.booleans()),
        "filter": draw(st.none() | st.sampled_from(filters)),
        "max_per": draw(max_per) if artists else None,
        "promote": draw(st.none() | promoting),
        "diversity": draw(st.sampled_from([0.0, 0.0, 0.5, 1.0])),
    }


def eligible(world: World, history: History, asked: dict[str, Any]) -> set[str]:
    """What may come back, from the words of the request alone."""
    liked, disliked = liked_and_disliked(history)
    default = world.serving.recommender.config.exclude_seen
    all_seen = default if asked["exclude_seen"] is None else asked["exclude_seen"]
    passing = passes(asked["filter"], world, history) & world.available
    return passing - set(asked["exclude"]) - disliked - (liked if all_seen else set())


def capacity(world: World, possible: set[str], most: dict[str, int] | None) -> int:
    """How many of the possible items one answer can hold; each item is of one artist or none."""
    if most is None:
        return len(possible)
    artists = [world.items[item_id].attributes.get("artist") for item_id in possible]
    return artists.count(None) + sum(min(artists.count(artist), most["artist"]) for artist in ARTISTS)


@given(st.data())
def test_asking_n_gives_n_where_the_catalog_can_and_nothing_that_was_ruled_out(data: st.DataObject) -> None:
    world = data.draw(worlds())
    history, asked, n = data.draw(histories), data.draw(options(world)), data.draw(st.integers(1, 16))
    told = recommended(world.serving, history, n=n, explain=True, **asked)
    found = ids(told["recommendations"])
    possible = eligible(world, history, asked)
    assert len(found) == len(set(found)) == min(n, capacity(world, possible, asked["max_per"]))
    assert set(found) <= possible
    assert adds_up(told["recommendations"], told["cold"])
    if asked["promote"] is not None:
        promoted = passes(asked["promote"].filter, world, history)
        flagged = {entry["item_id"] for entry in told["recommendations"] if entry.get("promoted")}
        assert flagged == set(found) & promoted
    else:
        assert not any("promoted" in entry for entry in told["recommendations"])


@given(st.data())
def test_pages_repeat_nothing_though_all_changes_between_them_and_cover_what_stays(data: st.DataObject) -> None:
    first, second = data.draw(worlds()), data.draw(worlds())
    changing = data.draw(st.booleans())
    asked, n = data.draw(options(first)), data.draw(st.integers(1, 5))
    history = data.draw(histories)
    shown: list[str] = []
    cursor = None
    for _ in range(len(IDS) + 2):
        told = recommended(first.serving, history, n=n, cursor=cursor, **asked)
        shown += ids(told["recommendations"])
        cursor = told.get("next_cursor")
        if cursor is None:
            break
        if changing:
            first, second, history = second, first, data.draw(histories)
            asked |= {"filter": None, "max_per": None, "promote": None}  # the other model may not know the names
    assert cursor is None
    assert len(shown) == len(set(shown))
    if not changing:
        assert set(shown) == eligible(first, history, asked)


def test_a_page_that_is_short_since_groups_are_full_is_not_the_last(serving: Serving) -> None:
    items = {item_id: Item(item_id, year=1999) for item_id in ("item-00", "item-01", "item-02")}
    catalog = clean(checkerboard(), items).catalog
    one_year = dataclasses.replace(
        serving, recommender=dataclasses.replace(serving.recommender, catalog=catalog), masks=None
    )
    pages: list[list[str]] = []
    cursor = None
    while cursor or not pages:
        told = recommended(one_year, History(()), n=5, max_per={"year": 1}, filter={"year": 1999}, cursor=cursor)
        cursor = told.get("next_cursor")
        pages.append(ids(told["recommendations"]))
    assert [len(page) for page in pages] == [1, 1, 1, 0]
    assert sorted(item_id for page in pages for item_id in page) == sorted(items)


def test_a_thousand_items_into_the_pages_a_page_takes_no_more_work_than_one_look_up(serving: Serving) -> None:
    """Items of earlier pages are found by their hashes, not page by page: the model is asked once."""
    asked = 0

    class Counting(type(serving.recommender)):  # type: ignore[misc]  # a base that is known while running
        def score(self, *args: Any) -> Any:
            nonlocal asked
            asked += 1
            return super().score(*args)

    model = Counting(
        *(getattr(serving.recommender, name) for name in ("catalog", "neighbours", "popularity", "config"))
    )
    counting = dataclasses.replace(serving, recommender=model)
    page = recommended(counting, history_of("item-00"), n=6)
    before = asked
    recommended(counting, history_of("item-00"), n=5, cursor=page["next_cursor"])
    assert asked == before + 1


@given(worlds(), histories, st.lists(st.sampled_from([*IDS, "nobody", "else"]), min_size=1, max_size=20))
def test_a_ranking_has_every_item_asked_for_once_and_its_parts_add_up(
    world: World, history: History, items: list[str]
) -> None:
    told = recommendations.rank("films", world.serving, history, RankingRequest(tuple(items), explain=True), NOW_MS)
    found = ids(told["recommendations"])
    known = [item_id for item_id in found if item_id in world.items]
    assert sorted(found) == sorted(set(items))
    assert found[: len(known)] == known
    scores = [entry["score"] for entry in told["recommendations"]][: len(known)]
    assert scores == sorted(scores, reverse=True)
    assert adds_up(told["recommendations"], told["cold"])
    unknown = [entry.item_id for entry in history.items] + items
    assert told["unknown_items"] == list(dict.fromkeys(one for one in unknown if one not in world.items))


@given(worlds(), histories)
def test_a_ranking_scores_an_item_as_recommending_it_does(world: World, history: History) -> None:
    everything = dataclasses.replace(world.serving, available=np.ones(len(world.items), np.bool_))
    ranked = recommendations.rank("films", everything, history, RankingRequest(tuple(world.items)), NOW_MS)
    told = recommended(everything, history, n=20, exclude_seen=False)
    scores = {entry["item_id"]: entry["score"] for entry in ranked["recommendations"]}
    assert ranked["cold"] == told["cold"]
    for entry in told["recommendations"]:
        assert scores[entry["item_id"]] == pytest.approx(entry["score"], abs=1e-12)


@given(st.data())
def test_lists_give_n_where_there_are_so_many_and_only_what_is_available_and_passes(data: st.DataObject) -> None:
    world = data.draw(worlds())
    artists = any("artist" in item.attributes for item in world.items.values())
    filter_ = data.draw(st.none() | st.sampled_from([one for one in FILTERS if artists or "artist" not in str(one)]))
    asked = ListOptions(data.draw(st.integers(1, 16)), filter_)
    possible = passes(filter_, world, History(())) & world.available
    for told in (
        lists.popular("films", world.serving, asked, NOW_MS)["popular"],
        lists.trending("films", world.serving, asked, NOW_MS)["trending"],
    ):
        found = ids(told)
        assert len(found) == len(set(found)) == min(asked.n, len(possible))
        assert set(found) <= possible
        scores = [entry["score"] for entry in told]
        assert scores == sorted(scores, reverse=True)


@given(st.data())
def test_neighbours_are_n_where_so_many_are_alike_allowed_and_never_the_item_itself(data: st.DataObject) -> None:
    world = data.draw(worlds())
    model = world.serving.recommender
    item_id = data.draw(st.sampled_from(sorted(world.items)))
    filter_ = data.draw(st.none() | st.sampled_from([one for one in FILTERS if "artist" not in str(one)]))
    n = data.draw(st.integers(1, 16))
    told = lists.neighbours("films", world.serving, item_id, NeighbourOptions(n, filter_), NOW_MS)["neighbours"]
    items, similarities = model.neighbours.around(model.catalog.find(item_id))
    alike = {model.catalog.item_ids[item] for item in items[similarities > 0].tolist()}
    possible = (alike & passes(filter_, world, History(())) & world.available) - {item_id}
    assert len(told) == len(set(ids(told))) == min(n, len(possible))
    assert set(ids(told)) <= possible


def test_sources_of_an_item_fill_up_its_neighbours_where_its_targets_are_too_few() -> None:
    serving = lettered("abcz", {"ab": 3, "ac": 2, "za": 1})
    told = lists.neighbours("films", serving, "a", NeighbourOptions(n=2), NOW_MS)["neighbours"]
    assert ids(told) == ["b", "c"]
    without_b = dataclasses.replace(serving, available=np.array([True, False, True, True]))
    told = lists.neighbours("films", without_b, "a", NeighbourOptions(n=2), NOW_MS)["neighbours"]
    assert [(entry["item_id"], entry["score"]) for entry in told] == [("c", 1.0), ("z", 0.5)]


def test_neighbours_of_a_direction_are_led_to_or_lead_to_the_item() -> None:
    serving = lettered("abcz", {"ab": 3, "ac": 2, "za": 1, "ba": 4})

    def found(direction: Direction) -> list[tuple[str, float]]:
        told = lists.neighbours("films", serving, "a", NeighbourOptions(direction=direction), NOW_MS)["neighbours"]
        return [(entry["item_id"], entry["score"]) for entry in told]

    assert found("from") == [("b", 3.0), ("c", 2.0)]
    assert found("to") == [("b", 4.0), ("z", 1.0)]
    assert found("both") == [("b", 3.5), ("c", 1.0), ("z", 0.5)]


def test_what_is_disliked_never_comes_back(serving: Serving) -> None:
    disliked = HistoryItem("item-00", -1.0)
    told = recommended(serving, history_of(disliked, "item-02"), n=100, exclude_seen=False)["recommendations"]
    assert "item-00" not in ids(told)
    assert "item-02" in ids(told)


def test_a_history_that_leads_nowhere_is_cold(serving: Serving) -> None:
    assert recommended(serving, history_of(HistoryItem("item-00", 0.0)))["cold"] is True


def test_an_older_item_counts_less_where_a_half_life_and_times_say_so(serving: Serving) -> None:
    model = dataclasses.replace(serving.recommender, config=Config(half_life=1.0))
    decaying = dataclasses.replace(serving, recommender=model)
    shares = {}
    for name, times in {"none": (None, None), "told": (100.0, 200.0)}.items():
        history = [HistoryItem(item, 1.0, time) for item, time in zip(("item-00", "item-01"), times, strict=True)]
        told = recommended(decaying, History(history), n=12, explain=True)
        shares[name] = {
            (entry["item_id"], part["item_id"]): part["contribution"]
            for entry in told["recommendations"]
            for part in entry["contributions"]
        }
        assert adds_up(told["recommendations"], cold=False)
    assert shares["told"]
    for (item, source), part in shares["told"].items():
        assert part == pytest.approx(shares["none"][item, source] * (0.5 if source == "item-00" else 1.0))


def rating(serving: Serving) -> Serving:
    """The same model, which learnt from twenty users that even items are rated 5 by whoever rates even items 5."""
    events = [
        Event(f"u{u}", f"item-{i:02}", "rate", 5.0 if u % 2 == i % 2 else 1.0)
        for u in range(20)
        for i in range(12)
        if (u + i) % 5
    ]
    learnt = fit_ratings(clean(events, {}).ratings)
    return dataclasses.replace(serving, recommender=dataclasses.replace(serving.recommender, ratings=learnt))


@pytest.mark.parametrize("entry", ["item-02", HistoryItem("item-02", rating=5.0), "nope"])
def test_ratings_are_predicted_beside_an_order_that_stays_as_it_was(serving: Serving, entry: str | HistoryItem) -> None:
    plain, predicting = (
        recommended(one, history_of(entry), n=12)["recommendations"] for one in (serving, rating(serving))
    )
    assert [{**one, "predicted_rating": None} for one in plain] == [
        {**one, "predicted_rating": None} for one in predicting
    ]
    assert not any("predicted_rating" in one for one in plain)
    assert all(1 <= one["predicted_rating"] <= 5 for one in predicting)


def test_a_rating_tells_of_the_rating_of_what_is_alike(serving: Serving) -> None:
    history = history_of(HistoryItem("item-02", rating=5.0), HistoryItem("item-04", rating=5.0))
    told = recommended(rating(serving), history, n=12)["recommendations"]
    stars = {entry["item_id"]: entry["predicted_rating"] for entry in told}
    assert min(stars["item-00"], stars["item-06"]) > max(stars["item-01"], stars["item-07"]) + 0.5


def test_a_history_may_mix_ids_and_weighted_entries(serving: Serving) -> None:
    told = recommended(serving, history_of("item-00", HistoryItem("item-02", -1.0)), n=3, explain=True)
    parts = {
        part["item_id"]: part["contribution"] for item in told["recommendations"] for part in item["contributions"]
    }
    assert parts["item-00"] > 0
    assert parts["item-02"] < 0


def test_an_item_repeated_a_thousand_times_is_one_item(serving: Serving) -> None:
    once, often = (recommended(serving, history_of(*("item-00",) * times))["recommendations"] for times in (1, 1000))
    assert once == often


def test_unknown_items_are_named_once_and_ignored(serving: Serving) -> None:
    told = recommended(serving, history_of("nope", "item-00", "nope"), exclude=("neither",))
    assert told["unknown_items"] == ["nope"]
    assert told["cold"] is False


def test_an_answer_is_headed_by_who_answered_and_when(serving: Serving) -> None:
    told = recommended(serving, history_of("item-00"))
    assert (told["catalog"], told["model_version"], told["degraded"]) == ("films", serving.version, False)
    assert recommendation_ids.parse(told["recommendation_id"]) == (serving.version, NOW_MS)


@pytest.mark.parametrize(
    ("of_model", "of_history", "told"),
    [
        (None, None, False),
        ("late", None, "late"),
        (None, UNREAD, UNREAD),
        ("late", UNREAD, f"late; {UNREAD}"),
    ],
)
def test_the_model_and_the_history_both_say_why_an_answer_is_degraded(
    serving: Serving, of_model: str | None, of_history: str | None, told: str | bool
) -> None:
    late = dataclasses.replace(serving, degraded=of_model)
    history = History((), degraded=of_history)
    assert recommended(late, history)["degraded"] == told
    assert recommendations.rank("films", late, history, RankingRequest(("item-00",)), NOW_MS)["degraded"] == told


def test_where_the_history_could_not_be_read_popular_items_are_given_and_it_says_so(serving: Serving) -> None:
    told = recommended(serving, History((), degraded=UNREAD), n=5)
    assert (told["cold"], told["degraded"]) == (True, UNREAD)
    popular = lists.popular("films", serving, ListOptions(5), NOW_MS)["popular"]
    assert [dict(entry) for entry in told["recommendations"]] == [dict(entry) for entry in popular]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"filter": {"colour": "red"}}, "filter.colour"),
        ({"promote": Promotion({"year": "1999"}, 0.5)}, "promote.filter.year"),
        ({"max_per": {"colour": 1}}, "max_per.colour"),
        ({"cursor": "nothing of ours"}, "cursor"),
    ],
)
def test_what_is_wrong_in_a_request_is_named(serving: Serving, asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        recommended(serving, history_of("item-00"), **asked)
    assert [complaint.field for complaint in wrong.value.complaints] == [field]


def test_a_filter_sees_what_is_available_now_and_what_it_came_to_is_kept(serving: Serving) -> None:
    catalog = serving.recommender.catalog
    down = catalog.available.copy()
    down[catalog.find("item-02")] = False
    now = dataclasses.replace(serving, available=down)
    asked = {"item_id": {"any": ["item-02", "item-04"]}}
    told = recommended(now, history_of("item-00"), filter={**asked, "available": True})["recommendations"]
    assert ids(told) == ["item-04"]
    assert serving.masks is not None
    kept = len(serving.masks())
    assert kept > 0
    recommended(serving, history_of("item-00"), filter={**asked, "available": True})
    assert len(serving.masks()) == kept


def test_only_items_that_are_alike_are_neighbours(serving: Serving) -> None:
    told = lists.neighbours("films", serving, "item-00", NeighbourOptions(n=100), NOW_MS)["neighbours"]
    assert all(entry["score"] > 0 for entry in told)
    assert set(ids(told)) == {f"item-{n:02}" for n in range(2, 12, 2)}


def test_an_unknown_item_has_no_neighbours(serving: Serving) -> None:
    with pytest.raises(NotFound, match="no item 'nope'"):
        lists.neighbours("films", serving, "nope", NeighbourOptions(), NOW_MS)


def test_what_is_trending_comes_with_its_score_and_what_is_popular_after_it(serving: Serving) -> None:
    trending = dataclasses.replace(serving, trending=[("item-07", 3.5), ("unknown", 3.0), ("item-01", 2.0)])
    told = lists.trending("films", trending, ListOptions(4), NOW_MS)["trending"]
    popular = ids(lists.popular("films", serving, ListOptions(4), NOW_MS)["popular"])
    others = [item_id for item_id in popular if item_id not in ("item-07", "item-01")][:2]
    assert [(entry["item_id"], entry["score"]) for entry in told] == [
        ("item-07", 3.5),
        ("item-01", 2.0),
        *((item_id, 0.0) for item_id in others),
    ]


@given(worlds())
def test_titles_are_shown_where_there_are_any(world: World) -> None:
    for entry in lists.popular("films", world.serving, ListOptions(20), NOW_MS)["popular"]:
        assert entry.get("title", "") == world.items[entry["item_id"]].title
