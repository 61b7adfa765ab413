"""Plans: what fits runs here, what does not goes to Spark or is refused, and each limit moves the decision."""

import math
from dataclasses import replace

import pytest

from doublebill.errors import Unfittable
from doublebill.service.scaling.data_size import DataSize
from doublebill.service.scaling.limits import MEASURED, Machine
from doublebill.service.scaling.plan import decide

LAMBDA = Machine(3_000_000_000, 870.0)
FEW, MANY = DataSize(1_000_000, 9_000_000, 2_000), DataSize(50_000_000, 450_000_000, 20_000)


def test_a_training_that_fits_runs_here_and_says_what_it_needs_of_what() -> None:
    plan = decide(FEW, LAMBDA, spark=True)
    assert plan.place == "here"
    assert (
        plan.why
        == "it needs up to about 0.8 GB and 97 seconds for 1,000,000 events without a search, of 3.0 GB and 870 seconds"
    )
    assert plan.to_json() == {
        "place": "here",
        "why": plan.why,
        "rows": 1_000_000,
        "memory_mb": 846,
        "seconds": 96.7,
    }


def test_one_that_does_not_fit_goes_to_spark_or_is_refused_with_what_to_do() -> None:
    assert decide(MANY, LAMBDA, spark=True).place == "spark"
    with pytest.raises(Unfittable, match=r"needs up to about 30.9 GB .* there are 3.0 GB .*; give it more memory"):
        decide(MANY, LAMBDA, spark=False)


def test_what_to_do_is_named_as_it_is_set_there() -> None:
    with pytest.raises(Unfittable, match=r"^(?!.*DOUBLEBILL).*TrainMemory .*SparkTrainings"):
        decide(MANY, LAMBDA, spark=False)
    with pytest.raises(Unfittable, match=r"there are 1.0 GB; .*DOUBLEBILL_SPARK_JOBS"):
        decide(MANY, Machine(10**9, math.inf), spark=False)


def test_seconds_are_left_out_where_there_is_no_end() -> None:
    assert decide(FEW, Machine(25_300_000_000, math.inf), spark=False).why.endswith("without a search, of 25.3 GB")


@pytest.mark.parametrize(("size", "place"), [(FEW, "here"), (MANY, "spark")])
def test_a_plan_of_a_private_training_has_no_figure_of_the_data(size: DataSize, place: str) -> None:
    plan = decide(size, LAMBDA, spark=True, private=True)
    assert plan.to_json() == {"place": place}
    assert not any(letter.isdigit() for letter in plan.why)


@pytest.mark.parametrize("spark", [False, True])
def test_a_private_training_that_fits_nowhere_tells_no_figure_of_the_data(spark: bool) -> None:
    with pytest.raises(Unfittable, match="the training needs more"):
        decide(replace(MANY, rows=1_000_000_000), LAMBDA, spark, private=True)


def test_one_that_is_too_large_for_the_driver_of_spark_is_refused_too() -> None:
    with pytest.raises(Unfittable, match="on Spark's driver, which has 108 GB"):
        decide(replace(MANY, rows=1_000_000_000), LAMBDA, spark=True)


def test_a_machine_without_an_end_may_take_any_time() -> None:
    assert decide(MANY, Machine(64_000_000_000, math.inf), spark=True).place == "here"
    assert decide(MANY, Machine(64_000_000_000, 60.0), spark=True).place == "spark"


@pytest.mark.parametrize(
    "moved",
    [
        {"base_bytes": 3_000_000_000},
        {"row_bytes": 3_000},
        {"pair_bytes": 1_000},
        {"base_seconds": 800.0},
        {"row_seconds": 1e-3},
        {"pair_seconds": 1e-3},
        {"spare": 0.05},
    ],
    ids=lambda moved: next(iter(moved)),
)
def test_every_limit_that_is_moved_moves_the_decision(moved: dict[str, float]) -> None:
    assert decide(FEW, LAMBDA, spark=True).place == "here"
    assert decide(FEW, LAMBDA, spark=True, limits=replace(MEASURED, **moved)).place == "spark"


MEASURED_SECONDS = [
    (100_000, 2_000, 10.5),
    (300_000, 2_000, 29.6),
    (300_000, 20_000, 102.0),
    (500_000, 2_000, 48.0),
    (2_000_000, 2_000, 176.0),
]
"""Events, items and seconds of the processor in the shortest training; infra/docs/guides/scale.md has the commands."""


@pytest.mark.parametrize(("rows", "items", "seconds"), MEASURED_SECONDS)
def test_the_seconds_of_a_plan_are_those_that_were_measured(rows: int, items: int, seconds: float) -> None:
    plan = decide(DataSize(rows, 0, items), Machine(64_000_000_000, math.inf), spark=False)
    assert plan.seconds == pytest.approx(seconds, rel=0.1)


@pytest.mark.parametrize(
    "moved", [{"driver_bytes": 1_000}, {"driver_row_bytes": 10_000}], ids=lambda one: next(iter(one))
)
def test_limits_of_the_driver_move_it_too(moved: dict[str, int]) -> None:
    with pytest.raises(Unfittable, match="driver"):
        decide(MANY, LAMBDA, spark=True, limits=replace(MEASURED, **moved))


def test_items_past_those_of_a_dense_gram_take_no_more() -> None:
    limits = replace(MEASURED, most_dense_items=20_000)
    assert decide(MANY, LAMBDA, True, limits) == decide(replace(MANY, items=90_000), LAMBDA, True, limits)
    assert decide(MANY, LAMBDA, True, replace(limits, most_dense_items=10)).memory_bytes < 30_000_000_000
