"""Records of corpora: the examples uploaded last, the state of learning from them, and the models learned so far.

corpora/<kind>/<corpus>.json    the fields of `CorpusRecord`, changed by compare-and-swap
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, NotRequired, TypedDict, cast

from msgspec import Meta

from doublebill.errors import InvalidInput, NotFound, ObjectMissing, StoreUnavailable
from doublebill.model.catalog import NAME_PATTERN, check_catalog_name
from doublebill.schema import whole
from doublebill.service.catalog.imported.skipped import SkippedObject
from doublebill.service.content.stored_names import kind_stored_as, stored_name
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.job_record import is_lost
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order

PREFIX = "corpora/"

MODELS_LISTED = 20
"""Newest models in the record of a corpus; older ones can still be requested by their version."""


CorpusName = Annotated[
    str, Meta(pattern=whole(NAME_PATTERN), description="1 to 64 of a-z, 0-9 and -, not beginning or ending with -")
]


class ContentModel(TypedDict):
    """A model that was learned from a corpus."""

    model_version: str
    learned_ms: int
    examples: int
    licence: str
    report: Mapping[str, object]


class CorpusStatus(TypedDict):
    """A corpus, the state of its training, and its models, the newest first."""

    kind: str
    corpus: str
    state: str
    """training, ready, failed, or lost if a training has not ended within an hour"""
    examples: int
    model_version: NotRequired[str]
    """The model that serves requests which name none."""
    models: Sequence[ContentModel]
    error: NotRequired[str]


@dataclass(frozen=True)
class CorpusRecord:
    """The record of one corpus."""

    kind: str
    corpus: str
    sent: str
    """Digest of the newest examples."""
    sent_ms: int
    examples: int
    state: str
    """training, ready or failed; of the newest examples"""
    models: tuple[ContentModel, ...] = ()
    """The newest first; the first serves requests that name no version."""
    error: str = ""

    @classmethod
    def from_bytes(cls, data: bytes) -> "CorpusRecord":
        """Reads a record that `to_bytes` wrote.

        Raises:
            StoreUnavailable: for any other bytes.
        """
        try:
            fields = json.loads(data)
            models = [{name: model[name] for name in ContentModel.__annotations__} for model in fields["models"]]
            fields["kind"] = kind_stored_as(fields["kind"])
            return cls(**{**fields, "models": cast(tuple[ContentModel, ...], tuple(models))})
        except (ValueError, TypeError, KeyError) as wrong:
            raise StoreUnavailable("the record of a corpus cannot be read") from wrong

    def to_bytes(self) -> bytes:
        """Writes the record as JSON."""
        return json.dumps(asdict(self)).encode()

    def with_model(self, model: ContentModel) -> "CorpusRecord":
        """Returns the record, ready, with a model as its newest."""
        older = [one for one in self.models if one["model_version"] != model["model_version"]]
        return replace(self, state="ready", error="", models=(model, *older)[:MODELS_LISTED])

    def status(self, now_ms: int) -> CorpusStatus:
        """Returns the answer about the corpus; a training that has not ended within an hour is lost."""
        lost = self.state == "training" and is_lost(self.sent_ms, now_ms)
        answer: CorpusStatus = {
            "kind": self.kind,
            "corpus": self.corpus,
            "state": "lost" if lost else self.state,
            "examples": self.examples,
            "models": list(self.models),
        }
        if self.models:
            answer["model_version"] = self.models[0]["model_version"]
        if self.error:
            answer["error"] = self.error
        return answer


def read_record(objects: Objects, kind: str, corpus: str) -> CorpusRecord:
    """Reads the record of a corpus.

    Raises:
        NotFound: when there is no such corpus of that kind.
    """
    try:
        key = _key(check_corpus_name(kind), check_corpus_name(corpus))
        return CorpusRecord.from_bytes(objects.get(key).data)
    except (InvalidInput, ObjectMissing) as missing:
        raise NotFound(f"there is no corpus {corpus!r} of {kind}") from missing


def write_record(objects: Objects, record: CorpusRecord) -> None:
    """Writes the record of new examples; models that were learned before stay in it."""

    def replaced(data: bytes | None) -> bytes:
        models = CorpusRecord.from_bytes(data).models if data else ()
        return replace(record, models=models).to_bytes()

    swap(objects, _key(record.kind, record.corpus), replaced)


def end_training(
    objects: Objects, trained: CorpusRecord, ended: Callable[[CorpusRecord], CorpusRecord]
) -> CorpusRecord:
    """Writes the end of a training on `trained.sent`, unless newer examples have replaced them; returns the record."""

    def changed(data: bytes | None) -> bytes | None:
        if data is None:
            return None
        record = CorpusRecord.from_bytes(data)
        return ended(record).to_bytes() if record.sent == trained.sent else None

    swap(objects, _key(trained.kind, trained.corpus), changed)
    return read_record(objects, trained.kind, trained.corpus)


def list_records(
    objects: Objects, sees: Callable[[str], bool] = lambda _: True, skipped: list[SkippedObject] | None = None
) -> list[CorpusRecord]:
    """Reads the records of all corpora of the kinds that the caller `sees`, each named `games/<kind>`.

    A record that is damaged is left out, and added to `skipped`.
    """
    keys = [key for key in objects.keys(PREFIX) if sees("games/" + _kind_of(key))]
    records: list[CorpusRecord] = []
    for key, data in zip(keys, in_order(objects, keys), strict=True):
        try:
            records.append(CorpusRecord.from_bytes(data))
        except StoreUnavailable as damaged:
            if skipped is not None:
                skipped.append({"name": key.removeprefix(PREFIX).removesuffix(".json"), "problem": str(damaged)})
    return records


def _kind_of(key: str) -> str:
    return kind_stored_as(key.removeprefix(PREFIX).partition("/")[0])


def check_corpus_name(name: str) -> str:
    """Returns `name` if a corpus may have it.

    Raises:
        InvalidInput: when it may not.
    """
    try:
        return check_catalog_name(name)
    except InvalidInput as wrong:
        raise InvalidInput(replace(one, field="corpus") for one in wrong.complaints) from wrong


def _key(kind: str, corpus: str) -> str:
    return f"{PREFIX}{stored_name(kind)}/{corpus}.json"
