"""Evaluating a published version: its config, fitted again, on users held out of today's data; nothing is written."""

from collections.abc import Callable

from doublebill.errors import ArtifactCorrupt, NoModel, NotFound, Unfittable
from doublebill.fit.evaluation.report import evaluation_report
from doublebill.fit.fit_recommender import fit
from doublebill.fit.ratings.rating_errors import evaluate_ratings
from doublebill.fit.selection.select import TOO_FEW
from doublebill.fit.selection.trials import UNFITTABLE
from doublebill.fit.splits.user_splits import split, temporal_split
from doublebill.model.config import Config
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions, versions
from doublebill.service.training.prepare import cleaned_now
from doublebill.stores.objects import Objects


def measure(
    objects: Objects,
    catalog: str,
    version: str,
    by_time: bool,
    seed: int,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, object]:
    """Fits the config of a version, or of the champion where `version` is empty, on a training part and measures it.

    `by_time` hides the newest items of each test user instead of random ones; `seed` picks the users.

    Raises:
        NotFound: when there is no such catalog or version.
        NoModel: when the catalog has no champion yet.
        NoEvents: when no stored event can be learned from.
        ArtifactCorrupt: when the version's config cannot be read.
        Unfittable: when its config cannot be fitted to the data.
    """
    version, config = _wanted(objects, catalog, version)
    tell("reading events")
    cleaned = cleaned_now(objects, catalog)
    parts = (temporal_split if by_time else split)(cleaned.interactions, seed)
    subject = {"catalog": catalog, "version": version, "config": config.to_json()}
    if parts is None:
        return {**subject, "report": {"evaluated": False, "why": TOO_FEW + (" by time" if by_time else "")}}
    tell(f"fitting {config} on {parts.train.n_users} users")
    try:
        recommender = fit(cleaned.catalog, parts.train, config)
    except UNFITTABLE as failed:
        raise Unfittable(f"the config of version {version} cannot be fitted to today's data: {failed}") from failed
    tell(f"measuring it on {parts.test.fold_in.n_users} others")
    ratings = evaluate_ratings(cleaned.ratings, seed)
    return {
        **subject,
        "report": evaluation_report(recommender, parts, seed) | ({"ratings": ratings} if ratings else {}),
    }


def _wanted(objects: Objects, catalog: str, version: str) -> tuple[str, Config]:
    """Returns the named version, or else the champion, and its config."""
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
