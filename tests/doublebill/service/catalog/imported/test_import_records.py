"""Records of imports, named by the beginning of their ids."""

import pytest

from doublebill.errors import InvalidInput
from doublebill.service.catalog.imported import import_records
from fakes import MemoryObjects


def test_a_beginning_that_several_imports_share_names_them():
    objects = MemoryObjects()
    for import_id in ("ab1", "ab2", "c"):
        import_records.note_items(objects, "films", import_id, {"accepted": 1}, f"items/films/{import_id}")
    assert import_records.resolve(objects, "films", "ab1") == "ab1"
    assert import_records.resolve(objects, "films", "c") == "c"
    with pytest.raises(InvalidInput, match="2 imports begin so; use one of ab1, ab2"):
        import_records.resolve(objects, "films", "ab")
