"""Deletes versions, records of runs and batches without a use, after a time of grace, and rows that expired.

Shards and sums of trainings that died go as well.

A version that is neither champion, nor one of the former champions that can be rolled back to, nor challenger, nor of a
training that may still promote it, is retired first: the champion's pointer notes since when. When it has been retired
for the time of grace, the pointer notes that it is deleted, and then its files go, the manifest first. Both steps are
compare-and-swaps of the object by which versions are promoted: a promotion of a retired version takes it back, and
one that is deleted is refused. Killed anywhere, the next call goes on.

A former champion that was trained longer ago than rows are kept is no longer kept for rolling back, nor is one that was
trained on users who were erased since. The champion and the challenger stay until others take their place: a catalog is
never left without a model.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from doublebill.service.registry import champions, runs, versions
from doublebill.service.registry.champions import Champion
from doublebill.service.registry.leases.lease import Lease, read_lease
from doublebill.service.registry.pruning.expired import Expired, remove_expired
from doublebill.stores.job_record import JOB_ID, UNFINISHED, began_before, keys_before
from doublebill.stores.objects import Objects
from doublebill.times.retention import DAY_MS, kept_since_ms

GRACE_DAYS = 7
"""Days for which a version that is no longer needed stays, in which readers finish and people may think again."""

RUN_DAYS = 90
"""Days for which the record of a run stays whose version is gone."""

BATCH_DAYS = 7
"""Days for which a batch stays; a bucket lets them go by itself."""

NEWEST_RUNS = 20
"""Runs that stay however old they are."""


@dataclass(frozen=True)
class Pruned:
    """The things of one catalog that were deleted, or would be."""

    catalog: str
    retired: tuple[str, ...]
    """Versions that are no longer needed, and whose time of grace has begun now."""
    versions: tuple[str, ...]
    runs: tuple[str, ...]
    batches: tuple[str, ...]
    expired: Expired
    """Rows about people that may be kept no longer."""

    def counts(self) -> dict[str, int]:
        """Returns the number of things of each kind that were deleted."""
        return {
            "versions": len(self.versions),
            "runs": len(self.runs),
            "batches": len(self.batches),
            "requests": self.expired.requests,
            "rows": self.expired.rows,
            "imports": len(self.expired.imports),
            "merges": self.expired.merges,
            "quarantines": len(self.expired.quarantined),
        }


@dataclass(frozen=True)
class PruneTerms:
    """Times for which things are kept."""

    grace_days: float = GRACE_DAYS
    retention_days: float = math.inf
    """Days after which rows about people, runs, batches and former champions go whatever else is said."""

    @property
    def grace_ms(self) -> int:
        """Returns the time of grace in milliseconds, which is no longer than rows are kept."""
        return round(self.at_most_ms(self.grace_days))

    with_keys: bool = True
    """Whether idempotency keys, which are read one by one, go with their batches; a bucket lets them go by itself."""

    def batches_since_ms(self, now_ms: int) -> int:
        """Returns the time before which batches began that go."""
        return round(now_ms - self.at_most_ms(BATCH_DAYS)) + 1

    def at_most_ms(self, days: float) -> float:
        """Returns a number of days, or those of the retention where they are fewer, in milliseconds."""
        return min(days, self.retention_days) * DAY_MS


def prune(objects: Objects, catalog: str, now_ms: int, terms: PruneTerms = PruneTerms(), dry: bool = False) -> Pruned:
    """Retires and deletes the versions of a catalog without a use, its old runs and batches, and expired rows.

    With `dry` it only returns their names.

    Raises:
        ObjectDamaged: when the index of the log's blocks cannot be read; all else is done.
        Conflict, StoreUnavailable: as `swap`; call it again.
    """
    before = champions.read_champion(objects, catalog)
    retired, gone = _prune_versions(objects, catalog, before, now_ms, terms, dry) if before else ((), ())
    servable = _servable(before).union(retired).difference(gone) if before else frozenset[str]()
    old_runs, batches = (
        _old_runs(objects, catalog, servable, now_ms, terms),
        _old_batches(objects, catalog, now_ms, terms),
    )
    names = _old_keys(objects, catalog, now_ms, terms)
    dead = _dead_sums(objects, catalog, now_ms)
    for key in [] if dry else [*old_runs.values(), *names, *dead, *(key for keys in batches.values() for key in keys)]:
        objects.delete(key)
    expired = remove_expired(objects, catalog, kept_since_ms(now_ms, terms.retention_days), now_ms, dry)
    return Pruned(catalog, retired, gone, tuple(old_runs), tuple(batches), expired)


def _prune_versions(
    objects: Objects, catalog: str, before: Champion, now_ms: int, terms: PruneTerms, dry: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the versions that are retired now, and those that are deleted."""
    unneeded = _unneeded(objects, catalog, before, now_ms, terms.grace_ms)
    outdated = _outdated(objects, catalog, before, now_ms, terms)

    def aged(current: Champion) -> Champion:
        previous = tuple(version for version in current.previous if version not in outdated)
        return _aged(replace(current, previous=previous), unneeded, now_ms, terms.grace_ms)

    if dry:
        after = aged(before)
    else:
        after = champions.change(objects, catalog, aged)
        for version in after.deleted:
            versions.delete(objects, catalog, version)
    retired, gone = after.retired.keys() - before.retired.keys(), after.deleted.keys() - before.deleted.keys()
    return tuple(sorted(retired)), tuple(sorted(gone))


def _aged(champion: Champion, unneeded: frozenset[str], now_ms: int, grace_ms: int) -> Champion:
    """Returns the pointer with versions retired that are no longer needed, and deleted whose time of grace is over."""
    retired = {version: champion.retired.get(version, now_ms) for version in sorted(unneeded - champion.needed)}
    over = {version for version, since_ms in retired.items() if now_ms - since_ms >= grace_ms > 0}
    # as long as a process may live that is about to delete
    lately = {version: since_ms for version, since_ms in champion.deleted.items() if now_ms - since_ms < DAY_MS}
    return replace(
        champion,
        previous=tuple(version for version in champion.previous if version not in over),
        refused={version: until for version, until in champion.refused.items() if version not in over},
        retired={version: since_ms for version, since_ms in retired.items() if version not in over},
        deleted=lately | dict.fromkeys(sorted(over), now_ms),
    )


def _outdated(objects: Objects, catalog: str, champion: Champion, now_ms: int, terms: PruneTerms) -> frozenset[str]:
    """Returns the former champions that were trained longer ago than rows are kept; none whose run is unknown."""
    if not champion.previous or terms.retention_days == math.inf:
        return frozenset()
    newest: dict[str, int] = {}
    for run, record in runs.every(objects, catalog):
        version = str(record.get("version"))
        newest[version] = min(newest.get(version, now_ms), _age_ms(run, now_ms))
    limit_ms = terms.retention_days * DAY_MS
    return frozenset(version for version in champion.previous if newest.get(version, 0) >= limit_ms)


def _unneeded(objects: Objects, catalog: str, champion: Champion, now_ms: int, grace_ms: int) -> frozenset[str]:
    """Returns the stored versions that no run has made lately or may still promote."""
    stored = {key.split("/")[2] for key in objects.keys(f"artifacts/{catalog}/")}
    recent = {
        str(record.get("version"))
        for run, record in runs.every(objects, catalog)
        if _age_ms(run, now_ms) < grace_ms or record.get("state") in UNFINISHED
    } - champion.refused.keys()
    if read_lease(objects, catalog).run:  # a training at work may have published what no record names yet
        return frozenset(stored & set(champion.retired)) - recent
    return frozenset(stored) - recent


def _old_runs(
    objects: Objects, catalog: str, servable: frozenset[str], now_ms: int, terms: PruneTerms
) -> dict[str, str]:
    """Returns the keys of the records of old runs, by run, without those of versions that are or can be served."""
    old: dict[str, str] = {}
    for place, (run, record) in enumerate(runs.every(objects, catalog)):
        waiting = record.get("state") in UNFINISHED and read_lease(objects, catalog).run == run
        age_ms = _age_ms(run, now_ms)
        aged = (place >= NEWEST_RUNS and age_ms >= RUN_DAYS * DAY_MS) or age_ms >= terms.retention_days * DAY_MS
        if aged and record.get("version") not in servable and not waiting:
            old[run] = runs.record_of(objects, catalog, run).key
    return old


def _servable(champion: Champion) -> frozenset[str]:
    """Returns the versions that a pointer names, also the retired, which people may promote until they are deleted."""
    return frozenset((champion.version, *champion.previous, champion.challenger, *champion.retired))


def _old_batches(objects: Objects, catalog: str, now_ms: int, terms: PruneTerms) -> Mapping[str, list[str]]:
    """Returns the keys of old batches, by batch."""
    old: dict[str, list[str]] = {}
    for key in objects.keys(f"batches/{catalog}/"):
        batch = key.split("/")[2]
        if began_before(batch, terms.batches_since_ms(now_ms)):
            old.setdefault(batch, []).append(key)
    return old


def _old_keys(objects: Objects, catalog: str, now_ms: int, terms: PruneTerms) -> list[str]:
    """Returns the objects of the idempotency keys of old batches."""
    folder = f"batches/{catalog}/keys/"
    return list(keys_before(objects, folder, terms.batches_since_ms(now_ms))) if terms.with_keys else []


def _dead_sums(objects: Objects, catalog: str, now_ms: int) -> list[str]:
    """Returns the shards and sums of trainings that left some and no longer have the lease."""
    found = list(objects.keys(f"sums/{catalog}/"))
    lease = read_lease(objects, catalog) if found else Lease()  # read later: none of these begins again
    works = lease.run if now_ms - lease.expires_ms < DAY_MS else ""
    return [key for key in found if key.split("/")[2] != works]


def _age_ms(job_id: str, now_ms: int) -> int:
    """Returns the age of a job by its id; an id that has no time is new."""
    return now_ms - int(job_id.partition("-")[0]) if JOB_ID.fullmatch(job_id) else 0
