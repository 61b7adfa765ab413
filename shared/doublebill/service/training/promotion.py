"""Promotion by people: the champion and the challenger of a catalog, and the copies that follow the champion."""

import contextlib
from collections.abc import Sequence
from typing import TypedDict

from doublebill.errors import StoreUnavailable
from doublebill.service.access import caller_registry
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions
from doublebill.service.serving import popularity_fallback
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records


class ChampionResponse(TypedDict):
    """The version that a catalog serves."""

    catalog: str
    version: str
    run: str
    started_ms: int
    promoted_ms: int
    previous: Sequence[str]
    challenger: str | None
    share: float


def promote(objects: Objects, records: Records, catalog: str, version: str, now_ms: int) -> ChampionResponse:
    """Makes a published version champion, and copies its popular items.

    Raises:
        NotFound: when there is no such catalog or version, or it cannot be served.
    """
    catalogs.settings(objects, catalog)
    champion = champions.promote(objects, catalog, version, now_ms)
    copy_for_emergencies(objects, records, catalog, champion.version)
    return _response(catalog, champion)


def roll_back(objects: Objects, records: Records, catalog: str, now_ms: int, leaving: str = "") -> ChampionResponse:
    """Makes the former champion champion again, and copies its popular items.

    Raises:
        NotFound: when there is none that can be served.
        Conflict: when another version than the one to leave is champion, or the latest move was a rollback.
    """
    champion = champions.roll_back(objects, catalog, now_ms, leaving)
    copy_for_emergencies(objects, records, catalog, champion.version)
    return _response(catalog, champion)


def challenge(objects: Objects, catalog: str, version: str, share: float) -> ChampionResponse:
    """Lets a published version serve a share of the users.

    Raises:
        NotFound: when there is no such catalog or version, it cannot be served, or there is no champion.
        InvalidInput: when it is the champion.
    """
    catalogs.settings(objects, catalog)
    return _response(catalog, champions.challenge(objects, catalog, version, share))


def end_challenge(objects: Objects, catalog: str) -> ChampionResponse:
    """Lets the champion serve all users again.

    Raises:
        NotFound: when there is no such catalog, or it has no champion.
    """
    catalogs.settings(objects, catalog)
    return _response(catalog, champions.end_challenge(objects, catalog))


def copy_for_emergencies(objects: Objects, records: Records, catalog: str, version: str) -> None:
    """Copies what an environment needs that starts while the objects are down: popular items and callers.

    Called after every promotion. Where it fails, the copies of the promotion before still serve.
    """
    with contextlib.suppress(StoreUnavailable):
        popularity_fallback.remember(objects, records, catalog, version)
        caller_registry.copy(objects, records)


def _response(catalog: str, champion: champions.Champion) -> ChampionResponse:
    return {
        "catalog": catalog,
        "version": champion.version,
        "run": champion.run,
        "started_ms": champion.started_ms,
        "promoted_ms": champion.promoted_ms,
        "previous": champion.previous,
        "challenger": champion.challenger or None,
        "share": champion.share,
    }
