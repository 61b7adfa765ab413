"""Trainings that a command does in its own process: the one that `train` begins, and those that other commands queue.

On a state folder a job is a child of the process that starts it, and ends with it: the service outlives its trainings,
a command would not. So a command does what it queued before it ends, as `doublebill train` does. On a stack they run
there.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.errors import DoublebillError
from doublebill.service.registry import runs
from doublebill.service.scaling.machine import memory_bytes
from doublebill.service.training import start
from doublebill.service.training.job import options_of
from doublebill.stores.jobs import Jobs, ProcessJobs
from doublebill_local.display.console import Tell, err, working
from doublebill_local.host.home import Home


def train_here(home: Home, payload: Mapping[str, Any], tell: Tell) -> runs.Record:
    """Does a training, given as a job would be, and returns the record of its run."""
    from doublebill.fit.selection.time_budget import TimeBudget
    from doublebill.service.catalog import catalog_record
    from doublebill.service.registry.privacy.claims import is_private
    from doublebill.service.scaling.data_size import DataSize
    from doublebill.service.scaling.limits import Machine
    from doublebill.service.scaling.plan import decide
    from doublebill.service.training.job import TrainingJob
    from doublebill.service.training.train import train

    catalog, run, objects = payload["catalog"], payload["run"], home.objects()
    limit = TimeBudget.of(SYSTEM, work_seconds=payload.get("budget_seconds", math.inf))
    size = DataSize.of_now(objects, catalog, run, home.kept_since_ms())
    machine = Machine(memory_bytes(home.training_memory_mb()), math.inf)
    private = is_private(catalog_record.find(objects, catalog), payload.get("epsilon"))
    plan = decide(size, machine, spark=False, private=private)
    return train(
        TrainingJob(
            *(objects, catalog, run, now_ms, tell),
            budget=limit,
            records=home.records(),
            clock=SYSTEM,
            retention_days=home.retention_days(),
            **options_of({**payload, "plan": plan.to_json()}),
        )
    )


class OwnTrainings:
    """The jobs of a command: those of a stack, or trainings that wait until the command does them."""

    def __init__(self, home: Home, as_json: bool) -> None:
        self._home = home
        self._as_json = as_json
        self._elsewhere: Jobs = home.jobs()
        self._waiting: list[Mapping[str, Any]] = []

    @property
    def jobs(self) -> Jobs:
        """Returns the jobs that the service is to start."""
        return self if isinstance(self._elsewhere, ProcessJobs) else self._elsewhere

    def start(self, payload: Mapping[str, object]) -> None:
        """Lets a training wait until `do`."""
        self._waiting.append(payload)

    def do(self) -> runs.Record | None:
        """Does the training that waits, and returns the record of its run; None where none does.

        Raises:
            DoublebillError: as the training.
        """
        if not self._waiting:
            return None
        payload = self._waiting[0]
        with working(f"training {payload['catalog']}", quiet=self._as_json) as tell:
            tell(f"training {payload['catalog']}, which ctrl-c ends")
            record = train_here(self._home, payload, tell)
        self._waiting.pop(0)
        return record

    def done(self) -> bool:
        """Does the training that waits, if any; where it fails, says so on stderr, and the next one may follow."""
        try:
            return self.do() is not None
        except DoublebillError as failed:
            err.print(f"the training failed: {failed}", markup=False)
            self.give_back()
            return True

    def give_back(self) -> None:
        """Ends trainings that wait and are not done, so that the next one may begin."""
        for payload in self._waiting:
            start.give_back(self._home.objects(), payload["catalog"], payload["run"])
        self._waiting.clear()


@contextmanager
def own_trainings(home: Home, as_json: bool) -> Iterator[OwnTrainings]:
    """Yields the jobs of a command; what it queues and does not do, since it ends in an error, is given back."""
    trainings = OwnTrainings(home, as_json)
    try:
        yield trainings
    finally:
        trainings.give_back()
