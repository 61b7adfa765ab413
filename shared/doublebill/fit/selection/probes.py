"""Probes: short trials of configs that take long, so that one that cannot win is left out.

Factors are trained by gradients for thousands of steps; after the first hundred they have most of what they reach.
"""

import math
from dataclasses import replace

from doublebill.model.config import Config, Factors

STEPS = 100
"""Steps of a probe."""

BEHIND = 0.05
"""Share of the best config's metric by which a probe may be behind it."""


def probe_of(config: Config, n_users: int) -> Config | None:
    """Returns a config trained on so many users for few steps; None where the whole one is hardly longer."""
    if not isinstance(config.family, Factors):
        return None
    steps_an_epoch = max(n_users // config.family.batch_users, 1)
    epochs = math.ceil(STEPS / steps_an_epoch)
    if 2 * epochs > config.family.epochs:
        return None
    return replace(config, family=replace(config.family, epochs=epochs))


def hopeless(reached: float, highest: float) -> bool:
    """Returns whether a config whose probe reached that metric is left out beside one that reached `highest`."""
    return reached < (1 - BEHIND) * highest
