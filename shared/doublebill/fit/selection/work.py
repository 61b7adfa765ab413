"""Work: the seconds of one core that fits and measurements take, estimated from counts of the data alone.

A budget is compared with these estimates and not with a clock, so that a search ends at the same place whatever else
the machine does. They were laid out in November 2026 on MovieLens-100K, Last.fm-2k, MovieTweetings-100K and made-up
data of up to 40,000 items or 3,000,000 interactions, where they were within a factor of two of the time of the
processor.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from doublebill.fit.fit_recommender import kernel_parts
from doublebill.fit.linear.grams.gram_matrix import HEAD_ITEMS
from doublebill.fit.linear.grams.shared_grams import FEWEST_USERS
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae, Factors, Popularity
from doublebill.model.interactions import Interactions

DENSE_PAIR = 1e-8
"""Seconds for a pair of items of a dense gram."""

COUNTED_PAIR = 5e-9
"""Seconds for a pair of items of one user that is added to a dense gram."""

SPARSE_PAIR = 8e-8
"""Seconds for such a pair, where the items are too many for a dense gram."""

EDGE = 2.5e-6
"""Seconds for an edge that is fitted by regression."""

PRUNED = 1.5
"""Times the regression where its edges are chosen by another one."""

INVERTED = 7e-12
"""Seconds for the cube of the items, where the dense solution is inverted."""

STEP_ITEM = 7e-6
"""Seconds for an item in one step of gradients."""

DESCRIBED_PAIR = 4e-8
"""Seconds for a pair of items whose metadata are compared."""

MOST_COMPARED = 10_000
"""Items with which one item is compared so, at most."""

FITTED_ENTRY = 2e-6
"""Seconds for an interaction in what every fit does."""

HISTORY = 5e-5
"""Seconds for a history that is answered and measured."""

SCORED = 1e-8
"""Seconds for an item that is ranked for a history."""

SHORTEST = 0.01
"""Seconds of anything."""

RATING = 7e-5
"""Seconds for a rating, where ratings are predicted."""


@dataclass(frozen=True)
class PartSize:
    """The counts of a training part from which its work is estimated."""

    users: int
    items: int
    active: int
    """Items that may have edges."""
    entries: int
    pairs: float
    """Pairs of items of one user, of all users."""
    described: bool
    """Whether items have metadata."""

    @classmethod
    def of(cls, catalog: Catalog, part: Interactions) -> "PartSize":
        """Returns the counts of a part."""
        lengths = np.diff(part.indptr).astype(np.float64)
        active = int((part.popularity() >= FEWEST_USERS).sum())
        pairs = float((lengths * lengths).sum())
        return cls(part.n_users, part.n_items, active, len(part.items), pairs, catalog.described)


def kernel_seconds(kernel: Config, size: PartSize) -> float:
    """Returns the seconds to fit one of the `kernel_parts` of a config."""
    family, seconds = kernel.family, SHORTEST
    if isinstance(family, Popularity):
        return seconds
    if isinstance(family, Factors):
        steps = family.epochs * max(size.users // family.batch_users, 1)
        return seconds + steps * STEP_ITEM * size.active
    if size.active <= HEAD_ITEMS:
        seconds += size.pairs * COUNTED_PAIR + size.active**2 * DENSE_PAIR
    else:
        seconds += size.pairs * SPARSE_PAIR
    if isinstance(family, Edlae):
        seconds += EDGE * kernel.k * size.active * (PRUNED if family.support == "pruned" else 1.0)
        if family.support == "inverse":
            seconds += INVERTED * min(size.active, HEAD_ITEMS) ** 3
    return seconds


def finish_seconds(config: Config, size: PartSize) -> float:
    """Returns the seconds of a fit after its kernel."""
    compared = size.items * min(size.items, MOST_COMPARED) if size.described and config.cold_users else 0
    return SHORTEST + size.entries * FITTED_ENTRY + compared * DESCRIBED_PAIR


def fit_seconds(config: Config, size: PartSize) -> float:
    """Returns the seconds to fit a config from the beginning."""
    return sum(kernel_seconds(kernel, size) for _, kernel in kernel_parts(config)) + finish_seconds(config, size)


def measuring_seconds(histories: int, size: PartSize) -> float:
    """Returns the seconds to answer so many histories and to measure the answers."""
    return SHORTEST + histories * (HISTORY + size.items * SCORED)


def ending_seconds(chosen: Iterable[Config], size: PartSize, histories: int, tests: int) -> float:
    """Returns the seconds to measure these configs on so many tests, of so many histories each."""
    return tests * sum(fit_seconds(config, size) + measuring_seconds(histories, size) for config in chosen)
