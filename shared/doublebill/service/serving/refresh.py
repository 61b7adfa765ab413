"""Refreshing: computes the next loaded models of a catalog from the current ones and the live facts.

The champion is loaded from the scratch disk or from the store. Where that fails, a model that serves goes on; an
environment without one takes the pointer on its disk, then the former champions, then the popularity record. A version
that the pointer refuses serves no longer, wherever it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from doublebill.concurrency.clock import Clock
from doublebill.errors import ArtifactCorrupt, NotFound, ObjectMissing, StoreUnavailable
from doublebill.service.catalog import catalog_record, catalogs
from doublebill.service.registry import recent_priors
from doublebill.service.registry.champions import Champion
from doublebill.service.serving import degraded, popularity_fallback
from doublebill.service.serving.disk_cache import DiskCache
from doublebill.service.serving.live_facts import Facts, read_facts, read_priors
from doublebill.service.serving.loaded_models import LoadedModel, LoadedModels
from doublebill.stores.objects import Objects
from doublebill.stores.records import Records

UNLOADABLE = (ArtifactCorrupt, ObjectMissing, StoreUnavailable, OSError)
"""Errors that keep a version from loading; any other is a defect."""

OnLoad = Callable[[str], None]
"""Called with the version that is about to be loaded."""

type Substitute = tuple[LoadedModel | None, str | None]
"""The model that serves as champion, and why it is not the champion where it is another."""


@dataclass(frozen=True)
class Follower:
    """The places that models are loaded from."""

    objects: Objects
    records: Records
    cache: DiskCache
    clock: Clock

    def follow(self, catalog: str, models: LoadedModels, on_load: OnLoad) -> LoadedModels:
        """Returns the loaded models with the present champion.

        Raises:
            NotFound: when there is no such catalog, and no model of it is loaded or on the disk, or it was removed.
        """
        facts = read_facts(self.objects, catalog, models.facts, self.clock)
        if facts.record.value.removed or self._was_removed(catalog, facts):
            self.cache.forget(catalog)
            raise NotFound(f"there is no catalog {catalog!r}")
        if facts.champion.value is None:
            facts = replace(facts, champion=replace(facts.champion, value=self.cache.recall(catalog)))
        elif facts.champion.etag != models.facts.champion.etag:
            self.cache.remember(catalog, facts.champion.value)
        champion, reason = self._champion(catalog, models, facts, on_load)
        champion = champion or self._popular(catalog)
        if champion is not None:
            champion = champion.with_availability(facts.availability.value)
            champion, facts = self._with_prior(catalog, champion, facts)
        reasons = (*facts.reasons, reason)
        missing = facts.champion.value is None and facts.champion.reason == degraded.POINTER_MISSING
        if champion is None and missing:
            reasons = (self._absent(catalog),)
        return replace(models, facts=facts, champion=champion, reasons=reasons)

    def follow_challenger(self, catalog: str, models: LoadedModels) -> LoadedModels:
        """Returns the loaded models with the present challenger, where there is one."""
        pointer = models.facts.champion.value
        wanted = pointer.challenger if pointer and pointer.share else ""
        if not wanted or (models.champion and models.champion.version == wanted):
            return replace(models, challenger=None, challenger_reason=None)
        model, reason = models.challenger, None
        if model is None or model.version != wanted:
            try:
                model = LoadedModel.of(wanted, self.cache.load(catalog, wanted))
            except UNLOADABLE as wrong:
                model, reason = None, degraded.unservable(wanted, wrong, challenger=True)
        facts = models.facts
        if model is not None:
            model = model.with_availability(facts.availability.value)
            model, facts = self._with_prior(catalog, model, facts)
        return replace(models, facts=facts, challenger=model, challenger_reason=reason)

    def as_champion(self, catalog: str, model: LoadedModel) -> LoadedModels:
        """Returns a model as champion of the catalog, with the present facts."""
        facts = read_facts(self.objects, catalog, Facts(), self.clock)
        model, facts = self._with_prior(catalog, model.with_availability(facts.availability.value), facts)
        return LoadedModels(facts, model, facts.reasons)

    def tidy(self, catalog: str, models: LoadedModels) -> None:
        """Keeps on the disk only the versions in use."""
        loaded = (models.champion, models.challenger)
        self.cache.keep(catalog, {model.version for model in loaded if model and not model.only_popular})

    def at_hand(self, catalog: str) -> LoadedModel | None:
        """Returns a model that can be loaded without the store."""
        pointer = self.cache.recall(catalog)
        return (pointer and self._on_disk(catalog, pointer)) or self._popular(catalog)

    def _with_prior(self, catalog: str, model: LoadedModel, facts: Facts) -> tuple[LoadedModel, Facts]:
        """Returns a model with the prior of its version as it is now; where that cannot be read, with the last one."""
        trained = model.recommender.recent
        if trained is None:
            return model, facts
        facts = replace(facts, priors=read_priors(self.objects, catalog, facts.priors))
        current = facts.priors.value.versions.get(model.version)
        if current is None or current.digest == trained.digest:
            return model, facts
        try:
            visits = recent_priors.read_visits(self.objects, catalog, current, len(model.recommender.catalog))
        except (ArtifactCorrupt, ObjectMissing, StoreUnavailable, ValueError, OSError) as wrong:
            return model, replace(facts, priors=replace(facts.priors, reason=degraded.prior_unread(wrong)))
        return model.with_visits(visits), facts

    def _champion(self, catalog: str, models: LoadedModels, facts: Facts, on_load: OnLoad) -> Substitute:
        pointer, unchecked = facts.champion.value, facts.champion.reason is not None
        if pointer is None or (models.settled and unchecked):
            return models.champion, None
        if unchecked and (model := self._on_disk(catalog, pointer)):
            return model, None
        return self._loaded(catalog, models, pointer, on_load)

    def _loaded(self, catalog: str, models: LoadedModels, pointer: Champion, on_load: OnLoad) -> Substitute:
        """Loads the champion, or the next best with the reason."""
        reason = degraded.refused(pointer.version) if pointer.version in pointer.refused else None
        last = None if models.champion and models.champion.version in pointer.refused else models.champion
        settled, far = last is not None and models.settled, True
        for version in pointer.servable:
            if last and settled and version == last.version:
                return last, reason
            on_load(version)
            try:
                return LoadedModel.of(version, self.cache.load(catalog, version, far)), reason
            except UNLOADABLE as wrong:
                reason = reason or degraded.unservable(version, wrong)
                if settled:
                    break
                far = far and not isinstance(wrong, StoreUnavailable)  # one wait for a store that is down is enough
        return last, reason

    def _on_disk(self, catalog: str, pointer: Champion) -> LoadedModel | None:
        for version in pointer.servable:
            try:
                return LoadedModel.of(version, self.cache.load(catalog, version, far=False))
            except UNLOADABLE:
                continue
        return None

    def _popular(self, catalog: str) -> LoadedModel | None:
        try:
            found = popularity_fallback.read(self.records, catalog)
        except StoreUnavailable:
            return None
        return found and LoadedModel.of(*found, only_popular=True)

    def _was_removed(self, catalog: str, facts: Facts) -> bool:
        """Returns whether the pointer is missing because the catalog was removed after the champion was promoted."""
        if facts.champion.reason != degraded.POINTER_MISSING:
            return False
        champion = facts.champion.value or self.cache.recall(catalog)
        return champion is not None and catalog_record.removed_ms(self.objects, catalog) >= champion.promoted_ms

    def _absent(self, catalog: str) -> str | None:
        """Returns None for a catalog that was never trained; raises `NotFound` where there is no such catalog."""
        try:
            catalogs.settings(self.objects, catalog)
        except StoreUnavailable as failed:
            return degraded.unchecked("the catalog", failed)
        return None
