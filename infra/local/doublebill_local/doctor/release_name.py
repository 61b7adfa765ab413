"""The name of a release: a digest of what is deployed. SAM publishes functions where it, or their code, changes."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

LENGTH = 10
"""Characters of the name; SAM uses no more."""


def release_name(build: Path, parameters: Mapping[str, str]) -> str:
    """Returns the name for a build folder with these parameters: equal for equal bytes, whatever the files' times."""
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode())
    for file in sorted(build.rglob("*")):
        if file.is_file():
            digest.update(json.dumps(str(file.relative_to(build))).encode())
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:LENGTH]
