"""Warm models: each catalog's champion as one execution environment holds and refreshes it.

A model is downloaded to scratch disk, verified whole and mapped before it may serve. The pointer is looked at by one
conditional read at most every `refresh_seconds`. Whatever goes wrong, the last good model goes on and the answer says
`degraded` with the reason; an environment that has none falls back to the former champions that the pointer names.
"""

import contextlib
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from doublebill import artifact
from doublebill.artifact import MANIFEST
from doublebill.errors import ArtifactCorrupt, DoublebillError, FormatUnknown, NoModel, ObjectMissing, StoreUnavailable
from doublebill.recommender import Recommender
from doublebill.service import catalogs
from doublebill.service.publish import Champion, artifact_key, champion_key
from doublebill.stores.objects import Objects

UNFINISHED = "."
"""How the names of folders begin that are still being downloaded."""

RETRY_BAD_SECONDS = 60.0
"""How long a version that failed to load is left alone before it is tried again."""


@dataclass(frozen=True)
class Serving:
    """A model that may answer now."""

    version: str
    recommender: Recommender
    degraded: str | None
    """Why this is not the champion as it should be; None where all is well."""


@dataclass
class _Held:
    """What is known of one catalog."""

    checked: float = float("-inf")
    etag: str = ""
    champion: Champion | None = None
    version: str = ""
    recommender: Recommender | None = None
    degraded: str | None = None


class Warm:
    """The models of one execution environment. `clock` gives monotonic seconds."""

    def __init__(
        self, objects: Objects, scratch: Path, clock: Callable[[], float], refresh_seconds: float = 5.0
    ) -> None:
        self._objects = objects
        self._scratch = scratch
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._held: dict[str, _Held] = {}
        self._bad: dict[tuple[str, str], tuple[float, ArtifactCorrupt | ObjectMissing]] = {}
        self._lock = threading.Lock()

    def serving(self, catalog: str) -> Serving:
        """The model that answers for the catalog.

        Raises:
            NotFound: when there is no such catalog.
            NoModel: when the catalog has no champion that can be loaded.
            StoreUnavailable: when nothing was ever loaded and the store does not answer.
        """
        with self._lock:
            held = self._held.get(catalog) or _Held()
            if self._clock() - held.checked >= self._refresh_seconds:
                self._refresh(catalog, held)
            if held.recommender is None:
                raise NoModel(f"catalog {catalog!r} has no model yet: {held.degraded or 'nothing was trained'}")
            return Serving(held.version, held.recommender, held.degraded)

    def _refresh(self, catalog: str, held: _Held) -> None:
        try:
            stored = self._objects.get_if_changed(champion_key(catalog), held.etag)
            if stored:
                held.champion, held.etag = Champion.from_bytes(stored.data), stored.etag
        except ObjectMissing:
            if held.recommender is None:
                catalogs.settings(self._objects, catalog)  # raises NotFound where not even the catalog is there
            held.degraded = "the champion pointer is missing" if held.recommender else None
        except StoreUnavailable as failed:
            if held.recommender is None:
                raise
            held.degraded = f"the champion could not be checked: {failed}"
        else:
            self._follow(catalog, held)
        self._held[catalog] = held
        held.checked = self._clock()

    def _follow(self, catalog: str, held: _Held) -> None:
        """Serves the champion, or says why not."""
        assert held.champion is not None  # noqa: S101  # set by whoever set the tag
        held.degraded = None
        for version in (held.champion.version, *held.champion.previous):
            if version == held.version:
                return
            try:
                held.recommender = self._load(catalog, version)
            except (ArtifactCorrupt, StoreUnavailable, ObjectMissing, OSError) as wrong:
                held.degraded = held.degraded or f"version {version} cannot be served: {_reason(wrong)}"
                if held.recommender is not None:
                    return
            else:
                held.version = version
                return

    def _load(self, catalog: str, version: str) -> Recommender:
        failed_at, wrong = self._bad.get((catalog, version), (float("-inf"), None))
        if wrong and self._clock() - failed_at < RETRY_BAD_SECONDS:
            raise wrong.with_traceback(None)
        try:
            return self._map(catalog, version, self._scratch / catalog / version)
        except (ArtifactCorrupt, ObjectMissing) as wrong:
            self._bad[catalog, version] = self._clock(), wrong
            raise

    def _map(self, catalog: str, version: str, folder: Path) -> Recommender:
        """The recommender from `folder`, which it shares with other environments on the same disk.

        A folder under a version's name is whole, or is being removed; what is downloaded appears there by one rename.
        """
        if folder.is_dir():
            with contextlib.suppress(ArtifactCorrupt, OSError):
                return artifact.load(folder, version)
            shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder.parent) as unfinished:
            place = Path(unfinished) / version
            self._download(catalog, version, place)
            recommender = artifact.load(place, version)
            with contextlib.suppress(OSError):  # somebody else was first
                place.rename(folder)
        for other in folder.parent.iterdir():
            if other != folder and not other.name.startswith(UNFINISHED):
                shutil.rmtree(other, ignore_errors=True)  # what is still mapped stays readable until it is let go
        return recommender

    def _download(self, catalog: str, version: str, folder: Path) -> None:
        manifest = self._objects.get(artifact_key(catalog, version, MANIFEST)).data
        folder.mkdir()
        for name in artifact.read_manifest(manifest, version)["arrays"]:
            file = f"{name}.npy"
            (folder / file).write_bytes(self._objects.get(artifact_key(catalog, version, file)).data)
        (folder / MANIFEST).write_bytes(manifest)


def _reason(wrong: Exception) -> str:
    """What to tell a caller: the family's own words, but no path of this machine."""
    if isinstance(wrong, FormatUnknown):
        return "it is of another format; train again"
    if isinstance(wrong, ArtifactCorrupt):
        return "its bytes are not what its manifest says"
    if isinstance(wrong, ObjectMissing):
        return "a file of it is missing"
    return str(wrong) if isinstance(wrong, DoublebillError) else type(wrong).__name__
