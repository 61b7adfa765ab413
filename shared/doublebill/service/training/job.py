"""The context of a training: the stores, the run, the clock, the listener and the time that all its steps share."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from doublebill.concurrency.clock import Clock
from doublebill.fit.linear.sums.summing import HERE, Summing
from doublebill.fit.selection.time_budget import ENDLESS, TimeBudget
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records

Tell = Callable[[str], None]


@dataclass(frozen=True)
class TrainingJob:
    """One training of one catalog."""

    objects: Objects
    catalog: str
    run: str
    clock_ms: Callable[[], int]
    """Milliseconds of Unix time."""
    tell: Tell = lambda _: None
    """Receives one line of progress at a time."""
    force: bool = False
    """Promotes the version even where the gate refuses it."""
    budget: TimeBudget = ENDLESS
    """May cut the list of configs short, and changes nothing else."""
    records: Records | None = None
    """Receive the popular items of a version that is promoted."""
    skip_damaged: bool = False
    """Trains without stored objects that are damaged, and names them in the record of the run."""
    configs: Sequence[Mapping[str, object]] = ()
    """Configs as people write them, to which the search is restricted; all that a training tries where empty."""
    clock: Clock | None = None
    """Renews the lease while the training works; without it the lease expires in the midst of a long one."""
    retention_days: float = math.inf
    """Leaves out the rows that were stored so many days before the training began, or earlier."""
    fallback: bool = True
    """Publishes a baseline that beats the model in its place; benchmarks switch it off."""
    epsilon: float | None = None
    """Trains with differential privacy; None as the settings of the catalog say. So has `delta`."""
    delta: float | None = None
    summing: Summing = HERE
    """Sums the grams of all fits, with the same numbers wherever that is."""
    in_place_of: str = ""
    """A former champion whose place the version takes when it is promoted; empty for none."""
    plan: Mapping[str, object] = field(default_factory=dict)
    """The place where it runs and why, for the record of the run; see `doublebill.service.scaling.plan`."""


def options_of(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields of a training that a job, as it was queued, says beside its catalog and run."""
    return {
        "force": bool(payload.get("force")),
        "skip_damaged": bool(payload.get("skip_damaged")),
        "configs": payload.get("configs", ()),
        "epsilon": payload.get("epsilon"),
        "delta": payload.get("delta"),
        "in_place_of": str(payload.get("in_place_of", "")),
        "plan": payload.get("plan", {}),
    }
