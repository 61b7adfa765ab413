"""Games: what content can be asked for, and what it was learned from."""

from collections.abc import Callable, Mapping, Sequence
from typing import NotRequired, TypedDict, cast

from doublebill.concurrency.deadline import Deadline
from doublebill.errors import StoreUnavailable
from doublebill.games.content_kind import ContentKind
from doublebill.games.kinds import KINDS
from doublebill.games.learners import LEARNERS, shipped
from doublebill.games.text.kinds import TEXTS
from doublebill.schema import schema_of
from doublebill.service.content import corpora
from doublebill.service.content.corpora import Corpus
from doublebill.stores.objects import Objects


class CorpusListed(TypedDict):
    """What a kind can be asked to have learned from."""

    corpus: str
    model_version: NotRequired[str]
    """The one that is given out where none is named; none before the first training has ended."""
    licence: NotRequired[str]
    ships: bool
    """Whether it is part of every deployment."""


class KindTold(TypedDict):
    """What can be asked of a kind of level."""

    name: str
    description: str
    generator_version: int
    licence: str
    learns: bool
    """Whether it takes corpora of yours."""
    corpora: Sequence[CorpusListed]
    """The usual one first."""
    legend: Mapping[str, str]
    """Tile → its name."""
    moves: Mapping[str, str]
    """Letter of a certificate's move → what it does."""
    spec: Mapping[str, object]
    """The JSON Schema of its spec."""


class TextKindTold(TypedDict):
    """What can be asked of a kind of text."""

    name: str
    description: str
    generator_version: int
    licence: str
    learns: bool
    """Whether it takes corpora of yours."""
    corpora: Sequence[CorpusListed]
    """The usual one first."""
    spec: Mapping[str, object]
    """The JSON Schema of its spec."""


class Games(TypedDict):
    """What content there is."""

    kinds: Sequence[KindTold]
    """Of levels."""
    texts: Sequence[TextKindTold]
    degraded: bool | str
    """False, or why corpora are missing."""


def known_games(objects: Objects, sees: Callable[[str], bool], deadline: Deadline) -> Games:
    """What can be asked for by a caller who `sees` some of the kinds; what ships also while the objects are down."""
    try:
        return games(deadline.bounded("the objects", lambda: corpora.every(objects, sees)))
    except StoreUnavailable as failed:
        return {**games(), "degraded": str(failed)}


def games(kept: Sequence[Corpus] = ()) -> Games:
    """What can be asked for: each kind with the JSON Schema of its spec, and the corpora that ship or were kept."""
    return {
        "kinds": [cast(KindTold, _kind(kind, kept)) for kind in KINDS.values()],
        "texts": [cast(TextKindTold, _kind(kind, kept)) for kind in TEXTS.values()],
        "degraded": False,
    }


def _kind(kind: ContentKind, kept: Sequence[Corpus]) -> Mapping[str, object]:
    return {
        "name": kind.name,
        "description": kind.description,
        "generator_version": kind.version,
        "licence": kind.licence,
        "learns": kind.name in LEARNERS,
        "corpora": _corpora(kind.name, kept),
        **kind.vocabulary(),
        "spec": schema_of(kind.spec),
    }


def _corpora(kind: str, kept: Sequence[Corpus]) -> list[CorpusListed]:
    listed = [_shipped(one) for name, one in shipped(kind).items() if name]
    return listed + [_kept(corpus) for corpus in kept if corpus.kind == kind]


def _shipped(kind: ContentKind) -> CorpusListed:
    return {
        "corpus": kind.corpus,
        "model_version": kind.model_version or "",
        "licence": kind.licence,
        "ships": True,
    }


def _kept(corpus: Corpus) -> CorpusListed:
    listed: CorpusListed = {"corpus": corpus.corpus, "ships": False}
    if corpus.models:
        listed |= {"model_version": corpus.models[0].model_version, "licence": corpus.models[0].licence}
    return listed
