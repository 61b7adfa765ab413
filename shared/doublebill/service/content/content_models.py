"""Content models: what corpora taught, as immutable versions.

    content/<kind>/<corpus>/models/<version>/…   written once, the manifest last; see `doublebill.model.bundle`

A model is tried before it is published: what it made of a seed then, every loader repeats before the model may serve,
as long as its generator is still of the same version.
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
from doublebill.stores.objects import Objects
from doublebill.stores.put_version import put_files

FORMAT = 1

GOLDEN = ("golden", "ticket")
"""Seeds that a model is tried with."""


@dataclass(frozen=True)
class Made:
    """A model, and what was measured while learning."""

    artifact: Artifact
    report: Measures


def learn(kind: str, examples: Sequence[Any], licence: str) -> Made:
    """The model that the examples give.

    Raises:
        InvalidInput: when they teach nothing that can be generated from.
    """
    learner = learner_of(kind)
    learned = learner.learn(tuple(examples))
    config = {**learned.config, "licence": licence}
    made = bundle.pack(_form(kind), learned.arrays, config, _golden(learner.generator(learned.arrays, config)))
    return Made(made, learned.report)


def publish(objects: Objects, kind: str, corpus: str, artifact: Artifact) -> None:
    """Writes the files of a version, the manifest last; publishing it again mends a file whose bytes have changed."""
    put_files(objects, artifact, lambda file: _key(kind, corpus, artifact.version, file))


def load(objects: Objects, kind: str, corpus: str, version: str) -> ContentKind:
    """The generator that a published model gives, every byte verified and the golden seeds repeated.

    Raises:
        NotFound: when the corpus has no such version.
        ArtifactCorrupt: when a byte is not as published, or the golden seeds give something else.
        FormatUnknown: when this code cannot make a generator of it.
    """
    try:
        written = objects.get(_key(kind, corpus, version, MANIFEST)).data
    except ObjectMissing as missing:
        raise NotFound(f"corpus {corpus!r} of {kind} has no model_version {version!r}") from missing
    manifest = bundle.read_manifest(written, version, _form(kind))
    arrays = {}
    for name, wanted in manifest["arrays"].items():
        arrays[name] = bundle.read_array(name, _file(objects, kind, corpus, version, name), wanted)
    try:
        generator = learner_of(kind).generator(arrays, manifest["config"])
        known = generator.learned_from(corpus, version, str(manifest["config"]["licence"]))
    except (KeyError, TypeError, ValueError) as unknown:
        raise FormatUnknown(f"{MANIFEST}: found no model that this code knows: {unknown!r}") from unknown
    _check_golden(known, manifest["golden"])
    return known


def _golden(kind: ContentKind) -> list[dict[str, object]]:
    return [{"seed": seed, "generator_version": kind.version, "digest": _tried(kind, seed)} for seed in GOLDEN]


def _check_golden(kind: ContentKind, golden: Sequence[Mapping[str, Any]]) -> None:
    for one in golden:
        if one["generator_version"] == kind.version and _tried(kind, one["seed"]) != one["digest"]:
            raise ArtifactCorrupt(f"{kind.name}: seed {one['seed']!r} gives something else than when it was published")


def _tried(kind: ContentKind, seed: str) -> str:
    """The digest of what a seed gives with the usual spec."""
    return hashlib.sha256(json.dumps(kind.sample(seed), sort_keys=True).encode()).hexdigest()


def _file(objects: Objects, kind: str, corpus: str, version: str, array: str) -> bytes:
    try:
        return objects.get(_key(kind, corpus, version, bundle.file_of(array))).data
    except ObjectMissing as missing:
        raise ArtifactCorrupt(f"{array}: found nothing, expected an array") from missing


def _form(kind: str) -> Form:
    return Form(f"games/{kind}", FORMAT)


def _key(kind: str, corpus: str, version: str, file: str) -> str:
    return f"content/{kind}/{corpus}/models/{version}/{file}"
