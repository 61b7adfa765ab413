"""Execution environments: one request at a time in each, used again, and no more of them than allowed."""

import json
import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from doublebill.access.callers import Caller
from doublebill_local.host import environments
from doublebill_local.host.environments import MOST_ENVIRONMENTS, Busy, Context, Environments, Places
from doublebill_local.host.home import Home
from doublebill_local.host.template import Function, read_template
from http_events import ask, http_event
from processes import PATIENCE_SECONDS
from stacks import follow_stdout


class Stage:
    """What the functions of a test can reach, as `sys.modules["stage"]`: it notes what they do and holds them up."""

    def __init__(self) -> None:
        self.made = 0
        self.broken = False
        self.at_work: list[int] = []
        self.most_at_work = 0
        self.twice_at_work = False
        self.gate = threading.Event()
        self._changed = threading.Condition()

    def make(self) -> int:
        if self.broken:
            raise ImportError("not today")
        self.made += 1
        return self.made

    def work(self, environment: int) -> None:
        with self._changed:
            self.twice_at_work |= environment in self.at_work
            self.at_work.append(environment)
            self.most_at_work = max(self.most_at_work, len(self.at_work))
            self._changed.notify_all()
        assert self.gate.wait(PATIENCE_SECONDS)
        with self._changed:
            self.at_work.remove(environment)

    def wait_for(self, count: int) -> None:
        """Returns when that many environments are at work."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.at_work) >= count, PATIENCE_SECONDS)


SOURCE = """
import stage

number = stage.make()


def handler(event, context):
    if event.get("raise"):
        raise RuntimeError("as asked")
    stage.work(number)
    return {"environment": number, "function": context.function_name, "left": context.get_remaining_time_in_millis()}
"""


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    monkeypatch.setitem(sys.modules, "stage", stage)  # type: ignore[arg-type]  # a stand-in
    return stage


@pytest.fixture
def function(tmp_path: Path) -> Function:
    (tmp_path / "app.py").write_text(SOURCE)
    return Function("Worker", tmp_path, "app", "handler", frozenset())


@pytest.fixture
def invoke(function: Function, stage: Stage) -> Callable[..., dict]:
    return Environments(function).invoke


def test_an_environment_is_made_by_the_first_request_and_used_again(invoke, stage: Stage) -> None:
    assert stage.made == 0
    stage.gate.set()
    assert [invoke({})["environment"] for _ in range(5)] == [1] * 5


def test_requests_at_once_get_environments_of_their_own_up_to_the_most(invoke, stage: Stage) -> None:
    with ThreadPoolExecutor(3 * MOST_ENVIRONMENTS) as clients:
        answers = [clients.submit(invoke, {}) for _ in range(3 * MOST_ENVIRONMENTS)]
        stage.wait_for(MOST_ENVIRONMENTS)
        stage.gate.set()
        numbers = {answer.result(PATIENCE_SECONDS)["environment"] for answer in answers}
    assert numbers == set(range(1, MOST_ENVIRONMENTS + 1))
    assert stage.most_at_work == MOST_ENVIRONMENTS
    assert not stage.twice_at_work


def test_an_environment_whose_handler_raised_is_used_again(invoke, stage: Stage) -> None:
    stage.gate.set()
    with pytest.raises(RuntimeError, match="as asked"):
        invoke({"raise": True})
    assert invoke({})["environment"] == 1


def test_a_function_that_cannot_be_loaded_is_tried_again_by_every_request(invoke, stage: Stage) -> None:
    stage.broken = True
    with ThreadPoolExecutor(3 * MOST_ENVIRONMENTS) as clients:
        answers = [clients.submit(invoke, {}) for _ in range(3 * MOST_ENVIRONMENTS)]
        assert {type(answer.exception(PATIENCE_SECONDS)) for answer in answers} == {ImportError}
    stage.broken = False
    stage.gate.set()
    assert invoke({})["environment"] == 1


def test_a_module_that_failed_is_not_left_behind(invoke, stage: Stage) -> None:
    stage.broken = True
    before = set(sys.modules)
    with pytest.raises(ImportError):
        invoke({})
    assert set(sys.modules) == before


def test_modules_load_one_after_the_other(function: Function, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    loading: list[int] = []

    def make() -> int:
        loading.append(1)
        assert len(loading) == 1
        threading.Event().wait(0.01)  # time for others to come in, were they let
        loading.pop()
        return 0

    monkeypatch.setattr(stage, "make", make)
    gate = threading.Barrier(4)
    with ThreadPoolExecutor(4) as clients:
        made = [
            clients.submit(lambda: gate.wait(PATIENCE_SECONDS) * 0 or environments.load_handler(function))
            for _ in range(4)
        ]
        assert len({id(one.result(PATIENCE_SECONDS)) for one in made}) == 4


def test_a_handler_learns_about_its_invocation(invoke, stage: Stage) -> None:
    stage.gate.set()
    answer = invoke({})
    assert answer["function"] == "Worker"
    assert 0 < answer["left"] <= 30_000
    assert Context("Worker", timeout_seconds=0).get_remaining_time_in_millis() == 0
    assert Context("Worker").aws_request_id != Context("Worker").aws_request_id


def test_a_request_in_one_environment_does_not_touch_that_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in Home(tmp_path).environment().items():
        monkeypatch.setenv(name, value)
    one, other = (environments.load_module(read_template().functions["GenerateFunction"]) for _ in range(2))
    asked = {
        seed: http_event("POST /v1/games/{kind}", {"seed": seed}, {"kind": "maze"}) for seed in ("of one", "of another")
    }

    monkeypatch.setattr(one.api.authoriser, "admit", lambda _: ask(other.handler, asked["of another"]))
    assert ask(one.handler, asked["of one"]).body["items"][0]["seed"] == "of one"


def test_log_lines_of_requests_at_once_have_their_own_correlation_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in Home(tmp_path).environment().items():
        monkeypatch.setenv(name, value)
    one, other = (environments.load_module(read_template().functions["GenerateFunction"]) for _ in range(2))
    follow_stdout("generate")
    logging.getLogger("generate").setLevel(logging.INFO)  # whatever an earlier test wanted
    first, second = (http_event("POST /v1/games/{kind}", {}, {"kind": kind}) for kind in ("maze", "nosuch"))
    first["requestContext"]["requestId"], second["requestContext"]["requestId"] = "first", "second"

    def meanwhile(_: Caller) -> None:
        thread = threading.Thread(target=ask, args=(other.handler, second))
        thread.start()
        thread.join()

    monkeypatch.setattr(one.api.authoriser, "admit", meanwhile)
    ask(one.handler, first)
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["correlation_id"], line["status"]) for line in logged] == [("second", 404), ("first", 200)]


def test_a_request_that_finds_no_place_in_time_is_refused() -> None:
    places = Places(1, waiting=1, wait_seconds=0.001)
    with places.taken(), pytest.raises(Busy), places.taken():
        pass
    with places.taken():
        pass


def test_a_request_that_finds_a_full_line_is_refused_without_waiting() -> None:
    places = Places(1, waiting=0, wait_seconds=PATIENCE_SECONDS)
    with places.taken(), pytest.raises(Busy), places.taken():
        pass
