"""Request keys as numbers: the same order, digest and membership as of the strings."""

import hashlib

import numpy as np
import pytest

from doublebill.service.catalog.sharded import request_keys
from doublebill.service.catalog.sharded.request_keys import RequestKeys
from doublebill.service.catalog.stored_events import request_key

FIRST_MS = 1_700_000_000_000
KEYS = sorted(
    request_key("films", FIRST_MS + 40_000_000 * (number // 2), f"{(number * 7919) % 61:016x}") for number in range(60)
)
STRANGE = "events/films/2024-01-01/notes.txt"


def digest(keys):
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]


@pytest.mark.parametrize("at_once", [7, 500_000])
def test_the_summary_is_that_of_the_sorted_strings(monkeypatch, at_once):
    monkeypatch.setattr(request_keys, "AT_ONCE", at_once)
    monkeypatch.setattr(request_keys, "LINES_AT_ONCE", at_once)
    parts = [RequestKeys.of("films", KEYS[start::3]) for start in range(3)]
    keys = RequestKeys.added("films", [*parts, RequestKeys.of("films", KEYS[10:20])])
    settled_ms = FIRST_MS + 40_000_000 * 20
    old, recent = KEYS[:40], [key.removeprefix("events/films/") for key in KEYS[40:]]
    assert keys.summary(settled_ms) == {"settled": 40, "digest": digest(old), "recent": recent}


def test_objects_that_are_no_requests_come_last():
    moved = KEYS[0].replace("events/films/2023", "events/films/2022")
    keys = RequestKeys.of("films", [STRANGE, *KEYS, moved])
    assert keys.others == [moved, STRANGE]
    assert keys.summary(1 << 50) == {"settled": 62, "digest": digest([*KEYS, moved, STRANGE]), "recent": []}
    assert RequestKeys.of("films", [STRANGE]).summary(1)["digest"] == digest([STRANGE])


def test_a_key_is_contained_by_its_time_and_its_digest():
    keys = RequestKeys.of("films", KEYS[:30])
    assert [keys.contain_key(key) for key in (KEYS[0], KEYS[29], KEYS[30], STRANGE)] == [True, True, False, False]
    times, digests = np.array([FIRST_MS, FIRST_MS]), np.array([0, 60], np.uint64)
    assert keys.contain(times, digests).tolist() == [True, False]
