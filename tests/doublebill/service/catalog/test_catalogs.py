import pytest

from doublebill.errors import InvalidInput, NotFound
from doublebill.model.items import Item
from doublebill.service.catalog import catalogs
from fakes import MemoryObjects
from trainings import described


@pytest.fixture
def objects():
    return MemoryObjects()


def test_a_catalog_is_made_once(objects):
    catalogs.ensure(objects, "films")
    before = dict(objects.held)
    catalogs.ensure(objects, "films")
    assert objects.held == before
    assert catalogs.settings(objects, "films") == {"catalog": "films", "exclude_seen": None}


def test_the_setting_about_seen_items_stays_until_it_is_changed(objects):
    catalogs.ensure(objects, "films", True)
    catalogs.ensure(objects, "films")
    assert catalogs.settings(objects, "films")["exclude_seen"] is True
    catalogs.ensure(objects, "films", False)
    assert catalogs.settings(objects, "films")["exclude_seen"] is False


def test_a_catalog_that_is_not_there_is_not_found(objects):
    with pytest.raises(NotFound, match="no catalog 'films'"):
        catalogs.settings(objects, "films")


@pytest.mark.parametrize("name", ["", "Films", "a/b", "..", "-a", "a" * 65, "é"])
def test_what_is_no_name_is_refused(objects, name):
    for use in (catalogs.ensure, catalogs.settings):
        with pytest.raises(InvalidInput, match="catalog"):
            use(objects, name)
    assert objects.held == {}


def test_catalogs_are_listed_by_name(objects):
    for name in ("music", "films", "a-1"):
        catalogs.ensure(objects, name)
    assert catalogs.names(objects) == ["a-1", "films", "music"]


def test_metadata_makes_the_catalog(objects):
    catalogs.put_items(objects, "films", [Item("m", title="M")], 1)
    assert catalogs.names(objects) == ["films"]
    assert described(objects) == {"m": Item("m", title="M")}
    assert described(objects, "music") == {}


def test_later_metadata_wins_field_by_field(objects):
    catalogs.put_items(objects, "films", [Item("m", title="M", tags=("crime",), year=1930, available=False)], 1)
    catalogs.put_items(objects, "films", [Item("m", year=1931), Item("metropolis", title="Metropolis")], 2)
    assert described(objects)["m"] == Item("m", "M", ("crime",), 1931, False)
    catalogs.put_items(objects, "films", [Item("m", title="M (restored)", tags=("drama",), available=True)], 10)
    assert described(objects)["m"] == Item("m", "M (restored)", ("drama",), 1931, True)


def test_later_attributes_win_name_by_name(objects):
    catalogs.put_items(objects, "films", [Item("m", attributes={"studio": "Nero", "minutes": 117})], 1)
    catalogs.put_items(objects, "films", [Item("m", year=1931)], 2)
    catalogs.put_items(objects, "films", [Item("m", attributes={"minutes": 111.0, "sound": True})], 3)
    assert described(objects)["m"] == Item(
        "m", year=1931, attributes={"studio": "Nero", "minutes": 111.0, "sound": True}
    )


def test_within_one_batch_later_entries_win(objects):
    catalogs.put_items(objects, "films", [Item("m", title="first"), Item("m", title="second")], 1)
    assert described(objects)["m"].title == "second"


def test_raw_items_are_checked_all_and_their_complaints_placed():
    with pytest.raises(InvalidInput) as refused:
        catalogs.check_items([{"item_id": "m"}, {"item_id": ""}, 7, {"item_id": "x", "year": "old", "colour": "red"}])
    fields = [one.field for one in refused.value.complaints]
    assert fields == ["items[1].item_id", "items[2].item_id", "items[3].colour", "items[3].year"]


def test_good_raw_items_are_given_back():
    assert catalogs.check_items([{"item_id": "m", "title": "M", "tags": ["crime"]}]) == [Item("m", "M", ("crime",))]
