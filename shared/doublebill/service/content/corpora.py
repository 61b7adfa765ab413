"""Corpora: keeps uploaded examples, and learns content models from them.

    content/<kind>/<corpus>/examples/<digest>.json.gz               the examples, written once
    content/<kind>/<corpus>/models/<version>/{manifest.json,*.npy}  a content model; see `service.content_models`

A job learns from a corpus, since that may take longer than a request. Until it has ended well the previous model
serves; requests that name a version get that model for ever.
"""

import contextlib
import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from doublebill.errors import Conflict, DoublebillError, InvalidInput, NotFound, ObjectMissing, StoreUnavailable
from doublebill.schema import Input
from doublebill.service.content.corpus_record import (
    ContentModel,
    CorpusName,
    CorpusRecord,
    CorpusStatus,
    check_corpus_name,
    end_training,
    read_record,
    write_record,
)
from doublebill.service.content.stored_names import stored_name
from doublebill.stores.job_record import reason
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects
from doublebill.values.legends import LegendField, legend_json, legend_of

EXAMPLES_BYTES = 16_000_000
"""Bytes of all examples of one corpus, as JSON; over HTTP a body has less room."""


LICENCE_OF_EXAMPLES = "that of the examples"
"""Licence of what is generated, where the request names none."""


class CorpusRequest(Input, frozen=True):
    """A corpus: its name, its examples, and for levels the meaning of their tiles, if not the kind's own."""

    corpus: CorpusName
    examples: Annotated[tuple[object, ...], Meta(min_length=1, max_length=100_000)]
    """Levels as rows or as text with line ends, names, or items with their numbers."""
    legend: LegendField | None = None
    """Tile of the examples → the kind's tile or its name, or the properties of a tile of your own."""
    licence: Annotated[str, Meta(min_length=1, max_length=500)] = LICENCE_OF_EXAMPLES
    """Licence of generated content; every answer repeats it."""


def submit(objects: Objects, jobs: Jobs, kind: str, request: CorpusRequest, now_ms: int) -> CorpusStatus:
    """Keeps a corpus, replacing an earlier one of its name, and starts a job that learns from it.

    Raises:
        NotFound: when there is no such kind.
        InvalidInput: when the kind does not learn, a built-in corpus has the name, or an example is wrong.
        StoreUnavailable: when nothing could be kept, or no job could be started, which the record then says.
    """
    corpus = keep(objects, kind, request, now_ms)
    start(objects, jobs, corpus)
    return status(objects, kind, corpus.corpus, now_ms)


def status(objects: Objects, kind: str, corpus: str, now_ms: int) -> CorpusStatus:
    """Returns the state of a corpus and its models.

    Raises:
        NotFound: when there is no such corpus of that kind.
    """
    return read_record(objects, kind, corpus).status(now_ms)


def keep(objects: Objects, kind: str, request: CorpusRequest, now_ms: int) -> CorpusRecord:
    """Keeps a corpus, ready to be learned from; raises as `submit`."""
    from doublebill.games.learners import learner_of, shipped

    name = check_corpus_name(request.corpus)
    learner = learner_of(kind)
    if name in shipped(kind):
        raise InvalidInput.one("corpus", f"{name!r} is built in", "use a name that no built-in corpus has")
    examples = learner.read(request.examples, request.legend, "examples")
    sent = {"examples": request.examples, "legend": legend_json(request.legend), "licence": request.licence}
    upload = json.dumps(sent)
    if len(upload) > EXAMPLES_BYTES:
        raise InvalidInput.one("examples", f"{len(upload)} bytes are too many", f"use at most {EXAMPLES_BYTES}")
    digest = hashlib.sha256(upload.encode()).hexdigest()[:32]
    with contextlib.suppress(Conflict):  # the same examples were uploaded before
        objects.create(_examples_key(kind, name, digest), gzip.compress(upload.encode(), mtime=0))
    record = CorpusRecord(kind, name, digest, now_ms, len(examples), "training")
    write_record(objects, record)
    return record


def start(objects: Objects, jobs: Jobs, corpus: CorpusRecord) -> None:
    """Starts a job that learns from the newest examples.

    Raises:
        StoreUnavailable: when it could not be started, which the record then says.
    """
    try:
        jobs.start({"kind": corpus.kind, "corpus": corpus.corpus, "examples": corpus.sent})
    except StoreUnavailable as failed:
        why = str(failed)
        end_training(objects, corpus, lambda record: replace(record, state="failed", error=why))
        raise


def learn(objects: Objects, kind: str, corpus: str, digest: str, clock_ms: Callable[[], int]) -> CorpusRecord:
    """Learns from the examples with that digest, publishes the model, and returns the record of the corpus.

    The model serves from then on, unless newer examples were uploaded meanwhile. A failure is written to the record;
    one that the examples did not cause is raised as well.

    Raises:
        NotFound: when there are no such examples.
    """
    from doublebill.games.learners import learner_of
    from doublebill.service.content import content_models

    trained = replace(read_record(objects, kind, corpus), sent=digest)
    try:
        upload = json.loads(gzip.decompress(objects.get(_examples_key(kind, corpus, digest)).data))
        examples = learner_of(kind).read(upload["examples"], legend_of(upload["legend"]), "examples")
        learned = content_models.learn(kind, examples, upload["licence"])
        content_models.publish(objects, kind, corpus, learned.artifact)
    except ObjectMissing as missing:
        raise NotFound(f"corpus {corpus!r} of {kind} has no examples {digest!r}") from missing
    except Exception as failed:  # whatever it is, the record says so; a defect is raised again
        why = reason(failed)
        record = end_training(objects, trained, lambda record: replace(record, state="failed", error=why))
        if isinstance(failed, DoublebillError) and not isinstance(failed, StoreUnavailable):
            return record
        raise
    model: ContentModel = {
        "model_version": learned.artifact.version,
        "learned_ms": clock_ms(),
        "examples": len(examples),
        "licence": upload["licence"],
        "report": learned.report,
    }
    return end_training(objects, trained, lambda record: record.with_model(model))


def _examples_key(kind: str, corpus: str, digest: str) -> str:
    return f"content/{stored_name(kind)}/{corpus}/examples/{digest}.json.gz"
