"""Refreshing priors: the recent visits of a version, with the events since its training.

The counts that a version was trained with are halved to the day of the newest event, and the visits of the newest
requests of the event log are added, by the formula of the training; a pause counts as one day here too. Events as new
as the newest one of the training, or older, count as read by it. Users are distinguished to count each once a day, and
leave no trace in the counts.
"""

import numpy as np

from doublebill.arrays import Array
from doublebill.errors import ArtifactCorrupt, ObjectMissing, StoreUnavailable
from doublebill.event_table import EventTable
from doublebill.model import artifact, bundle
from doublebill.model.artifact import MANIFEST
from doublebill.model.config import Config
from doublebill.model.counting.pauses import Pauses
from doublebill.model.priors.recency_prior import RecentVisits
from doublebill.model.string_table import Ids
from doublebill.service.catalog import catalog_record
from doublebill.service.registry import champions, recent_priors
from doublebill.service.registry.versions import artifact_key
from doublebill.stores.objects import Objects
from doublebill.values.event_kinds import EventKinds

IDS = ("item_ids_blob", "item_ids_offsets", "item_ids_hashes", "item_ids_hashed")
"""The arrays of a version that find an item by its id."""


def refresh(objects: Objects, catalog: str, events: EventTable, now_ms: int) -> bool:
    """Counts the events for every version that serves and has a prior; returns False where nothing changes.

    Raises:
        StoreUnavailable: when the store does not answer, or a version cannot be read.
        Conflict: when other refreshes kept changing the pointer.
    """
    champion = champions.read_champion(objects, catalog)
    served = {champion.version, champion.challenger} - {""} if champion else set()
    kinds = catalog_record.find(objects, catalog).kinds
    visits = {}
    for version in sorted(served):
        found = _visits(objects, catalog, version, events, kinds)
        if found is not None:
            visits[version] = found
    if not visits and recent_priors.read_pointer(objects, catalog) == recent_priors.NO_PRIORS:
        return False
    return recent_priors.publish(objects, catalog, visits, now_ms)


def later_visits(
    trained: RecentVisits, events: EventTable, kinds: EventKinds, item_ids: Ids, config: Config
) -> RecentVisits:
    """Returns the visits of a training with those of later events; the same object where there are none.

    Later events of an item without visits count where enough users have them, as the config says.
    """
    assert config.prior is not None  # noqa: S101  # other versions are not refreshed
    half_life_days = config.prior.half_life_days
    weights = np.array([kinds.weights.get(kind, 0.0) for kind in events.kinds.names()], np.float64)
    numbers = item_ids.find_all(list(events.items.names()))
    speaking = (events.timestamps > trained.newest_ms) & (numbers[events.items.codes] >= 0)
    if len(weights):
        speaking &= weights[events.kinds.codes] * events.values > 0
    rows = np.flatnonzero(speaking)
    if not len(rows):
        return trained
    items = numbers[events.items.codes[rows]]
    pauses = Pauses.between(np.append(events.timestamps[events.timestamps > trained.newest_ms], trained.newest_ms))
    later = RecentVisits.of_events(
        events.users.codes[rows],
        items,
        pauses.closed(events.timestamps[rows]),
        half_life_days,
        len(item_ids),
        config.minimum_users,
        trained.counts > 0,
    )
    return RecentVisits(trained.counts, int(pauses.closed(trained.newest_ms))).followed_by(later, half_life_days)


def _visits(objects: Objects, catalog: str, version: str, events: EventTable, kinds: EventKinds) -> RecentVisits | None:
    """Returns the visits of a version until now, None where it has no prior, or nothing newer than its training."""
    try:
        manifest = artifact.read_manifest(objects.get(artifact_key(catalog, version, MANIFEST)).data, version)
        config = Config.from_json(manifest["config"])
        if config.prior is None:
            return None
        arrays = {
            name: _array(objects, catalog, version, name, manifest["arrays"][name])
            for name in (*IDS, "recent", "recent_newest")
        }
    except (ObjectMissing, ArtifactCorrupt, KeyError, ValueError, TypeError) as wrong:
        raise StoreUnavailable(f"version {version} cannot be read") from wrong
    trained = RecentVisits.from_arrays(arrays)
    assert trained is not None  # noqa: S101  # both of its arrays are there
    found = later_visits(trained, events, kinds, Ids.from_arrays("item_ids", arrays), config)
    return None if found is trained else found


def _array(objects: Objects, catalog: str, version: str, name: str, described: dict[str, object]) -> Array:
    file = bundle.file_of(name)
    return bundle.read_array(file, objects.get(artifact_key(catalog, version, file)).data, described)
