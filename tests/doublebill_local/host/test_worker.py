"""Workers: functions in processes of their own, which answer, fail, and are ended where they take too long."""

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from doublebill_local.host.environments import Busy
from doublebill_local.host.template import Function
from doublebill_local.host.worker import NICENESS, Workers
from processes import PATIENCE_SECONDS, until

SOURCE = """
import os
import time
from pathlib import Path


def handler(event, context):
    if event.get("raise"):
        raise ValueError("as asked")
    if event.get("exit"):
        os._exit(7)
    if event.get("hang"):
        time.sleep(3600)
    if event.get("begun"):
        Path(event["begun"]).touch()
        while not Path(event["released"]).exists():
            time.sleep(0.001)
    print("a line of the log")
    return {"process": os.getpid(), "niceness": os.nice(0), "text": event.get("text")}
"""


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Function:
    folder = tmp_path_factory.mktemp("function")
    (folder / "app.py").write_text(SOURCE)
    return Function("Hard", folder, "app", "handler", frozenset())


@pytest.fixture(scope="module")
def workers(function: Function) -> Iterator[Workers]:
    workers = Workers(function, wait_seconds=0.001)
    yield workers
    workers.close()


def process(workers: Workers) -> int:
    """The process that answers."""
    answer = workers.invoke({})
    assert answer is not None
    return int(answer["process"])


def test_a_worker_answers_in_a_process_of_its_own_behind_the_others(workers: Workers) -> None:
    answer = workers.invoke({"text": "é\n\u2028"})
    assert answer is not None
    assert answer["text"] == "é\n\u2028"
    assert answer["process"] != os.getpid()
    assert answer["niceness"] == min(os.nice(0) + NICENESS, 19)
    assert process(workers) == answer["process"], "it is used again"


def test_an_error_of_the_function_is_that_of_its_worker_which_goes_on(workers: Workers) -> None:
    before = process(workers)
    with pytest.raises(RuntimeError, match="ValueError\\('as asked'\\)"):
        workers.invoke({"raise": True})
    assert process(workers) == before


def test_a_worker_that_takes_too_long_is_ended_and_the_next_request_answered(workers: Workers) -> None:
    before = process(workers)
    assert workers.invoke({"hang": True}, 0.01) is None
    assert until(lambda: not Path(f"/proc/{before}").exists(), "the end of the process")
    assert process(workers) != before


def test_a_worker_that_ended_by_itself_is_replaced(workers: Workers) -> None:
    with pytest.raises(RuntimeError, match="ended with 7"):
        workers.invoke({"exit": True})
    assert process(workers)


def test_a_function_that_cannot_be_loaded_says_so(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("raise SystemExit")
    with pytest.raises(RuntimeError, match="Broken could not be loaded"):
        Workers(Function("Broken", tmp_path, "app", "handler", frozenset())).invoke({})


def test_a_request_waits_for_a_worker_as_long_as_its_answer_may_take(function: Function, tmp_path: Path) -> None:
    workers = Workers(function, most=1, wait_seconds=0.001)
    begun, released = tmp_path / "begun", tmp_path / "released"
    with ThreadPoolExecutor(2) as clients, contextlib.closing(workers):
        first = clients.submit(workers.invoke, {"begun": str(begun), "released": str(released)})
        assert until(begun.exists, "a worker at work")
        with pytest.raises(Busy):
            workers.invoke({}, 0.001)
        second = clients.submit(workers.invoke, {"text": "second"}, PATIENCE_SECONDS)
        released.touch()
        assert first.result(PATIENCE_SECONDS)
        assert (second.result(PATIENCE_SECONDS) or {})["text"] == "second"


def test_loading_counts_as_time_of_an_answer_and_goes_on_for_a_later_one(tmp_path: Path) -> None:
    waiting = """
import os
import time
from pathlib import Path

Path(__file__).with_name("loading").mkdir(exist_ok=True)
Path(__file__).with_name("loading").joinpath(str(os.getpid())).touch()
while not Path(__file__).with_name("go").exists():
    time.sleep(0.001)
"""
    (tmp_path / "app.py").write_text(waiting + SOURCE)
    workers = Workers(Function("Slow", tmp_path, "app", "handler", frozenset()), most=1)
    with contextlib.closing(workers):
        with pytest.raises(Busy):
            workers.invoke({}, 0.001)
        (tmp_path / "go").touch()
        answering = process(workers)
    assert [int(one.name) for one in tmp_path.glob("loading/*")] == [answering]


def test_past_its_workers_a_function_is_busy(function: Function, tmp_path: Path) -> None:
    workers = Workers(function, most=1, wait_seconds=0.001)
    begun, released = tmp_path / "begun", tmp_path / "released"
    event = {"begun": str(begun), "released": str(released)}
    with ThreadPoolExecutor(1) as client, contextlib.closing(workers):
        answer = client.submit(workers.invoke, event)
        assert until(begun.exists, "a worker at work")
        with pytest.raises(Busy):
            workers.invoke({})
        released.touch()
        assert answer.result(PATIENCE_SECONDS) is not None
