"""The schedule: fires at its interval, whatever became of the last time, until it is stopped."""

import re
from pathlib import Path

import pytest

from clocks import Clock
from doublebill.errors import SettingsIncomplete
from doublebill_local.cli.app import main
from doublebill_local.host import serve
from doublebill_local.host.schedule import OVERDUE_SECONDS, FiringTimes, Schedule, interval_seconds
from doublebill_local.host.template import read_template


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
    with pytest.raises(SettingsIncomplete, match=re.escape(f"{expression!r} is not valid; use rate(")):
        interval_seconds(expression)


def test_the_schedules_of_the_template_can_be_read() -> None:
    assert {name: interval_seconds(told["expression"]) for name, told in read_template().schedules.items()} == {
        "TrainFunction": 86_400,
        "PeopleFunction": 3600,
        "TrendingFunction": 3600,
        "PruneFunction": 86_400,
    }


HOURLY = {"TrainFunction": {"expression": "rate(1 hour)", "input": '{"schedule": true}'}}


class Fired:
    """Notes what was fired and when, and stops the schedule at the third time."""

    def __init__(self, clock: Clock, error: Exception | None = None, times: FiringTimes | None = None) -> None:
        self.calls: list[tuple[float, str, object]] = []
        self.schedule = Schedule(HOURLY, self, clock, times)
        self._clock = clock
        self._error = error

    def __call__(self, function: str, event: dict[str, object]) -> None:
        self.calls.append((self._clock(), function, event))
        if len(self.calls) == 3:
            self.schedule.stop()
        if self._error:
            raise self._error


THREE_TIMES = [(3600.0 * hour, "TrainFunction", {"schedule": True}) for hour in (1, 2, 3)]


def test_it_fires_each_time_its_interval_has_passed_until_it_is_stopped() -> None:
    clock = Clock()
    fired = Fired(clock)
    assert not fired.calls
    fired.schedule.start()
    clock.settle()
    assert fired.calls == THREE_TIMES


def test_a_failure_is_printed_and_the_next_time_comes(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    fired = Fired(clock, RuntimeError("a store is away"))
    fired.schedule.start()
    clock.settle()
    assert fired.calls == THREE_TIMES
    line = "schedule: TrainFunction failed: RuntimeError('a store is away')\n"
    assert capsys.readouterr().err == 3 * line


def test_a_schedule_that_is_stopped_before_its_time_never_fires() -> None:
    clock = Clock()
    fired = Fired(clock)
    with clock.at_work():
        fired.schedule.start()
        fired.schedule.stop()
    clock.settle()
    assert not fired.calls


def wall_ms(clock: Clock, since_ms: int) -> int:
    """Unix time in milliseconds when the clock was at zero at `since_ms`."""
    return since_ms + round(clock() * 1000)


@pytest.mark.parametrize(
    ("down_seconds", "first"), [(600.0, 3000.0), (3590.0, OVERDUE_SECONDS), (90_000.0, OVERDUE_SECONDS)]
)
def test_an_interval_goes_on_over_a_restart(tmp_path: Path, down_seconds: float, first: float) -> None:
    file = tmp_path / "schedules.json"
    FiringTimes(file, lambda: 1_000_000).note("TrainFunction")
    clock = Clock()
    times = FiringTimes(file, lambda: wall_ms(clock, 1_000_000 + round(down_seconds * 1000)))
    fired = Fired(clock, times=times)
    fired.schedule.start()
    clock.settle()
    assert [at for at, _, _ in fired.calls] == [first, first + 3600, first + 7200]
    assert times.seconds_since("TrainFunction") == 0.0


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"TrainFunction": "noon"}'])
def test_a_damaged_file_of_times_only_begins_the_interval_anew(tmp_path: Path, content: str) -> None:
    file = tmp_path / "schedules.json"
    file.write_text(content)
    now = [5_000]
    times = FiringTimes(file, lambda: now[0])
    assert times.seconds_since("TrainFunction") == 0.0
    now[0] += 7_000
    assert times.seconds_since("TrainFunction") == 7.0


def test_up_fires_what_the_template_says_unless_it_is_told_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[bool] = []
    monkeypatch.setattr(serve, "serve", lambda home, port, as_json, schedules, show: served.append(schedules) or 0)
    assert [main(["up", *options]) for options in ([], ["--no-schedules"])] == [0, 0]
    assert served == [True, False]
