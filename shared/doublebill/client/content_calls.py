"""The calls about game content: levels and texts, proofs, corpora; and the state of the service."""

from collections.abc import Mapping
from typing import Unpack

from doublebill.client.call import Call, Poll, new_id, path_of
from doublebill.client.methods import method, polled
from doublebill.client.shapes import (
    Content,
    ContentBatch,
    ContentBatchRequest,
    ContentRequest,
    CorpusRequest,
    CorpusStatus,
    DrawQuery,
    Games,
    Health,
    ProofRequest,
    Proofs,
    TextContent,
)


class ContentCalls:
    """Methods for game content."""

    @method
    def games(self) -> Call[Games]:
        """Lists the kinds of content, each with the JSON Schema of its spec."""
        return Call("GET", path_of("games"))

    @method
    def generate(self, kind: str, **request: Unpack[ContentRequest]) -> Call[Content | TextContent]:
        """Generates levels, each with its certificate, or texts. Name a seed to get the same content again."""
        return Call("POST", path_of("games", kind), body=request)

    @method
    def start_content_batch(self, kind: str, **request: Unpack[ContentBatchRequest]) -> Call[ContentBatch]:
        """Starts to generate many levels or texts as a job, once however often it is sent (see `start_training`)."""
        keyed: ContentBatchRequest = {"idempotency_key": new_id(), **request}
        return Call("POST", path_of("games", kind, "batches"), body=keyed)

    @method
    def content_batch(self, kind: str, batch_id: str, part: int | None = None) -> Call[ContentBatch]:
        """Returns the state of a batch, and a part of its items."""
        return _batch(kind, batch_id, part)

    @polled
    def ended_content_batch(self, kind: str, batch_id: str) -> Poll[ContentBatch]:
        """Waits until a batch has ended and returns its state."""
        return Poll(_batch(kind, batch_id, None), lambda batch: batch["state"] not in ("queued", "running"))

    @method
    def draw(self, kind: str, **query: Unpack[DrawQuery]) -> Call[bytes]:
        """Returns content as the bytes of a file."""
        return Call("GET", path_of("games", kind), query, binary=True)

    @method
    def prove(self, kind: str, **request: Unpack[ProofRequest]) -> Call[Proofs]:
        """Checks whether levels can be finished, whoever made them."""
        return Call("POST", path_of("games", kind, "proofs"), body=request)

    @method
    def put_corpus(self, kind: str, **request: Unpack[CorpusRequest]) -> Call[CorpusStatus]:
        """Stores examples and starts to learn from them."""
        return Call("POST", path_of("games", kind, "corpora"), body=request)

    @method
    def corpus(self, kind: str, corpus: str) -> Call[CorpusStatus]:
        """Returns the state of a corpus and its models."""
        return Call("GET", path_of("games", kind, "corpora", corpus))

    @method
    def health(self) -> Call[Health]:
        """Returns whether the service answers."""
        return Call("GET", path_of("health"))

    @method
    def openapi(self) -> Call[Mapping[str, object]]:
        """Returns the OpenAPI document of the API."""
        return Call("GET", path_of("openapi.json"))


def _batch(kind: str, batch_id: str, part: int | None) -> Call[ContentBatch]:
    return Call("GET", path_of("games", kind, "batches", batch_id), {"part": part})
