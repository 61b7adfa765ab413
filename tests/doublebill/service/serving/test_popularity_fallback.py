import gzip
import json

import numpy as np
import pytest

from doublebill.errors import StoreUnavailable
from doublebill.model import artifact
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.items import Item
from doublebill.model.neighbours import Neighbours
from doublebill.model.ranking import Eligible
from doublebill.model.recommender import Recommender
from doublebill.service.catalog import availability
from doublebill.service.registry import versions
from doublebill.service.serving import popularity_fallback
from doublebill.stores.records import MAX_RECORD_BYTES
from fake_records import MemoryRecords
from fakes import MemoryObjects

NOTHING = np.zeros(0, np.int32)


def published(items: list[Item], exclude_seen: bool = True) -> tuple[MemoryObjects, str, Recommender]:
    """A version in which the first item is the most popular, and so on."""
    catalog = Catalog.of([], {item.item_id: item for item in items})
    shares = {item.item_id: 1 - place / len(items) for place, item in enumerate(items)}
    popularity = np.array([shares[catalog.item_ids[n]] for n in range(len(catalog))], np.float32)
    edges = np.zeros(len(items) + 1, np.int64)
    neighbours = Neighbours(edges, NOTHING, np.zeros(0, np.int8), np.ones(len(items), np.float32))
    recommender = Recommender(catalog, neighbours, popularity, Config(exclude_seen=exclude_seen))
    objects, made = MemoryObjects(), artifact.dump(recommender)
    versions.publish(objects, "films", made)
    return objects, made.version, recommender


def remembered(objects: MemoryObjects, version: str) -> tuple[str, Recommender]:
    records = MemoryRecords()
    popularity_fallback.remember(objects, records, "films", version)
    found = popularity_fallback.read(records, "films")
    assert found is not None
    return found


FILMS = [
    Item(
        "zardoz", "Zardoz", ("scifi", "cult"), 1974, attributes={"colour": True, "minutes": 105, "country": "Ireland"}
    ),
    Item("0012"),
    Item("alien", "Alien", ("scifi",), 1979),
    Item("ghost", "Überraschung 👻", available=False),
]


def test_the_most_popular_come_first_with_all_that_is_known_of_them():
    objects, version, _ = published(FILMS)
    found_version, found = remembered(objects, version)
    assert found_version == version
    items = found.ranker.most_popular(10, Eligible(found.catalog.available))
    assert [found.catalog.item_ids[n] for n in items] == ["zardoz", "0012", "alien"]
    assert found.popularity[items].tolist() == pytest.approx([1.0, 0.75, 0.5])
    zardoz = found.catalog.find("zardoz")
    assert (found.catalog.titles[zardoz], list(found.catalog.tags(zardoz))) == ("Zardoz", ["scifi", "cult"])
    assert int(found.catalog.years[zardoz]) == 1974
    described = popularity_fallback.item_of(found.catalog, zardoz)
    assert described == Item("zardoz", "Zardoz", ("scifi", "cult"), 1974, attributes=FILMS[0].attributes)
    assert type(described.attributes["colour"]) is bool


def test_any_history_is_answered_by_popularity():
    objects, version, _ = published(FILMS)
    _, found = remembered(objects, version)
    seen = np.array([found.catalog.find("zardoz")], np.int32)
    ranking = found.recommend(seen, np.ones(1), 5, seen)
    assert ranking.cold
    assert [found.catalog.item_ids[n] for n in ranking.items] == ["0012", "alien"]
    assert [len(part) for part in found.neighbours.around(0, 5)] == [0, 0]
    assert found.contributions(seen, np.ones(1), ranking.items).tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize("exclude_seen", [True, False])
def test_the_default_about_what_was_seen_is_kept(exclude_seen):
    objects, version, _ = published(FILMS, exclude_seen)
    assert remembered(objects, version)[1].config.exclude_seen is exclude_seen


def test_what_was_taken_down_since_is_left_out_and_what_was_put_back_is_in():
    objects, version, _ = published(FILMS)
    availability.note(objects, "films", [Item("alien", available=False), Item("ghost", available=True)])
    _, found = remembered(objects, version)
    assert [found.catalog.find(item_id) >= 0 for item_id in ("alien", "ghost")] == [False, True]
    assert found.catalog.available.all()


def test_of_many_items_it_keeps_as_many_as_one_may_ask_for():
    objects, version, _ = published([Item(f"item-{n:04d}") for n in range(1200)])
    _, found = remembered(objects, version)
    assert len(found.catalog) == popularity_fallback.MOST_ITEMS
    assert found.catalog.find("item-0499") >= 0


def test_of_items_with_long_descriptions_it_keeps_as_many_as_fit():
    dice = np.random.Generator(np.random.PCG64(1))
    words = ["".join(map(chr, dice.integers(0x4E00, 0x9FFF, 128))) for _ in range(200 * 20)]
    items = [Item(f"item-{n:04d}", tags=tuple(words[20 * n : 20 * n + 20])) for n in range(200)]
    objects, version, _ = published(items)
    records = MemoryRecords()
    popularity_fallback.remember(objects, records, "films", version)
    data = records.get(popularity_fallback.record_key("films"))
    assert 10_000 < len(data) <= MAX_RECORD_BYTES
    _, found = popularity_fallback.recommender(data)
    assert found.catalog.find("item-0000") >= 0
    assert 10 < len(found.catalog) < 200


def test_the_edges_of_the_version_are_not_read():
    objects, version, _ = published(FILMS)
    for name in popularity_fallback.EDGES:
        objects.delete(versions.artifact_key("films", version, f"{name}.npy"))
    assert remembered(objects, version)[0] == version


@pytest.mark.parametrize("file", ["manifest.json", "popularity.npy"])
@pytest.mark.parametrize("damage", ["gone", "flipped"])
def test_a_version_that_cannot_be_read_leaves_what_was_remembered(file, damage):
    objects, version, _ = published(FILMS)
    records = MemoryRecords()
    popularity_fallback.remember(objects, records, "films", version)
    before = records.get(popularity_fallback.record_key("films"))
    key = versions.artifact_key("films", version, file)
    data = objects.get(key).data
    if damage == "gone":
        objects.delete(key)
    else:
        objects.put(key, data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(StoreUnavailable):
        popularity_fallback.remember(objects, records, "films", version)
    assert records.get(popularity_fallback.record_key("films")) == before


def test_where_nothing_was_remembered_there_is_nothing():
    assert popularity_fallback.read(MemoryRecords(), "films") is None


def packed(*lines: str) -> bytes:
    return gzip.compress("".join(line + "\n" for line in lines).encode(), mtime=0)


HEAD = json.dumps({"version": "v", "exclude_seen": True, "popularity": [0.5]})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no gzip",
        packed(HEAD, '{"item_id": "a"}')[:-9],
        packed(HEAD)[:20] + b"\xff" * 20 + packed(HEAD)[40:],
        packed(),
        packed("[]"),
        packed("{}"),
        packed(HEAD),
        packed(HEAD, "{}"),
        packed(HEAD, '{"item_id": "a"}', '{"item_id": "b"}'),
    ],
)
def test_what_is_no_such_record_is_a_store_that_cannot_be_read(data):
    with pytest.raises(StoreUnavailable, match="the popularity record cannot be read"):
        popularity_fallback.recommender(data)
