"""Kinds of content and the corpora that each can be requested with."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from doublebill.concurrency.deadline import Deadline
from doublebill.errors import StoreUnavailable
from doublebill.games.content_kind import ContentKind, kept_versions
from doublebill.games.files import FILES_VERSION, formats_of
from doublebill.games.kinds import KINDS
from doublebill.games.learners import LEARNERS, shipped
from doublebill.games.text.kinds import TEXTS
from doublebill.schema import schema_of
from doublebill.service.catalog.imported.skipped import SkippedObject
from doublebill.service.content.corpus_record import CorpusRecord, list_records
from doublebill.service.content.responses import CorpusOption, Games, LevelKindSummary, TextKindSummary
from doublebill.stores.objects import Objects


def visible_games(objects: Objects, sees: Callable[[str], bool], deadline: Deadline) -> Games:
    """Returns all kinds, with the corpora that a caller `sees`; those that ship also while the objects are down."""
    skipped: list[SkippedObject] = []
    try:
        answer = games(deadline.bounded("the objects", lambda: list_records(objects, sees, skipped)))
    except StoreUnavailable as failed:
        return {**games(), "degraded": str(failed)}
    if skipped:
        answer["skipped"] = skipped
    return answer


def games(records: Sequence[CorpusRecord] = ()) -> Games:
    """Returns all kinds, each with the JSON Schema of its spec, the corpora that ship and those of the records."""
    return {
        "kinds": [
            cast(LevelKindSummary, {**_summary(kind, records), "formats": formats_of(kind.name)})
            for kind in KINDS.values()
        ],
        "texts": [cast(TextKindSummary, _summary(kind, records)) for kind in TEXTS.values()],
        "files_version": FILES_VERSION,
        "degraded": False,
    }


def _summary(kind: ContentKind, records: Sequence[CorpusRecord]) -> Mapping[str, object]:
    shipping = [_shipped_option(one) for name, one in shipped(kind.name).items() if name]
    uploaded = [_uploaded_option(record) for record in records if record.kind == kind.name]
    return {
        "name": kind.name,
        "description": kind.description,
        "generator_version": kind.version,
        "generator_versions": [one.version for one in kept_versions(kind)],
        "licence": kind.licence,
        "learns": kind.name in LEARNERS,
        "corpora": shipping + uploaded,
        **kind.vocabulary(),
        "spec": schema_of(kind.spec),
    }


def _shipped_option(kind: ContentKind) -> CorpusOption:
    return {
        "corpus": kind.corpus,
        "model_version": kind.model_version or "",
        "licence": kind.licence,
        "ships": True,
    }


def _uploaded_option(record: CorpusRecord) -> CorpusOption:
    option: CorpusOption = {"corpus": record.corpus, "ships": False}
    if record.models:
        option |= {"model_version": record.models[0]["model_version"], "licence": record.models[0]["licence"]}
    return option
