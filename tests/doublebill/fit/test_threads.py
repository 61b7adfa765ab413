"""Work spread over threads: in order, on all cores, and failing as one would without threads."""

import threading

import pytest

from doublebill.fit.threads import available, spread


@pytest.mark.parametrize("threads", [1, 2, 5, None])
def test_results_come_in_the_order_of_the_parts(threads: int | None) -> None:
    assert list(spread(lambda part: part * part, range(50), threads)) == [part * part for part in range(50)]


def test_so_many_parts_run_at_once() -> None:
    together = threading.Barrier(3, timeout=10)
    assert len({*spread(lambda _: (together.wait(), threading.get_ident())[1], range(3), 3)}) == 3


def test_what_one_part_raises_comes_out() -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread(lambda part: 1 // part, [1, 0, 1], 2))


def test_at_least_one_core_is_given() -> None:
    assert available() >= 1
