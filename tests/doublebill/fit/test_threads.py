"""Work spread over threads: in order, on all cores, and failing as one would without threads."""

import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from doublebill.fit.threads import AHEAD, available, spread
from processes import PATIENCE_SECONDS


@pytest.mark.parametrize("threads", [1, 2, 5, None])
def test_results_come_in_the_order_of_the_parts(threads: int | None) -> None:
    assert list(spread(lambda part: part * part, range(50), threads)) == [part * part for part in range(50)]


def test_so_many_parts_run_at_once() -> None:
    together = threading.Barrier(3, timeout=PATIENCE_SECONDS)
    assert len({*spread(lambda _: (together.wait(), threading.get_ident())[1], range(3), 3)}) == 3


def test_what_one_part_raises_comes_out() -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread(lambda part: 1 // part, [1, 0, 1], 2))


@pytest.mark.parametrize("threads", [2, 3])
def test_no_more_parts_are_taken_than_are_read_soon(threads: int) -> None:
    taken: list[int] = []
    results = spread(lambda part: part, (taken.append(part) or part for part in range(50)), threads)
    for read in range(10):
        assert next(results) == read
        assert len(taken) == read + AHEAD * threads
    assert list(results) == list(range(10, 50))


def test_what_one_part_raises_cancels_those_that_have_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    made, begun, go_on = [], [], threading.Event()
    submit, shutdown = ThreadPoolExecutor.submit, ThreadPoolExecutor.shutdown

    def submitting(*told: object, **more: object) -> Future[object]:
        made.append(submit(*told, **more))
        return made[-1]

    def shutting(pool: ThreadPoolExecutor, wait: bool = True, cancel_futures: bool = False) -> None:
        shutdown(pool, wait=False, cancel_futures=cancel_futures)
        go_on.set()  # whoever is at work may end, now that the others are cancelled, or not
        shutdown(pool, wait=wait)

    def do(part: int) -> None:
        begun.append(part)
        if part == 0:
            raise ZeroDivisionError
        assert go_on.wait(PATIENCE_SECONDS)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", submitting)
    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", shutting)
    with pytest.raises(ZeroDivisionError):
        list(spread(do, range(50), 2))
    assert len(made) == 2 * AHEAD
    assert made[-1].cancelled()
    assert 2 * AHEAD - 1 not in begun


def test_the_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 3, 5} if process == 0 else set(), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert available() == 3


@pytest.mark.parametrize(("counted", "given"), [(7, 7), (None, 1)])
def test_where_a_system_does_not_tell_that_all_are_counted(
    counted: int | None, given: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: counted)
    assert available() == given
