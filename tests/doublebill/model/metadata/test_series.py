"""Series: the order of episodes against a slow oracle, and what follows a history."""

import numpy as np
import pytest

from doublebill.model.attributes import Attributes
from doublebill.model.items import Value
from doublebill.model.metadata.series import Series


def series_of(*described: dict[str, Value]) -> Series | None:
    return Series.of(Attributes.of(described), len(described))


def test_without_series_or_episodes_there_are_none() -> None:
    assert series_of({"series": "Dark"}, {"episode": 1.0}) is None
    assert series_of({"series": "Dark"}, {}) is None
    assert series_of({}, {}) is None


def test_what_follows_a_history_is_the_episode_after_the_last_one_of_each_series() -> None:
    names = [("Dark", 1), ("Dark", 2), ("Dark", 3), ("Lost", 1), ("Lost", 2), ("Lost", 4)]
    shelf = series_of(*({"series": name, "episode": float(number)} for name, number in names), {"series": "Dark"})
    assert shelf is not None
    last, following = shelf.following(np.array([6, 5, 0, 1]))
    assert dict(zip(last.tolist(), following.tolist(), strict=True)) == {1: 2, 5: -1}
    assert [part.tolist() for part in shelf.following(np.array([6]))] == [[], []]
    assert [part.tolist() for part in shelf.following(np.zeros(0, np.int32))] == [[], []]


def test_seasons_come_first() -> None:
    described: list[dict[str, Value]] = [
        {"series": "Dark", "season": 2.0, "episode": 1.0},
        {"series": "Dark", "season": 1.0, "episode": 8.0},
    ]
    shelf = series_of(*described)
    assert shelf is not None
    assert shelf.next.tolist() == [-1, 0]


@pytest.mark.parametrize("seed", range(3))
def test_the_next_episode_is_the_lowest_later_one_of_the_series(seed: int) -> None:
    random = np.random.default_rng(seed)
    names: list[Value] = ["Dark", "Lost", 7.0, 8.0]
    described: list[dict[str, Value]] = [
        {"series": names[random.integers(4)], "season": float(random.integers(2)), "episode": float(random.integers(4))}
        for _ in range(25)
    ]
    shelf = series_of(*described)
    assert shelf is not None
    for item, one in enumerate(described):
        places = [
            ((other["season"], other["episode"]), n)
            for n, other in enumerate(described)
            if other["series"] == one["series"]
        ]
        later = [(place, n) for place, n in places if place > (one["season"], one["episode"])]
        assert shelf.next[item] == (min(later)[1] if later else -1)
