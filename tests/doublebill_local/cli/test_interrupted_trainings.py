"""Trainings that are ended by a signal: they say so and give the lease back, so that the next one starts at once."""

import io
import json
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from doublebill.edge.clock import now_ms
from doublebill.service.registry import runs
from doublebill.service.registry.leases import taking
from doublebill.service.training import train
from doublebill_local.__main__ import main
from doublebill_local.host import job
from doublebill_local.host.home import Home
from processes import Child

STEP_SECONDS = 0.01


def command(home: Path, tell: Callable[[object], None]) -> None:
    """Runs `doublebill train tiny`, which waits for a signal once it is at work."""
    wait_at_work(tell)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell ignores for what it runs behind
    sys.argv = ["doublebill", "train", "tiny", "--home", str(home)]
    sys.exit(main())


def started_job(home: Path, tell: Callable[[object], None]) -> None:
    """Runs a job of the service, which waits for a signal once it is at work."""
    wait_at_work(tell)
    job.os.environ.update(Home(home).environment())
    sys.argv, sys.stdin = ["job.py", "TrainFunction"], io.StringIO(json.dumps({"catalog": "tiny"}))
    job.main()


def wait_at_work(tell: Callable[[object], None]) -> None:
    """Puts a wait in the place of reading the log."""

    def wait(*_: object) -> None:
        tell("at work")
        while True:  # a signal may come before the wait does
            select.select([], [], [], STEP_SECONDS)

    train.read_and_clean = wait


@pytest.mark.parametrize(
    ("target", "number", "code"),
    [(command, signal.SIGINT, 130), (started_job, signal.SIGTERM, 143)],
)
def test_a_training_that_a_signal_ends_says_so_and_lets_the_next_one_start(run, world, tmp_path, target, number, code):
    home = tmp_path / "home"
    assert run("import", "tiny", "--events", world[0]).code == 0
    with Child(target, home) as child:
        assert child.heard() == "at work"
        assert child.end(number) == code
    objects = Home(home).objects()
    ((_, ended),) = runs.every(objects, "tiny")
    assert (ended["state"], ended["error"]) == ("failed", "interrupted")
    assert taking.begin(objects, "tiny", "the next run", now_ms()).run == "the next run"
