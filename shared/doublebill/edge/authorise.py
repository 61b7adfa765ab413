"""Authorisation of every request: the caller, as the platform proves it, its quota for today and its use."""

from collections.abc import Mapping
from typing import Any

import msgspec

from doublebill.access.callers import LOCAL, Caller, Identity
from doublebill.concurrency.deadline import Deadline
from doublebill.edge import clock
from doublebill.edge.settings import ApiSettings, read_settings
from doublebill.service.access.caller_registry import CurrentCallers
from doublebill.service.access.usage_meter import Meter
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records


class UnprovenSettings(msgspec.Struct, frozen=True):
    """Settles how requests without a proved caller are treated."""

    unproven: str = "refused"
    """`local` if only this machine can call: such requests come from the principal `local`, or the one owner."""


def identity_of(event: Mapping[str, Any], local: bool = False) -> Identity:
    """Reads the identity from the API's authorizer in a payload-2.0 event; headers and bodies prove nothing.

    `release` is nothing that API Gateway writes: such events come from principals that may invoke the function itself.
    """
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    if authorizer.get("release") is True:
        return Identity(release=True)
    if arn := (authorizer.get("iam") or {}).get("userArn"):
        return Identity(principal=str(arn))
    if claims := (authorizer.get("jwt") or {}).get("claims"):
        return Identity(claims={str(name): str(value) for name, value in claims.items()})
    return Identity(principal=LOCAL if local and not authorizer else "")


class Authoriser:
    """The callers, quotas and the meter of one environment."""

    def __init__(self, callers: CurrentCallers, meter: Meter, local: bool = False) -> None:
        self._callers = callers
        self._meter = meter
        self._local = local

    def caller(self, event: Mapping[str, Any], deadline: Deadline) -> Caller:
        """Returns the caller that sent the event.

        Raises:
            StoreUnavailable: when this environment has never read the callers, and cannot now.
        """
        return self._callers.now(deadline).of(identity_of(event, self._local))

    def admit(self, caller: Caller) -> None:
        """Checks that the caller's quota has room for one more request.

        Raises:
            QuotaExceeded: when it has none.
        """
        self._meter.check(caller)

    def count(self, caller: Caller, route: str, failed: bool, milliseconds: float) -> None:
        """Counts a request, whether it succeeded or failed."""
        self._meter.count(caller, route, failed, milliseconds)

    def count_recommendation(self, catalog: str, version: str) -> None:
        """Counts a recommendation of a version, for its click-through."""
        self._meter.count_response(catalog, version)

    @property
    def outdated(self) -> str | None:
        """The reason why the callers may have changed since they were read, or None."""
        return self._callers.reason


def open_authoriser(objects: Objects, records: Records, settings: ApiSettings) -> Authoriser:
    """Returns the authoriser of an environment; it reads nothing yet."""
    callers = CurrentCallers(objects, records, clock.SYSTEM, settings.refresh_seconds)
    meter = Meter(records, clock.now_ms, clock.SYSTEM, settings.meter_seconds)
    return Authoriser(callers, meter, local=read_settings(UnprovenSettings).unproven == "local")
