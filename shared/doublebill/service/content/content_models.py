"""Content models: generators learned from corpora, as immutable versions.

    content/<kind>/<corpus>/models/<version>/…   written once, the manifest last; see `doublebill.model.bundle`

Before a model is published, its items for two seeds are recorded; every loader generates them again before the model
may serve, as long as the generator still has the same version.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doublebill.errors import ArtifactCorrupt, FormatUnknown, NotFound, ObjectMissing
from doublebill.games.content_kind import ContentKind
from doublebill.games.learners import learner_of
from doublebill.games.learning import Measures
from doublebill.model import bundle
from doublebill.model.bundle import MANIFEST, Artifact, Form
from doublebill.service.content.stored_names import stored_name
from doublebill.stores.objects import Objects
from doublebill.stores.put_version import put_files

FORMAT = 1

GOLDEN = ("golden", "ticket")
"""Seeds of the items that a model must reproduce."""


@dataclass(frozen=True)
class UnpublishedModel:
    """A model and its measurements."""

    artifact: Artifact
    report: Measures


def learn(kind: str, examples: Sequence[Any], licence: str) -> UnpublishedModel:
    """Learns a model from examples.

    Raises:
        InvalidInput: when nothing can be generated from them.
    """
    learner = learner_of(kind)
    learned = learner.learn(tuple(examples))
    config = {**learned.config, "licence": licence}
    artifact = bundle.pack(_form(kind), learned.arrays, config, _golden(learner.generator(learned.arrays, config)))
    return UnpublishedModel(artifact, learned.report)


def publish(objects: Objects, kind: str, corpus: str, artifact: Artifact) -> None:
    """Writes the files of a version, the manifest last; publishing again repairs a file whose bytes have changed."""
    put_files(objects, artifact, lambda file: _key(kind, corpus, artifact.version, file))


def load(objects: Objects, kind: str, corpus: str, version: str) -> ContentKind:
    """Loads the generator of a published model, verifies every byte and repeats the golden seeds.

    Raises:
        NotFound: when the corpus has no such version.
        ArtifactCorrupt: when a byte differs from the published one, or a golden seed gives another item.
        FormatUnknown: when this code cannot read the model.
    """
    try:
        manifest_bytes = objects.get(_key(kind, corpus, version, MANIFEST)).data
    except ObjectMissing as missing:
        raise NotFound(f"corpus {corpus!r} of {kind} has no model_version {version!r}") from missing
    manifest = bundle.read_manifest(manifest_bytes, version, _form(kind))
    arrays = {}
    for name, entry in manifest["arrays"].items():
        arrays[name] = bundle.read_array(name, _file(objects, kind, corpus, version, name), entry)
    try:
        generator = learner_of(kind).generator(arrays, manifest["config"])
        learned = generator.learned_from(corpus, version, str(manifest["config"]["licence"]))
    except (KeyError, TypeError, ValueError) as unknown:
        raise FormatUnknown(f"{MANIFEST}: found a model that this version cannot read: {unknown!r}") from unknown
    _check_golden(learned, manifest["golden"])
    return learned


def _golden(kind: ContentKind) -> list[dict[str, object]]:
    return [{"seed": seed, "generator_version": kind.version, "digest": sample_digest(kind, seed)} for seed in GOLDEN]


def _check_golden(kind: ContentKind, golden: Sequence[Mapping[str, Any]]) -> None:
    for one in golden:
        if one["generator_version"] == kind.version and sample_digest(kind, one["seed"]) != one["digest"]:
            raise ArtifactCorrupt(f"{kind.name}: seed {one['seed']!r} gives another item than when it was published")


def sample_digest(kind: ContentKind, seed: str) -> str:
    """Returns the digest of the item that a seed gives with the default spec."""
    return hashlib.sha256(json.dumps(kind.sample(seed), sort_keys=True).encode()).hexdigest()


def _file(objects: Objects, kind: str, corpus: str, version: str, array: str) -> bytes:
    try:
        return objects.get(_key(kind, corpus, version, bundle.file_of(array))).data
    except ObjectMissing as missing:
        raise ArtifactCorrupt(f"{array}: found nothing, expected an array") from missing


def _form(kind: str) -> Form:
    return Form(f"games/{stored_name(kind)}", FORMAT)


def _key(kind: str, corpus: str, version: str, file: str) -> str:
    return f"content/{stored_name(kind)}/{corpus}/models/{version}/{file}"
