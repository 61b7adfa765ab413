"""Promotion by people: the champion and the challenger of a catalog, and the copies that follow the champion.

Promoting a version that is refused, or rolling back to one, fits its config on the data of today: a training is
started, and its version becomes champion when it has ended.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from doublebill.errors import InvalidInput, NotFound, StoreUnavailable, Unsatisfiable, VersionRefused
from doublebill.service.access import caller_registry
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions
from doublebill.service.registry.versions import config_or_reason
from doublebill.service.serving import popularity_fallback
from doublebill.service.training import start
from doublebill.service.training.start import FittingAgain
from doublebill.stores.jobs import Jobs
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
    left: str | None
    """The version that served before this call moved the champion; null where it moved nothing."""
    training_id: NotRequired[str]
    """The training that fits the config of the wanted version on the data of today, and is promoted when it has ended;
    only where that version was trained on users who were erased since."""


@dataclass(frozen=True)
class PromotingStores:
    """The stores that have versions, and the jobs that train."""

    objects: Objects
    records: Records
    jobs: Jobs


def promote(stores: PromotingStores, catalog: str, version: str, now_ms: int, run: str) -> ChampionResponse:
    """Makes a published version champion, and copies its popular items; where it is refused, starts the training `run`.

    Raises:
        NotFound: when there is no such catalog or version, or it cannot be served.
        Unsatisfiable: when it is refused, and its config cannot be fitted again.
        TrainingRunning: when it is refused, and another training of the catalog is queued or at work.
    """
    catalogs.settings(stores.objects, catalog)
    before = champions.version_of(stores.objects, catalog)
    try:
        champion = champions.promote(stores.objects, catalog, version, now_ms)
    except VersionRefused as refused:
        return _fitted_again(stores, catalog, refused.version, now_ms, run)
    return _followed(stores, catalog, champion, before)


def roll_back(stores: PromotingStores, catalog: str, now_ms: int, run: str, leaving: str = "") -> ChampionResponse:
    """Makes the former champion champion again, and copies its popular items; where it is refused, as `promote`.

    Raises:
        NotFound: when there is none that can be served.
        Conflict: when another version than the one to leave is champion, or the latest move was a rollback.
        Unsatisfiable, TrainingRunning: as `promote`.
    """
    try:
        champion = champions.roll_back(stores.objects, catalog, now_ms, leaving)
    except VersionRefused as refused:
        return _fitted_again(stores, catalog, refused.version, now_ms, run, in_place_of=refused.version)
    return _followed(stores, catalog, champion, champion.left)


def champion_of(objects: Objects, catalog: str, before: str) -> ChampionResponse:
    """Returns the champion of now as the answer to a call before which `before` served.

    Raises:
        NotFound: when there is none.
    """
    champion = champions.read_champion(objects, catalog)
    if champion is None:
        raise NotFound(f"catalog {catalog!r} has no champion")
    return _response(catalog, champion, before)


def _followed(stores: PromotingStores, catalog: str, champion: champions.Champion, before: str) -> ChampionResponse:
    """Copies the popular items of a champion, and returns it."""
    copy_for_emergencies(stores.objects, stores.records, catalog, champion.version)
    return _response(catalog, champion, before)


def _fitted_again(
    stores: PromotingStores, catalog: str, version: str, now_ms: int, run: str, in_place_of: str = ""
) -> ChampionResponse:
    """Starts a training with the config of a refused version, and returns the present champion with it."""
    config, unknown = config_or_reason(stores.objects, catalog, version)
    champion = champions.read_champion(stores.objects, catalog)
    if config is None or champion is None:
        raise NotFound(f"version {version!r} of catalog {catalog!r} cannot be fitted again: {unknown}")
    request = FittingAgain(force=True, configs=(config.to_json(),), in_place_of=in_place_of)
    try:
        queued = start.queue(stores.objects, stores.jobs, catalog, run, now_ms, request)
    except InvalidInput as unwritten:
        problem = f"it is refused, and its config cannot be written: {unwritten}"
        fix = "train the catalog as its settings say, or with the same epsilon"
        raise Unsatisfiable.one("version", problem, fix) from None
    return {**_response(catalog, champion), "training_id": str(queued["run"])}


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


def _response(catalog: str, champion: champions.Champion, before: str = "") -> ChampionResponse:
    return {
        "catalog": catalog,
        "version": champion.version,
        "run": champion.run,
        "started_ms": champion.started_ms,
        "promoted_ms": champion.promoted_ms,
        "previous": champion.previous,
        "challenger": champion.challenger or None,
        "share": champion.share,
        "left": None if before in ("", champion.version) else before,
    }
