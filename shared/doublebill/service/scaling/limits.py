"""Limits: what a training takes, each number with the measurement behind it, and what a machine has for it.

infra/docs/guides/scale.md has the measurements. Seconds are those of one core, which other work on the machine does not
change.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingLimits:
    """The memory and the time of a training, as straight lines."""

    base_bytes: int = 250_000_000
    """Interpreter and libraries: 215 MB at the smallest training."""
    row_bytes: int = 580
    """An event while it is read, cleaned, split and evaluated: .58 GB for a million."""
    pair_bytes: int = 4
    """A pair of items of a dense gram."""
    most_dense_items: int = 20_000
    """Items up to which a gram is dense; `fit.linear.grams.gram_matrix.HEAD_ITEMS`."""
    base_seconds: float = 1.0
    """Seconds of any training: libraries, catalog, publishing."""
    row_seconds: float = 95e-6
    """Seconds for an event in the shortest training: reading, one config, the baselines, the fit to all users."""
    pair_seconds: float = 0.18e-6
    """Seconds for a pair of items of a dense gram in the same."""
    driver_row_bytes: int = 580
    """An event at the driver of a Spark application, which reads and cleans as one process does."""
    driver_bytes: int = 108_000_000_000
    """The memory of the largest driver of EMR Serverless: 120 GB, of which a tenth is overhead."""
    spare: float = 0.9
    """Share of a machine's memory and time that a training may take by these estimates."""


MEASURED = TrainingLimits()


@dataclass(frozen=True)
class Machine:
    """The memory and time that a machine has for one training."""

    memory_bytes: int
    seconds: float
    """The time until the machine ends; infinite where it does not."""
