"""Item maps: objects beside versions, checked when they are read."""

import json

import numpy as np
import pytest

from doublebill.errors import ArtifactCorrupt, NotFound
from doublebill.model.metadata.item_map import ItemMap
from doublebill.service.serving import item_maps
from fakes import MemoryObjects

MAP = ItemMap(3, np.array([2, 0], np.int32), np.array([[0, 999], [5, 7]], np.uint16))
WRITTEN = {"of": 3, "items": [2, 0], "x": [0, 5], "y": [999, 7]}


def test_a_map_is_json_of_three_lists() -> None:
    assert json.loads(MAP.to_bytes()) == WRITTEN
    read = ItemMap.from_bytes(MAP.to_bytes(), 3)
    assert (read.items.tolist(), read.places.tolist()) == (MAP.items.tolist(), MAP.places.tolist())
    empty = ItemMap.from_bytes(ItemMap.empty(0).to_bytes(), 0)
    assert (len(empty.items), empty.places.shape) == (0, (0, 2))


@pytest.mark.parametrize(
    "changed",
    [
        {"of": 4},
        {"items": [3, 0]},
        {"items": [-1, 0]},
        {"x": [0]},
        {"y": [1000, 0]},
        {"x": [-1, 0]},
        {"x": "ab"},
        {"items": {}},
    ],
)
def test_what_is_no_map_of_the_version_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ArtifactCorrupt, match="map"):
        ItemMap.from_bytes(json.dumps(WRITTEN | changed).encode(), 3)
    with pytest.raises(ArtifactCorrupt, match="map"):
        ItemMap.from_bytes(b"[", 3)


def test_a_version_without_a_map_says_what_to_do() -> None:
    objects = MemoryObjects()
    with pytest.raises(NotFound, match="train again"):
        item_maps.read(objects, "films", "0" * 32, 3)
    item_maps.publish(objects, "films", "0" * 32, MAP)
    assert item_maps.summary(MAP) == {"items": 2, "size_bytes": len(MAP.to_bytes())}
    assert item_maps.read(objects, "films", "0" * 32, 3).items.tolist() == [2, 0]
    with pytest.raises(NotFound, match="train again"):
        item_maps.read(objects, "films", "0" * 32, 2)
