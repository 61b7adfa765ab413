"""Placing trainings: a training runs where it was started, is sent to Spark, or is refused, before it reads anything.

The plan is in the record of the run. A training that was sent is queued again until Spark has started; there it is the
same run, with the same lease, record and gate.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.errors import ObjectMissing, StoreUnavailable, Unfittable
from doublebill.service.catalog import catalog_record
from doublebill.service.registry import runs
from doublebill.service.registry.leases import taking
from doublebill.service.registry.leases.lease import read_lease
from doublebill.service.registry.privacy.claims import is_private
from doublebill.service.scaling.data_size import DataSize
from doublebill.service.scaling.limits import MEASURED, Machine, TrainingLimits
from doublebill.service.scaling.plan import Plan, decide
from doublebill.stores.jobs import Jobs, queue_ms
from doublebill.stores.objects import Objects

START_MS = 15 * 60 * 1000
"""Time that a Spark application may take to start when it is its turn; later its run is lost."""


@dataclass(frozen=True)
class Placing:
    """The places there are for trainings."""

    machine: Machine
    spark: Jobs | None = None
    limits: TrainingLimits = MEASURED

    def placed(self, objects: Objects, payload: Mapping[str, object], now_ms: int, since_ms: int = 0) -> Plan:
        """Returns the plan of a training, which it has sent to Spark where the plan says so.

        `payload` is the job of the training, with its catalog and run. One that comes again is sent with the plan of
        before, since Spark takes it for the same only then.

        Raises:
            Unfittable: when it fits nowhere, as the record of the run then says.
            StoreUnavailable: when Spark could not be reached, as the record says too.
        """
        catalog, run = str(payload["catalog"]), str(payload["run"])
        before = _record(objects, catalog, run)
        earlier = Plan.of_json(before.get("plan"))
        if self.spark is None or (earlier and earlier.place != "spark"):
            earlier = None
        try:
            plan = earlier or self._decided(objects, payload, since_ms)
            begun = before.get("state") == "succeeded" or _works(objects, catalog, run, now_ms)
            if plan.place == "spark" and self.spark is not None and not begun:
                until = {"state": "queued", "queued_until_ms": now_ms + queue_ms(self.spark) + START_MS}
                _note(objects, catalog, run, now_ms, plan=plan.to_json(), **until)
                self.spark.start({**payload, "plan": plan.to_json()})
        except (Unfittable, StoreUnavailable) as failed:
            if not (earlier and before["state"] == "queued"):  # else it may have arrived the first time
                _note(objects, catalog, run, now_ms, state="failed", finished_ms=now_ms, error=str(failed))
                taking.give_up(objects, catalog, run)
            raise
        return plan

    def _decided(self, objects: Objects, payload: Mapping[str, object], since_ms: int) -> Plan:
        """Returns the plan of a training by what is stored now."""
        catalog, run = str(payload["catalog"]), str(payload["run"])
        size = DataSize.of_now(objects, catalog, run, since_ms)
        private = is_private(catalog_record.find(objects, catalog), payload.get("epsilon"))
        return decide(size, self.machine, self.spark is not None, self.limits, private)


def _record(objects: Objects, catalog: str, run: str) -> Mapping[str, object]:
    """Returns the fields of the record of a run, none where it was not queued."""
    try:
        return runs.record_of(objects, catalog, run).read()
    except ObjectMissing:
        return {}


def _works(objects: Objects, catalog: str, run: str, now_ms: int) -> bool:
    """Checks whether the run is at work already, since what starts it came twice."""
    lease = read_lease(objects, catalog)
    return lease.run == run and lease.begun and lease.is_taken(now_ms)


def _note(objects: Objects, catalog: str, run: str, now_ms: int, **fields: object) -> None:
    """Adds fields to the record of a run, which it makes where it was not queued."""
    record = runs.record_of(objects, catalog, run)
    try:
        record.add(**fields)
    except ObjectMissing:
        objects.put(record.key, json.dumps({**runs.made(catalog, run, now_ms), **fields}).encode())
