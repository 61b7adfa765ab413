"""Judged differences: better or worse only where the interval excludes 0, on enough users."""

import pytest

from doublebill.fit.evaluation.judged_difference import judged

NAMES = ("b", "a")


@pytest.mark.parametrize(
    ("ends", "users", "outcome", "sentence"),
    [
        (
            (-0.0344, -0.0442, -0.0238),
            187,
            "worse",
            (
                "b is worse than a in ndcg@100 on 187 users: "
                "the difference is -0.0344, with a 95 % interval of -0.0442 to -0.0238"
            ),
        ),
        (
            (0.02, 0.01, 0.03),
            1870,
            "better",
            (
                "b is better than a in ndcg@100 on 1,870 users: "
                "the difference is +0.0200, with a 95 % interval of +0.0100 to +0.0300"
            ),
        ),
        (
            (-0.0007, -0.0069, 0.0051),
            187,
            "not distinguishable",
            (
                "b is not distinguishable from a in ndcg@100 on 187 users: "
                "the difference is -0.0007, with a 95 % interval of -0.0069 to +0.0051, which contains 0"
            ),
        ),
        (
            (-0.5, -0.6, -0.4),
            9,
            "not distinguishable",
            (
                "b is not distinguishable from a in ndcg@100 on 9 users: the difference is -0.5000, "
                "with a 95 % interval of -0.6000 to -0.4000; fewer than 10 users are too few to judge by"
            ),
        ),
    ],
)
def test_a_difference_counts_beyond_its_interval_and_on_enough_users(
    ends: tuple[float, float, float], users: int, outcome: str, sentence: str
) -> None:
    measured = {**dict(zip(("difference", "low", "high"), ends, strict=True)), "standard_error": 0.0, "users": users}
    found = judged("ndcg@100", measured, NAMES)
    assert (found["outcome"], found["sentence"], found["users"]) == (outcome, sentence, users)


@pytest.mark.parametrize("ends", [(0.0, 0.0), (0.0, 0.1), (-0.1, 0.0)])
def test_an_interval_that_touches_0_tells_nothing_apart(ends: tuple[float, float]) -> None:
    measured = {"difference": 0.0, "low": ends[0], "high": ends[1], "users": 100}
    assert judged("recall@20", measured, NAMES)["outcome"] == "not distinguishable"
