"""Ended applications: a run whose Spark application is over says so where it does not yet, and frees its catalog."""

import json
from collections.abc import Collection

from doublebill.service.registry import runs
from doublebill.service.registry.leases import taking
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.job_record import UNFINISHED
from doublebill.stores.objects import Objects


def note_end(
    objects: Objects, catalog: str, run: str, error: str, now_ms: int, states: Collection[str] = UNFINISHED
) -> bool:
    """Says in the record of a run in one of these states that it has failed, and gives back its lease.

    Returns whether it did; the record of a run that has ended, or that nobody queued, stays as it was.
    """
    noted = False

    def ended(data: bytes | None) -> bytes | None:
        nonlocal noted
        fields = {} if data is None else json.loads(data)
        noted = fields.get("state") in states
        failed = {"state": "failed", "finished_ms": now_ms, "error": error}
        return json.dumps({**fields, **failed}).encode() if noted else None

    swap(objects, runs.record_of(objects, catalog, run).key, ended)
    if noted:
        taking.give_up(objects, catalog, run)
    return noted
