"""Erasures while a training works, or twice at once: no version with the user is left, and the first count stays."""

from typing import Any

import pytest

from doublebill.errors import Conflict
from doublebill.model.items import Item
from doublebill.service.catalog import catalogs, removals
from doublebill.service.catalog.erased import tombstones
from doublebill.service.people import erase
from doublebill.service.people.stored_rows import StoredRows, stored_rows
from doublebill.service.registry.champions import read_champion
from doublebill.service.registry.privacy import ledger
from doublebill.service.training.train import train
from erased_users import NOW_MS, PSEUDONYMS, post, stores_of
from fakes import MemoryObjects, StoppingObjects
from trainings import fill, trained, training
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
def test_a_training_begins_again_without_users_who_are_erased_meanwhile(beginning: str) -> None:
    inner, without = MemoryObjects(), MemoryObjects()
    fill(inner, checkerboard())
    fill(without, [event for event in checkerboard() if event.user != "user-00"])
    objects, steps = Meanwhile(inner, beginning), list[str]()
    ended = train(training(objects, FIRST_MS + 9, force=True, tell=steps.append))
    assert objects.waiting == ""
    assert "users were erased meanwhile: beginning again without them" in steps
    assert (ended["promoted"], ended["generation"]) == (True, 2)
    assert ended["version"] == trained(without, FIRST_MS + 9, force=True)["version"]
    assert {key.split("/")[2] for key in inner.keys("artifacts/")} == {ended["version"]}


def test_a_private_training_ends_where_users_are_erased_meanwhile() -> None:
    inner = MemoryObjects()
    catalogs.put_items(inner, "films", [Item(f"item-{number:02d}") for number in range(12)], FIRST_MS)
    fill(inner, checkerboard(users=20, items=12))
    with pytest.raises(Conflict, match="erased"):
        train(training(Meanwhile(inner, "artifacts/"), FIRST_MS + 9, epsilon=1.0))
    assert (read_champion(inner, "films"), list(inner.keys("artifacts/"))) == (None, [])
    assert ledger.read(inner, "films").trainings == 1


def test_of_two_that_go_on_with_an_erasure_at_once_the_first_count_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    stores = stores_of()
    fill(stores.objects, checkerboard())
    post(stores, "ann", "item-00", "item-02")
    trained(stores.objects, NOW_MS + 1, force=True)
    erasure_id = erase.begin(stores, "films", [PSEUDONYMS.of("films", "ann")], NOW_MS + 2, "x")["erasure_id"]
    counting = "doublebill.service.people.erase.stored_rows"

    def slow(*given: Any) -> StoredRows:
        monkeypatch.setattr(counting, stored_rows)
        erase.proceed(stores, "films", erasure_id, NOW_MS + 2)
        return stored_rows(*given)

    monkeypatch.setattr(counting, slow)
    record = erase.proceed(stores, "films", erasure_id, NOW_MS + 2)
    assert (record["events"], len(record["versions"])) == (2, 1)
    assert [one["events"] for one in removals.since(stores.objects, "films", 0).values()] == [2]
