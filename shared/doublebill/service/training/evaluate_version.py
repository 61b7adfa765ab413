"""Measuring: a published version's config on users held out of today's data; nothing is written."""

from collections.abc import Callable

from doublebill.errors import ArtifactCorrupt, NoEvents, NoModel, NotFound, Unfittable
from doublebill.fit.clean import Cleaned, clean
from doublebill.fit.evaluation.report import measured
from doublebill.fit.fit_model import fit
from doublebill.fit.ratings.rating_errors import evaluate_ratings
from doublebill.fit.selection.select import TOO_FEW
from doublebill.fit.selection.trials import UNFITTABLE
from doublebill.fit.splits.user_splits import split, temporal_split
from doublebill.model.config import Config
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions, versions
from doublebill.service.training import data_snapshot
from doublebill.stores.objects import Objects


def measure(
    objects: Objects,
    catalog: str,
    version: str,
    by_time: bool,
    seed: int,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, object]:
    """The config of a version, or of the champion where none is told, fitted anew on a training part and measured.

    `by_time` hides what is newest of each test user, instead of what chance picks; `seed` picks the users.

    Raises:
        NotFound: when there is no such catalog or version.
        NoModel: when the catalog has no champion yet.
        NoEvents: when nothing is stored that could be learnt from.
        ArtifactCorrupt: when the version's config cannot be told.
        Unfittable: when its config cannot be fitted to the data.
    """
    version, config = _wanted(objects, catalog, version)
    tell("reading events")
    cleaned = _cleaned(objects, catalog)
    parts = (temporal_split if by_time else split)(cleaned.interactions, seed)
    told = {"catalog": catalog, "version": version, "config": config.to_json()}
    if parts is None:
        return {**told, "report": {"evaluated": False, "why": TOO_FEW + (" by time" if by_time else "")}}
    tell(f"fitting {config} on {parts.train.n_users} users")
    try:
        recommender = fit(cleaned.catalog, parts.train, config)
    except UNFITTABLE as failed:
        raise Unfittable(f"the config of version {version} cannot be fitted to today's data: {failed}") from failed
    tell(f"measuring it on {parts.test.fold_in.n_users} others")
    ratings = evaluate_ratings(cleaned.ratings, seed)
    return {**told, "report": measured(recommender, parts, seed) | ({"ratings": ratings} if ratings else {})}


def _wanted(objects: Objects, catalog: str, version: str) -> tuple[str, Config]:
    """The version that is told, or else the champion, and its config."""
    catalogs.settings(objects, catalog)
    champion = champions.read_champion(objects, catalog)
    version = version or (champion.version if champion else "")
    if not version:
        raise NoModel(f"catalog {catalog!r} has no model yet: nothing was trained")
    if next(objects.keys(versions.artifact_key(catalog, version, "")), None) is None:
        raise NotFound(f"catalog {catalog!r} has no version {version!r}")
    config, unknown = versions.config_or_reason(objects, catalog, version)
    if config is None:
        raise ArtifactCorrupt(f"version {version}: {unknown}")
    return version, config


def _cleaned(objects: Objects, catalog: str) -> Cleaned:
    read = data_snapshot.everything(objects, catalog)
    cleaned = clean(read.read_events(objects), read.read_items(objects))
    if not cleaned.interactions.n_users:
        raise NoEvents(f"catalog {catalog!r} has no events to learn from")
    return cleaned
