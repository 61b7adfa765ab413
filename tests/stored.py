"""Everything that stores hold, to look for what must not be there."""

import gzip
from pathlib import Path

from doublebill.stores.objects import Objects


def every_byte(objects: Objects, folder: Path) -> bytes:
    """Keys and contents of all objects, gzip opened, and every file in `folder`."""
    parts = [b""]
    for key in objects.keys(""):
        data = objects.get(key).data
        parts += [key.encode(), data, gzip.decompress(data) if key.endswith(".gz") else b""]
    parts += [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(parts)
