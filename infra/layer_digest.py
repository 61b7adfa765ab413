"""Prints the digest of the layer's sources, which every function's bundle carries.

SAM publishes a new version of a function only when its own bundle changes, and nearly all code lies in the layer. With
this digest in the bundle, a change of the layer changes every bundle, so that new versions are published and traffic
moves to them.

python infra/layer_digest.py
"""

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "shared" / "doublebill"
OUTSIDE = "client"
"""The folder of the package that the layer leaves out."""


def layer_digest(package: Path = PACKAGE) -> str:
    """Returns the SHA-256 of the names and bytes of all sources of the layer."""
    sources = {file.relative_to(package).as_posix(): file for file in package.rglob("*.py")}
    digest = hashlib.sha256()
    for name in sorted(name for name in sources if name.partition("/")[0] != OUTSIDE):
        content = hashlib.sha256(sources[name].read_bytes()).hexdigest()
        digest.update(f"{content} {name}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    print(layer_digest())
