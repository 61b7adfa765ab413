"""Holding a lease while a training works: renewed every few seconds, given back at the end."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from doublebill.concurrency.clock import Clock
from doublebill.errors import Conflict, ObjectMissing, StoreUnavailable
from doublebill.service.registry.leases import taking
from doublebill.service.registry.leases.lease import Lease
from doublebill.stores.objects import Objects

BEAT_SECONDS = 10.0
"""Time between two renewals; the lease lasts for five of them."""


@dataclass(frozen=True)
class OwnLease:
    """The lease as the training that has it knows it."""

    objects: Objects
    catalog: str
    lease: Lease

    def check(self) -> None:
        """Raises `Conflict` where another training has overtaken this one."""
        try:
            taking.check_holds(self.objects, self.catalog, self.lease)
        except ObjectMissing as missing:  # with the whole catalog
            raise Conflict(f"the lease of catalog {self.catalog!r} is gone") from missing


@contextlib.contextmanager
def working_alone(
    objects: Objects, catalog: str, run: str, clock_ms: Callable[[], int], clock: Clock | None
) -> Iterator[OwnLease]:
    """Takes the lease for a run and holds it while the block works; without a clock it is not renewed.

    Raises:
        TrainingRunning: when another run, or another attempt at this one, has it.
    """
    holding = OwnLease(objects, catalog, taking.begin(objects, catalog, run, clock_ms()))
    ended = threading.Event()
    if clock is not None:
        clock.start(lambda: _renew(holding, clock_ms, clock, ended))
    try:
        yield holding
    finally:
        ended.set()
        with contextlib.suppress(StoreUnavailable, Conflict):  # it expires
            taking.release(objects, catalog, holding.lease)


def _renew(holding: OwnLease, clock_ms: Callable[[], int], clock: Clock, ended: threading.Event) -> None:
    """Renews the lease until the training has ended or was overtaken."""
    while not clock.wait(ended, BEAT_SECONDS):
        with contextlib.suppress(StoreUnavailable, Conflict):  # the next beat may succeed
            if not taking.renew(holding.objects, holding.catalog, holding.lease, clock_ms()):
                return
