"""Ended applications: a run that is not over says why it ended, and the next training of its catalog may start."""

import json
from collections.abc import Mapping

import pytest

from doublebill.service.registry import runs
from doublebill.service.registry.leases import taking
from doublebill.service.scaling.ended import note_end
from doublebill.stores.job_record import new_id
from fakes import MemoryObjects
from worlds import FIRST_MS

RUN = new_id(FIRST_MS, "ended")


def queued() -> MemoryObjects:
    """A catalog with a run that is queued."""
    objects = MemoryObjects()
    taking.reserve(objects, "films", RUN, FIRST_MS)
    put(objects, {"state": "queued"})
    return objects


def put(objects: MemoryObjects, fields: Mapping[str, object]) -> None:
    record = {**runs.made("films", RUN, FIRST_MS), "generation": 1, **fields}
    objects.put(runs.record_of(objects, "films", RUN).key, json.dumps(record).encode())


def test_a_run_that_never_began_says_why_and_frees_the_catalog() -> None:
    objects = queued()
    assert note_end(objects, "films", RUN, "interrupted", FIRST_MS + 1)
    record = runs.read(objects, "films", RUN, FIRST_MS + 2)
    assert (record["state"], record["error"], record["finished_ms"]) == ("failed", "interrupted", FIRST_MS + 1)
    assert taking.begin(objects, "films", "next", FIRST_MS + 2).run == "next"


@pytest.mark.parametrize("state", ["running", "succeeded", "failed"])
def test_a_run_in_another_state_stays_as_it_was(state: str) -> None:
    objects = queued()
    put(objects, {"state": state})
    before = dict(objects.held)
    assert not note_end(objects, "films", RUN, "interrupted", FIRST_MS + 1, states=("queued",))
    assert objects.held == before


def test_a_run_of_which_nobody_knows_gets_no_record() -> None:
    objects = MemoryObjects()
    assert not note_end(objects, "films", RUN, "interrupted", FIRST_MS)
    assert not objects.held
