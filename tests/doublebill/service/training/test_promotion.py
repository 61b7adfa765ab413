"""The pointer as people move it: what they are told, and that the last resort follows the champion."""

from collections.abc import Callable

import pytest

from doublebill.errors import InvalidInput, NotFound, StoreUnavailable
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions
from doublebill.service.serving import popularity_fallback
from doublebill.service.training import promotion
from doublebill.service.training.promotion import PromotingStores
from erased_users import QueuedJobs
from fake_records import MemoryRecords
from fakes import MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = FIRST_MS + 1_000_000
UNKNOWN = "0" * 32
RUN = f"{NOW_MS:013d}-again"


@pytest.fixture(scope="module")
def trained_twice() -> MemoryObjects:
    objects = MemoryObjects()
    for number, items in enumerate((8, 10)):
        fill(objects, checkerboard(users=8, items=items), now_ms=FIRST_MS + number)
        trained(objects, FIRST_MS + number)
    return objects


@pytest.fixture
def objects(trained_twice: MemoryObjects) -> MemoryObjects:
    return trained_twice.copy()


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def versions(objects: MemoryObjects) -> tuple[str, str]:
    """The former champion and the present one."""
    champion = champions.read_champion(objects, "films")
    assert champion is not None
    return champion.previous[0], champion.version


def stores_of(objects: MemoryObjects, records: MemoryRecords) -> PromotingStores:
    return PromotingStores(objects, records, QueuedJobs())


def remembered(records: MemoryRecords) -> str | None:
    """The version whose popular items are the last resort."""
    found = popularity_fallback.read(records, "films")
    return found and found[0]


def served(objects: MemoryObjects) -> str:
    champion = champions.read_champion(objects, "films")
    assert champion is not None
    return champion.version


def test_promoting_tells_the_champion_and_makes_its_popular_items_the_last_resort(objects, records, versions) -> None:
    former, present = versions
    told = promotion.promote(stores_of(objects, records), "films", former, NOW_MS, RUN)
    assert told == {
        "catalog": "films",
        "version": former,
        "run": "",
        "started_ms": NOW_MS,
        "promoted_ms": NOW_MS,
        "previous": told["previous"],
        "challenger": None,
        "share": 0.0,
        "left": present,
    }
    assert told["previous"][0] == present
    assert served(objects) == remembered(records) == former


def test_rolling_back_does_so_too(objects, records, versions) -> None:
    former, _ = versions
    told = promotion.roll_back(stores_of(objects, records), "films", NOW_MS, RUN)
    assert told["version"] == served(objects) == remembered(records) == former


def test_a_challenger_answers_its_share_until_that_is_ended(objects, versions) -> None:
    former, present = versions
    told = promotion.challenge(objects, "films", former, 0.25)
    assert (told["version"], told["challenger"], told["share"]) == (present, former, 0.25)
    assert champions.read_champion(objects, "films").challenger == former
    told = promotion.end_challenge(objects, "films")
    assert (told["version"], told["challenger"], told["share"]) == (present, None, 0.0)
    assert champions.read_champion(objects, "films").challenger == ""


def test_the_champion_changes_though_the_last_resort_cannot_be_written(objects, records, versions) -> None:
    former, present = versions
    popularity_fallback.remember(objects, records, "films", present)
    records.error = StoreUnavailable("DynamoDB: ThrottlingException")
    assert (
        promotion.promote(stores_of(objects, records), "films", former, NOW_MS, RUN)["version"]
        == served(objects)
        == former
    )
    records.error = None
    assert remembered(records) == present


@pytest.mark.parametrize(
    "move",
    [
        lambda objects, records, catalog: promotion.promote(stores_of(objects, records), catalog, UNKNOWN, NOW_MS, RUN),
        lambda objects, records, catalog: promotion.roll_back(stores_of(objects, records), catalog, NOW_MS, RUN),
        lambda objects, records, catalog: promotion.challenge(objects, catalog, UNKNOWN, 0.5),
        lambda objects, records, catalog: promotion.end_challenge(objects, catalog),
    ],
    ids=["promote", "roll back", "challenge", "end"],
)
@pytest.mark.parametrize("there", [True, False], ids=["never trained", "no such catalog"])
def test_where_there_is_nothing_to_move_it_is_not_found(
    records: MemoryRecords, move: Callable[..., object], there: bool
) -> None:
    objects = MemoryObjects()
    if there:
        catalogs.ensure(objects, "music")
    before = dict(objects.held)
    with pytest.raises(NotFound, match="music"):
        move(objects, records, "music")
    assert objects.held == before
    assert not records.calls


def test_a_version_that_was_never_published_changes_nothing(objects, records, versions) -> None:
    with pytest.raises(NotFound, match="no version"):
        promotion.promote(stores_of(objects, records), "films", UNKNOWN, NOW_MS, RUN)
    assert (served(objects), remembered(records)) == (versions[1], None)


def test_the_champion_cannot_challenge_itself(objects, versions) -> None:
    with pytest.raises(InvalidInput, match="another version"):
        promotion.challenge(objects, "films", versions[1], 0.5)
