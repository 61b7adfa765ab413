"""The disk cache: the versions on the scratch disk of an execution environment, and the last champion pointer it read.

    <scratch>/<catalog>/<version>/      a whole version, mapped from here; environments on one disk share it
    <scratch>/<catalog>/champion.json   the last pointer that was read
    <scratch>/<catalog>/.…              files that are still being downloaded

A folder under a version's name is whole, or is being removed: a download appears there by one rename.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Collection
from functools import partial
from pathlib import Path

from doublebill.concurrency.background import side_by_side
from doublebill.concurrency.clock import Clock
from doublebill.errors import ArtifactCorrupt, ObjectMissing, StoreUnavailable
from doublebill.model import artifact
from doublebill.model.artifact import MANIFEST
from doublebill.model.recommender import Recommender
from doublebill.service.registry.champions import Champion
from doublebill.service.registry.versions import artifact_key
from doublebill.stores.objects import Objects

UNFINISHED = "."
"""Names that begin so are still being written."""

POINTER = "champion.json"

FETCHED_AT_ONCE = 4

RETRY_BAD_SECONDS = 60.0
"""Time after which a version that failed to load is tried again."""


class DiskCache:
    """The versions of one execution environment."""

    def __init__(self, objects: Objects, scratch: Path, clock: Clock) -> None:
        self._objects = objects
        self._scratch = scratch
        self._clock = clock
        self._bad: dict[tuple[str, str], tuple[float, ArtifactCorrupt | ObjectMissing]] = {}
        self._unfinished: dict[str, Path] = {}

    def load(self, catalog: str, version: str, far: bool = True) -> Recommender:
        """Returns the version, verified whole; without `far` only from the disk.

        Raises:
            ArtifactCorrupt: when its bytes are not what its manifest says, or this code does not know its format.
            ObjectMissing: when it, or a file of it, is not in the store.
            StoreUnavailable: when the store does not answer; files that came already are not fetched again.
            OSError: when the disk fails.
        """
        failed_at, wrong = self._bad.get((catalog, version), (float("-inf"), None))
        if wrong and self._clock() - failed_at < RETRY_BAD_SECONDS:
            raise wrong.with_traceback(None)
        folder = self._scratch / catalog / version
        if folder.is_dir():
            with contextlib.suppress(ArtifactCorrupt, OSError):
                return artifact.load(folder, version)
            shutil.rmtree(folder, ignore_errors=True)
        if not far:
            raise StoreUnavailable("it is not on this disk")
        try:
            return self._downloaded(catalog, version, folder)
        except (ArtifactCorrupt, ObjectMissing) as wrong:
            self._bad[catalog, version] = self._clock(), wrong
            raise

    def keep(self, catalog: str, versions: Collection[str]) -> None:
        """Removes every other version; arrays that are still mapped stay readable."""
        with contextlib.suppress(OSError):
            for other in (self._scratch / catalog).iterdir():
                if other.name not in versions and not other.name.startswith(UNFINISHED) and other.is_dir():
                    shutil.rmtree(other, ignore_errors=True)

    def remember(self, catalog: str, champion: Champion) -> None:
        """Keeps the pointer for an environment that starts when the store does not answer."""
        with contextlib.suppress(OSError):  # a full disk must not keep a model from serving
            folder = self._scratch / catalog
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(prefix=UNFINISHED, dir=folder, delete_on_close=False) as file:
                file.write(champion.to_bytes())
                file.close()
                Path(file.name).rename(folder / POINTER)

    def recall(self, catalog: str) -> Champion | None:
        """Returns the pointer that was kept last, or None where it cannot be read."""
        with contextlib.suppress(OSError, StoreUnavailable):
            return Champion.from_bytes((self._scratch / catalog / POINTER).read_bytes())
        return None

    def forget(self, catalog: str) -> None:
        """Removes the versions and the pointer of a catalog."""
        shutil.rmtree(self._scratch / catalog, ignore_errors=True)

    def _downloaded(self, catalog: str, version: str, folder: Path) -> Recommender:
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = self._unfinished.pop(catalog, None)
        if place is None or place.name != version or not place.is_dir():
            _drop(place)
            place = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent)) / version
            place.mkdir()
        try:
            self._fetch_into(place, catalog, version)
            recommender = artifact.load(place, version)
        except StoreUnavailable:
            self._unfinished[catalog] = place
            raise
        except BaseException:  # whatever is wrong with it, it must not be found again
            _drop(place)
            raise
        with contextlib.suppress(OSError):  # another environment was first
            place.rename(folder)
        _drop(place)
        return recommender

    def _fetch_into(self, place: Path, catalog: str, version: str) -> None:
        self._fetch(catalog, version, MANIFEST, place)
        arrays = artifact.read_manifest((place / MANIFEST).read_bytes(), version)["arrays"]
        largest_first = sorted(arrays, key=lambda name: -arrays[name]["size_bytes"])
        files = [f"{name}.npy" for name in largest_first]
        fetches = [partial(self._fetch, catalog, version, file, place) for file in files]
        side_by_side(fetches, FETCHED_AT_ONCE, self._clock)

    def _fetch(self, catalog: str, version: str, file: str, place: Path) -> None:
        if (place / file).exists():
            return
        try:
            self._objects.fetch(artifact_key(catalog, version, file), place / file)
        except BaseException:  # however it ends, no half file stays
            with contextlib.suppress(OSError):
                (place / file).unlink(missing_ok=True)
            raise


def _drop(place: Path | None) -> None:
    if place is not None:
        shutil.rmtree(place.parent, ignore_errors=True)
