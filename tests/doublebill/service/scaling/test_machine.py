"""The machine: its memory is as set, as Lambda says, or that of the computer."""

import math

from doublebill.service.scaling.machine import memory_bytes, whole_seconds


def test_memory_is_as_set_then_as_lambda_says_then_that_of_the_computer() -> None:
    on_lambda = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3008"}
    assert memory_bytes(500.0, on_lambda) == 500_000_000
    assert memory_bytes(0.0, on_lambda) == 3008 * 1024**2
    assert memory_bytes(0.0, {}) > 100_000_000


def test_a_job_has_the_time_of_lambda_or_any() -> None:
    assert whole_seconds({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3008"}) == 900
    assert whole_seconds({}) == math.inf
