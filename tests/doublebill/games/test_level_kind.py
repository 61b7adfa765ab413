import json

import pytest

from doublebill.errors import NotReached
from doublebill.games.content_kind import GenerationRequest, LevelOptions
from doublebill.games.kinds import KINDS
from doublebill.games.maze.kind import MAZE

COUNT = 12
TOO_LONG = {"path": 122, "openness": [40, 70]}
"""A spec of mazes that no attempt meets, so that each of them is tried."""


def made(kind, steps, spec=None, count=COUNT, **options):
    return kind.generate(GenerationRequest(spec or {}, 5, count, LevelOptions(**options), steps))


def fewest_steps(kind, items, **request):
    """The fewest steps, to a tenth, within which so many items are made."""
    steps = 100
    while True:
        try:
            if len(made(kind, steps, **request).items) >= items:
                return steps
        except NotReached:
            pass
        steps += steps // 10


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_is_made_within_the_steps_comes_back_and_the_rest_is_named(kind):
    steps = fewest_steps(kind, 3)
    batch = made(kind, steps)
    count = len(batch.items)
    assert 3 <= count < COUNT
    limit = {"limit": steps, "unit": "steps"}
    assert batch.summary["not_reached"] == [{"index": i, "seed": f"5#{i}"} | limit for i in range(count, COUNT)]
    assert batch.summary["variety"]["asked"] == count
    for item in batch.items:
        assert [item] == list(kind.generate(GenerationRequest({}, item["seed"])).items)


def test_equal_requests_end_at_the_same_item():
    steps = fewest_steps(MAZE, 4)
    one, other = made(MAZE, steps), made(MAZE, steps)
    assert (one.items, one.summary) == (other.items, other.summary)


def test_without_a_single_item_the_request_is_not_reached():
    with pytest.raises(NotReached, match="more than the 20 steps"):
        made(MAZE, 20)


def test_items_that_do_not_fit_the_answer_are_named():
    whole = made(MAZE, 7_000_000, count=3)
    size = len(json.dumps(list(whole.items), separators=(",", ":")))
    batch = MAZE.generate(GenerationRequest({}, 5, 3, answer_bytes=size))
    assert batch.items == whole.items[:2]
    assert batch.summary["not_reached"] == [{"index": 2, "seed": "5#2", "limit": size, "unit": "bytes"}]
    assert len(MAZE.generate(GenerationRequest({}, 5, 3, answer_bytes=1)).items) == 1


def test_strict_requests_are_refused_where_an_item_is_missing():
    steps = fewest_steps(MAZE, 3)
    with pytest.raises(NotReached, match="of 12 items are the work"):
        made(MAZE, steps, strict=True)
    assert len(made(MAZE, 7_000_000, strict=True).items) == COUNT


def test_the_nearest_level_is_the_answer_where_the_steps_end_before_the_last_attempt():
    steps = fewest_steps(MAZE, 1, spec=TOO_LONG, count=1)
    (early,) = made(MAZE, steps, TOO_LONG, count=1).items
    (late,) = made(MAZE, 7_000_000, TOO_LONG, count=1).items
    assert early["fallback"]
    assert early["attempts"] < late["attempts"]


def test_levels_that_could_not_be_told_apart_in_time_are_counted_as_alike():
    spec = {"width": 3, "height": 3}
    batch = made(MAZE, fewest_steps(MAZE, COUNT, spec=spec), spec)
    assert batch.summary["variety"]["alike"] >= made(MAZE, 7_000_000, spec).summary["variety"]["alike"] > 0
