"""The usage report: requests of each caller, day by day, as the meters recorded them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, TypedDict

from msgspec import Meta

from doublebill.access.callers import Caller, check_user
from doublebill.access.wildcards import ANY
from doublebill.schema import Input
from doublebill.service.access.usage_meter import ALL_ROUTES, DAY_SECONDS, day_text, usage_key
from doublebill.stores.records import Counts, Records


class UsageRequest(Input, frozen=True):
    """The number of days, in UTC; today is the first."""

    days: Annotated[int, Meta(ge=1, le=31)] = 7


class RouteUsage(TypedDict):
    """Requests to one route."""

    route: str
    requests: int
    failed: int
    """Requests that ended in an error of the service."""
    milliseconds: int
    """In total."""


class CallerUsage(TypedDict):
    """Requests of one caller on one day."""

    day: str
    caller: str
    routes: Sequence[RouteUsage]


class Usage(TypedDict):
    """The usage of callers, newest day first, then by caller and route."""

    usage: Sequence[CallerUsage]


def usage(records: Records, caller: Caller, days: int, now: int) -> Usage:
    """Returns the usage of the last `days` days up to `now` (Unix seconds).

    Admins of all catalogs see every caller; others see only themselves; callers without grants see nothing. Requests of
    the last minute may be missing.

    Raises:
        Forbidden: when the caller is bound to one user, since the usage is that of many.
        StoreUnavailable: when the records cannot be read.
    """
    check_user(caller, None)
    if not caller.grants:
        return {"usage": []}
    everybody = caller.allows(ANY, "admin")
    today = now // DAY_SECONDS
    entries: list[CallerUsage] = []
    for day in range(today, today - days, -1):
        used = _by_caller(records.counts(usage_key(day), now))
        names = sorted(used) if everybody else [name for name in used if name == caller.name]
        entries += [{"day": day_text(day), "caller": name, "routes": used[name]} for name in names]
    return {"usage": entries}


def _by_caller(counted: Mapping[str, Counts]) -> dict[str, list[RouteUsage]]:
    found: dict[str, list[RouteUsage]] = {}
    for name, counts in sorted(counted.items()):
        caller, _, route = name.partition(" ")
        if route != ALL_ROUTES:
            found.setdefault(caller, []).append(
                {
                    "route": route,
                    "requests": counts.get("requests", 0),
                    "failed": counts.get("failed", 0),
                    "milliseconds": counts.get("milliseconds", 0),
                }
            )
    return found
