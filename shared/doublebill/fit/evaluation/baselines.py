"""Baselines: what any model must beat, measured on the same test users.

    popularity           what most users have
    recent popularity    what many users met lately: visits halved per half-life, see `doublebill.model.priors.visits`;
                         the half-life is chosen on validation users
    item-kNN             the cosine of the users of two items

A baseline that beats the model by more than two paired standard errors is published in its place. With too few test
users to judge by, item-kNN is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from doublebill.fit.evaluation.uncertainty import beyond_noise
from doublebill.model.config import Config, Knn, Popularity, Prior

HALF_LIVES_DAYS = (1.0, 2.0, 3.0, 7.0, 14.0, 30.0)
"""Half-lives of recent popularity to choose from, in days; those of a prior too."""


def popularity(config: Config) -> Config:
    """Returns the config of all-time popularity, for data and settings like those of another config."""
    return replace(config.plain(Popularity()), cold_users=0)


def recent_popularity(config: Config) -> list[Config]:
    """Returns the configs of recent popularity by half-life."""
    priors = [Prior(weight=1.0, power=0.0, half_life_days=days) for days in HALF_LIVES_DAYS]
    return [replace(popularity(config), prior=prior) for prior in priors]


def item_knn(config: Config) -> Config:
    """Returns the config of item-kNN."""
    return config.plain(Knn("cosine"))


def better(over: Mapping[str, Mapping[str, float]]) -> Sequence[str]:
    """Returns the baselines that beat the model beyond noise, the one that does so by most first.

    `over` has the paired difference of model minus baseline by the name of the baseline.
    """
    beyond = [name for name, measured in over.items() if beyond_noise(measured)]
    return sorted(beyond, key=lambda name: (over[name]["difference"], name))
