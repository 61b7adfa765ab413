"""Versions: immutable models of a catalog, in artifacts/<catalog>/<version>/….

Every file is written once, the manifest last, so a version whose manifest is there is complete; see
`doublebill.model.artifact`.
"""

import re

from doublebill.errors import ArtifactCorrupt, NotFound, ObjectMissing
from doublebill.model.artifact import MANIFEST, Artifact, read_config
from doublebill.model.config import Config
from doublebill.stores.objects import Objects
from doublebill.stores.put_version import put_files

VERSION = re.compile("[0-9a-f]{32}")


def artifact_key(catalog: str, version: str, file: str) -> str:
    """Returns the key of a file of a version."""
    return f"artifacts/{catalog}/{version}/{file}"


def publish(objects: Objects, catalog: str, artifact: Artifact) -> None:
    """Writes the files of a version, the manifest last. Publishing it again mends a file whose bytes have changed."""
    put_files(objects, artifact, lambda file: artifact_key(catalog, artifact.version, file))


def delete(objects: Objects, catalog: str, version: str) -> None:
    """Deletes the files of a version, the manifest first, so that nobody begins to load it."""
    objects.delete(artifact_key(catalog, version, MANIFEST))
    for key in list(objects.keys(artifact_key(catalog, version, ""))):
        objects.delete(key)


def config_of(objects: Objects, catalog: str, version: str) -> Config:
    """Returns the config of a published version that this code can load.

    Raises:
        ObjectMissing: when it was never published.
        ArtifactCorrupt: when its manifest is not the version's, or of a format or config that this code does not know.
    """
    return read_config(objects.get(artifact_key(catalog, version, MANIFEST)).data, version)


def config_or_reason(objects: Objects, catalog: str, version: str) -> tuple[Config | None, str]:
    """Returns the config of a version, or None and the reason why this code cannot load that version.

    Raises:
        StoreUnavailable: when the store does not answer, which says nothing about the version.
    """
    try:
        return config_of(objects, catalog, version), ""
    except ObjectMissing:
        return None, "it has no manifest"
    except ArtifactCorrupt as corrupt:
        return None, str(corrupt)


def is_loadable(objects: Objects, catalog: str, version: str) -> bool:
    """Checks whether a version was published and this code can load it."""
    return config_or_reason(objects, catalog, version)[0] is not None


def check_published(objects: Objects, catalog: str, version: str) -> None:
    """Raises `NotFound` where a version was never published, by one look at its manifest."""
    there = VERSION.fullmatch(version) and next(objects.keys(artifact_key(catalog, version, MANIFEST)), None)
    if not there:
        raise NotFound(f"catalog {catalog!r} has no version {version!r}")


def check_loadable(objects: Objects, catalog: str, version: str) -> None:
    """Raises `NotFound` where a version was never published, or cannot be loaded by this code."""
    try:
        config_of(objects, catalog, version)
    except ObjectMissing as missing:
        raise NotFound(f"catalog {catalog!r} has no version {version!r}") from missing
    except ArtifactCorrupt as wrong:
        raise NotFound(f"version {version!r} of catalog {catalog!r} cannot be served: {wrong}") from wrong
