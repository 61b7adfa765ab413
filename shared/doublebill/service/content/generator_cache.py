"""Taught generators: those that ship, and those that corpora taught, as one environment holds them.

Which model of a corpus is given out is looked up at most every `refresh_seconds`; a model itself never changes. While
the objects are down, what is here goes on.
"""

from collections import OrderedDict
from dataclasses import dataclass

from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import ArtifactCorrupt, NoModel, NotFound, StoreUnavailable
from doublebill.games.content_kind import ContentKind
from doublebill.games.learners import shipped
from doublebill.service.content import content_models, corpora
from doublebill.stores.objects import Objects

HELD = 8
"""Models that one environment keeps ready."""

LOOKED_UP = 1000
"""Corpora whose current model is remembered."""


@dataclass(frozen=True)
class Seen:
    """What was found when a corpus was looked up."""

    model_version: str
    looked: float


def of_shipped(kind: str, corpus: str | None = None, model_version: str | None = None) -> ContentKind | None:
    """The generator of that kind that ships with that corpus, by default the usual one; None where none does.

    Raises:
        NotFound: when there is no such kind, or the corpus ships with another model.
    """
    there = shipped(kind)
    found = next(iter(there.values())) if corpus is None else there.get(corpus) if corpus else None
    if found is not None and model_version not in (None, found.model_version):
        told = f"corpus {found.corpus!r} of {kind} has" if found.corpus else f"{kind} has"
        raise NotFound(f"{told} no model_version {model_version!r}; it has {found.model_version or 'none'}")
    return found


class Taught:
    """The generators of one environment."""

    def __init__(self, objects: Objects, clock: Clock, refresh_seconds: float) -> None:
        self._objects = objects
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._held: OrderedDict[tuple[str, str, str], ContentKind] = OrderedDict()
        self._seen: dict[tuple[str, str], Seen] = {}

    def find(self, kind: str, corpus: str | None, model_version: str | None, deadline: Deadline) -> ContentKind:
        """The generator that is asked for.

        Raises:
            NotFound: when there is no such kind, corpus or version.
            InvalidInput: when that kind does not learn, so that it has no corpora.
            NoModel: when nothing was learned from the corpus yet.
            StoreUnavailable: when it is not here, and the store does not answer in time.
        """
        found = of_shipped(kind, corpus, model_version)
        if found is not None:
            return found
        name = corpora.check_corpus_name(corpus or "")
        return deadline.bounded("the objects", lambda: self._get(kind, name, model_version or self._now(kind, name)))

    def _now(self, kind: str, corpus: str) -> str:
        """The version of the corpus that is given out."""
        seen = self._seen.get((kind, corpus))
        if seen and self._clock() - seen.looked < self._refresh_seconds:
            return seen.model_version
        try:
            models = corpora.read(self._objects, kind, corpus).models
        except StoreUnavailable:
            if seen:
                return seen.model_version
            raise
        if not models:
            raise NoModel(f"nothing was learned from corpus {corpus!r} of {kind} yet")
        if len(self._seen) >= LOOKED_UP:
            self._seen.clear()
        self._seen[kind, corpus] = Seen(models[0].model_version, self._clock())
        return models[0].model_version

    def _get(self, kind: str, corpus: str, model_version: str) -> ContentKind:
        key = (kind, corpus, model_version)
        found = self._held.pop(key, None)
        if found is None:
            try:
                found = content_models.load(self._objects, *key)
            except ArtifactCorrupt as corrupt:
                raise StoreUnavailable(f"a content model cannot be served: {corrupt}") from corrupt
        self._held[key] = found
        while len(self._held) > HELD:
            self._held.popitem(last=False)
        return found
