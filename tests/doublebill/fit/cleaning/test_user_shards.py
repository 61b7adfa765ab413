"""Shards of users: cleaned apart, they add up to the very bytes of everything cleaned at once."""

import numpy as np
import pytest

from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.fit.clean import Cleaned, Cleaning, clean
from doublebill.fit.cleaning.user_shard import UserShard
from doublebill.model.interactions import Interactions
from doublebill.model.items import Item

DAY_MS = 86_400_000
ITEMS = {"i-3": Item("i-3", removed=True), "i-4": Item("i-4", title="Four")}


def a_year(ratings: tuple[float, ...]) -> list[Event]:
    """Events of 40 users: plays, ratings, skips and dislikes, some of them twice or with an id."""
    chance = np.random.default_rng(1)
    kinds = ["play", "rate", "skip", "dislike"] if ratings else ["play"]
    events = []
    for number in range(900):
        user, item, days = chance.integers(0, [40, 25, 365]).tolist()
        kind = kinds[int(chance.integers(len(kinds)))]
        value = ratings[int(chance.integers(len(ratings)))] if kind == "rate" else 1.0
        event_id = f"e-{number % 200}" if number % 3 == 0 else ""
        events.append(Event(f"u-{user}", f"i-{item}", kind, value, (days + 1) * DAY_MS + number, event_id))
    return [*events, *events[::7]]


def in_shards(events: list[Event], shards: int) -> Cleaned:
    cleaning = Cleaning(ITEMS)
    for shard in range(shards):
        cleaning.add(EventTable.of(event for event in events if int(event.user[2:]) % shards == shard))
    return cleaning.cleaned()


def bytes_of(matrix: Interactions) -> list[bytes]:
    columns = [matrix.indptr, matrix.items, matrix.weights, matrix.timestamps]
    return [column.tobytes() for column in (*columns, *([matrix.stars.values] if matrix.stars else []))]


@pytest.mark.parametrize("ratings", [(), (1.0, 2.0, 5.0), (4.0, 5.0), (1.0, 2.0, 3.0, 3.0, 4.0, 5.0) * 5 + (100.0,)])
def test_users_cleaned_in_shards_give_the_bytes_of_all_cleaned_at_once(ratings):
    events = a_year(ratings)
    whole, apart = clean(events, ITEMS), in_shards(events, 3)
    assert bytes_of(whole.interactions) == bytes_of(apart.interactions)
    assert bytes_of(whole.ratings) == bytes_of(apart.ratings)
    moment = whole.timeline.moment(0.6)
    assert bytes_of(whole.timeline.as_of(moment)) == bytes_of(apart.timeline.as_of(moment))
    assert whole.recent_visits(7.0).data == apart.recent_visits(7.0).data
    for name in ("events", "duplicates", "newest", "scale", "outside", "rated", "repeatable"):
        assert getattr(whole, name) == getattr(apart, name), name
    assert (whole.outside > 0) == (100.0 in ratings)
    assert len(whole.catalog) == len(apart.catalog)


def test_shards_have_the_pauses_of_all_their_users():
    late = [Event(f"u-{user}", "i-1", "play", 1.0, 9_000 * DAY_MS + user) for user in range(3)]
    whole, apart = clean(a_year(()) + late, ITEMS), in_shards(a_year(()) + late, 3)
    assert [*whole.timeline.pauses] == [*apart.timeline.pauses] != []
    assert whole.interactions.timestamps.min() > 8_600 * DAY_MS
    assert bytes_of(whole.interactions) == bytes_of(apart.interactions)
    moment = whole.timeline.moment(0.6)
    assert bytes_of(whole.timeline.as_of(moment)) == bytes_of(apart.timeline.as_of(moment))
    assert whole.recent_visits(7.0).data == apart.recent_visits(7.0).data
    assert whole.newest == apart.newest == 9_000 * DAY_MS + 2


def test_no_table_at_all_gives_an_empty_matrix():
    cleaned = Cleaning({}).cleaned()
    assert (cleaned.interactions.n_users, cleaned.ratings.n_users, cleaned.events) == (0, 0, 0)


def test_shards_share_the_strings_of_their_items():
    names: dict[str, str] = {}
    first, second = (UserShard.of(EventTable.of([Event(user, "film-1", "view")]), names) for user in ("u", "v"))
    assert first.item_ids[0] is second.item_ids[0]
