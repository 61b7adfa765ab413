"""Warm models: each catalog's champion as one execution environment holds and refreshes it.

At most every `refresh_seconds` the live facts are read and their champion is loaded, in a thread of its own: one
refresh at a time for a catalog, and no request waits for it beyond its deadline. One that finds a model waits a moment
and then answers from what there is; one that finds none waits as long as it can, then takes what is at hand: a version
on the scratch disk, or the popularity record. Whatever goes wrong, the last good model goes on, the answer says why in
`degraded`, and the next refresh tries again. `doublebill.service.serving.degraded` lists the reasons.
"""

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from doublebill.concurrency.background import Flight
from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import NoModel, NotFound
from doublebill.model.catalog import check_catalog_name
from doublebill.service.serving import degraded
from doublebill.service.serving.disk_cache import Shelf
from doublebill.service.serving.loaded_models import Held, Serving
from doublebill.service.serving.refresh import Follower
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records

__all__ = ["Serving", "Warm"]

PATIENCE_SECONDS = 0.25
"""How long a request that has a model waits for a refresh, as long as nobody has waited for it in vain."""

RESCUE_SECONDS = 0.5
"""What a request without a model keeps of its time, at most half of it, for taking what is at hand."""

LOST_SECONDS = 300.0
"""After which a refresh that has not ended is given up; more than any model takes to load."""

NOTHING = Held()


@dataclass
class Refresh:
    """A refresh under way."""

    began: float
    landed: threading.Event = field(default_factory=threading.Event)
    answerable: threading.Event = field(default_factory=threading.Event)
    """Set when it is known what answers for the champion; only the challenger may still be on its way."""
    reason: str | None = degraded.unchecked("the champion", degraded.LATE)
    """What to tell those who do not wait for it."""
    patient: bool = True
    """Whether it is worth waiting for."""
    error: Exception | None = None


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
        self._follower = Follower(objects, records, Shelf(objects, scratch, clock), clock)
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._held: dict[str, Held] = {}
        self._refreshes: dict[str, Refresh] = {}
        self._rescues: dict[str, Flight[None]] = {}
        self._lock = threading.Lock()

    def serving(self, catalog: str, deadline: Deadline, user: str | None = None) -> Serving:
        """The model that answers for the catalog; the challenger where that answers `user`, a pseudonym.

        Raises:
            NotFound: when there is no such catalog.
            NoModel: when the catalog has no model that can be loaded, and nothing else of it is at hand in time.
        """
        refresh = self._due(check_catalog_name(catalog))
        if refresh is not None:
            self._await(catalog, refresh, deadline)
        unfinished = refresh.reason if refresh is not None and not refresh.landed.is_set() else None
        try:
            return self._held.get(catalog, NOTHING).serving(user, unfinished)
        except NoModel as why:
            raise NoModel(f"catalog {catalog!r} has no model yet: {why}") from None

    def _due(self, catalog: str) -> Refresh | None:
        """The refresh under way, after beginning one where it is time."""
        with self._lock:
            now, under_way = self._clock(), self._refreshes.get(catalog)
            if under_way is not None and now - under_way.began < LOST_SECONDS:
                return under_way
            if under_way is None and now - self._held.get(catalog, NOTHING).checked < self._refresh_seconds:
                return None
            refresh = self._refreshes[catalog] = Refresh(began=now)
        Flight(lambda: self._refresh(catalog, refresh), self._clock)
        return refresh

    def _await(self, catalog: str, refresh: Refresh, deadline: Deadline) -> None:
        if self._held.get(catalog, NOTHING).champion is None:
            left = deadline.remaining
            if not self._clock.wait(refresh.answerable, max(left / 2, left - RESCUE_SECONDS)):
                refresh.patient = False
                self._rescue(catalog).wait(deadline.remaining)
            if refresh.error is not None and self._held.get(catalog, NOTHING).champion is None:
                raise refresh.error
        if refresh.patient:
            refresh.patient = self._clock.wait(refresh.landed, min(PATIENCE_SECONDS, deadline.remaining))

    def _rescue(self, catalog: str) -> Flight[None]:
        """Takes what is at hand, once for all who have nothing."""

        def rescue() -> None:
            try:
                model = self._follower.at_hand(catalog)
                with self._lock:
                    held = self._held.get(catalog, NOTHING)
                    if model is not None and held.champion is None:
                        self._held[catalog] = replace(held, champion=model)
            finally:
                with self._lock:
                    self._rescues.pop(catalog, None)

        with self._lock:
            if catalog not in self._rescues:
                self._rescues[catalog] = Flight(rescue, self._clock)
            return self._rescues[catalog]

    def _refresh(self, catalog: str, refresh: Refresh) -> None:
        """Makes what follows from the facts what is held; the challenger last, so that nobody else waits for it."""

        def tell(version: str) -> None:
            refresh.reason = degraded.loading(version)

        before = self._held.get(catalog, NOTHING)
        try:
            held = self._follower.follow(catalog, before, tell)
            known = held.champion is not None or held.facts.champion.reason in (None, degraded.POINTER_MISSING)
            held = replace(held, checked=self._clock() if known else NOTHING.checked)
            self._hold(catalog, refresh, held)
            refresh.reason = None
            refresh.answerable.set()
            held = self._follower.follow_challenger(catalog, held)
            self._hold(catalog, refresh, held)
            if (held.champion, held.challenger) != (before.champion, before.challenger):
                self._follower.tidy(catalog, held)
        except NotFound as missing:
            refresh.error = missing
        except Exception as wrong:  # noqa: BLE001  # whoever has no model is told; the next refresh tries again
            refresh.error = wrong
            held = self._held.get(catalog, NOTHING)
            if held.champion is not None:
                self._hold(catalog, refresh, replace(held, checked=self._clock(), reasons=(degraded.defect(wrong),)))
        finally:
            with self._lock:
                if self._refreshes.get(catalog) is refresh:
                    del self._refreshes[catalog]
            refresh.landed.set()
            refresh.answerable.set()

    def _hold(self, catalog: str, refresh: Refresh, held: Held) -> None:
        """Makes it what is held, unless the refresh was given up; what a rescue found meanwhile stays if need be."""
        with self._lock:
            if self._refreshes.get(catalog) is refresh:
                rescued = self._held.get(catalog, NOTHING).champion
                self._held[catalog] = replace(held, champion=held.champion or rescued)
