"""Plans: where a training runs, decided before it reads anything, from the size of its data and the limits alone."""

from dataclasses import dataclass
from typing import Literal

from doublebill.errors import Unfittable
from doublebill.service.scaling.data_size import DataSize
from doublebill.service.scaling.limits import MEASURED, Machine, TrainingLimits

TO_DO = (
    "give it more memory (TrainMemory of the stack, or training_memory_mb), train on Spark (spark_jobs), "
    "or keep rows for fewer days"
)


@dataclass(frozen=True)
class Plan:
    """The place of a training, with what it is expected to take there and the reason."""

    place: Literal["here", "spark"]
    why: str
    rows: int
    memory_bytes: int
    seconds: float

    def to_json(self) -> dict[str, object]:
        """Returns the plan as the record of a run has it."""
        seconds = round(self.seconds, 1)
        expected = {"rows": self.rows, "memory_mb": round(self.memory_bytes / 1e6), "seconds": seconds}
        return {"place": self.place, "why": self.why, **expected}


def decide(size: DataSize, machine: Machine, spark: bool, limits: TrainingLimits = MEASURED) -> Plan:
    """Returns the plan for data of a size; `spark` says whether there is a Spark application to send it to.

    Items that are not known count for nothing: a first training is rather tried than refused without need.

    Raises:
        Unfittable: when the training fits nowhere; it says what it needs and what to do.
    """
    items = min(limits.most_dense_items, size.items or 0)
    dense = items * items
    memory = limits.base_bytes + size.rows * limits.row_bytes + dense * limits.pair_bytes
    seconds = size.rows * limits.row_seconds + dense * limits.pair_seconds
    needs = f"about {memory / 1e9:.1f} GB and {seconds:,.0f} seconds for {size.rows:,} events"
    has = f"{machine.memory_bytes / 1e9:.1f} GB and {machine.seconds:,.0f} seconds"
    if memory <= limits.spare * machine.memory_bytes and seconds <= limits.spare * machine.seconds:
        return Plan("here", f"it needs {needs}, of {has}", size.rows, memory, seconds)
    if not spark:
        raise Unfittable(f"the training needs {needs}, and there are {has}; {TO_DO}")
    driver = limits.base_bytes + size.rows * limits.driver_row_bytes + dense * limits.pair_bytes
    if driver > limits.spare * limits.driver_bytes:
        most = f"{limits.driver_bytes / 1e9:.0f} GB"
        raise Unfittable(f"the training needs {driver / 1e9:.1f} GB on Spark's driver, which has {most}; {TO_DO}")
    return Plan("spark", f"it needs {needs}, more than {has}", size.rows, driver, seconds)
