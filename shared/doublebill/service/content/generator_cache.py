"""Generators that one environment has loaded: those that ship, and those that were learned from corpora.

The current model of a corpus is looked up at most every `refresh_seconds`; a model itself never changes. While the
objects are down, loaded generators go on serving.
"""

from collections import OrderedDict
from collections.abc import Callable

from doublebill.concurrency.clock import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.concurrency.refreshed import Fact, Reading, Refreshed
from doublebill.errors import ArtifactCorrupt, NoModel, NotFound, StoreUnavailable
from doublebill.games.content_kind import ContentKind
from doublebill.games.learners import shipped
from doublebill.service.content import content_models
from doublebill.service.content.corpus_record import check_corpus_name, read_record
from doublebill.stores.objects import Objects

GENERATORS_KEPT = 8
"""Learned generators that one environment keeps loaded."""

CORPORA_REMEMBERED = 1000
"""Corpora whose current model is remembered."""

type FindGenerator = Callable[[str, str | None, str | None], ContentKind]
"""Finds the generator of a kind, a corpus and a model version, the last two if the request names them."""


VersionFact = Fact[str | None]
"""The model version that a corpus serves."""


def shipped_generator(kind: str, corpus: str | None = None, model_version: str | None = None) -> ContentKind | None:
    """Returns the generator that ships with a corpus, by default the kind's usual one, or None.

    Raises:
        NotFound: when there is no such kind, or the corpus ships with another model.
    """
    generators = shipped(kind)
    found = next(iter(generators.values())) if corpus is None else generators.get(corpus) if corpus else None
    if found is not None and model_version not in (None, found.model_version):
        owner = f"corpus {found.corpus!r} of {kind} has" if found.corpus else f"{kind} has"
        raise NotFound(f"{owner} no model_version {model_version!r}; it has {found.model_version or 'none'}")
    return found


def find_shipped(kind: str, corpus: str | None, model_version: str | None) -> ContentKind:
    """Finds a generator where there are no corpora but those that ship.

    Raises:
        NotFound: when there is no such kind, corpus or version.
    """
    found = shipped_generator(kind, corpus, model_version)
    if found is None:
        raise NotFound(f"there is no corpus {corpus!r} of {kind}")
    return found


class GeneratorCache:
    """The generators of one environment."""

    def __init__(self, objects: Objects, clock: Clock, refresh_seconds: float) -> None:
        self._objects = objects
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._loaded: OrderedDict[tuple[str, str, str], ContentKind] = OrderedDict()
        self._current: dict[tuple[str, str], Refreshed[VersionFact]] = {}

    def find(self, kind: str, corpus: str | None, model_version: str | None, deadline: Deadline) -> ContentKind:
        """Finds a generator, and loads it if it is not here.

        Raises:
            NotFound: when there is no such kind, corpus or version.
            InvalidInput: when that kind does not learn, so that it has no corpora.
            NoModel: when no model of the corpus was learned yet.
            StoreUnavailable: when it is not here, and the store does not answer in time.
        """
        found = shipped_generator(kind, corpus, model_version)
        if found is not None:
            return found
        name = check_corpus_name(corpus or "")
        version = model_version or self._current_version(kind, name, deadline)
        return deadline.bounded("the objects", lambda: self._load(kind, name, version))

    def _current_version(self, kind: str, corpus: str, deadline: Deadline) -> str:
        """Returns the version that a corpus serves now; the last one goes on while the objects are down."""
        current = self._current.get((kind, corpus)) or self._add(kind, corpus)
        current.refresh(deadline)
        if current.value.value is None:
            raise StoreUnavailable("the objects did not answer in time")
        return current.value.value

    def _add(self, kind: str, corpus: str) -> Refreshed[VersionFact]:
        def read(_: VersionFact, reading: Reading[VersionFact]) -> None:
            models = read_record(self._objects, kind, corpus).models
            if not models:
                raise NoModel(f"nothing was learned from corpus {corpus!r} of {kind} yet")
            reading.publish(Fact(models[0]["model_version"]))

        if len(self._current) >= CORPORA_REMEMBERED:
            self._current.clear()
        current = Refreshed(VersionFact(None), read, self._clock, self._refresh_seconds)
        return self._current.setdefault((kind, corpus), current)

    def _load(self, kind: str, corpus: str, model_version: str) -> ContentKind:
        key = (kind, corpus, model_version)
        found = self._loaded.pop(key, None)
        if found is None:
            try:
                found = content_models.load(self._objects, *key)
            except ArtifactCorrupt as corrupt:
                raise StoreUnavailable(f"a content model cannot be served: {corrupt}") from corrupt
        self._loaded[key] = found
        while len(self._loaded) > GENERATORS_KEPT:
            self._loaded.popitem(last=False)
        return found
