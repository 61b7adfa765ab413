import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, NoModel, NotFound, StoreUnavailable
from doublebill.model.artifact import MANIFEST, Artifact, dump, version_of
from doublebill.service.catalog import catalogs
from doublebill.service.catalog.availability import availability_key
from doublebill.service.catalog.catalog_record import record_key
from doublebill.service.catalog.trending import trending_key
from doublebill.service.registry import champions
from doublebill.service.registry.versions import artifact_key, publish
from doublebill.service.serving import item_maps, popularity_fallback
from doublebill.service.serving.disk_cache import RETRY_BAD_SECONDS
from doublebill.service.serving.warm_models import Serving, Warm
from doublebill.stores.jsonl_gz import pack
from fake_records import MemoryRecords
from fakes import FailingObjects, MemoryObjects
from processes import PATIENCE_SECONDS
from trainings import answered, fill, trained
from worlds import FIRST_MS, checkerboard

REFRESH_SECONDS = 5.0
POINTER = champions.champion_key("films")
KEYS = (champions.champion_key, availability_key, trending_key, record_key)
FACTS = sorted(("get_if_changed", key("films")) for key in KEYS)
"""What a refresh reads, in no particular order."""

NO_ITEMS = popularity_fallback.recommender(pack(['{"version": "", "exclude_seen": true, "popularity": []}']))[1]
FILES = sorted(dump(NO_ITEMS).files)
"""What a version consists of where there are neither ratings nor attributes."""


@dataclass
class Handler:
    """One execution environment: its models, its clock, its disk, and the calls it made to the store."""

    objects: FailingObjects
    clock: Clock
    scratch: Path
    warm: Warm

    def serving(self, catalog: str = "films") -> Serving:
        return self.warm.serving(catalog, Deadline(self.clock, self.clock.seconds + 60))

    def after(self, seconds: float, catalog: str = "films") -> Serving:
        self.clock.seconds += seconds
        return self.serving(catalog)


@pytest.fixture(scope="module")
def trained_once():
    objects = MemoryObjects()
    fill(objects, checkerboard(users=8, items=8))
    trained(objects, FIRST_MS)
    return objects


@pytest.fixture(scope="module")
def trained_twice(trained_once):
    objects = trained_once.copy()
    fill(objects, checkerboard(users=8, items=10), now_ms=FIRST_MS + 1)
    trained(objects, FIRST_MS + 1)
    return objects


@pytest.fixture
def objects(trained_once):
    return trained_once.copy()


@pytest.fixture
def versions(trained_twice):
    """The champion of the first training and that of the second."""
    champion = champions.read_champion(trained_twice, "films")
    return champion.previous[0], champion.version


@pytest.fixture
def handler_on(tmp_path):
    def handler(objects, scratch: str = "scratch") -> Handler:
        counted, clock = FailingObjects(objects), Clock()
        place = tmp_path / scratch
        return Handler(counted, clock, place, Warm(counted, MemoryRecords(), place, clock, REFRESH_SECONDS))

    return handler


@pytest.fixture
def handler(handler_on, objects):
    return handler_on(objects)


def train_again(objects) -> None:
    fill(objects, checkerboard(users=8, items=10), now_ms=FIRST_MS + 1)
    trained(objects, FIRST_MS + 1)


class TestRefreshing:
    def test_within_the_interval_the_store_is_not_asked(self, handler):
        first = handler.serving()
        asked = len(handler.objects.calls)
        for seconds in (0, 1, 3.9):
            assert handler.after(seconds).recommender is first.recommender
        assert len(handler.objects.calls) == asked

    def test_unchanged_facts_cost_one_conditional_read_each_per_interval(self, handler):
        first = handler.serving()
        asked = len(handler.objects.calls)
        for _ in range(3):
            assert handler.after(REFRESH_SECONDS).recommender is first.recommender
            handler.serving()
        assert sorted(handler.objects.calls[asked:]) == sorted(FACTS * 3)

    def test_a_cold_start_reads_each_file_once(self, handler, versions):
        handler.serving()
        folder = f"artifacts/films/{versions[0]}/"
        assert sorted(handler.objects.calls[:4]) == FACTS
        assert handler.objects.calls[4] == ("fetch", folder + MANIFEST)
        assert sorted(handler.objects.calls[4:]) == sorted(("fetch", folder + file) for file in FILES)

    def test_a_new_champion_serves_after_the_interval(self, handler, objects, versions):
        handler.serving()
        train_again(objects)
        assert handler.after(REFRESH_SECONDS - 0.1).version == versions[0]
        serving = handler.after(0.1)
        assert (serving.version, serving.degraded) == (versions[1], None)

    def test_what_was_given_out_before_still_answers_after_a_change(self, handler, objects):
        old = handler.serving()
        expected = answered(old, "item-00", "item-02")
        train_again(objects)
        handler.after(REFRESH_SECONDS)
        assert answered(old, "item-00", "item-02") == expected

    def test_rolling_back_serves_the_former_champion_again(self, handler_on, trained_twice, versions):
        objects = trained_twice.copy()
        handler = handler_on(objects)
        assert handler.serving().version == versions[1]
        champions.roll_back(objects, "films", FIRST_MS + 2)
        assert handler.after(REFRESH_SECONDS).version == versions[0]

    def test_catalogs_are_served_side_by_side(self, handler, objects):
        fill(objects, checkerboard(users=8, items=12), catalog="music")
        trained(objects, FIRST_MS, catalog="music")
        assert handler.serving("films").version != handler.serving("music").version


class TestWithoutAModel:
    def test_an_unknown_catalog_is_not_found(self, handler):
        with pytest.raises(NotFound, match="no catalog 'music'"):
            handler.serving("music")

    def test_what_is_no_catalog_name_is_refused(self, handler):
        with pytest.raises(InvalidInput, match="catalog"):
            handler.serving("../films")

    def test_a_catalog_that_was_never_trained_has_no_model(self, handler, objects):
        catalogs.ensure(objects, "music")
        with pytest.raises(NoModel, match="nothing was trained"):
            handler.serving("music")

    def test_its_absence_is_looked_at_once_per_interval(self, handler, objects):
        catalogs.ensure(objects, "music")
        for _ in range(3):
            with pytest.raises(NoModel):
                handler.serving("music")
        for call in (("get", "catalogs/music.json"), ("get_if_changed", champions.champion_key("music"))):
            assert handler.objects.calls.count(call) == 1

    def test_its_first_training_is_noticed(self, handler, objects):
        fill(objects, checkerboard(users=8, items=8), catalog="music")
        with pytest.raises(NoModel):
            handler.serving("music")
        record = trained(objects, FIRST_MS, catalog="music")
        assert handler.after(REFRESH_SECONDS, "music").version == record["version"]

    def test_while_the_store_does_not_answer_there_is_no_model(self, handler, versions):
        handler.objects.error = StoreUnavailable("S3: SlowDown")
        with pytest.raises(NoModel, match="the champion could not be checked: S3: SlowDown"):
            handler.serving()
        handler.objects.error = None
        assert handler.serving().version == versions[0]


class TestAFailingStore:
    def test_the_model_goes_on_and_says_why(self, handler, versions):
        handler.serving()
        handler.objects.error = StoreUnavailable("S3: SlowDown")
        serving = handler.after(REFRESH_SECONDS)
        assert serving.version == versions[0]
        assert serving.degraded == "the champion could not be checked: S3: SlowDown"

    def test_it_is_asked_once_per_interval(self, handler):
        handler.serving()
        handler.objects.error = StoreUnavailable("S3: SlowDown")
        asked = len(handler.objects.calls)
        for _ in range(3):
            handler.after(REFRESH_SECONDS)
            handler.serving()
        assert sorted(handler.objects.calls[asked:]) == sorted(FACTS * 3)

    def test_all_is_well_when_it_answers_again(self, handler):
        handler.serving()
        handler.objects.error = StoreUnavailable("S3: SlowDown")
        assert handler.after(REFRESH_SECONDS).degraded
        handler.objects.error = None
        assert handler.after(REFRESH_SECONDS).degraded is None

    def test_a_store_that_fails_while_a_new_champion_is_loaded_keeps_the_old(self, handler, objects, versions):
        handler.serving()
        train_again(objects)
        get = objects.get
        objects.get = lambda key: get(key) if "targets" not in key else _raise(StoreUnavailable("S3: SlowDown"))
        serving = handler.after(REFRESH_SECONDS)
        assert serving.version == versions[0]
        assert serving.degraded == f"version {versions[1]} cannot be served: S3: SlowDown"
        objects.get = get
        serving = handler.after(REFRESH_SECONDS)
        assert (serving.version, serving.degraded) == (versions[1], None)

    def test_a_missing_pointer_keeps_the_model(self, handler, objects, versions):
        handler.serving()
        pointer = objects.get(POINTER).data
        objects.delete(POINTER)
        serving = handler.after(REFRESH_SECONDS)
        assert (serving.version, serving.degraded) == (versions[0], "the champion pointer is missing")
        objects.put(POINTER, pointer)
        assert handler.after(REFRESH_SECONDS).degraded is None

    @pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", b'{"version": '])
    def test_an_unreadable_pointer_keeps_the_model(self, handler, objects, versions, data):
        handler.serving()
        objects.put(POINTER, data)
        serving = handler.after(REFRESH_SECONDS)
        assert serving.version == versions[0]
        assert serving.degraded == "the champion could not be checked: the champion pointer cannot be read"

    def test_a_full_disk_keeps_the_model(self, handler, objects, versions, monkeypatch):
        handler.serving()
        train_again(objects)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "write_bytes", lambda *_: _raise(OSError(28, "No space left on device")))
            serving = handler.after(REFRESH_SECONDS)
        assert serving.version == versions[0]
        assert serving.degraded == f"version {versions[1]} cannot be served: OSError"
        assert handler.after(REFRESH_SECONDS).version == versions[1]


def _raise(error: Exception):
    raise error


def flipped(place: float):
    def damage(data: bytes) -> bytes:
        offset = round(place * (len(data) - 1))
        return data[:offset] + bytes([data[offset] ^ 0x01]) + data[offset + 1 :]

    return damage


DAMAGES = {
    "its first byte flipped": flipped(0),
    "a byte of its header flipped": flipped(0.1),
    "a byte in its middle flipped": flipped(0.5),
    "its last byte flipped": flipped(1),
    "its last byte cut off": lambda data: data[:-1],
    "nothing left": lambda data: b"",
    "a byte too many": lambda data: data + b"\0",
    "gone": None,
}


def damage(objects, key: str, how: str) -> None:
    change = DAMAGES[how]
    if change is None:
        objects.delete(key)
    else:
        objects.put(key, change(objects.get(key).data))


def reason(version: str, how: str) -> str:
    why = "a file of it is missing" if how == "gone" else "its bytes are not what its manifest says"
    return f"version {version} cannot be served: {why}"


def test_every_file_of_an_artifact_is_known_here(trained_once, versions):
    prefix = f"artifacts/films/{versions[0]}/"
    beside = item_maps.FILE  # no part of the version, and read for the map alone
    assert sorted(key.removeprefix(prefix) for key in trained_once.keys(prefix)) == sorted([*FILES, beside])


@pytest.fixture
def damages(sampled, file):
    """The damages to a file: all, or a few, which are others for the next file."""
    turned = FILES.index(file) % len(DAMAGES)
    return sampled([*DAMAGES][turned:] + [*DAMAGES][:turned], 3)


@pytest.mark.parametrize("file", FILES)
class TestADamagedFile:
    """Never served, whatever the file and wherever the damage."""

    def test_a_warm_handler_goes_on_with_the_former_champion(
        self, handler_on, objects, trained_twice, versions, file, damages
    ):
        handler = handler_on(objects)
        expected = answered(handler.serving(), "item-00", "item-02")
        for key, stored in trained_twice.held.items():
            objects.put(key, stored.data)
        key = artifact_key("films", versions[1], file)
        for how in damages:
            objects.put(key, trained_twice.get(key).data)
            damage(objects, key, how)
            for seconds in (RETRY_BAD_SECONDS, REFRESH_SECONDS, REFRESH_SECONDS):
                serving = handler.after(seconds)
                assert serving.version == versions[0], how
                assert serving.degraded, how
                assert answered(serving, "item-00", "item-02") == expected, how
            assert versions[1] in serving.degraded

    def test_a_cold_handler_falls_back_to_the_former_champion_and_says_why(
        self, handler_on, trained_twice, versions, file, damages
    ):
        for how in damages:
            objects = trained_twice.copy()
            damage(objects, artifact_key("films", versions[1], file), how)
            handler = handler_on(objects, how)
            serving = handler.serving()
            assert (serving.version, serving.degraded) == (versions[0], reason(versions[1], how)), how
            assert handler.after(REFRESH_SECONDS).version == versions[0], how

    def test_a_cold_handler_without_a_former_champion_has_no_model(
        self, handler_on, trained_once, versions, file, damages
    ):
        for how in damages:
            objects = trained_once.copy()
            damage(objects, artifact_key("films", versions[0], file), how)
            with pytest.raises(NoModel) as refused:
                handler_on(objects, how).serving()
            assert reason(versions[0], how) in str(refused.value)

    def test_the_champion_serves_by_itself_when_it_was_mended(self, handler_on, trained_twice, versions, file):
        for how in ("a byte in its middle flipped", "gone"):
            objects = trained_twice.copy()
            key = artifact_key("films", versions[1], file)
            whole = objects.get(key).data
            damage(objects, key, how)
            handler = handler_on(objects, how)
            assert handler.serving().version == versions[0]
            objects.put(key, whole)
            serving = handler.after(RETRY_BAD_SECONDS)
            assert (serving.version, serving.degraded) == (versions[1], None)

    def test_training_again_mends_it(self, handler_on, trained_twice, versions, file):
        objects = trained_twice.copy()
        damage(objects, artifact_key("films", versions[1], file), "a byte in its middle flipped")
        handler = handler_on(objects)
        assert handler.serving().degraded
        trained(objects, FIRST_MS + 9)
        serving = handler.after(RETRY_BAD_SECONDS)
        assert (serving.version, serving.degraded) == (versions[1], None)

    def test_damage_on_scratch_is_mended_from_the_store(self, handler_on, trained_once, versions, file):
        for how in ("a byte in its middle flipped", "nothing left", "gone"):
            change = DAMAGES[how]
            first = handler_on(trained_once, how)
            first.serving()
            on_disk = first.scratch / "films" / versions[0] / file
            if change is None:
                on_disk.unlink()
            else:
                on_disk.write_bytes(change(on_disk.read_bytes()))
            serving = handler_on(trained_once, how).serving()
            assert (serving.version, serving.degraded) == (versions[0], None), how


def test_a_bad_version_is_not_downloaded_again_for_a_while(handler_on, trained_twice, versions):
    objects = trained_twice.copy()
    damage(objects, artifact_key("films", versions[1], "targets.npy"), "its last byte flipped")
    handler = handler_on(objects)
    handler.serving()
    asked = len(handler.objects.calls)
    while handler.clock.seconds + REFRESH_SECONDS < RETRY_BAD_SECONDS:
        handler.after(REFRESH_SECONDS)
    assert {name for name, _ in handler.objects.calls[asked:]} == {"get_if_changed"}


def put_another_format(objects, version: str) -> str:
    """The version of the same artifact in an older format, now champion, as older code left it."""
    manifest = json.loads(objects.get(artifact_key("films", version, MANIFEST)).data)
    written = json.dumps({**manifest, "format": 1}).encode()
    older = version_of(written)
    publish(objects, "films", Artifact(older, {MANIFEST: written}))
    champions.promote_run(objects, "films", older, "older", 50, FIRST_MS + 5, FIRST_MS + 5)
    return older


OTHER_FORMAT = "cannot be served: it is of another format; train again"


def test_an_older_format_is_said_to_be_one_as_long_as_it_is_champion(handler, objects, versions):
    older = put_another_format(objects, versions[0])
    for seconds in (0, REFRESH_SECONDS, RETRY_BAD_SECONDS):
        serving = handler.after(seconds)
        assert (serving.version, serving.degraded) == (versions[0], f"version {older} {OTHER_FORMAT}")


def test_a_catalog_with_only_an_older_format_has_no_model_and_says_why(handler, objects, versions):
    older = put_another_format(objects, versions[0])
    damage(objects, artifact_key("films", versions[0], MANIFEST), "gone")
    for seconds in (0, REFRESH_SECONDS):
        with pytest.raises(NoModel, match=f"version {older} {OTHER_FORMAT}"):
            handler.after(seconds)


def test_a_warm_handler_keeps_its_model_rather_than_try_others(handler, objects, versions):
    handler.serving()
    train_again(objects)
    fill(objects, checkerboard(users=8, items=12), now_ms=FIRST_MS + 2)
    third = str(trained(objects, FIRST_MS + 2)["version"])
    damage(objects, artifact_key("films", third, "targets.npy"), "its last byte flipped")
    serving = handler.after(REFRESH_SECONDS)
    assert champions.read_champion(objects, "films").previous == (versions[1], versions[0])
    assert (serving.version, serving.degraded) == (versions[0], reason(third, "flipped"))


def test_the_same_version_in_another_catalog_is_judged_for_itself(handler_on, trained_once, versions):
    objects = trained_once.copy()
    fill(objects, checkerboard(users=8, items=8), catalog="music")
    assert trained(objects, FIRST_MS, catalog="music")["version"] == versions[0]
    damage(objects, artifact_key("films", versions[0], MANIFEST), "gone")
    handler = handler_on(objects)
    with pytest.raises(NoModel):
        handler.serving("films")
    assert handler.serving("music").degraded is None


class TestScratch:
    def names(self, handler: Handler) -> list[str]:
        return sorted(path.name for path in (handler.scratch / "films").iterdir() if path.is_dir())

    def test_keeps_only_the_version_that_serves(self, handler, objects, versions):
        handler.serving()
        assert self.names(handler) == [versions[0]]
        train_again(objects)
        handler.after(REFRESH_SECONDS)
        assert self.names(handler) == [versions[1]]

    def test_keeps_nothing_of_a_version_that_is_bad(self, handler, objects, versions):
        handler.serving()
        train_again(objects)
        damage(objects, artifact_key("films", versions[1], "years.npy"), "its last byte flipped")
        assert handler.after(REFRESH_SECONDS).degraded
        assert self.names(handler) == [versions[0]]

    def test_spares_a_restarted_environment_the_download(self, handler_on, objects, versions):
        handler_on(objects).serving()
        again = handler_on(objects)
        assert again.serving().version == versions[0]
        assert sorted(again.objects.calls) == FACTS

    def test_may_vanish_while_a_model_serves(self, handler):
        before = answered(handler.serving(), "item-00", "item-02")
        shutil.rmtree(handler.scratch)
        assert answered(handler.after(REFRESH_SECONDS), "item-00", "item-02") == before


class TestThreads:
    def test_load_a_model_once(self, handler):
        gate = threading.Barrier(8, timeout=PATIENCE_SECONDS)

        def ask(_: int) -> Serving:
            gate.wait()
            return handler.serving()

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(8)))
        assert len({id(serving.recommender) for serving in answers}) == 1
        assert len(handler.objects.calls) == len(FACTS) + len(FILES)

    def test_of_many_environments_may_share_one_disk(self, handler_on, trained_twice, versions):
        """A new champion every round, and every environment loads it onto the same disk at once."""
        objects = trained_twice.copy()
        handlers = [handler_on(objects) for _ in range(4)]
        gate = threading.Barrier(len(handlers), timeout=PATIENCE_SECONDS)

        def follow(handler: Handler, version: str) -> tuple[str, str | None]:
            gate.wait()
            serving = handler.after(REFRESH_SECONDS)
            assert len(answered(serving, "item-00", "item-02")) == 5
            return serving.version, serving.degraded

        with ThreadPoolExecutor(len(handlers)) as pool:
            for number in range(12):
                version = versions[number % 2]
                champions.promote(objects, "films", version, FIRST_MS + 10 + number)
                found = list(pool.map(follow, handlers, [version] * len(handlers)))
                assert found == [(version, None)] * len(handlers)
