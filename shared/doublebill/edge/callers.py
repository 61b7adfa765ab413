"""The gate of every function: who is asking, as the platform proves it, whether they may today, and what they used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doublebill.access.callers import LOCAL, Caller, Identity
from doublebill.concurrency.deadline import Deadline
from doublebill.edge import clock
from doublebill.edge.settings import ApiSettings, read_settings
from doublebill.service.access.caller_registry import CurrentCallers
from doublebill.service.access.usage_meter import Meter
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records


@dataclass(frozen=True)
class UnprovenSettings:
    """What becomes of requests that no authorizer looked at."""

    unproven: str = "refused"
    """`local` where only this machine can ask: they are the caller whose principal is `local`, or the one owner."""


def identity_of(event: Mapping[str, Any], local: bool = False) -> Identity:
    """Who asks, by what the API's authorizer says in a payload-2.0 event; headers and bodies prove nothing."""
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    if arn := (authorizer.get("iam") or {}).get("userArn"):
        return Identity(principal=str(arn))
    if claims := (authorizer.get("jwt") or {}).get("claims"):
        return Identity(claims={str(name): str(value) for name, value in claims.items()})
    return Identity(principal=LOCAL if local and not authorizer else "")


class Gate:
    """Callers, quotas and the meter of one environment."""

    def __init__(self, known: CurrentCallers, meter: Meter, local: bool = False) -> None:
        self._known = known
        self._meter = meter
        self._local = local

    def caller(self, event: Mapping[str, Any], deadline: Deadline) -> Caller:
        """Who sent the event.

        Raises:
            StoreUnavailable: when this environment never learnt who the callers are, and cannot now.
        """
        return self._known.now(deadline).of(identity_of(event, self._local))

    def admit(self, caller: Caller) -> None:
        """Returns where the caller's quota lets it ask once more.

        Raises:
            QuotaExceeded: otherwise.
        """
        self._meter.check(caller)

    def count(self, caller: Caller, route: str, failed: bool, milliseconds: float) -> None:
        """Counts a request that was answered or refused."""
        self._meter.count(caller, route, failed, milliseconds)

    def answered(self, catalog: str, version: str) -> None:
        """Counts an answer of a version, for its click-through."""
        self._meter.count_response(catalog, version)

    @property
    def outdated(self) -> str | None:
        """Why the callers may be others than those known here, or None."""
        return self._known.reason


def open_gate(objects: Objects, records: Records, settings: ApiSettings) -> Gate:
    """The gate of an environment; nothing is read yet."""
    known = CurrentCallers(objects, records, clock.SYSTEM, settings.refresh_seconds)
    meter = Meter(records, clock.now_ms, clock.SYSTEM, settings.meter_seconds)
    return Gate(known, meter, local=read_settings(UnprovenSettings).unproven == "local")
