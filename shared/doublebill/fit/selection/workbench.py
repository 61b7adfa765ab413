"""Workbench: the fits of many configs to one training part, which share the parts that are equal."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import scipy.sparse as sp

from doublebill.fit.fit_recommender import CountedBefore, finish, kernel_edges, kernel_parts, mixed, visits_for
from doublebill.fit.linear.grams.shared_grams import SharedGrams
from doublebill.fit.metadata.cold_items import ColdItems
from doublebill.fit.order.transitions import transitions
from doublebill.fit.protection.newest_items import newest_items
from doublebill.fit.selection.work import PartSize, finish_seconds, kernel_seconds
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions
from doublebill.model.priors.recency_prior import RecentVisits
from doublebill.model.recommender import Recommender

SCORING: dict[str, Any] = {"half_life": 0.0, "damping": 0.0, "exclude_seen": True, "others": 1.0, "prior": None}
"""Fields that scoring reads and no edge depends on, with the values that stand for all."""


@dataclass(eq=False)
class Workbench:
    """Fits configs to one training part, and keeps all fits until told which ones are still needed."""

    catalog: Catalog
    train: Interactions
    shared: SharedGrams = field(default_factory=SharedGrams)
    """What fits have in common, those of other training parts too."""
    _kernels: dict[Config, sp.csr_array] = field(default_factory=dict)
    """Edges by kernel config."""
    _fitted: dict[Config, Recommender] = field(default_factory=dict)
    """Recommenders by config without the fields that only scoring reads."""
    _visits: dict[float, RecentVisits | None] = field(default_factory=dict)
    """By the half-life of a prior; None of no prior."""
    _followed: sp.csr_array | None = None
    """The transitions, while configs have any."""
    _limited: dict[int, Interactions] = field(default_factory=dict)
    """The training part by the most items of a user that count."""
    _cold: dict[tuple[int, int, int], ColdItems] = field(default_factory=dict)
    """The cold items of the training part by the limits that make them."""

    def recommender(self, config: Config, notes: dict[str, object] | None = None) -> Recommender:
        """Returns the recommender of a config, as `fit` gives it; `notes` receives the facts of a new kernel.

        Raises:
            numpy.linalg.LinAlgError, ArithmeticError: when the config cannot be fitted to this data.
        """
        edges_only = replace(config, **SCORING)
        if edges_only not in self._fitted:
            parts = [(share, self._kernel(kernel, notes)) for share, kernel in kernel_parts(config)]
            followed = self._transitions(config) if config.transitions else None
            counted = CountedBefore(followed=followed, cold=self._cold_items(config))
            part, edges = self._part(config), mixed(parts)
            self._fitted[edges_only] = finish(self.catalog, part, edges_only, edges, counted=counted)
        fitted = self._fitted[edges_only]
        if fitted.config == config:
            return fitted
        return replace(fitted, config=config, recent=self._recent(config), loaded_ranker=fitted.ranker)

    @cached_property
    def size(self) -> PartSize:
        """Returns the counts of the training part."""
        return PartSize.of(self.catalog, self.train)

    def missing_seconds(self, config: Config) -> float:
        """Returns the estimated seconds of what is not there yet of the recommender of a config."""
        if replace(config, **SCORING) in self._fitted:
            return 0.0
        kernels = [kernel for _, kernel in kernel_parts(config) if kernel not in self._kernels]
        return sum(kernel_seconds(kernel, self.size) for kernel in kernels) + finish_seconds(config, self.size)

    def _part(self, config: Config) -> Interactions:
        """Returns the training part as a config counts it."""
        if config.most_items not in self._limited:
            self._limited[config.most_items] = newest_items(self.train, config.most_items)
        return self._limited[config.most_items]

    def _transitions(self, config: Config) -> sp.csr_array:
        """Returns the transitions of the training part, counted once for all weights of them."""
        if self._followed is None:
            self._followed = transitions(self._part(config), minimum_users=config.minimum_users)
        return self._followed

    def _recent(self, config: Config) -> RecentVisits | None:
        """Returns the visits for the prior of a config, counted once for each half-life."""
        days = config.prior.half_life_days if config.prior else 0.0
        if days not in self._visits:
            self._visits[days] = visits_for(config, self._part(config))
        return self._visits[days]

    def _cold_items(self, config: Config) -> ColdItems | None:
        """Returns the cold items of the training part, found once for all configs that have the same ones."""
        if not config.cold_users:
            return None
        limits = (config.most_items, config.minimum_users, config.cold_users)
        if limits not in self._cold:
            self._cold[limits] = ColdItems.of(self.catalog, self._part(config), config)
        return self._cold[limits]

    def _kernel(self, kernel: Config, notes: dict[str, object] | None) -> sp.csr_array:
        if kernel not in self._kernels:
            self._kernels[kernel] = kernel_edges(self._part(kernel), kernel, notes, self.catalog, self.shared)
        return self._kernels[kernel]

    def repeat(self, before: Config, config: Config) -> None:
        """Takes the fit of a config for that of another one, which is known to have the same edges."""
        for (_, old), (_, new) in zip(kernel_parts(before), kernel_parts(config), strict=True):
            self._kernels[new] = self._kernels[old]

    def retain(self, configs: Collection[Config]) -> None:
        """Forgets all fits but those of some configs."""
        kernels = {kernel for config in configs for _, kernel in kernel_parts(config)}
        edges_only = {replace(config, **SCORING) for config in configs}
        self._kernels = {config: edges for config, edges in self._kernels.items() if config in kernels}
        self._fitted = {config: fitted for config, fitted in self._fitted.items() if config in edges_only}
        if not any(config.transitions for config in configs):
            self._followed = None
