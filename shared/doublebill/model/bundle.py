"""Bundle: the named arrays of any model with a manifest, as immutable bytes.

A folder holds `manifest.json` and one NumPy `.npy` file (format 1.0, little-endian, C order, never a pickle) per named
array. The manifest is canonical JSON (sorted keys, no spaces, UTF-8, no line end) with the keys

    format    of the model
    model     the kind of model
    arrays    {name: {"dtype": "<f4", "shape": [n], "size_bytes": of the file, "sha256": of the file}}
    config    its hyper-parameters
    golden    requests and answers that a loader repeats before the model may serve

The version is the first 32 hexadecimal digits of the manifest's SHA-256, so equal models have equal versions and a
changed byte anywhere is found. Times, reports and parents are facts of a run and stay outside. Readers refuse a format
they do not know.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from doublebill.arrays import Array, Arrays
from doublebill.errors import ArtifactCorrupt, FormatUnknown

MANIFEST = "manifest.json"
VERSION_LENGTH = 32


@dataclass(frozen=True)
class Artifact:
    """The files of one version, by name, the manifest last."""

    version: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Form:
    """The kind of model of a bundle, and its format."""

    model: str
    format: int

    def __str__(self) -> str:
        return f"format {self.format} {self.model}"


def pack(form: Form, arrays: Arrays, config: Mapping[str, Any], golden: object) -> Artifact:
    """Returns the model as immutable bytes."""
    arrays = dict(sorted(arrays.items()))
    files = {file_of(name): npy(array) for name, array in arrays.items()}
    manifest = {
        "format": form.format,
        "model": form.model,
        "arrays": {name: _described(files[file_of(name)], array) for name, array in arrays.items()},
        "config": config,
        "golden": golden,
    }
    written = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return Artifact(version_of(written), {**files, MANIFEST: written})


def version_of(manifest: bytes) -> str:
    """Returns the version that these manifest bytes name."""
    return hashlib.sha256(manifest).hexdigest()[:VERSION_LENGTH]


def file_of(array: str) -> str:
    """Returns the file of an array."""
    return f"{array}.npy"


def read_manifest(written: bytes, version: str, form: Form) -> dict[str, Any]:
    """Returns the manifest of `version` from its bytes.

    Raises:
        ArtifactCorrupt: when the bytes are not that version's.
        FormatUnknown: when they are, but of another form.
    """
    if version_of(written) != version:
        raise ArtifactCorrupt(f"{MANIFEST}: found the digest {version_of(written)}, expected {version}")
    try:
        manifest: dict[str, Any] = json.loads(written)
        found = (manifest["format"], manifest["model"])
    except (ValueError, TypeError, KeyError) as unknown:
        raise FormatUnknown(f"{MANIFEST}: found no format, expected {form}") from unknown
    if found != (form.format, form.model):
        raise FormatUnknown(f"{MANIFEST}: found format {found[0]} {found[1]}, expected {form}")
    return manifest


def map_array(path: Path, described: Mapping[str, Any]) -> Array:
    """Returns the array of a file, mapped, after every byte of it was verified.

    Raises:
        ArtifactCorrupt: when a byte, the dtype or the shape is not as the manifest says.
    """
    if not path.is_file():
        raise ArtifactCorrupt(f"{path}: found nothing, expected an array")
    _check_size(path, path.stat().st_size, described)
    with path.open("rb") as file:
        _check_digest(path, hashlib.file_digest(file, "sha256").hexdigest(), described)
    empty = 0 in described["shape"]  # an empty file part cannot be mapped
    return _checked(path, np.load(path, mmap_mode=None if empty else "r", allow_pickle=False), described)


def read_array(name: str, data: bytes, described: Mapping[str, Any]) -> Array:
    """Returns the array in the bytes of a file, after every one of them was verified.

    Raises:
        ArtifactCorrupt: when a byte, the dtype or the shape is not as the manifest says.
    """
    _check_size(name, len(data), described)
    _check_digest(name, hashlib.sha256(data).hexdigest(), described)
    return _checked(name, np.load(io.BytesIO(data), allow_pickle=False), described)


def _check_size(where: object, size_bytes: int, described: Mapping[str, Any]) -> None:
    if size_bytes != described["size_bytes"]:
        raise ArtifactCorrupt(f"{where}: found {size_bytes} bytes, expected {described['size_bytes']}")


def _check_digest(where: object, digest: str, described: Mapping[str, Any]) -> None:
    if digest != described["sha256"]:
        raise ArtifactCorrupt(f"{where}: found the digest {digest}, expected {described['sha256']}")


def _checked(where: object, array: Array, described: Mapping[str, Any]) -> Array:
    if array.dtype.str != described["dtype"] or list(array.shape) != described["shape"]:
        found, expected = f"{array.dtype.str} {array.shape}", f"{described['dtype']} {described['shape']}"
        raise ArtifactCorrupt(f"{where}: found {found}, expected {expected}")
    return np.asarray(array)


def npy(array: Array) -> bytes:
    """Returns an array as the bytes of a file."""
    buffer = io.BytesIO()
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    np.lib.format.write_array(buffer, little, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _described(data: bytes, array: Array) -> dict[str, object]:
    return {
        "dtype": array.dtype.newbyteorder("<").str,
        "shape": list(array.shape),
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
