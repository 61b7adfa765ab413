"""The lease of a catalog, leases/<catalog>.json: which training may work, and until when.

    {"generation": 7, "run": "…", "attempt": "…", "begun": true, "expires_ms": …,
     "recent": [{"key": "…", "request": "…", "run": "…"}, …]}

`generation` grows by one each time the lease is taken, and never falls. It orders trainings: one whose generation is
below that of the champion's pointer does not promote, so a holder that was overtaken changes nothing. Clocks only
decide who waits for how long. `recent` has the latest triggers (a schedule's time, a caller's key) with the runs that
they started, so that a trigger that comes again starts nothing.
"""

import json
from dataclasses import asdict, dataclass, replace

import msgspec

from doublebill.errors import ObjectMissing, Unsatisfiable
from doublebill.model.catalog import check_catalog_name
from doublebill.stores.job_record import QUEUED_MS
from doublebill.stores.objects import Objects

LEASE_MS = 50_000
"""Time for which a training holds the lease without renewing it; less than Lambda waits before it tries again."""

SKEW_MS = 60_000
"""Difference that the clocks of two machines may have."""

MOST_RECENT = 50
"""Triggers that the lease remembers."""


@dataclass(frozen=True)
class Trigger:
    """The reason for which a training starts: a schedule at a time, or a request with a key."""

    key: str
    """A digest; empty where a repetition cannot be recognised."""
    request: str = ""
    """A digest of what was asked for."""


ONCE = Trigger("")
"""The trigger of a training that nothing repeats."""


@dataclass(frozen=True)
class RememberedTrigger:
    """A trigger with the run that it started."""

    key: str
    request: str
    run: str


@dataclass(frozen=True)
class Lease:
    """The state of a lease; the fields are those of the object."""

    generation: int = 0
    run: str = ""
    """The run that has the lease; empty where none has."""
    attempt: str = ""
    """Tells attempts at the same run apart, which Lambda may start twice."""
    begun: bool = False
    """Whether the run works; before that it waits in a queue."""
    expires_ms: int = 0
    recent: tuple[RememberedTrigger, ...] = ()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Lease":
        """Returns the lease that `to_bytes` wrote; a damaged one has no holder."""
        try:
            return msgspec.json.decode(data, type=cls)  # fields of later versions are passed over
        except msgspec.MsgspecError:
            return cls()  # the champion has the generation too

    def to_bytes(self) -> bytes:
        """Returns the lease as JSON."""
        return json.dumps(asdict(self)).encode()

    def is_taken(self, now_ms: int) -> bool:
        """Checks whether a training has the lease; one that says it expires later than any can is of a wrong clock."""
        return bool(self.run) and now_ms < self.expires_ms <= now_ms + QUEUED_MS + SKEW_MS

    def run_of(self, trigger: Trigger) -> str:
        """Returns the run that the trigger started before; empty where it started none.

        Raises:
            Unsatisfiable: when it came with another request then.
        """
        for one in self.recent if trigger.key else ():
            if one.key == trigger.key:
                if one.request != trigger.request:
                    problem = "it came with another request before"
                    raise Unsatisfiable.one("idempotency_key", problem, "use a new key for a new request")
                return one.run
        return ""

    def remembering(self, trigger: Trigger, run: str) -> "Lease":
        """Returns the lease with the trigger among the recent ones."""
        if not trigger.key:
            return self
        entry = RememberedTrigger(trigger.key, trigger.request, run)
        return replace(self, recent=(entry, *self.recent)[:MOST_RECENT])

    def free(self) -> "Lease":
        """Returns the lease without a holder."""
        return replace(self, run="", attempt="", begun=False, expires_ms=0)

    def without(self, run: str) -> "Lease":
        """Returns the lease without the triggers of a run that never started."""
        return replace(self, recent=tuple(one for one in self.recent if one.run != run))


def lease_key(catalog: str) -> str:
    """Returns the key of the lease of a catalog."""
    return f"leases/{check_catalog_name(catalog)}.json"


def read_lease(objects: Objects, catalog: str) -> Lease:
    """Returns the lease of a catalog."""
    try:
        return Lease.from_bytes(objects.get(lease_key(catalog)).data)
    except ObjectMissing:
        return Lease()
