"""Named versions: any published version of a catalog, loaded beside those that serve, for people who compare.

The models function has them, so that nobody's recommendations wait, or run out of memory, for such a version.
"""

from functools import partial
from pathlib import Path

from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import NotFound, StoreUnavailable
from doublebill.service.catalog import catalog_record
from doublebill.service.registry import versions
from doublebill.service.registry.privacy.refused import check_allowed
from doublebill.service.serving.disk_cache import DiskCache
from doublebill.service.serving.loaded_models import LoadedModel, Serving
from doublebill.service.serving.refresh import UNLOADABLE, Follower
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records

MOST_LOADED = 2
"""Versions in memory: the two that are compared."""

PLACE = ".named"
"""Folder on the scratch disk, apart from the versions that serve; no catalog has such a name."""

type Named = tuple[str, str]
"""A catalog and a version of it."""


class NamedVersions:
    """The versions that one execution environment was last asked for by name."""

    def __init__(self, objects: Objects, records: Records, scratch: Path, clock: Clock) -> None:
        self._objects = objects
        self._cache = DiskCache(objects, scratch / PLACE, clock)
        self._follower = Follower(objects, records, self._cache, clock)
        self._loaded: dict[Named, LoadedModel] = {}
        self._in_use: list[Named] = []

    def serving(self, catalog: str, version: str, deadline: Deadline) -> Serving:
        """Returns a version as it would serve as champion now.

        Raises:
            NotFound: when there is no such version or catalog any more, or this code cannot load it.
            VersionRefused: when it was trained on users who were erased since.
            StoreUnavailable: when it cannot be loaded by then; what takes longer goes on for a later request.
        """
        if not versions.VERSION.fullmatch(version):
            raise NotFound(f"catalog {catalog!r} has no version {version!r}")
        model = deadline.bounded(f"version {version}", partial(self._model, catalog, version))
        return self._follower.as_champion(catalog, model).serving(None, None)

    def _model(self, catalog: str, version: str) -> LoadedModel:
        """Returns a version that may still answer, which is looked up with every call, whether it is loaded or not."""
        catalog_record.read(self._objects, catalog)
        check_allowed(self._objects, catalog, version)
        versions.check_loadable(self._objects, catalog, version)
        self._in_use.append((catalog, version))
        try:
            found = self._loaded.pop((catalog, version), None) or self._load(catalog, version)
            self._loaded[catalog, version] = found  # the latest last
            for oldest in list(self._loaded)[:-MOST_LOADED]:
                self._loaded.pop(oldest, None)
        finally:
            wanted = [*self._loaded, *self._in_use]  # other requests may be about to map the files of theirs
            self._cache.keep(catalog, {one for name, one in wanted if name == catalog})
            self._in_use.remove((catalog, version))
        return found

    def _load(self, catalog: str, version: str) -> LoadedModel:
        try:
            return LoadedModel.of(version, self._cache.load(catalog, version))
        except UNLOADABLE as wrong:
            raise StoreUnavailable(f"version {version} cannot be loaded: {wrong}") from wrong
