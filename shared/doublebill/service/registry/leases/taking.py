"""Taking leases: reserved when a training is queued, begun when it works, renewed while it does, given back at its end.

Each step is one compare-and-swap of `lease.py`'s object. Of several that want the lease one gets it, and the others
are told the run that has it. A holder that died is overtaken once its lease has expired.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from doublebill.errors import Conflict, TrainingRunning
from doublebill.service.registry import champions, runs
from doublebill.service.registry.leases.lease import LEASE_MS, ONCE, Lease, Trigger, lease_key
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.job_record import QUEUED_MS
from doublebill.stores.objects import Objects


@dataclass(frozen=True)
class Reserved:
    """The run that a trigger starts, or has started before."""

    run: str
    generation: int
    fresh: bool
    """Whether it is to be started now."""


def reserve(
    objects: Objects, catalog: str, run: str, now_ms: int, trigger: Trigger = ONCE, attempt: str = ""
) -> Reserved:
    """Reserves the lease for a run that is about to be queued; a trigger that came before gives its earlier run.

    Raises:
        TrainingRunning: when another run has the lease.
        Unsatisfiable: when the trigger came with another request before.
    """
    floor, token = _fence(objects, catalog), attempt or _token()
    found = Reserved(run, 0, fresh=False)

    def reserved(lease: Lease) -> Lease | None:
        nonlocal found
        if lease.attempt == token:
            return None  # by a write of this call that was not confirmed
        if earlier := lease.run_of(trigger):
            found = Reserved(earlier, lease.generation, fresh=False)
            return None
        if lease.is_taken(now_ms):
            raise _running(catalog, lease)
        taken = _taken(lease, floor, run, token, now_ms + QUEUED_MS, begun=False)
        found = Reserved(run, taken.generation, fresh=True)
        return taken.remembering(trigger, run)

    _change(objects, catalog, reserved)
    return found


def begin(objects: Objects, catalog: str, run: str, now_ms: int, attempt: str = "") -> Lease:
    """Takes the lease for a run that begins to work, reserved or not, and returns it.

    Raises:
        TrainingRunning: when another run, or another attempt at this one, works or is queued.
    """
    floor, token = _fence(objects, catalog), attempt or _token()
    begun = Lease()

    def taken(lease: Lease) -> Lease | None:
        nonlocal begun
        if lease.attempt == token:
            begun = lease
            return None
        waiting = lease.run == run and not lease.begun
        if lease.is_taken(now_ms) and not waiting:
            raise _running(catalog, lease)
        begun = _taken(lease, floor, run, token, now_ms + LEASE_MS, begun=True)
        return begun

    _change(objects, catalog, taken)
    return begun


def renew(objects: Objects, catalog: str, mine: Lease, now_ms: int) -> bool:
    """Holds the lease for longer; returns False where another attempt has overtaken this one."""
    still = False

    def renewed(lease: Lease) -> Lease | None:
        nonlocal still
        still = _is_same(lease, mine)
        return replace(lease, expires_ms=now_ms + LEASE_MS) if still else None

    _change(objects, catalog, renewed)
    return still


def release(objects: Objects, catalog: str, mine: Lease) -> None:
    """Gives the lease back, unless another attempt has it by now."""
    _change(objects, catalog, lambda lease: lease.free() if _is_same(lease, mine) else None)


def give_up(objects: Objects, catalog: str, run: str) -> None:
    """Gives back what was reserved for a run that could not be started, and forgets its trigger."""
    _change(objects, catalog, lambda lease: lease.free().without(run) if lease.run == run and not lease.begun else None)


def take_back(objects: Objects, catalog: str, run: str) -> None:
    """Takes the lease from a run that is dead; where it had not begun, its trigger is forgotten too."""

    def taken(lease: Lease) -> Lease | None:
        if lease.run != run:
            return None
        return lease.free() if lease.begun else lease.free().without(run)

    _change(objects, catalog, taken)


def check_holds(objects: Objects, catalog: str, mine: Lease) -> None:
    """Raises `Conflict` where another run has overtaken this one; call it right before something is published."""
    lease = Lease.from_bytes(objects.get(lease_key(catalog)).data)
    if not _is_same(lease, mine):
        raise Conflict(f"the training of catalog {catalog!r} was overtaken by {lease.run or 'a later one'}")


def _fence(objects: Objects, catalog: str) -> int:
    """Returns the generation of the champion, below which no new one may be, even where the lease is gone."""
    champion = champions.read_champion(objects, catalog)
    return champion.generation if champion else 0


def _taken(lease: Lease, floor: int, run: str, attempt: str, expires_ms: int, begun: bool) -> Lease:
    return Lease(max(lease.generation, floor) + 1, run, attempt, begun, expires_ms, lease.recent)


def _is_same(lease: Lease, mine: Lease) -> bool:
    return (lease.generation, lease.attempt) == (mine.generation, mine.attempt)


def _running(catalog: str, lease: Lease) -> TrainingRunning:
    """Returns the refusal that names the run which has the lease."""
    return TrainingRunning(catalog, lease.run, "" if lease.begun else runs.iso(lease.expires_ms))


def _token() -> str:
    return secrets.token_hex(4)


def _change(objects: Objects, catalog: str, changed: Callable[[Lease], Lease | None]) -> None:
    def to_bytes(data: bytes | None) -> bytes | None:
        lease = changed(Lease() if data is None else Lease.from_bytes(data))
        return None if lease is None else lease.to_bytes()

    swap(objects, lease_key(catalog), to_bytes)
