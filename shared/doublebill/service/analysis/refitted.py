"""Refitting: the config of a version fitted again on the training part of a split of today's data."""

from collections.abc import Callable
from dataclasses import dataclass

from doublebill.errors import InvalidInput, NotFound, Unfittable
from doublebill.fit.clean import Cleaned
from doublebill.fit.fit_recommender import fit
from doublebill.fit.selection.questions import SPLITS, questions_of
from doublebill.fit.selection.trials import UNFITTABLE
from doublebill.fit.splits.holdout import Split
from doublebill.model.config import Config
from doublebill.model.recommender import Recommender
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions, versions
from doublebill.service.training.evaluate_version import NO_SPLIT
from doublebill.service.training.prepare import cleaned_now
from doublebill.stores.objects import Objects

Tell = Callable[[str], None]


@dataclass(frozen=True)
class SplitData:
    """A split of the data of a catalog."""

    cleaned: Cleaned
    parts: Split
    name: str
    """Of the split."""
    seed: int


def split_data(objects: Objects, catalog: str, name: str, seed: int, since_ms: int = 0) -> SplitData:
    """Returns the split of today's data with a name; where that is empty, the one that decides in a training.

    What was stored before `since_ms` is left out.

    Raises:
        NotFound: when there is no such catalog.
        NoEvents: when no stored event can be learned from.
        InvalidInput: when the data cannot be split so.
    """
    catalogs.settings(objects, catalog)
    cleaned = cleaned_now(objects, catalog, since_ms)
    name = name or questions_of(cleaned.timeline, seed)[1]
    if name not in SPLITS:
        raise InvalidInput.of_value("--split", name, f"one of {', '.join(SPLITS)}")
    parts = SPLITS[name](cleaned.timeline, seed)
    if parts is None:
        raise InvalidInput.one("--split", f"{name}: {NO_SPLIT[name]}", "use another split, or import more events")
    return SplitData(cleaned, parts, name, seed)


def config_of(objects: Objects, catalog: str, version: str) -> Config:
    """Returns the config of a version; of the champion where `version` is empty.

    Raises:
        NotFound: when there is no such catalog or version.
        Unfittable: when this code does not know the version's config, so that it cannot be fitted again.
    """
    catalogs.settings(objects, catalog)
    if not version:
        champion = champions.read_champion(objects, catalog)
        if champion is None:
            raise NotFound(f"catalog {catalog!r} has no champion: train it, or name a version")
        version = champion.version
    if next(objects.keys(versions.artifact_key(catalog, version, "")), None) is None:
        raise NotFound(f"catalog {catalog!r} has no version {version!r}")
    config, unknown = versions.config_or_reason(objects, catalog, version)
    if config is None:
        raise Unfittable(f"version {version} cannot be fitted again: {unknown}")
    return config


def refit(data: SplitData, config: Config, subject: str, tell: Tell) -> Recommender:
    """Returns the recommender of a config, fitted on the training part; `subject` names it in messages.

    Raises:
        Unfittable: when it cannot be fitted to the data.
    """
    train = data.parts.test.reference
    tell(f"fitting {config} on {train.n_users} users")
    try:
        return fit(data.cleaned.catalog, train, config)
    except UNFITTABLE as failed:
        raise Unfittable(f"{subject} cannot be fitted again to today's data: {failed}") from failed
