"""Every fault of a store, wherever it strikes: each request is answered in time, says why, and all heals by itself."""

import itertools
import random
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clocks import Clock
from doublebill.concurrency import refreshed
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import NoModel, NotFound, StoreUnavailable
from doublebill.model.items import Item
from doublebill.service.catalog import availability
from doublebill.service.registry import ab_test, champions
from doublebill.service.serving import disk_cache, popularity_fallback
from doublebill.service.serving.disk_cache import RETRY_BAD_SECONDS
from doublebill.service.serving.warm_models import Serving, Warm
from fake_records import MemoryRecords
from fakes import FAULTS, Faulty, FaultyObjects, FaultyRecords, MemoryObjects
from processes import PATIENCE_SECONDS
from trainings import answered, fill, trained
from worlds import FIRST_MS, checkerboard

REFRESH_SECONDS = 5.0
DEADLINE_SECONDS = 3.0

PLACES = {
    "pointer": ("champions/",),
    "arrays": ("artifacts/",),
    "availability": ("availability/",),
    "trending": ("trending/",),
    "records": ("_popular#",),
    "objects": ("champions/", "artifacts/", "availability/", "trending/", "catalogs/"),
    "everything": ("",),
}
STATES = ("cold", "restarted", "warm")


@dataclass(frozen=True)
class World:
    """Two versions, the later champion, and what else a service keeps of them."""

    objects: MemoryObjects
    records: MemoryRecords
    old: str
    new: str
    answers: dict[str, object]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    objects, records, answers = MemoryObjects(), MemoryRecords(), {}
    for number, items in enumerate((8, 10)):
        fill(objects, checkerboard(users=8, items=items), now_ms=FIRST_MS + number)
        version = str(trained(objects, FIRST_MS + number)["version"])
        popularity_fallback.remember(objects, records, "films", version)
        serving = Environment(objects, records, tmp_path_factory.mktemp("scratch")).asked()
        answers[version] = answered(serving, "item-00", "item-02")
    availability.note(objects, "films", [Item("item-04", available=False)])
    old, new = answers
    return World(objects, records, old, new, answers)


class Environment:
    """One execution environment on stores that may fail."""

    def __init__(self, objects: MemoryObjects, records: MemoryRecords, scratch: Path) -> None:
        self.clock = Clock()
        self.faulty = Faulty(self.clock)
        self.objects = FaultyObjects(objects.held, self.faulty)
        self.records = FaultyRecords(records, self.faulty)
        self.scratch = scratch
        self.start()

    def start(self) -> None:
        """Begins anew, with what is on the disk."""
        self.warm = Warm(self.objects, self.records, self.scratch, self.clock, REFRESH_SECONDS)

    def asked(self, seconds: float = 60, user: str | None = None) -> Serving:
        """What a request gets that has so many seconds."""
        with self.clock.at_work():
            return self.warm.serving("films", Deadline(self.clock, self.clock() + seconds), user)

    def in_time(self, seconds: float = DEADLINE_SECONDS) -> Serving | None:
        """The same, or None where there is no model; in time."""
        with self.clock.at_work():
            end = self.clock() + seconds
            try:
                return self.warm.serving("films", Deadline(self.clock, end))
            except (NoModel, NotFound):
                return None
            finally:
                assert self.clock() <= end

    def settled(self) -> Serving | None:
        """What a request gets when the refresh under way got as far as it can."""
        self.clock.settle()
        return self.in_time()

    def refreshed(self) -> Serving:
        """What a request gets after the refresh that is due."""
        self.in_time(60)
        self.clock.settle()
        return self.asked()

    def after(self, seconds: float) -> None:
        """Lets time pass between two requests."""
        self.clock.seconds += seconds


@pytest.fixture
def environment(world, tmp_path) -> Iterator[Environment]:
    made = Environment(world.objects, world.records, tmp_path / "scratch")
    yield made
    made.faulty.heal()


def prepared(environment: Environment, world: World, state: str) -> None:
    """A new champion since the environment was last asked, where it was."""
    if state != "cold":
        champions.promote(environment.objects, "films", world.old, FIRST_MS + 10)
        environment.asked()
        champions.promote(environment.objects, "films", world.new, FIRST_MS + 11)
        environment.after(REFRESH_SECONDS)
    if state == "restarted":
        environment.start()


def said(fault: str, unreadable: str, gone: str) -> str:
    """What a fault makes the reason say."""
    if fault == "hang":
        return "no answer in time"
    error = FAULTS[fault]
    return str(error) if error else gone if fault == "gone" else unreadable


def expected(world: World, state: str, place: str, fault: str) -> tuple[str, str | None]:
    """Which version answers while a fault lasts, and why not better."""
    kept = world.new if state == "cold" else world.old
    reason: str | None = None
    if place in ("pointer", "objects", "everything"):
        why = said(fault, "the champion pointer cannot be read", "")
        reason = "the champion pointer is missing" if fault == "gone" else f"the champion could not be checked: {why}"
    elif place == "arrays":
        why = said(fault, "its bytes are not what its manifest says", "a file of it is missing")
        reason = f"version {world.new} cannot be served: {why}"
        if fault == "hang":
            reason = f"version {world.new} is still being loaded"
    elif place == "records" or fault == "gone":
        return world.new, None
    else:
        unreadable = {
            "availability": "the availability of the items cannot be read",
            "trending": "the trending items cannot be read",
        }[place]
        return world.new, f"{place} could not be checked: {said(fault, unreadable, '')}"
    if state == "cold":
        return kept, f"{reason}; only popular items are known"
    return kept, reason


STRUCK = list(itertools.product(FAULTS, STATES, PLACES))
SAMPLE = 4
"""Each of so many is tried by `make test`; every fault, state and place is among them."""


@pytest.mark.parametrize(
    ("fault", "state", "place"),
    [
        struck if n % SAMPLE == 0 else pytest.param(*struck, marks=pytest.mark.at_length)
        for n, struck in enumerate(STRUCK)
    ],
)
def test_a_fault_is_survived_in_time_and_heals(environment, world, fault, state, place):
    prepared(environment, world, state)
    environment.faulty.breaks(fault, *PLACES[place])
    environment.in_time()
    version, reason = expected(world, state, place, fault)
    if state == "cold" and place == "everything":
        assert environment.settled() is None
    else:
        serving = environment.settled()
        assert serving is not None
        assert (serving.version, serving.degraded) == (version, reason)
        if not (reason or "").endswith("only popular items are known"):
            assert answered(serving, "item-00", "item-02") == world.answers[version]
    environment.faulty.heal()
    environment.clock.settle()
    environment.after(RETRY_BAD_SECONDS)
    serving = environment.refreshed()
    assert (serving.version, serving.degraded) == (world.new, None)
    assert answered(serving, "item-00", "item-02") == world.answers[world.new]
    assert not serving.available[serving.recommender.catalog.find("item-04")]


def test_both_stores_silent_leave_a_cold_environment_without_a_model_and_that_is_why(environment):
    environment.faulty.breaks("refused", "")
    with pytest.raises(NoModel, match="the champion could not be checked: S3: SlowDown"):
        environment.asked()


def test_only_a_store_that_says_so_makes_a_catalog_unknown(environment):
    environment.faulty.breaks("gone", "")
    with pytest.raises(NotFound, match="there is no catalog 'films'"):
        environment.asked()


def test_a_deadline_in_the_past_still_gets_what_is_there(environment, world):
    environment.asked()
    environment.faulty.breaks("hang", "")
    environment.after(REFRESH_SECONDS)
    assert environment.in_time(0).version == world.new


class TestARefreshThatHangs:
    @pytest.fixture(autouse=True)
    def hanging(self, environment):
        environment.asked()
        environment.faulty.breaks("hang", "champions/")
        environment.after(REFRESH_SECONDS)

    def test_is_waited_for_by_nobody_a_second_time(self, environment):
        began = environment.clock()
        environment.asked()
        assert environment.clock() == began + refreshed.PATIENCE_SECONDS
        for _ in range(100):
            assert environment.asked().degraded == "the champion could not be checked: no answer in time"
        assert environment.clock() == began + refreshed.PATIENCE_SECONDS

    def test_is_the_only_one_of_its_catalog(self, environment):
        for _ in range(5):
            environment.after(REFRESH_SECONDS)
            threads = [threading.Thread(target=environment.asked) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE_SECONDS)
        assert environment.faulty.reads == 1

    def test_ends_with_an_error_after_a_freeze_and_the_next_one_heals(self, environment, world):
        environment.in_time()
        environment.after(refreshed.LOST_SECONDS / 2)  # frozen between two requests
        environment.faulty.heal()
        environment.clock.settle()
        environment.after(REFRESH_SECONDS)
        assert environment.refreshed().degraded is None

    def test_is_given_up_when_it_never_ends_and_what_it_says_late_is_not_heard(self, environment, world):
        environment.in_time()
        environment.faulty.mend()
        champions.promote(environment.objects, "films", world.old, FIRST_MS + 12)
        environment.after(refreshed.LOST_SECONDS)
        serving = environment.refreshed()
        assert (serving.version, serving.degraded) == (world.old, None)
        environment.faulty.release()
        environment.clock.settle()
        serving = environment.asked()
        assert (serving.version, serving.degraded) == (world.old, None)


def test_a_cold_environment_takes_the_model_itself_as_soon_as_it_comes(environment, world):
    environment.faulty.breaks("hang", "champions/")
    assert environment.in_time().degraded.endswith("only popular items are known")
    environment.faulty.heal()
    environment.clock.settle()
    environment.after(REFRESH_SECONDS)
    assert (environment.refreshed().version, environment.asked().degraded) == (world.new, None)


def test_files_that_came_before_a_failure_are_not_fetched_again(environment):
    fetched = []
    fetch = environment.objects.fetch
    environment.objects.fetch = lambda key, path: (fetched.append(key), fetch(key, path))
    get = environment.objects.get

    def failing(key):
        if key.endswith("values.npy") and fetched.count(key) == 1:
            raise StoreUnavailable("S3: SlowDown")
        return get(key)

    environment.objects.get = failing
    assert environment.asked().degraded
    environment.after(REFRESH_SECONDS)
    assert environment.refreshed().degraded is None
    twice = {key.rpartition("/")[2] for key in fetched if fetched.count(key) == 2}
    assert "values.npy" in twice
    assert twice.isdisjoint({"manifest.json", "item_ids_blob.npy"})


def test_a_defect_is_a_reason_where_there_is_a_model_and_raised_where_there_is_none(environment, world, monkeypatch):
    environment.asked()
    environment.after(REFRESH_SECONDS)
    with monkeypatch.context() as patch:
        patch.setattr(disk_cache.DiskCache, "remember", None)
        champions.promote(environment.objects, "films", world.old, FIRST_MS + 20)
        environment.after(REFRESH_SECONDS)
        assert environment.refreshed().degraded == "refreshing failed: TypeError"
        environment.start()
        patch.setattr(disk_cache.DiskCache, "remember", None)
        with pytest.raises(TypeError):
            environment.asked()
    environment.after(REFRESH_SECONDS)
    environment.start()
    assert environment.asked().degraded is None


class TestLiveFacts:
    def said(self, environment, *items: Item) -> None:
        availability.note(environment.objects, "films", items)

    def available(self, environment, item_id: str) -> bool:
        serving = environment.refreshed()
        return bool(serving.available[serving.recommender.catalog.find(item_id)])

    def test_a_title_taken_down_is_gone_after_the_interval_and_may_come_back(self, environment):
        assert self.available(environment, "item-02")
        for said in (False, True):
            self.said(environment, Item("item-02", available=said), Item("nobody-knows", available=said))
            assert self.available(environment, "item-02") is not said
            environment.after(REFRESH_SECONDS)
            assert self.available(environment, "item-02") is said

    def test_what_was_said_is_known_to_the_popularity_record_too(self, environment, world):
        environment.faulty.breaks("refused", "artifacts/")
        self.said(environment, Item("item-02", available=False))
        assert environment.asked().degraded.endswith("only popular items are known")
        assert not self.available(environment, "item-02")

    def test_trending_items_are_listed_highest_first(self, environment):
        written = b'{"newest_ms": 1, "items": [["item-02", 2.5], ["item-03", 1.0]]}'
        environment.objects.put("trending/films.json", written)
        assert environment.asked().trending == (("item-02", 2.5), ("item-03", 1.0))
        environment.faulty.breaks("refused", "trending/")
        environment.after(REFRESH_SECONDS)
        assert environment.refreshed().trending == (("item-02", 2.5), ("item-03", 1.0))

    def test_they_are_read_side_by_side(self, environment):
        gate, get = threading.Barrier(4, timeout=PATIENCE_SECONDS), environment.objects.get

        def together(key):
            if not key.startswith("artifacts/"):
                gate.wait()
            return get(key)

        environment.objects.get = together
        assert environment.asked().degraded is None


class TestAChallenger:
    @pytest.fixture
    def half(self, environment, world):
        champions.challenge(environment.objects, "films", world.old, 0.5)
        return environment

    def users(self, world) -> tuple[str, str]:
        """One whom the challenger answers, and one whom not."""
        asked = [f"user-{number}" for number in range(64)]
        lucky = [ab_test.is_served_by_challenger(user, world.old, 0.5) for user in asked]
        return asked[lucky.index(True)], asked[lucky.index(False)]

    def test_answers_its_share_of_the_users_and_nobody_else(self, half, world):
        inside, outside = self.users(world)
        found = [half.asked(user=user) for user in (inside, outside, None)]
        assert [serving.version for serving in found] == [world.old, world.new, world.new]
        assert {serving.degraded for serving in found} == {None}
        assert {path.name for path in (half.scratch / "films").iterdir() if path.is_dir()} == {world.old, world.new}
        champions.end_challenge(half.objects, "films")
        half.after(REFRESH_SECONDS)
        half.refreshed()
        assert half.asked(user=inside).version == world.new
        assert {path.name for path in (half.scratch / "films").iterdir() if path.is_dir()} == {world.new}

    def test_that_cannot_be_loaded_leaves_its_users_to_the_champion_and_tells_only_them(self, half, world):
        half.faulty.breaks("refused", f"artifacts/films/{world.old}/")
        inside, outside = self.users(world)
        found = [half.asked(user=user) for user in (inside, outside, None)]
        assert {serving.version for serving in found} == {world.new}
        why = f"the challenger {world.old} cannot be served: S3: SlowDown"
        assert [serving.degraded for serving in found] == [why, None, None]
        half.faulty.heal()
        half.after(REFRESH_SECONDS)
        half.refreshed()
        assert (half.asked(user=inside).version, half.asked(user=inside).degraded) == (world.old, None)

    def test_that_is_slow_to_come_holds_up_nobody_but_tells_its_users(self, half, world):
        half.faulty.breaks("hang", f"artifacts/films/{world.old}/")
        inside, outside = self.users(world)
        assert half.in_time(60).version == world.new
        told = [half.asked(user=user).degraded for user in (inside, outside)]
        assert told == [f"the challenger {world.old} is still being loaded", None]

    def test_goes_on_while_the_champion_cannot_be_loaded(self, half, world):
        half.faulty.breaks("refused", f"artifacts/films/{world.new}/")
        serving = half.asked(user=self.users(world)[0])
        assert (serving.version, serving.degraded) == (world.old, None)


class Walk:
    """Anything that can happen to an environment, in the order of the dice."""

    def __init__(self, environment: Environment, world: World, seed: int) -> None:
        self.environment, self.world, self.dice = environment, world, random.Random(seed)
        self.promoted, self.down, self.failing = world.new, True, False
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        certain = (self.ask, self.ask, self.wait, self.break_, self.heal, self.restart, self.wipe)
        self.dice.choice(certain if self.failing else (*certain, self.promote, self.say))()

    def ask(self) -> None:
        """Answered where anything is at hand, by a version that was published; well where nothing is said."""
        serving = self.environment.in_time(DEADLINE_SECONDS if self.failing else 60)
        if serving is None:
            assert self.failing, "without a fault there is always a model"
            return
        assert serving.version in self.world.answers
        if not serving.degraded:
            assert answered(serving, "item-00", "item-02") == self.world.answers[serving.version]

    def wait(self) -> None:
        self.environment.after(self.dice.choice([1, REFRESH_SECONDS, RETRY_BAD_SECONDS]))

    def break_(self) -> None:
        self.environment.faulty.heal()
        self.environment.faulty.breaks(self.dice.choice(list(FAULTS)), *self.dice.choice(list(PLACES.values())))
        self.failing = True

    def heal(self) -> None:
        self.environment.faulty.heal()
        self.environment.clock.settle()
        self.environment.after(RETRY_BAD_SECONDS)
        self.failing = False
        serving = self.environment.refreshed()
        assert (serving.version, serving.degraded) == (self.promoted, None)
        assert answered(serving, "item-00", "item-02") == self.world.answers[self.promoted]
        assert bool(serving.available[serving.recommender.catalog.find("item-04")]) is not self.down

    def restart(self) -> None:
        self.environment.start()

    def wipe(self) -> None:
        shutil.rmtree(self.environment.scratch, ignore_errors=True)

    def promote(self) -> None:
        self.promoted = self.dice.choice([self.world.old, self.world.new])
        champions.promote(self.environment.objects, "films", self.promoted, FIRST_MS + 100 + self.steps)

    def say(self) -> None:
        self.down = self.dice.choice([True, False])
        availability.note(self.environment.objects, "films", [Item("item-04", available=not self.down)])


@pytest.mark.parametrize("seed", range(24))
def test_whatever_happens_in_whatever_order(environment, world, seed):
    walk = Walk(environment, world, seed)
    for _ in range(14):
        walk.step()
    walk.heal()
