"""Artifact: a trained recommender as a bundle; see `doublebill.model.bundle` for the files and how a version is named.

Arrays are mapped, not parsed, and results of sorting or counting are arrays themselves, so that loading is reading
every byte once to verify it. Of n items, numbered in the order of the UTF-8 bytes of their ids, with
e edges, the arrays are

    item_ids_blob, _offsets         u1 [bytes], i8 [n + 1]    all ids one after the other, and where each begins
    item_ids_hashes, _hashed        u4 [n], i4 [n]            CRC-32 of the ids, ascending, and the item of each
    titles_, tag_names_             the same two arrays as of ids
    tag_offsets, item_tags          i8 [n + 1], i4 [tags]     where the tags of each item begin, and the tags
    available, years                b1 [n], i2 [n]
    attribute_…                     where items have attributes, see `catalog.Attributes`
    indptr, targets, values         i8 [n + 1], i4 [e], i1 or f2 or f4 [e]    the edges by source, targets ascending
    scales                          f4 [n]                    the factor of the values of edges to each target
    popularity                      f4 [n]                    share of the users who have the item
    popular, popular_ranks          i4 [n], i4 [n]            items by popularity, ties by number; each item's place
    recent, recent_newest           f4 [n], i8 [1]            with a prior: recent visits, the time of the newest in ms
    rating_…                        where people gave stars, see `ratings.RatingModel`

Numbers of items are int32, so there are less than 2³¹ items; other limits are those of the file system.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from doublebill.arrays import Arrays
from doublebill.errors import ArtifactCorrupt, FormatUnknown
from doublebill.model import bundle
from doublebill.model.bundle import MANIFEST, Artifact, Form, version_of
from doublebill.model.config import Config
from doublebill.model.recommender import Recommender

__all__ = ["FORM", "FORMAT", "MANIFEST", "Artifact", "dump", "load", "read_config", "read_manifest", "version_of"]

FORMAT = 3
FORM = Form("recommender", FORMAT)


def dump(recommender: Recommender) -> Artifact:
    """Returns the recommender as immutable bytes."""
    return bundle.pack(FORM, recommender.to_arrays(), recommender.config.to_json(), recommender.golden())


def load(folder: Path, version: str) -> Recommender:
    """Returns the recommender in `folder`, arrays mapped, every byte verified and the golden requests answered.

    Raises:
        ArtifactCorrupt: when a byte, dtype, shape or answer is not as the manifest of `version` says.
        FormatUnknown: when this code does not know its format or its config.
    """
    manifest = read_manifest(_read(folder / MANIFEST), version)
    config = _config(manifest)
    arrays: Arrays = {}
    for name, described in manifest["arrays"].items():
        arrays[name] = bundle.map_array(folder / bundle.file_of(name), described)
    try:
        recommender = Recommender.from_arrays(arrays, config)
    except (KeyError, TypeError, ValueError) as wrong:
        raise ArtifactCorrupt(f"{folder}: the manifest does not describe a {FORM.model}: {wrong!r}") from wrong
    recommender.check_golden(manifest["golden"])
    return recommender


def read_manifest(written: bytes, version: str) -> dict[str, Any]:
    """Returns the manifest of `version` from its bytes.

    Raises:
        ArtifactCorrupt: when the bytes are not that version's.
        FormatUnknown: when they are, but of a format this code does not know.
    """
    return bundle.read_manifest(written, version, FORM)


def read_config(written: bytes, version: str) -> Config:
    """Returns the config of `version` from the bytes of its manifest.

    Raises:
        ArtifactCorrupt: when the bytes are not that version's.
        FormatUnknown: when this code does not know its format or its config.
    """
    return _config(read_manifest(written, version))


def _config(manifest: Mapping[str, Any]) -> Config:
    try:
        return Config.from_json(manifest["config"])
    except (KeyError, TypeError, ValueError, AttributeError) as unknown:
        raise FormatUnknown(f"{MANIFEST}: its config is not understood: {unknown!r}") from unknown


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as missing:
        raise ArtifactCorrupt(f"{path}: found nothing, expected a manifest") from missing
