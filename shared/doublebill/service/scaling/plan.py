"""Plans: where a training runs, decided before it reads anything, from the size of its data and the limits alone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from doublebill.errors import Unfittable
from doublebill.service.scaling.data_size import DataSize
from doublebill.service.scaling.limits import MEASURED, Machine, TrainingLimits

TO_DO = "give it more memory (TrainMemory of the stack), train on Spark (SparkTrainings), or keep rows for fewer days"

TO_DO_HERE = (
    "give it more memory (DOUBLEBILL_TRAINING_MEMORY_MB), train on Spark with `doublebill up` (DOUBLEBILL_SPARK_JOBS), "
    "or keep rows for fewer days"
)
"""Outside of Lambda."""


@dataclass(frozen=True)
class Plan:
    """The place of a training, with what it is expected to take there and the reason."""

    place: Literal["here", "spark"]
    why: str
    rows: int
    memory_bytes: int
    seconds: float
    private: bool = False
    """Whether the training tells nothing that is counted on the data."""

    def to_json(self) -> dict[str, object]:
        """Returns the plan as the record of a run has it."""
        if self.private:
            return {"place": self.place}
        seconds = round(self.seconds, 1)
        expected = {"rows": self.rows, "memory_mb": round(self.memory_bytes / 1e6), "seconds": seconds}
        return {"place": self.place, "why": self.why, **expected}

    @classmethod
    def of_json(cls, fields: object) -> "Plan | None":
        """Returns the plan that the record of a run has, which has the same JSON; None where it has none."""
        if not isinstance(fields, Mapping):
            return None
        if "why" not in fields:
            return cls(fields["place"], "", 0, 0, 0.0, private=True)
        memory_bytes = fields["memory_mb"] * 1_000_000
        return cls(fields["place"], fields["why"], fields["rows"], memory_bytes, fields["seconds"])


def decide(
    size: DataSize, machine: Machine, spark: bool, limits: TrainingLimits = MEASURED, private: bool = False
) -> Plan:
    """Returns the plan for data of a size; `spark` says whether there is a Spark application to send it to.

    What it says of a private training has no figure of the data.

    Items that are not known count for nothing: a first training is rather tried than refused without need.

    Raises:
        Unfittable: when the training fits nowhere; it says what it needs and what to do.
    """
    items = min(limits.most_dense_items, size.items or 0)
    dense = items * items
    memory = limits.base_bytes + size.rows * limits.row_bytes + dense * limits.pair_bytes
    seconds = limits.base_seconds + size.rows * limits.row_seconds + dense * limits.pair_seconds
    there = _amounts(machine.memory_bytes, machine.seconds)
    # whether a gram is dense, and how long a config takes, is not known before the data are read
    needs = f"up to about {_amounts(memory, seconds)} for {size.rows:,} events"
    fits, more = f"it needs {needs} without a search, of {there}", f"it needs {needs}, more than {there}"
    if private:
        needs, fits, more = "more", "it fits", "it does not fit here"
    if memory <= limits.spare * machine.memory_bytes and seconds <= limits.spare * machine.seconds:
        return Plan("here", fits, size.rows, memory, seconds, private)
    if not spark:
        to_do = TO_DO_HERE if machine.seconds == math.inf else TO_DO
        raise Unfittable(f"the training needs {needs}, and there are {there}; {to_do}")
    driver = limits.base_bytes + size.rows * limits.driver_row_bytes + dense * limits.pair_bytes
    if driver > limits.spare * limits.driver_bytes:
        needs, most = "more" if private else f"{driver / 1e9:.1f} GB", f"{limits.driver_bytes / 1e9:.0f} GB"
        raise Unfittable(f"the training needs {needs} on Spark's driver, which has {most}; keep rows for fewer days")
    return Plan("spark", more, size.rows, driver, seconds, private)


def _amounts(memory_bytes: float, seconds: float) -> str:
    """Returns an amount of memory, and of time where it has an end."""
    memory = f"{memory_bytes / 1e9:.1f} GB"
    if seconds == math.inf:
        return memory
    return f"{memory} and {seconds:,.0f} {'second' if round(seconds) == 1 else 'seconds'}"
