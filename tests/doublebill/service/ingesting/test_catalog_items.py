"""The items of a catalog: events of others are counted, with and without a champion, and never in the way."""

import threading

from clocks import Clock
from doublebill.model.items import Item
from doublebill.service.catalog import catalogs
from doublebill.service.ingesting.catalog_items import REFRESH_SECONDS, CatalogItems
from fakes import MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard


def test_nothing_is_counted_where_there_are_no_metadata():
    objects = MemoryObjects()
    assert CatalogItems(objects, Clock()).unknown("films", ["a"]) is None
    fill(objects, checkerboard())
    trained(objects, FIRST_MS)
    assert CatalogItems(objects, Clock()).unknown("films", ["item-00"]) is None


def test_items_with_metadata_are_of_the_catalog_and_removed_ones_are_not():
    objects, clock = MemoryObjects(), Clock()
    catalogs.put_items(objects, "films", [Item("a"), Item("b")], 1)
    items = CatalogItems(objects, clock)
    assert items.unknown("films", ["a", "b", "c", "a", "c"]) == 2
    catalogs.put_items(objects, "films", [Item("b", removed=True), Item("c")], 2)
    assert items.unknown("films", ["a", "b", "c"]) == 1
    clock.seconds += REFRESH_SECONDS
    items.unknown("films", [])
    clock.wait(threading.Event(), 5)  # until the reading in the background has ended
    assert items.unknown("films", ["c"]) == 0
    assert items.unknown("films", ["b"]) == 1


def test_the_items_of_the_champion_are_of_the_catalog():
    objects = MemoryObjects()
    fill(objects, checkerboard())
    catalogs.put_items(objects, "films", [Item("item-00", title="Zero"), Item("only-described")], FIRST_MS - 10**6)
    trained(objects, FIRST_MS)
    catalogs.put_items(objects, "films", [Item("item-01", removed=True), Item("new")], FIRST_MS + 10**6)
    ids = ["item-00", "item-01", "item-02", "only-described", "new", "other"]
    assert [CatalogItems(objects, Clock()).unknown("films", [one]) for one in ids] == [0, 1, 0, 0, 0, 1]


def test_a_damaged_object_is_no_reason_to_refuse_events():
    objects = MemoryObjects()
    catalogs.put_items(objects, "films", [Item("a")], 1)
    (key,) = objects.keys("items/films/")
    objects.put(key, b"x")
    assert CatalogItems(objects, Clock()).unknown("films", ["a"]) is None
