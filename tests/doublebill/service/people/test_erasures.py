"""Erasures of callers and of the schedule: bad ids are refused, and one that fails keeps no other from its end."""

import pytest

from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.events import Event
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.people import erase, erasure_record, erasures
from doublebill.service.people.erase import ErasingStores
from erased_users import NOW_MS, PSEUDONYMS, stores_of
from trainings import fill_import

LATER_MS = NOW_MS + LATE_MS + 1
MALFORMED = ("a b", "../../x", "x/y", "é", "", "x" * 23, "x" * 24 + "\n")


@pytest.mark.parametrize("support_id", MALFORMED)
def test_a_malformed_support_id_is_refused_before_anything_is_recorded(support_id: str) -> None:
    stores = of_ann("films")
    with pytest.raises(InvalidInput, match="support_ids"):
        erase.begin(stores, "films", [PSEUDONYMS.of("films", "ann"), support_id], NOW_MS, "x")
    assert list(stores.objects.keys("erasures/")) == []


def of_ann(*catalogs: str) -> ErasingStores:
    """Stores in which Ann has an event in an import of each catalog."""
    stores = stores_of()
    for catalog in catalogs:
        fill_import(stores.objects, [Event(PSEUDONYMS.of("films", "ann"), "a", "play")], catalog=catalog)
    return stores


def begun(stores: ErasingStores, catalog: str, entropy: str = "x") -> str:
    """The id of an erasure of Ann that has only begun."""
    return str(erase.begin(stores, catalog, [PSEUDONYMS.of("films", "ann")], NOW_MS, entropy)["erasure_id"])


def test_an_erasure_that_fails_keeps_no_other_from_its_end() -> None:
    stores = of_ann("a", "b", "c")
    damaged, whole = begun(stores, "a"), begun(stores, "c")
    (part,) = [key for key in stores.objects.keys("imports/a/") if "part" in key]
    stores.objects.put(part, b"x")
    unforeseen = erasure_record.make(
        stores.objects, "b", "0000000000001-x", erased_ms=NOW_MS, pseudonyms=["a b"], users=["a b"], heirs=[], merges=[]
    )
    stores.objects.put("erasures/c/0000000000000-x.json", b"x")
    with pytest.raises(StoreUnavailable) as failed:
        erasures.proceed_all(stores, LATER_MS).check()
    message = str(failed.value)
    assert message.startswith("3 erasures")
    assert [name for name in (damaged, unforeseen["erasure_id"], "c/0000000000000-x") if name not in message] == []
    assert erasure_record.read(stores.objects, "c", whole)["state"] == "complete"
