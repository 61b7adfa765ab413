"""Erasures that are made again on a restored backup: whom their records name."""

from doublebill.service.catalog import user_aliases
from doublebill.service.people import replay
from fakes import MemoryObjects


def test_an_heir_is_named_by_the_newest_name_that_a_rotation_gave_it() -> None:
    objects = MemoryObjects()
    user_aliases.append(objects, "films", "visitor", "ann-before", 1)
    user_aliases.append_earlier_name(objects, "films", "ann-before", "ann", 2)
    kept = {
        "catalog": "films",
        "erasure_id": "0000000000003-x",
        "erased_ms": 3,
        "users": ["visitor"],
        "pseudonyms": ["visitor"],
    }
    (record,) = replay.begin_again(objects, [kept], 4)
    assert (record["heirs"], len(record["merges"])) == (["ann"], 1)
