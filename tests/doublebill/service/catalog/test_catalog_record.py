"""The record of a catalog: changed by compare-and-swap, field by field, with unknown fields kept."""

import json
import threading

import pytest

from doublebill.errors import InvalidInput, NotFound, StoreUnavailable
from doublebill.service.catalog import catalog_record, catalogs
from doublebill.service.catalog.catalog_record import record_key
from doublebill.values.event_kinds import DEFAULT_KINDS
from doublebill.values.rating_scale import RatingScale
from fakes import MemoryObjects

CART = {"addtocart": {"weight": 2}}


@pytest.fixture
def objects() -> MemoryObjects:
    return MemoryObjects()


def stored(objects: MemoryObjects) -> dict[str, object]:
    return dict(json.loads(objects.get(record_key("films")).data))


def test_a_record_of_an_earlier_version_has_the_default_kinds_and_no_scale(objects: MemoryObjects) -> None:
    objects.put(record_key("films"), b'{"catalog": "films", "exclude_seen": true}')
    record = catalog_record.read(objects, "films")
    assert (record.kinds, record.rating_scale, record.unrated, record.reading) == (DEFAULT_KINDS, None, None, None)
    assert record.exclude_seen is True


def test_a_field_that_this_code_does_not_know_stays(objects: MemoryObjects) -> None:
    objects.put(record_key("films"), b'{"catalog": "films", "exclude_seen": null, "colour": "red"}')
    catalogs.ensure(objects, "films", False)
    catalog_record.change(objects, "films", kinds=CART, rating_scale=(1, 5))
    assert stored(objects) == {
        "catalog": "films",
        "exclude_seen": False,
        "colour": "red",
        "kinds": {"addtocart": {"weight": 2.0, "verdict": False, "repeats": False}},
        "rating_scale": [1.0, 5.0],
    }


def test_kinds_are_added_to_those_that_are_there(objects: MemoryObjects) -> None:
    catalog_record.change(objects, "films", kinds=CART)
    catalog_record.change(objects, "films", kinds={"transaction": {"weight": 3}})
    kinds = catalog_record.read(objects, "films").kinds
    assert (kinds.weights["addtocart"], kinds.weights["transaction"]) == (2.0, 3.0)


def test_a_setting_is_taken_back_by_none(objects: MemoryObjects) -> None:
    catalog_record.change(objects, "films", rating_scale=(1, 5), exclude_seen=True, unrated=0)
    assert catalog_record.read(objects, "films").rating_scale == RatingScale(1, 5)
    catalog_record.change(objects, "films", rating_scale=None, exclude_seen=None, unrated=None)
    assert stored(objects) == {"catalog": "films", "exclude_seen": None}


def test_a_change_that_changes_nothing_writes_nothing(objects: MemoryObjects) -> None:
    assert catalog_record.change(objects, "films", kinds=CART)
    before = dict(objects.held)
    assert not catalog_record.change(objects, "films", kinds=CART)
    assert objects.held == before


def test_changes_at_the_same_time_are_all_kept(objects: MemoryObjects) -> None:
    gate = threading.Barrier(6)

    def add(number: int) -> None:
        gate.wait(30)
        catalog_record.change(objects, "films", kinds={f"kind{number}": {}})

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {f"kind{number}" for number in range(6)} <= set(catalog_record.read(objects, "films").kinds)


def test_a_wrong_setting_changes_nothing(objects: MemoryObjects) -> None:
    for wrong in ({"kinds": {"Cart": {}}}, {"rating_scale": [5, 1]}, {"rating_scale": [1, float("inf")]}):
        with pytest.raises(InvalidInput):
            catalog_record.change(objects, "films", **wrong)
    assert objects.held == {}


@pytest.mark.parametrize("data", [b"", b"[]", b"7", b'{"kinds": 7}', b'{"rating_scale": [1]}'])
def test_bytes_that_are_no_record_are_named_and_not_written_over(objects: MemoryObjects, data: bytes) -> None:
    objects.put(record_key("films"), data)
    with pytest.raises(StoreUnavailable, match="the record of the catalog cannot be read"):
        catalog_record.change(objects, "films", exclude_seen=True)
    assert objects.get(record_key("films")).data == data


def test_a_catalog_that_is_not_there_is_found_unset_and_cannot_be_read(objects: MemoryObjects) -> None:
    assert catalog_record.find(objects, "films").kinds == DEFAULT_KINDS
    with pytest.raises(NotFound, match="no catalog 'films'"):
        catalog_record.read(objects, "films")
