"""The models one environment has loaded for a catalog, and which of them serves a given user."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from doublebill.arrays import Ints32, Mask
from doublebill.errors import NoModel
from doublebill.model.metadata.windows import NO_WINDOWS, Windows
from doublebill.model.priors.recency_prior import RecentVisits
from doublebill.model.recommender import Recommender
from doublebill.service.catalog.availability import Availability
from doublebill.service.catalog.catalog_record import UNSET, CatalogRecord
from doublebill.service.registry.ab_test import is_served_by_challenger
from doublebill.service.serving import degraded
from doublebill.service.serving.live_facts import Facts, overlaid

if TYPE_CHECKING:  # requests without a filter need not load it
    from doublebill.filtering.filters import Masks

UNCHANGED = Availability()


@dataclass(frozen=True, eq=False)
class Serving:
    """A model that may serve a request now."""

    version: str
    recommender: Recommender
    degraded: str | None
    """Why this is not the champion with fresh facts; None where all is well."""
    available: Mask
    """[n_items] The items that may be recommended now."""
    trending: Sequence[tuple[str, float]] = ()
    """Item ids with scores, highest first."""
    masks: "Callable[[], Masks] | None" = None
    """Returns the results of earlier filters; None where none are kept."""
    record: CatalogRecord = UNSET
    """The event kinds and other settings of the catalog now."""
    windows: Windows = NO_WINDOWS
    """From when and until when items may be recommended."""
    now_ms: int = 0
    kept: Mask | None = None
    """[n_items] False for items that were taken down, whatever their windows; None before `at`."""

    def at(self, now_ms: int) -> "Serving":
        """Returns the same model at this moment: items whose window is closed are not available."""
        available = self.windows.within(self.available, now_ms)
        return replace(self, available=available, now_ms=now_ms, kept=self.available)

    def taken_down(self, items: Ints32) -> Mask:
        """Returns [items] whether each was taken down; one whose window is closed was not."""
        kept = self.available if self.kept is None else self.kept
        return ~kept[items]


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """One loaded version."""

    version: str
    recommender: Recommender
    available: Mask
    """[n_items] Availability as trained, overlaid by `availability`."""
    availability: Availability = field(default_factory=lambda: UNCHANGED)
    only_popular: bool = False
    """Whether this is a stand-in that has popular items only."""
    windows: Windows = NO_WINDOWS
    """Windows as trained, overlaid by `availability`."""

    @functools.cached_property
    def masks(self) -> "Masks":
        """The results of earlier filters of its items."""
        from doublebill.filtering.filters import Masks

        return Masks(self.recommender.catalog)

    @classmethod
    def of(cls, version: str, recommender: Recommender, only_popular: bool = False) -> "LoadedModel":
        """Returns the version as it was trained."""
        items = recommender.catalog
        return cls(version, recommender, items.available, only_popular=only_popular, windows=items.windows)

    def with_visits(self, visits: RecentVisits) -> "LoadedModel":
        """Returns the same model with the latest visits of its items."""
        return replace(self, recommender=self.recommender.with_recent(visits))

    def with_availability(self, availability: Availability) -> "LoadedModel":
        """Returns the same model with the latest availability of its items."""
        if availability is self.availability:
            return self
        available, windows = overlaid(self.recommender.catalog, availability)
        return replace(self, availability=availability, available=available, windows=windows)


@dataclass(frozen=True, eq=False)
class LoadedModels:
    """The models and live facts of one catalog; none at first."""

    facts: Facts = field(default_factory=Facts)
    champion: LoadedModel | None = None
    """The model that serves as champion: a former one, or the popularity record, where the champion is not loadable."""
    reasons: tuple[str | None, ...] = ()
    """Why that is not the champion with fresh facts; the reason about the pointer first."""
    challenger: LoadedModel | None = None
    challenger_reason: str | None = None

    @property
    def usable(self) -> bool:
        """Whether any model can serve."""
        return self.champion is not None

    def completed_by(self, other: "LoadedModels") -> "LoadedModels":
        """Returns these models, with the champion of others where they have none."""
        return self if self.usable else replace(self, champion=other.champion)

    def failed(self, error: Exception) -> "LoadedModels":
        """Returns the same models, out of date because of a defect."""
        return replace(self, reasons=(degraded.defect(error),))

    @property
    def settled(self) -> bool:
        """Whether a whole model can serve, not a stand-in."""
        return self.champion is not None and not self.champion.only_popular

    def serving(self, user: str | None, unfinished: str | None) -> Serving:
        """Returns the model that serves a user, or any user; `unfinished` is the step of the refresh under way.

        Raises:
            NoModel: when there is none.
        """
        model, reasons = self.champion, self.reasons
        if model is None:
            raise NoModel(degraded.joined([unfinished, *reasons]) or "nothing was trained")
        wanted = self._challenger_of(user)
        if wanted and self.challenger and self.challenger.version == wanted:
            model, reasons = self.challenger, self.facts.reasons
        elif wanted and wanted != model.version:
            reasons = (*reasons, self.challenger_reason or degraded.loading(wanted, challenger=True))
        if unfinished:
            reasons = (unfinished, *reasons[1:])
        degradation = degraded.joined([*reasons, degraded.ONLY_POPULAR if model.only_popular else None])
        facts, masks = self.facts, lambda: model.masks
        return Serving(
            model.version,
            model.recommender,
            degradation,
            model.available,
            facts.trending.value,
            masks,
            facts.record.value,
            model.windows,
        )

    def _challenger_of(self, user: str | None) -> str:
        """Returns the challenger that serves the user, or an empty string."""
        pointer = self.facts.champion.value
        if user is None or pointer is None or not pointer.challenger:
            return ""
        return pointer.challenger if is_served_by_challenger(user, pointer.challenger, pointer.share) else ""
