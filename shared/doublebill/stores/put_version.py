"""Writing a version: immutable files, each written once."""

from collections.abc import Callable

from doublebill.errors import Conflict
from doublebill.model.bundle import MANIFEST, Artifact
from doublebill.stores.objects import Objects


def put_files(objects: Objects, artifact: Artifact, key_of: Callable[[str], str]) -> None:
    """Writes the files of a version, the manifest last. Writing it again mends a file whose bytes have changed."""
    for name, data in sorted(artifact.files.items(), key=lambda file: file[0] == MANIFEST):
        key = key_of(name)
        try:
            objects.create(key, data)
        except Conflict:
            if objects.get(key).data != data:
                objects.put(key, data)
