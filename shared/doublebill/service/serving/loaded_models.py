"""What an execution environment holds of one catalog, and who of it answers whom."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from doublebill.arrays import Mask
from doublebill.errors import NoModel
from doublebill.model.recommender import Recommender
from doublebill.service.registry.ab_test import answered_by_challenger
from doublebill.service.serving import degraded
from doublebill.service.serving.live_facts import Availability, Facts, overlaid

if TYPE_CHECKING:  # whoever never filters need not load it
    from doublebill.filtering.filters import Masks

NOTHING_SAID: Mapping[str, bool] = {}


@dataclass(frozen=True, eq=False)
class Serving:
    """A model that may answer now."""

    version: str
    recommender: Recommender
    degraded: str | None
    """Why this is not the champion as it should be; None where all is well."""
    available: Mask
    """[n_items] what may be recommended now: the catalog's own word, overlaid by what was said since."""
    trending: Sequence[tuple[str, float]] = ()
    """Item ids with scores, highest first."""
    masks: "Callable[[], Masks] | None" = None
    """Gives what filters came to before; None where nothing is kept."""


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A version that is loaded."""

    version: str
    recommender: Recommender
    available: Mask
    """[n_items] what the catalog and `said_since` come to."""
    said_since: Availability = field(default_factory=lambda: NOTHING_SAID)
    only_popular: bool = False
    """Whether it stands in for a model of which it knows the popular items only."""

    @functools.cached_property
    def masks(self) -> "Masks":
        """What filters of its items came to before."""
        from doublebill.filtering.filters import Masks

        return Masks(self.recommender.catalog)

    @classmethod
    def of(cls, version: str, recommender: Recommender, only_popular: bool = False) -> "LoadedModel":
        """The version as it was trained."""
        return cls(version, recommender, recommender.catalog.available, only_popular=only_popular)

    def given(self, said_since: Availability) -> "LoadedModel":
        """The same with what was said of its items since."""
        if said_since is self.said_since:
            return self
        return replace(self, said_since=said_since, available=overlaid(self.recommender.catalog, said_since))


@dataclass(frozen=True, eq=False)
class LoadedModels:
    """The models and live facts of one catalog; none at first."""

    facts: Facts = field(default_factory=Facts)
    champion: LoadedModel | None = None
    """What answers for it: a former one, or the popularity record, where it cannot be served."""
    reasons: tuple[str | None, ...] = ()
    """Why that is not the champion as it should be; the one about the pointer first."""
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
        """Whether there is a model, not a stand-in."""
        return self.champion is not None and not self.champion.only_popular

    def serving(self, user: str | None, unfinished: str | None) -> Serving:
        """The model that answers a user, or anybody; `unfinished` says what the refresh under way is still about.

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
        told = degraded.joined([*reasons, degraded.ONLY_POPULAR if model.only_popular else None])
        trending = self.facts.trending.value
        return Serving(model.version, model.recommender, told, model.available, trending, lambda: model.masks)

    def _challenger_of(self, user: str | None) -> str:
        """The challenger that answers the user, or nothing."""
        pointer = self.facts.champion.value
        if user is None or pointer is None or not pointer.challenger:
            return ""
        return pointer.challenger if answered_by_challenger(user, pointer.challenger, pointer.share) else ""
