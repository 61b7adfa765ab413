"""Publishing: immutable versions, and one pointer per catalog that moves by compare-and-swap.

    artifacts/<catalog>/<version>/…   written once, the manifest last; see `doublebill.model.artifact`
    champions/<catalog>.json          the fields of `Champion`

A reader sees the old champion or the new one. A version whose manifest is there is complete.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import dropwhile
from typing import Annotated

from doublebill.errors import (
    ArtifactCorrupt,
    Conflict,
    NotFound,
    ObjectMissing,
    Shown,
    StoreUnavailable,
    Unsatisfiable,
)
from doublebill.model.artifact import MANIFEST, Artifact, read_config
from doublebill.model.catalog import check_catalog_name
from doublebill.model.config import Config
from doublebill.schema import Bounds
from doublebill.service.registry.ab_test import PLACES
from doublebill.stores.objects import Objects, Stored
from doublebill.stores.put_version import put_files

PREVIOUS_LENGTH = 10
"""How many former champions the pointer remembers for rolling back."""

SWAP_TRIES = 20


@dataclass(frozen=True)
class Champion:
    """Which version a catalog serves."""

    version: str
    run: str
    """The training run that promoted it, or empty where a person did."""
    started_ms: int
    """When that run began to read its data."""
    promoted_ms: int
    previous: tuple[str, ...] = ()
    """Former champions, the latest first."""
    challenger: str = ""
    """The version that answers `share` of the users instead; empty where none does."""
    share: float = 0.0

    @classmethod
    def from_bytes(cls, data: bytes) -> "Champion":
        """The pointer that `to_bytes` wrote.

        Raises:
            StoreUnavailable: when it wrote nothing like that; whoever holds a model goes on with it.
        """
        try:
            fields = json.loads(data)
            return cls(**{**fields, "previous": tuple(fields["previous"])})
        except (ValueError, TypeError, KeyError) as wrong:
            raise StoreUnavailable("the champion pointer cannot be read") from wrong

    def to_bytes(self) -> bytes:
        """The pointer as JSON; without a challenger as it was before there were any."""
        fields = asdict(self)
        if not self.challenger:
            del fields["challenger"], fields["share"]
        return json.dumps(fields).encode()

    def against(self, challenger: str, share: float) -> "Champion":
        """The same with this challenger, unless it is the champion itself."""
        if challenger in ("", self.version):
            return replace(self, challenger="", share=0.0)
        return replace(self, challenger=challenger, share=share)


Version = Annotated[str, Bounds(pattern="[0-9a-f]{32}", description="a version, 32 hexadecimal digits")]


@dataclass(frozen=True)
class ChampionRequest:
    """Which published version is to be served."""

    version: Version


@dataclass(frozen=True)
class ChallengerRequest:
    """Which published version is to answer a share of the users, and which share."""

    version: Version
    share: Annotated[float, Bounds(minimum=1 / PLACES, maximum=1, description="a share of the users, above 0 up to 1")]


def champion_key(catalog: str) -> str:
    """Where the pointer of a catalog stands."""
    return f"champions/{check_catalog_name(catalog)}.json"


def artifact_key(catalog: str, version: str, file: str) -> str:
    """Where a file of a version stands."""
    return f"artifacts/{catalog}/{version}/{file}"


def publish(objects: Objects, catalog: str, artifact: Artifact) -> None:
    """Writes the files of a version, the manifest last. Publishing it again mends a file whose bytes have changed."""
    put_files(objects, artifact, lambda file: artifact_key(catalog, artifact.version, file))


def config_of(objects: Objects, catalog: str, version: str) -> Config:
    """The config of a published version, where this code can load that version.

    Raises:
        ObjectMissing: when it was never published.
        ArtifactCorrupt: when its manifest is not the version's, or of a format or config that this code does not know.
    """
    return read_config(objects.get(artifact_key(catalog, version, MANIFEST)).data, version)


def read_champion(objects: Objects, catalog: str) -> Champion | None:
    """The champion of the catalog, if it has one."""
    stored = _pointer(objects, catalog)
    return Champion.from_bytes(stored.data) if stored else None


def promote_run(objects: Objects, catalog: str, version: str, run: str, started_ms: int, now_ms: int) -> bool:
    """Makes the version of a training run champion, unless a run that began later is champion already.

    False where it was overtaken.
    """
    return _swap(objects, catalog, Champion(version, run, started_ms, now_ms), overtakes=False) is not None


def promote(objects: Objects, catalog: str, version: str, now_ms: int) -> Champion:
    """Makes a published version champion, whatever is champion now; if it was the challenger, that has ended.

    Raises:
        NotFound: when the version was never published, or cannot be loaded by this code.
    """
    _check_loadable(objects, catalog, version)
    wanted = Champion(version, "", now_ms, now_ms)
    return _swap(objects, catalog, wanted, overtakes=True) or wanted


def challenge(objects: Objects, catalog: str, version: str, share: float) -> Champion:
    """Lets a published version answer `share` of the users instead of the champion, in place of any challenger.

    Raises:
        NotFound: when the catalog has no champion, or the version was never published or cannot be loaded by this code.
        Unsatisfiable: when the version is the champion.
        Conflict: when the champion changed meanwhile, time and again.
    """
    _check_loadable(objects, catalog, version)

    def challenged(champion: Champion) -> Champion:
        if champion.version == version:
            raise Unsatisfiable.one("version", Shown("the champion"), "another version")
        return champion.against(version, share)

    return _change(objects, catalog, challenged)


def end_challenge(objects: Objects, catalog: str) -> Champion:
    """Lets the champion answer everybody again; nothing changes where it does.

    Raises:
        NotFound: when the catalog has no champion.
        Conflict: when the champion changed meanwhile, time and again.
    """
    return _change(objects, catalog, lambda champion: champion.against("", 0.0))


def _change(objects: Objects, catalog: str, changed: Callable[[Champion], Champion]) -> Champion:
    """The champion as `changed` makes it, written where it is another."""
    for _ in range(SWAP_TRIES):
        stored = _pointer(objects, catalog)
        if stored is None:
            raise NotFound(f"catalog {catalog!r} has no champion")
        champion = Champion.from_bytes(stored.data)
        wanted = changed(champion)
        try:
            if wanted != champion:
                _move(objects, catalog, stored, wanted)
        except Conflict:
            continue
        return wanted
    raise Conflict(f"the champion of {catalog!r} changed {SWAP_TRIES} times while its challenger was to be set")


def roll_back(objects: Objects, catalog: str, now_ms: int) -> Champion:
    """Makes the former champion champion again; the present one is not remembered, so the next goes further back.

    Former champions that this code cannot load are passed over and forgotten too. A challenger stays one, unless it is
    the version rolled back to.

    Raises:
        NotFound: when there is none, or none that can be loaded.
        Conflict: when the champion changed meanwhile.
    """
    stored = _pointer(objects, catalog)
    current = Champion.from_bytes(stored.data) if stored else None
    if stored is None or current is None or not current.previous:
        raise NotFound(f"catalog {catalog!r} has no former champion to roll back to")
    former = list(dropwhile(lambda one: not _loadable(objects, catalog, one), current.previous))
    if not former:
        raise NotFound(f"catalog {catalog!r} has no former champion that can be served")
    version, *before = former
    rolled_back = Champion(version, "", now_ms, now_ms, tuple(before))
    champion = rolled_back.against(current.challenger, current.share)
    _move(objects, catalog, stored, champion)
    return champion


def _check_loadable(objects: Objects, catalog: str, version: str) -> None:
    """Raises `NotFound` where the version was never published, or cannot be loaded by this code."""
    try:
        config_of(objects, catalog, version)
    except ObjectMissing as missing:
        raise NotFound(f"catalog {catalog!r} has no version {version!r}") from missing
    except ArtifactCorrupt as wrong:
        raise NotFound(f"version {version!r} of catalog {catalog!r} cannot be served: {wrong}") from wrong


def _loadable(objects: Objects, catalog: str, version: str) -> bool:
    try:
        config_of(objects, catalog, version)
    except (ObjectMissing, ArtifactCorrupt):
        return False
    return True


def _swap(objects: Objects, catalog: str, wanted: Champion, overtakes: bool) -> Champion | None:
    """The champion as it was written, or None where `wanted` may not overtake the present one."""
    for _ in range(SWAP_TRIES):
        stored = _pointer(objects, catalog)
        current = Champion.from_bytes(stored.data) if stored else None
        if current and not overtakes and current.started_ms > wanted.started_ms:
            return None
        champion = _succeeding(wanted, current)
        try:
            _move(objects, catalog, stored, champion)
        except Conflict:
            continue
        return champion
    raise Conflict(f"the champion of {catalog!r} changed {SWAP_TRIES} times while it was to be moved")


def _move(objects: Objects, catalog: str, stored: Stored | None, champion: Champion) -> None:
    if stored is None:
        objects.create(champion_key(catalog), champion.to_bytes())
    else:
        objects.replace(champion_key(catalog), champion.to_bytes(), stored.etag)


def _succeeding(wanted: Champion, current: Champion | None) -> Champion:
    """`wanted` with everything that was champion before it, each once, and with the challenger that there is."""
    former = (current.version, *current.previous) if current else ()
    previous = tuple(version for version in former if version != wanted.version)[:PREVIOUS_LENGTH]
    succeeding = Champion(wanted.version, wanted.run, wanted.started_ms, wanted.promoted_ms, previous)
    return succeeding.against(current.challenger, current.share) if current else succeeding


def _pointer(objects: Objects, catalog: str) -> Stored | None:
    try:
        return objects.get(champion_key(catalog))
    except ObjectMissing:
        return None
