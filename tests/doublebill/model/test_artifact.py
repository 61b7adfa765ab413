"""The artifact: bytes that name themselves, and no byte that may change unseen."""

import json
import mmap
from pathlib import Path

import numpy as np
import pytest

from doublebill.errors import ArtifactCorrupt, FormatUnknown
from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.model import artifact
from doublebill.model.artifact import MANIFEST, Artifact
from doublebill.model.config import Config, Knn
from worlds import checkerboard


@pytest.fixture(scope="module")
def dumped() -> Artifact:
    cleaned = clean(checkerboard(), {})
    return artifact.dump(fit(cleaned.catalog, cleaned.interactions, Config(Knn("cosine"))))


@pytest.fixture
def folder(dumped: Artifact, tmp_path: Path) -> Path:
    for name, data in dumped.files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def owner(array: object) -> object:
    """What holds the memory of an array in the end."""
    while isinstance(array, np.ndarray):
        array = array.base
    return array


def remanifested(dumped: Artifact, folder: Path, **changed: object) -> str:
    """Writes a manifest with other contents, and gives the version that it names."""
    manifest = json.loads(dumped.files[MANIFEST]) | changed
    written = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    (folder / MANIFEST).write_bytes(written)
    return artifact.version_of(written)


def test_the_version_is_the_digest_of_the_manifest(dumped: Artifact) -> None:
    assert dumped.version == artifact.version_of(dumped.files[MANIFEST])
    assert len(dumped.version) == 32


def test_arrays_are_mapped_little_endian_npy_without_objects(dumped: Artifact, folder: Path) -> None:
    loaded = artifact.load(folder, dumped.version)
    assert isinstance(owner(loaded.neighbours.targets), mmap.mmap)
    assert isinstance(owner(loaded.catalog.item_ids.blob), mmap.mmap)
    for name in dumped.files:
        if name != MANIFEST:
            assert dumped.files[name].startswith(b"\x93NUMPY\x01\x00")


def test_every_flipped_byte_is_found(dumped: Artifact, folder: Path) -> None:
    for name, data in dumped.files.items():
        for place in sorted({0, 7, len(data) // 2, len(data) - 1}):
            flipped = bytearray(data)
            flipped[place] ^= 1
            (folder / name).write_bytes(flipped)
            with pytest.raises(ArtifactCorrupt, match=name.replace(".", r"\.")):
                artifact.load(folder, dumped.version)
        (folder / name).write_bytes(data)
    artifact.load(folder, dumped.version)


@pytest.mark.parametrize("loss", ["shorter", "longer", "gone"])
def test_every_file_must_be_whole(dumped: Artifact, folder: Path, loss: str) -> None:
    for name, data in dumped.files.items():
        if loss == "gone":
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(data[:-1] if loss == "shorter" else data + b"\x00")
        with pytest.raises(ArtifactCorrupt):
            artifact.load(folder, dumped.version)
        (folder / name).write_bytes(data)


def test_another_format_is_refused(dumped: Artifact, folder: Path) -> None:
    version = remanifested(dumped, folder, format=2)
    with pytest.raises(FormatUnknown, match="found format 2 recommender, expected format 3 recommender"):
        artifact.load(folder, version)


@pytest.mark.parametrize("written", [b"", b"{}", b"[]", b"7", b'{"format": 2}', b"no json"])
def test_a_manifest_that_tells_no_format_is_of_another(written: bytes) -> None:
    with pytest.raises(FormatUnknown, match="found no format"):
        artifact.read_manifest(written, artifact.version_of(written))


def test_changed_bytes_are_no_other_format() -> None:
    with pytest.raises(ArtifactCorrupt) as refused:
        artifact.read_manifest(b'{"format": 1}', "0" * 32)
    assert not isinstance(refused.value, FormatUnknown)


def test_a_config_that_this_code_does_not_know_is_refused(dumped: Artifact, folder: Path) -> None:
    version = remanifested(dumped, folder, config={"weighting": "magic"})
    with pytest.raises(FormatUnknown, match="config is not understood"):
        artifact.load(folder, version)
    with pytest.raises(FormatUnknown, match="config is not understood"):
        artifact.read_config((folder / MANIFEST).read_bytes(), version)


def test_a_model_that_answers_its_golden_requests_otherwise_is_refused(dumped: Artifact, folder: Path) -> None:
    golden = json.loads(dumped.files[MANIFEST])["golden"]
    golden[0]["scores"][0] += 0.01
    version = remanifested(dumped, folder, golden=golden)
    with pytest.raises(ArtifactCorrupt, match="golden request 0"):
        artifact.load(folder, version)


def test_a_dtype_that_is_not_the_manifests_is_refused(dumped: Artifact, folder: Path) -> None:
    arrays = json.loads(dumped.files[MANIFEST])["arrays"]
    arrays["popularity"]["dtype"] = "<f8"
    version = remanifested(dumped, folder, arrays=arrays)
    with pytest.raises(ArtifactCorrupt, match="expected <f8"):
        artifact.load(folder, version)


def test_a_model_without_items_can_be_kept(tmp_path: Path) -> None:
    cleaned = clean([], {})
    empty = artifact.dump(fit(cleaned.catalog, cleaned.interactions, Config()))
    for name, data in empty.files.items():
        (tmp_path / name).write_bytes(data)
    assert len(artifact.load(tmp_path, empty.version).catalog) == 0
