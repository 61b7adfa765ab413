"""Erasures while a training works: no version with the user is promoted, or left behind."""

import pytest

from doublebill.errors import Conflict
from doublebill.service.catalog.erased import tombstones
from doublebill.service.registry.champions import read_champion
from fakes import MemoryObjects, StoppingObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard


class Meanwhile(StoppingObjects):
    """Objects in which a user is erased right before the first write of a key that begins like this."""

    def __init__(self, inner: MemoryObjects, beginning: str) -> None:
        super().__init__(inner)
        self.waiting = beginning

    def create(self, key: str, data: bytes) -> str:
        self._look(key)
        return super().create(key, data)

    def put(self, key: str, data: bytes) -> str:
        self._look(key)
        return super().put(key, data)

    def _look(self, key: str) -> None:
        if self.waiting and key.startswith(self.waiting):
            self.waiting = ""
            tombstones.append(self._inner, "films", "user-00", FIRST_MS + 5, "an-erasure")


@pytest.mark.parametrize("beginning", ["trending/", "artifacts/"])
def test_a_version_that_was_made_meanwhile_is_neither_promoted_nor_kept(beginning: str) -> None:
    inner = MemoryObjects()
    fill(inner, checkerboard())
    objects = Meanwhile(inner, beginning)
    with pytest.raises(Conflict, match="erased"):
        trained(objects, FIRST_MS + 9, force=True)
    assert objects.waiting == ""
    assert read_champion(inner, "films") is None
    assert list(inner.keys("artifacts/")) == []
    later = trained(inner, FIRST_MS + 10_000_000, force=True)
    assert later["promoted"]
