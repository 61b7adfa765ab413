"""A bundle is what was packed, byte for byte, or it is refused."""

import json

import numpy as np
import pytest

from doublebill.errors import ArtifactCorrupt, FormatUnknown
from doublebill.model import bundle
from doublebill.model.bundle import MANIFEST, Form

FORM = Form("columns", 7)


@pytest.fixture
def packed():
    arrays = {"b": np.arange(6, dtype=">i8").reshape(2, 3), "a": np.array([], np.uint8)}
    return bundle.pack(FORM, arrays, {"order": 3, "name": "Fenwyn"}, [])


def manifest(packed):
    return bundle.read_manifest(packed.files[MANIFEST], packed.version, FORM)


class TestPacking:
    def test_arrays_are_little_endian_and_the_order_of_names_does_not_change_the_version(self, packed):
        wanted = manifest(packed)["arrays"]
        read = {name: bundle.read_array(name, packed.files[bundle.file_of(name)], wanted[name]) for name in wanted}
        assert read["b"].dtype.str == "<i8"
        assert read["b"].tolist() == [[0, 1, 2], [3, 4, 5]]
        assert read["a"].shape == (0,)
        again = bundle.pack(FORM, dict(reversed(read.items())), {"name": "Fenwyn", "order": 3}, [])
        assert again == packed

    def test_a_mapped_array_is_the_same(self, packed, tmp_path):
        for name, wanted in manifest(packed)["arrays"].items():
            path = tmp_path / bundle.file_of(name)
            path.write_bytes(packed.files[path.name])
            read = bundle.read_array(name, packed.files[path.name], wanted)
            assert np.array_equal(bundle.map_array(path, wanted), read)

    def test_another_config_is_another_version(self, packed):
        assert bundle.pack(FORM, {}, {"order": 4}, []).version != bundle.pack(FORM, {}, {"order": 3}, []).version


class TestWhatIsRefused:
    @pytest.mark.parametrize("place", [0, 60, -1])
    def test_a_changed_byte(self, packed, place):
        data = bytearray(packed.files["b.npy"])
        data[place] ^= 1
        with pytest.raises(ArtifactCorrupt, match="digest"):
            bundle.read_array("b", bytes(data), manifest(packed)["arrays"]["b"])

    def test_a_file_that_ends_early(self, packed):
        with pytest.raises(ArtifactCorrupt, match="bytes"):
            bundle.read_array("b", packed.files["b.npy"][:-1], manifest(packed)["arrays"]["b"])

    def test_a_shape_that_differs_from_the_manifest(self, packed):
        wanted = manifest(packed)["arrays"]["b"] | {"shape": [3, 2]}
        with pytest.raises(ArtifactCorrupt, match=r"found <i8 \(2, 3\), expected <i8 \[3, 2\]"):
            bundle.read_array("b", packed.files["b.npy"], wanted)

    def test_the_manifest_of_another_version(self, packed):
        with pytest.raises(ArtifactCorrupt, match="expected " + "0" * 32):
            bundle.read_manifest(packed.files[MANIFEST], "0" * 32, FORM)

    @pytest.mark.parametrize("other", [{"format": 8, "model": "columns"}, {"format": 7, "model": "rows"}, {}, []])
    def test_another_form(self, other):
        written = json.dumps(other).encode()
        with pytest.raises(FormatUnknown, match="expected format 7 columns"):
            bundle.read_manifest(written, bundle.version_of(written), FORM)
