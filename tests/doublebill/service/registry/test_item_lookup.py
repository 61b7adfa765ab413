"""Item look-ups where stored metadata are damaged or go away meanwhile."""

import pytest

from doublebill.model.items import Item
from doublebill.service.catalog import catalogs
from doublebill.service.registry import item_lookup
from fakes import MemoryObjects


@pytest.fixture
def objects() -> MemoryObjects:
    made = MemoryObjects()
    catalogs.put_items(made, "films", [Item("a", title="Able")], 1)
    catalogs.put_items(made, "films", [Item("b", title="Baker")], 2)
    return made


@pytest.mark.parametrize("data", [b"", b"\x1f\x8bx", b"no gzip"])
def test_a_damaged_object_is_skipped_and_named(objects: MemoryObjects, data: bytes) -> None:
    damaged = next(iter(objects.keys("items/")))
    objects.put(damaged, data)
    found = item_lookup.look_up(objects, "films", ["a", "b"])
    assert ([item["item_id"] for item in found["items"]], found["unknown_items"]) == (["b"], ["a"])
    assert [one["name"] for one in found["skipped"]] == [damaged]
    assert item_lookup.remove(objects, "films", "b", 3)["removed"]


def test_an_object_that_goes_while_it_is_listed_counts_no_more(objects: MemoryObjects) -> None:
    class Vanishing(MemoryObjects):
        def keys(self, prefix: str):  # type: ignore[no-untyped-def]
            return iter([*super().keys(prefix), f"{prefix}0000000000003-0123456789abcdef.jsonl.gz"])

    vanishing = Vanishing()
    catalogs.put_items(vanishing, "films", [Item("a", title="Able")], 1)
    assert item_lookup.look_up_one(vanishing, "films", "a")["title"] == "Able"
