"""The schedule: fires at its interval, whatever became of the last time, until it is stopped."""

import re
import threading

import pytest

from doublebill.errors import SettingsIncomplete
from doublebill_local.host import schedule
from doublebill_local.host.schedule import Schedule, interval_seconds
from doublebill_local.host.template import read_template

PATIENCE_SECONDS = 30


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(1 hour)", 3600),
        ("rate(12 hours)", 43_200),
        ("rate(1 day)", 86_400),
        ("rate(30 days)", 2_592_000),
    ],
)
def test_a_rate_is_a_number_of_seconds(expression: str, seconds: int) -> None:
    assert interval_seconds(expression) == seconds


@pytest.mark.parametrize(
    "expression", ["", "rate(0 days)", "rate(-1 days)", "rate(1 week)", "rate(1 day) ", "cron(0 3 * * ? *)", "1 day"]
)
def test_any_other_expression_is_named(expression: str) -> None:
    with pytest.raises(SettingsIncomplete, match=re.escape(f"found {expression!r}, expected rate(")):
        interval_seconds(expression)


def test_the_schedules_of_the_template_can_be_read() -> None:
    assert {name: interval_seconds(told["expression"]) for name, told in read_template().schedules.items()} == {
        "TrainFunction": 86_400,
        "TrendingFunction": 3600,
    }


@pytest.fixture
def in_milliseconds(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """A schedule of one function whose interval is short."""
    monkeypatch.setattr(schedule, "interval_seconds", {"soon": 0.001}.__getitem__)
    return {"TrainFunction": {"expression": "soon", "input": '{"schedule": true}'}}


class Fired:
    """Notes what was fired, and says when it was fired `times` times."""

    def __init__(self, times: int) -> None:
        self.calls: list[tuple[str, object]] = []
        self.often = threading.Event()
        self._times = times

    def __call__(self, function: str, event: dict[str, object]) -> None:
        self.calls.append((function, event))
        if len(self.calls) >= self._times:
            self.often.set()


def test_it_fires_again_and_again_until_it_is_stopped(in_milliseconds: dict[str, dict[str, str]]) -> None:
    fired = Fired(3)
    before = threading.active_count()
    running = Schedule(in_milliseconds, fired)
    assert not fired.calls
    running.start()
    assert fired.often.wait(PATIENCE_SECONDS)
    running.stop()
    while threading.active_count() > before:  # pytest's patience ends a schedule that goes on
        threading.Event().wait(0.001)
    assert set(map(str, fired.calls)) == {"('TrainFunction', {'schedule': True})"}


def test_a_time_that_failed_is_told_and_the_next_one_comes(
    in_milliseconds: dict[str, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    fired = Fired(3)

    def fail(function: str, event: dict[str, object]) -> None:
        fired(function, event)
        raise RuntimeError("a store is away")

    running = Schedule(in_milliseconds, fail)
    running.start()
    assert fired.often.wait(PATIENCE_SECONDS)
    running.stop()
    assert "schedule: TrainFunction failed: RuntimeError('a store is away')\n" in capsys.readouterr().err


def test_a_schedule_that_is_stopped_before_its_time_never_fires() -> None:
    fired = Fired(1)
    running = Schedule({"TrainFunction": {"expression": "rate(1 day)", "input": "{}"}}, fired)
    running.start()
    running.stop()
    assert not fired.calls
