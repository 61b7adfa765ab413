"""Item maps of versions: where items lie in two dimensions, as an object beside the files of each version.

Nothing that serves recommendations reads it, and it is no part of the version. It goes where the version goes when
that is deleted.
"""

from doublebill.errors import ArtifactCorrupt, NotFound, ObjectMissing
from doublebill.model.metadata.item_map import ItemMap
from doublebill.service.registry.versions import artifact_key
from doublebill.stores.objects import Objects

FILE = "map.json"


def summary(item_map: ItemMap) -> dict[str, int]:
    """Returns the numbers that the record of a run has of the map of its version."""
    return {"items": len(item_map.items), "size_bytes": len(item_map.to_bytes())}


def publish(objects: Objects, catalog: str, version: str, item_map: ItemMap) -> None:
    """Writes the map of a version."""
    objects.put(artifact_key(catalog, version, FILE), item_map.to_bytes())


def read(objects: Objects, catalog: str, version: str, n_items: int) -> ItemMap:
    """Returns the map of a version that has so many items.

    Raises:
        NotFound: when it has none, since it was trained before there were maps, or it is damaged.
    """
    try:
        return ItemMap.from_bytes(objects.get(artifact_key(catalog, version, FILE)).data, n_items)
    except (ObjectMissing, ArtifactCorrupt) as wrong:
        raise NotFound(f"version {version!r} of catalog {catalog!r} has no map of its items; train again") from wrong
