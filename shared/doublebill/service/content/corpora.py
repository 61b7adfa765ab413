"""Corpora: examples of content that generators learn from, and what became of each.

    corpora/<kind>/<corpus>.json                                    the fields of `Corpus`, by compare-and-swap
    content/<kind>/<corpus>/examples/<digest>.json.gz               what was sent, written once
    content/<kind>/<corpus>/models/<version>/{manifest.json,*.npy}  a content model; see `service.content_models`

A corpus is learned from by a job, since some take longer than a request may. Until that has ended well the model that
was there before is given out, and for ever to whoever names its version.
"""

import contextlib
import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, NotRequired, TypedDict

from doublebill.errors import Conflict, DoublebillError, InvalidInput, NotFound, ObjectMissing, StoreUnavailable
from doublebill.model.catalog import NAME_PATTERN, check_catalog_name
from doublebill.schema import Bounds
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.job_record import is_lost, reason
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order

PREFIX = "corpora/"

MODELS = 20
"""Newest models of a corpus that its record tells; older ones are still there for whoever names them."""

EXAMPLES_BYTES = 16_000_000
"""Bytes of all examples of one corpus, as JSON; over HTTP a body has less room."""

AS_EXAMPLES = "that of the examples"
"""The licence of what is generated, where none was told."""

CorpusName = Annotated[
    str, Bounds(pattern=NAME_PATTERN, description="1 to 64 of a-z, 0-9 and -, not beginning or ending with -")
]


@dataclass(frozen=True)
class CorpusRequest:
    """A corpus: its name, its examples, and for levels what their tiles mean, where those are not the kind's own."""

    corpus: CorpusName
    examples: Annotated[tuple[object, ...], Bounds(min_length=1, max_length=100_000)]
    """Levels as rows or as text with line ends, names, or items with their numbers."""
    legend: Annotated[dict[str, Annotated[str, Bounds(min_length=1, max_length=40)]], Bounds(max_length=200)] | None = (
        None
    )
    """Tile of the examples → the kind's tile or its name."""
    licence: Annotated[str, Bounds(min_length=1, max_length=500)] = AS_EXAMPLES
    """Of what is generated; every answer repeats it."""


@dataclass(frozen=True)
class Model:
    """A content model that a corpus gave."""

    model_version: str
    learned_ms: int
    examples: int
    licence: str
    report: Mapping[str, Any]


@dataclass(frozen=True)
class Corpus:
    """What is kept about a corpus."""

    kind: str
    corpus: str
    sent: str
    """Digest of the examples that were sent last."""
    sent_ms: int
    examples: int
    state: str
    """training, ready or failed; of what was sent last"""
    models: tuple[Model, ...] = ()
    """The newest first; the first one is given out where no version is named."""
    error: str = ""

    @classmethod
    def from_bytes(cls, data: bytes) -> "Corpus":
        """The record that `to_bytes` wrote.

        Raises:
            StoreUnavailable: when it wrote nothing like that.
        """
        try:
            fields = json.loads(data)
            return cls(**{**fields, "models": tuple(Model(**model) for model in fields["models"])})
        except (ValueError, TypeError, KeyError) as wrong:
            raise StoreUnavailable("the record of a corpus cannot be read") from wrong

    def to_bytes(self) -> bytes:
        """The record as JSON."""
        return json.dumps(asdict(self)).encode()


class ModelTold(TypedDict):
    """A content model."""

    model_version: str
    learned_ms: int
    examples: int
    licence: str
    report: Mapping[str, object]


class CorpusTold(TypedDict):
    """A corpus, how far learning from it is, and its models, the newest first."""

    kind: str
    corpus: str
    state: str
    """training, ready, failed, or lost where nothing was heard for an hour"""
    examples: int
    model_version: NotRequired[str]
    """The one that is given out where none is named."""
    models: Sequence[ModelTold]
    error: NotRequired[str]


def send(objects: Objects, jobs: Jobs, kind: str, request: CorpusRequest, now_ms: int) -> CorpusTold:
    """Keeps a corpus, in place of what was sent under its name before, and starts learning from it.

    Raises:
        NotFound: when there is no such kind.
        InvalidInput: when the kind does not learn, the name is taken by a corpus that ships, or an example is wrong.
        StoreUnavailable: when nothing could be kept, or no training could be started, which the record then says.
    """
    corpus = keep(objects, kind, request, now_ms)
    start(objects, jobs, corpus)
    return told(read(objects, kind, corpus.corpus), now_ms)


def start(objects: Objects, jobs: Jobs, corpus: Corpus) -> None:
    """Starts a job that learns from what was sent last.

    Raises:
        StoreUnavailable: when it could not be started, which the record then says.
    """
    try:
        jobs.start({"kind": corpus.kind, "corpus": corpus.corpus, "examples": corpus.sent})
    except StoreUnavailable as failed:
        why = str(failed)
        _end(objects, corpus, lambda there: replace(there, state="failed", error=why))
        raise


def keep(objects: Objects, kind: str, request: CorpusRequest, now_ms: int) -> Corpus:
    """Keeps a corpus, ready to be learned from; raises as `send`."""
    from doublebill.games.learners import learner_of, shipped

    name = check_corpus_name(request.corpus)
    learner = learner_of(kind)
    if name in shipped(kind):
        raise InvalidInput.one("corpus", f"{name!r} is built in", "use a name that no built-in corpus has")
    examples = learner.read(request.examples, request.legend, "examples")
    written = json.dumps({"examples": request.examples, "legend": request.legend, "licence": request.licence})
    if len(written) > EXAMPLES_BYTES:
        raise InvalidInput.one("examples", f"{len(written)} bytes are too many", f"use at most {EXAMPLES_BYTES}")
    digest = hashlib.sha256(written.encode()).hexdigest()[:32]
    with contextlib.suppress(Conflict):  # the very same was sent before
        objects.create(_examples_key(kind, name, digest), gzip.compress(written.encode(), mtime=0))
    kept = Corpus(kind, name, digest, now_ms, len(examples), "training")

    def sent(there: bytes | None) -> bytes:
        models = Corpus.from_bytes(there).models if there else ()
        return replace(kept, models=models).to_bytes()

    swap(objects, _key(kind, name), sent)
    return kept


def learn(objects: Objects, kind: str, corpus: str, digest: str, clock_ms: Callable[[], int]) -> Corpus:
    """Learns from the examples with that digest, and gives the record of their corpus.

    The model is given out from then on, unless other examples were sent meanwhile. Whatever ends it, the record says
    so; what is not the corpus' fault is raised as well.

    Raises:
        NotFound: when no such examples were ever sent.
    """
    from doublebill.games.learners import learner_of
    from doublebill.service.content import content_models

    there = read(objects, kind, corpus)
    try:
        sent = json.loads(gzip.decompress(objects.get(_examples_key(kind, corpus, digest)).data))
        examples = learner_of(kind).read(sent["examples"], sent["legend"], "examples")
        made = content_models.learn(kind, examples, sent["licence"])
        content_models.publish(objects, kind, corpus, made.artifact)
    except ObjectMissing as missing:
        raise NotFound(f"corpus {corpus!r} of {kind} has no examples {digest!r}") from missing
    except Exception as failed:
        why = reason(failed)
        ended = _end(objects, replace(there, sent=digest), lambda now: replace(now, state="failed", error=why))
        if isinstance(failed, DoublebillError) and not isinstance(failed, StoreUnavailable):
            return ended
        raise
    model = Model(made.artifact.version, clock_ms(), len(examples), sent["licence"], made.report)
    return _end(objects, replace(there, sent=digest), lambda now: _with(now, model))


def _with(corpus: Corpus, model: Model) -> Corpus:
    older = [one for one in corpus.models if one.model_version != model.model_version]
    return replace(corpus, state="ready", error="", models=(model, *older)[:MODELS])


def _end(objects: Objects, of: Corpus, ended: Callable[[Corpus], Corpus]) -> Corpus:
    """The record after a training of `of.sent` has ended; what was sent later is left to its own training."""

    def changed(there: bytes | None) -> bytes | None:
        if there is None:
            return None
        corpus = Corpus.from_bytes(there)
        return ended(corpus).to_bytes() if corpus.sent == of.sent else None

    swap(objects, _key(of.kind, of.corpus), changed)
    return read(objects, of.kind, of.corpus)


def read(objects: Objects, kind: str, corpus: str) -> Corpus:
    """What is kept about a corpus.

    Raises:
        NotFound: when there is no such corpus of that kind.
    """
    try:
        key = _key(check_corpus_name(kind), check_corpus_name(corpus))
        return Corpus.from_bytes(objects.get(key).data)
    except (InvalidInput, ObjectMissing) as missing:
        raise NotFound(f"there is no corpus {corpus!r} of {kind}") from missing


def every(objects: Objects, sees: Callable[[str], bool] = lambda _: True) -> list[Corpus]:
    """Every corpus of the kinds that the caller `sees`, which are asked for as `games/<kind>`."""
    keys = [key for key in objects.keys(PREFIX) if sees("games/" + key.removeprefix(PREFIX).partition("/")[0])]
    return [Corpus.from_bytes(data) for data in in_order(objects, keys)]


def told(corpus: Corpus, now_ms: int) -> CorpusTold:
    """The corpus as an answer tells it."""
    lost = corpus.state == "training" and is_lost(corpus.sent_ms, now_ms)
    answer: CorpusTold = {
        "kind": corpus.kind,
        "corpus": corpus.corpus,
        "state": "lost" if lost else corpus.state,
        "examples": corpus.examples,
        "models": [_model_told(model) for model in corpus.models],
    }
    if corpus.models:
        answer["model_version"] = corpus.models[0].model_version
    if corpus.error:
        answer["error"] = corpus.error
    return answer


def _model_told(model: Model) -> ModelTold:
    return {
        "model_version": model.model_version,
        "learned_ms": model.learned_ms,
        "examples": model.examples,
        "licence": model.licence,
        "report": model.report,
    }


def check_corpus_name(name: str) -> str:
    """`name` when a corpus may be called so.

    Raises:
        InvalidInput: when it may not.
    """
    try:
        return check_catalog_name(name)
    except InvalidInput as wrong:
        raise InvalidInput(replace(one, field="corpus") for one in wrong.complaints) from wrong


def _key(kind: str, corpus: str) -> str:
    return f"{PREFIX}{kind}/{corpus}.json"


def _examples_key(kind: str, corpus: str, digest: str) -> str:
    return f"content/{kind}/{corpus}/examples/{digest}.json.gz"
