"""Published versions of a few bytes, called by letters."""

import json

from doublebill.model.artifact import FORM, FORMAT, MANIFEST, Artifact, version_of
from doublebill.model.config import Config
from doublebill.service.registry import versions

NAMES = "abcdefghijklmn"


def artifact(name: str, **told: object) -> Artifact:
    known = {"format": FORMAT, "model": FORM.model, "config": Config().to_json(), "called": name}
    manifest = json.dumps({**known, **told}).encode()
    return Artifact(version_of(manifest), {MANIFEST: manifest, "numbers.npy": name.encode()})


ARTIFACTS = {name: artifact(name) for name in NAMES}
VERSIONS = {name: one.version for name, one in ARTIFACTS.items()}
NAME_OF = {one.version: name for name, one in ARTIFACTS.items()}


def check_complete(objects, names: str) -> None:
    for name in names:
        for file, data in ARTIFACTS[name].files.items():
            assert objects.get(versions.artifact_key("films", VERSIONS[name], file)).data == data
