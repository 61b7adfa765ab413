"""Warm models: the models that one execution environment has loaded, refreshed for each catalog.

At most every `refresh_seconds` the live facts of a catalog are read and its champion is loaded, in the background; see
`doublebill.concurrency.refreshed` for how long a request waits. Where that takes too long, a version on the scratch
disk or the popularity record stands in. Whatever goes wrong, the last good model goes on, the response says why in
`degraded`, and the next refresh tries again. `doublebill.service.serving.degraded` lists the reasons.
"""

import threading
from functools import partial
from pathlib import Path

from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.concurrency.refreshed import Reading, Refreshed
from doublebill.errors import NoModel, NotFound
from doublebill.model.catalog import check_catalog_name
from doublebill.service.serving import degraded
from doublebill.service.serving.disk_cache import DiskCache
from doublebill.service.serving.loaded_models import LoadedModels, Serving
from doublebill.service.serving.refresh import Follower
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records

__all__ = ["Serving", "Warm"]

RESCUE_SECONDS = 0.5
"""A request without a model keeps so much of its time, at most half of it, for the stand-in."""


class Warm:
    """The models of one execution environment."""

    def __init__(
        self,
        objects: Objects,
        records: Records,
        scratch: Path,
        clock: Clock,
        refresh_seconds: float = 5.0,
    ) -> None:
        self._follower = Follower(objects, records, DiskCache(objects, scratch, clock), clock)
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._catalogs: dict[str, Refreshed[LoadedModels]] = {}
        self._lock = threading.Lock()

    def serving(self, catalog: str, deadline: Deadline, user: str | None = None) -> Serving:
        """Returns the model that serves the catalog; the challenger where that serves `user`, a pseudonym.

        Raises:
            NotFound: when there is no such catalog.
            NoModel: when the catalog has no model that can be loaded, and there is no stand-in in time.
        """
        models = self._catalogs.get(catalog) or self._add(check_catalog_name(catalog))
        try:
            reading = models.refresh(deadline)
            if reading is not None and isinstance(reading.error, NotFound):  # the catalog was removed
                raise reading.error
            unfinished = reading.note if reading is not None and not reading.ended.is_set() else None
            return models.value.serving(user, unfinished)
        except NotFound:
            self._catalogs.pop(catalog, None)  # names that are none must not fill the memory
            raise
        except NoModel as why:
            raise NoModel(f"catalog {catalog!r} has no model yet: {why}") from None

    def _add(self, catalog: str) -> Refreshed[LoadedModels]:
        with self._lock:
            if catalog not in self._catalogs:
                self._catalogs[catalog] = Refreshed(
                    LoadedModels(),
                    partial(self._read, catalog),
                    self._clock,
                    self._refresh_seconds,
                    stand_in=lambda: self._stand_in(catalog),
                    first_wait=lambda remaining: max(remaining / 2, remaining - RESCUE_SECONDS),
                )
            return self._catalogs[catalog]

    def _read(self, catalog: str, before: LoadedModels, reading: Reading[LoadedModels]) -> None:
        """Loads what the live facts name; the challenger last, so that no other request waits for it."""

        def loading(version: str) -> None:
            reading.note = degraded.loading(version)

        reading.note = degraded.unchecked("the champion", degraded.LATE)
        models = self._follower.follow(catalog, before, loading)
        checked = models.usable or models.facts.champion.reason in (None, degraded.POINTER_MISSING)
        reading.note = None
        reading.publish(models, checked)
        models = self._follower.follow_challenger(catalog, models)
        reading.publish(models, checked)
        if (models.champion, models.challenger) != (before.champion, before.challenger):
            self._follower.tidy(catalog, models)

    def _stand_in(self, catalog: str) -> LoadedModels | None:
        model = self._follower.at_hand(catalog)
        return None if model is None else LoadedModels(champion=model)
