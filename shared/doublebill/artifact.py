"""Artifact: one trained model as immutable bytes.

Format 3. A folder holds `manifest.json` and one NumPy `.npy` file (format 1.0, little-endian, C order, never a
pickle) per named array. The manifest is canonical JSON (sorted keys, no spaces, UTF-8, no line end) with the keys

    format    3
    model     what the arrays are: "recommender"
    arrays    {name: {"dtype": "<f4", "shape": [n], "size_bytes": of the file, "sha256": of the file}}
    config    the hyper-parameters
    golden    requests and answers that the loader repeats before the model may serve

The version is the first 32 hexadecimal digits of the manifest's SHA-256, so equal models have equal versions and
a changed byte anywhere is found. Times, reports and parents are facts of a run and stay outside. Readers refuse a
format they do not know.

Arrays are mapped, not parsed, and whatever would have to be sorted or counted at loading is an array itself, so that
loading is reading every byte once to verify it. Of n items, numbered in the order of the UTF-8 bytes of their ids, with
e edges, the arrays are

    item_ids_blob, _offsets         u1 [bytes], i8 [n + 1]    all ids one after the other, and where each begins
    item_ids_hashes, _hashed        u4 [n], i4 [n]            CRC-32 of the ids, ascending, and whose each is
    titles_, tag_names_             the same two arrays as of ids
    tag_offsets, item_tags          i8 [n + 1], i4 [tags]     where the tags of each item begin, and the tags
    available, years                b1 [n], i2 [n]
    attribute_…                     where items have attributes, see `catalog.Attributes`
    indptr, targets, values         i8 [n + 1], i4 [e], i1 or f2 or f4 [e]    the edges by source, targets ascending
    scales                          f4 [n]                    what the values of edges to each target are multiplied by
    popularity                      f4 [n]                    share of the users who have the item
    popular, popular_ranks          i4 [n], i4 [n]            items by popularity, ties by number; each item's place
    rating_…                        where people gave stars, see `ratings.RatingModel`

Numbers of items are int32, so there are less than 2³¹ items; other limits are those of the file system.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from doublebill.config import Config
from doublebill.errors import ArtifactCorrupt, FormatUnknown
from doublebill.recommender import Recommender
from doublebill.strings import Arrays

FORMAT = 3
MODEL = "recommender"
MANIFEST = "manifest.json"
VERSION_LENGTH = 32


@dataclass(frozen=True)
class Artifact:
    """The files of one version, by name, the manifest last."""

    version: str
    files: Mapping[str, bytes]


def dump(recommender: Recommender) -> Artifact:
    """The recommender as immutable bytes."""
    arrays = dict(sorted(recommender.to_arrays().items()))
    files = {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    manifest = {
        "format": FORMAT,
        "model": MODEL,
        "arrays": {name: _described(files[f"{name}.npy"], array) for name, array in arrays.items()},
        "config": recommender.config.to_json(),
        "golden": recommender.golden(),
    }
    written = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return Artifact(version_of(written), {**files, MANIFEST: written})


def load(folder: Path, version: str) -> Recommender:
    """The recommender in `folder`, arrays mapped, every byte verified and the golden requests answered.

    Raises:
        ArtifactCorrupt: when a byte, dtype, shape or answer is not as the manifest of `version` says.
        FormatUnknown: when this code does not know its format or its config.
    """
    manifest = read_manifest(_read(folder / MANIFEST), version)
    config = _config(manifest)
    arrays: Arrays = {}
    for name, wanted in manifest["arrays"].items():
        arrays[name] = _map(folder / f"{name}.npy", wanted)
    try:
        recommender = Recommender.from_arrays(arrays, config)
    except (KeyError, TypeError, ValueError) as wrong:
        raise ArtifactCorrupt(f"{folder}: the manifest does not describe a {MODEL}: {wrong!r}") from wrong
    recommender.check_golden(manifest["golden"])
    return recommender


def read_manifest(written: bytes, version: str) -> dict[str, Any]:
    """The manifest of `version` from its bytes.

    Raises:
        ArtifactCorrupt: when the bytes are not that version's.
        FormatUnknown: when they are, but of a format this code does not know.
    """
    if version_of(written) != version:
        raise ArtifactCorrupt(f"{MANIFEST}: found the digest {version_of(written)}, expected {version}")
    try:
        manifest: dict[str, Any] = json.loads(written)
        found = (manifest["format"], manifest["model"])
    except (ValueError, TypeError, KeyError) as unknown:
        raise FormatUnknown(f"{MANIFEST}: found no format, expected format {FORMAT} {MODEL}") from unknown
    if found != (FORMAT, MODEL):
        raise FormatUnknown(f"{MANIFEST}: found format {found[0]} {found[1]}, expected format {FORMAT} {MODEL}")
    return manifest


def read_config(written: bytes, version: str) -> Config:
    """The config of `version` from the bytes of its manifest.

    Raises:
        ArtifactCorrupt: when the bytes are not that version's.
        FormatUnknown: when this code does not know its format or its config.
    """
    return _config(read_manifest(written, version))


def version_of(manifest: bytes) -> str:
    """The version that these manifest bytes name."""
    return hashlib.sha256(manifest).hexdigest()[:VERSION_LENGTH]


def _config(manifest: Mapping[str, Any]) -> Config:
    try:
        return Config.from_json(manifest["config"])
    except (KeyError, TypeError, ValueError, AttributeError) as unknown:
        raise FormatUnknown(f"{MANIFEST}: its config is not understood: {unknown!r}") from unknown


def _npy(array: np.ndarray[Any, np.dtype[np.generic]]) -> bytes:
    buffer = io.BytesIO()
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    np.lib.format.write_array(buffer, little, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _described(data: bytes, array: np.ndarray[Any, np.dtype[np.generic]]) -> dict[str, object]:
    return {
        "dtype": array.dtype.newbyteorder("<").str,
        "shape": list(array.shape),
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _map(path: Path, wanted: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.generic]]:
    if not path.is_file():
        raise ArtifactCorrupt(f"{path}: found nothing, expected an array")
    size_bytes = path.stat().st_size
    if size_bytes != wanted["size_bytes"]:
        raise ArtifactCorrupt(f"{path}: found {size_bytes} bytes, expected {wanted['size_bytes']}")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != wanted["sha256"]:
        raise ArtifactCorrupt(f"{path}: found the digest {digest}, expected {wanted['sha256']}")
    empty = 0 in wanted["shape"]  # an empty file part cannot be mapped
    array = np.load(path, mmap_mode=None if empty else "r", allow_pickle=False)
    if array.dtype.str != wanted["dtype"] or list(array.shape) != wanted["shape"]:
        raise ArtifactCorrupt(
            f"{path}: found {array.dtype.str} {array.shape}, expected {wanted['dtype']} {wanted['shape']}"
        )
    return np.asarray(array)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as missing:
        raise ArtifactCorrupt(f"{path}: found nothing, expected a manifest") from missing
