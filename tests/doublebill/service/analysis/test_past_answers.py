"""Past answers: which version was champion at a time."""

import pytest

from doublebill.errors import NotFound
from doublebill.service.analysis.past_answers import champion_at
from doublebill.service.registry import runs
from doublebill.service.registry.champions import promote, read_champion, roll_back


def test_moves_by_people_are_remembered_with_their_times(two) -> None:
    objects, first, second = two[0].copy(), *two[1:]
    promoted_ms = read_champion(objects, "films").promoted_ms
    promote(objects, "films", first, promoted_ms + 100)
    roll_back(objects, "films", promoted_ms + 200)
    assert [champion_at(objects, "films", promoted_ms + after) for after in (0, 99, 100, 199, 200)] == [
        *(second, second, first, first, second)
    ]


def test_the_champion_of_a_time_is_the_last_that_was_promoted_by_then(two) -> None:
    objects, first, second = two
    ended = {}
    for key in objects.keys("runs/films/"):
        fields = runs.read(objects, "films", key.rpartition("/")[2].removesuffix(".json"), 0)
        ended[fields["version"]] = fields["finished_ms"]
    champion = read_champion(objects, "films")
    assert champion
    assert champion.version == second
    assert champion_at(objects, "films", champion.promoted_ms) == second
    assert champion_at(objects, "films", champion.promoted_ms - 1) == first
    assert champion_at(objects, "films", ended[first]) == first
    with pytest.raises(NotFound, match="--version"):
        champion_at(objects, "films", ended[first] - 1)
