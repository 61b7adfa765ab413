"""Recent priors: the recent visits of a version's items, counted between trainings.

    priors/<catalog>/<digest>.npy   [n_items] float32, the counts of `RecentVisits`
    priors/<catalog>.json           {"versions": {version: {"digest", "newest_ms"}}, "superseded": {digest: time in ms}}

The object is immutable, and its digest is that of its bytes; the pointer moves by compare-and-swap. A digest stands
under `superseded` before its object is written and after another one took its place, so that objects of a refresh that
died are found and deleted too. A version whose prior is not there serves with that of its artifact, never with another
version's.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from doublebill.errors import ArtifactCorrupt, ObjectMissing, StoreUnavailable
from doublebill.model.catalog import check_catalog_name
from doublebill.model.priors.recency_prior import DIGEST_LENGTH, RecentVisits
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects

KEPT_MS = 86_400_000
"""Superseded objects are kept so long for environments that still read them."""


@dataclass(frozen=True)
class CurrentPrior:
    """The prior that a version serves with."""

    digest: str
    newest_ms: int
    """Time of the newest visit in it."""


@dataclass(frozen=True)
class PriorPointer:
    """The priors of the versions that serve, and the objects that no version serves with."""

    versions: Mapping[str, CurrentPrior] = field(default_factory=dict)
    superseded: Mapping[str, int] = field(default_factory=dict)
    """The time in milliseconds since when, by digest."""

    @classmethod
    def from_bytes(cls, data: bytes) -> "PriorPointer":
        """Returns the pointer that `to_bytes` wrote.

        Raises:
            StoreUnavailable: when the bytes are no such pointer; the last priors go on.
        """
        try:
            fields = json.loads(data)
            versions = {
                str(version): CurrentPrior(str(one["digest"]), int(one["newest_ms"]))
                for version, one in fields["versions"].items()
            }
            return cls(versions, {str(digest): int(since) for digest, since in fields["superseded"].items()})
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            raise StoreUnavailable("the pointer to the priors cannot be read") from wrong

    def to_bytes(self) -> bytes:
        """Returns the pointer as JSON."""
        versions = {version: vars(one) for version, one in sorted(self.versions.items())}
        return json.dumps({"versions": versions, "superseded": dict(sorted(self.superseded.items()))}).encode()

    def announcing(self, digest: str, now_ms: int) -> "PriorPointer":
        """Returns the pointer before an object is written that no version serves with yet."""
        if any(one.digest == digest for one in self.versions.values()):
            return self
        return PriorPointer(self.versions, {**self.superseded, digest: now_ms})

    def serving(self, versions: Mapping[str, CurrentPrior], now_ms: int) -> "PriorPointer":
        """Returns the pointer to the priors of all versions that serve; those that have newer visits stay."""
        new = {
            version: max(one, self.versions.get(version, one), key=lambda prior: prior.newest_ms)
            for version, one in versions.items()
        }
        in_use = {one.digest for one in new.values()}
        left = {one.digest: now_ms for one in self.versions.values()} | dict(self.superseded)
        return PriorPointer(new, {digest: since for digest, since in left.items() if digest not in in_use})

    def expired(self, now_ms: int) -> list[str]:
        """Returns the digests of objects that are no longer read."""
        return [digest for digest, since in self.superseded.items() if now_ms - since > KEPT_MS]


NO_PRIORS = PriorPointer()


def pointer_key(catalog: str) -> str:
    """Returns the key of the pointer of a catalog."""
    return f"priors/{check_catalog_name(catalog)}.json"


def object_key(catalog: str, digest: str) -> str:
    """Returns the key of a prior."""
    return f"priors/{check_catalog_name(catalog)}/{digest}.npy"


def read_pointer(objects: Objects, catalog: str) -> PriorPointer:
    """Returns the pointer of a catalog, an empty one where there is none or none that can be read."""
    try:
        return _parsed(objects.get(pointer_key(catalog)).data)
    except ObjectMissing:
        return NO_PRIORS


def read_visits(objects: Objects, catalog: str, prior: CurrentPrior, n_items: int) -> RecentVisits:
    """Returns the visits of a prior, every byte verified.

    Raises:
        ArtifactCorrupt: when they are not those of its digest, or not of so many items.
        ObjectMissing: when it is not in the store.
        StoreUnavailable: when the store does not answer.
    """
    data = objects.get(object_key(catalog, prior.digest)).data
    if hashlib.sha256(data).hexdigest()[:DIGEST_LENGTH] != prior.digest:
        raise ArtifactCorrupt(f"prior {prior.digest}: its {len(data)} bytes have another digest")
    counts = np.load(io.BytesIO(data), allow_pickle=False)
    if counts.dtype != np.float32 or counts.shape != (n_items,):
        raise ArtifactCorrupt(
            f"prior {prior.digest}: found {counts.dtype} {counts.shape}, expected float32 ({n_items},)"
        )
    return RecentVisits(counts, prior.newest_ms)


def publish(objects: Objects, catalog: str, visits: Mapping[str, RecentVisits], now_ms: int) -> bool:
    """Makes these the priors of the versions that serve; returns False where nothing changes.

    Wherever it is interrupted, readers see the priors before it or those after it.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """
    before = read_pointer(objects, catalog)
    current = {version: CurrentPrior(one.digest, one.newest_ms) for version, one in visits.items()}
    if before.serving(current, now_ms) == before and not before.expired(now_ms):
        return False
    for one in visits.values():
        _announce(objects, catalog, one.digest, now_ms)
        objects.put(object_key(catalog, one.digest), one.data)
    expired = before.expired(now_ms)
    for digest in expired:
        objects.delete(object_key(catalog, digest))

    def served(data: bytes | None) -> bytes:
        pointer = _parsed(data).serving(current, now_ms)
        left = {digest: since for digest, since in pointer.superseded.items() if digest not in expired}
        return PriorPointer(pointer.versions, left).to_bytes()

    return swap(objects, pointer_key(catalog), served)


def _announce(objects: Objects, catalog: str, digest: str, now_ms: int) -> None:
    def announced(data: bytes | None) -> bytes:
        return _parsed(data).announcing(digest, now_ms).to_bytes()

    swap(objects, pointer_key(catalog), announced)


def _parsed(data: bytes | None) -> PriorPointer:
    """Returns the pointer in stored bytes, an empty one where they cannot be read, so that it is replaced."""
    try:
        return NO_PRIORS if data is None else PriorPointer.from_bytes(data)
    except StoreUnavailable:
        return NO_PRIORS
