"""Spark tasks: band tasks that the executors of a Spark application do.

A task and its outcome are a few numbers and names; arrays go from the objects to the executors and back, and never
through the JVM.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from py4j.protocol import Py4JError
from pyspark import SparkContext

from doublebill.errors import StoreUnavailable
from doublebill.service.scaling.band_task import BandTask
from doublebill.service.scaling.remote import Done, do_task


@dataclass(frozen=True, eq=False)
class SparkTasks:
    """Tasks of one application."""

    context: SparkContext
    objects_url: str
    """The objects, as the executors open them."""
    done: list[Done] = field(default_factory=list)
    """The outcome of every task so far."""

    @property
    def at_once(self) -> int:
        """Returns the number of tasks that may run at once."""
        return int(self.context.defaultParallelism)

    def run(self, tasks: Sequence[BandTask]) -> None:
        """Does all tasks; one that fails is tried again as often as Spark is set to.

        Raises:
            StoreUnavailable: when one failed each time.
        """
        texts = self.context.parallelize([task.to_json() for task in tasks], len(tasks))
        try:
            self.done.extend(texts.map(partial(do_task, self.objects_url)).collect())
        except Py4JError as failed:
            raise StoreUnavailable(f"Spark: a task failed each time ({type(failed).__name__})") from failed
