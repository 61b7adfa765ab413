"""Evaluating a published version: its config, fitted again, on users held out of today's data; nothing is written."""

from collections.abc import Callable

from doublebill.errors import ArtifactCorrupt, NoModel, NotFound, Unfittable
from doublebill.fit.ratings.rating_errors import evaluate_ratings
from doublebill.fit.selection.judge import judge
from doublebill.fit.selection.questions import SPLITS, questions_of
from doublebill.fit.selection.select import TOO_FEW
from doublebill.fit.selection.study import Study
from doublebill.fit.selection.trials import UNFITTABLE
from doublebill.model.config import Config
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions, versions
from doublebill.service.training.prepare import cleaned_now
from doublebill.stores.objects import Objects

NO_SPLIT = {
    "random": TOO_FEW,
    "newest": f"{TOO_FEW} by time",
    "liked": f"no user rated an item low, or {TOO_FEW}",
    "calendar": "no known user met a new item in the newest fifth of the times, or no times are known",
    "met": TOO_FEW,
    "last": "no user has three items with times",
}
"""Why data cannot be split by a question."""


def measure(
    objects: Objects,
    catalog: str,
    version: str,
    question: str,
    seed: int,
    tell: Callable[[str], None] = lambda _: None,
    since_ms: int = 0,
) -> dict[str, object]:
    """Fits the config of a version, or of the champion where `version` is empty, on a training part and measures it.

    `question` names a split of `fit.selection.questions`; where it is empty, the one that decides in a training.
    `seed` picks the users; what was stored before `since_ms` is left out.

    Raises:
        NotFound: when there is no such catalog or version.
        NoModel: when the catalog has no champion yet.
        NoEvents: when no stored event can be learned from.
        ArtifactCorrupt: when the version's config cannot be read.
        Unfittable: when its config cannot be fitted to the data.
    """
    version, config = _wanted(objects, catalog, version)
    tell("reading events")
    cleaned = cleaned_now(objects, catalog, since_ms)
    subject = {"catalog": catalog, "version": version, "config": config.to_json()}
    question = question or questions_of(cleaned.timeline, seed)[1]
    parts = SPLITS[question](cleaned.timeline, seed)
    if parts is None:
        return {**subject, "report": {"evaluated": False, "why": NO_SPLIT[question]}}
    study = Study(cleaned.catalog, {question: parts}, question, tell, data=cleaned.timeline, seed=seed)
    tell(f"fitting {config} on {parts.test.reference.n_users} users, measuring it on {parts.test.fold_in.n_users}")
    try:
        _, report = judge(study, config, fallback=False)
    except UNFITTABLE as failed:
        raise Unfittable(f"the config of version {version} cannot be fitted to today's data: {failed}") from failed
    ratings = evaluate_ratings(cleaned.ratings, seed, config.minimum_users)
    return {**subject, "report": report | ({"ratings": ratings} if ratings else {})}


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
