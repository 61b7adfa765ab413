"""Probes: what short trials and trials of similar configs say of one that would take long and cannot win.

Factors are trained by gradients for thousands of steps; after the first hundred they have most of what they reach. Of
regressions one that is regularised less than another one is left out where the other one lost against a third that is
regularised more: validation metrics have one maximum on the way from little to much of it.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from doublebill.model.config import Config, Edlae, Factors

STEPS = 100
"""Steps of a probe."""

BEHIND = 0.02
"""Share of the best config's metric by which a probe may be behind it. From there to the end NDCG@100 on validation
users of MovieLens-100K and Last.fm-2k rose by 0.3 % at most."""


def probe_of(config: Config, n_users: int) -> Config | None:
    """Returns a config trained on so many users for few steps; None where the whole one is hardly longer."""
    if not isinstance(config.family, Factors):
        return None
    steps_an_epoch = max(n_users // config.family.batch_users, 1)
    epochs = math.ceil(STEPS / steps_an_epoch)
    if 2 * epochs > config.family.epochs:
        return None
    return replace(config, family=replace(config.family, epochs=epochs))


def ended(probe: Config, notes: Mapping[str, Any]) -> bool:
    """Returns whether the training of a probe stopped by itself, as that of the whole config would.

    `notes` are the facts of its fit.
    """
    return isinstance(probe.family, Factors) and len(notes.get("curve", ())) < probe.family.epochs


def hopeless(reached: float, highest: float) -> bool:
    """Returns whether a config whose probe reached that metric is left out beside one that reached `highest`."""
    return reached < (1 - BEHIND) * highest


def regularised_better(config: Config, reached: Mapping[Config, float]) -> Config | None:
    """Returns the more regularised one of two tried configs that say that less regularisation cannot win, if any.

    `reached` has the metric of each tried config. The other one of the two reached less, and is regularised as much as
    `config` or more.
    """
    for more, high in reached.items():
        for less, low in reached.items():
            if low < high and _regularised(less, more) and _regularised(config, less):
                return more
    return None


def _regularised(less: Config, more: Config) -> bool:
    """Returns whether two configs differ in nothing but how much their edges are regularised, and so by which."""
    few, many = less.family, more.family
    if not isinstance(few, Edlae) or not isinstance(many, Edlae):
        return False
    alike = replace(less, family=replace(few, ridge=many.ridge, dropout=many.dropout)) == more
    return alike and less != more and few.ridge <= many.ridge and few.dropout <= many.dropout
