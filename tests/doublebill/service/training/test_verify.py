"""Verifying: a version trained again is the same, or it is told exactly what is not."""

import json
from dataclasses import replace

import pytest

from doublebill.errors import InvalidInput, NotFound
from doublebill.events import to_line
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.model.config import Config, Knn
from doublebill.model.items import Item
from doublebill.service.catalog import catalogs
from doublebill.service.registry import versions
from doublebill.service.registry.pruning.expired import remove_expired
from doublebill.service.training import config_search, provenance
from doublebill.service.training import verify as module
from doublebill.service.training.train import train
from doublebill.service.training.verify import catalog_of, verify
from doublebill.stores.job_record import new_id
from doublebill.stores.jsonl_gz import pack
from doublebill.times.retention import DAY_MS
from fakes import MemoryObjects
from trainings import fill, fill_import, trained, training
from worlds import FIRST_MS, checkerboard

CONFIGS = [Config(Knn("cosine"), k=k) for k in (3, 50)]


@pytest.fixture(autouse=True)
def few_candidates(monkeypatch):
    monkeypatch.setattr(config_search, "candidates", lambda *_, **__: CONFIGS)


@pytest.fixture
def objects():
    filled = MemoryObjects()
    fill(filled, checkerboard(users=40, items=12))
    catalogs.put_items(filled, "films", [Item("item-00", title="Zero")], FIRST_MS)
    return filled


@pytest.fixture
def version(objects):
    return str(trained(objects, FIRST_MS)["version"])


def test_a_restricted_training_is_repeated_from_its_record(objects):
    configs = [{"family": "knn", "k": 4}, {"family": {"name": "rp3beta"}, "k": 50, "cold_users": 0}]
    record = train(training(objects, FIRST_MS, configs=configs))
    tried = [Config.from_json(one["config"]) for one in record["report"]["candidates"]]
    assert [(one.family.name, one.k, one.cold_users) for one in tried] == [("knn", 4, 5), ("rp3beta", 50, 0)]
    assert (record["report"]["restricted"], record["report"]["refined"]) == (True, [])
    assert verify(objects, "films", record["version"]).outcome == "same"


def stored(objects) -> dict[str, bytes]:
    return {key: objects.get(key).data for key in objects.keys("")}


def change_byte(objects, version: str, file: str) -> None:
    key = versions.artifact_key("films", version, file)
    data = bytearray(objects.get(key).data)
    data[-1] ^= 1
    objects.put(key, bytes(data))


def change_record(objects, change) -> None:
    key = next(objects.keys("runs/films/"))
    record = json.loads(objects.get(key).data)
    change(record)
    objects.put(key, json.dumps(record).encode())


class TestAVersion:
    def test_trained_again_is_the_same_and_nothing_is_written(self, objects, version):
        before = stored(objects)
        verified = verify(objects, "films", version)
        assert (verified.outcome, verified.differences, verified.platform) == ("same", [], [])
        assert verified.run == new_id(FIRST_MS, "test")
        assert stored(objects) == before

    def test_is_the_same_after_more_arrived(self, objects, version):
        fill(objects, checkerboard(users=50, items=14), now_ms=FIRST_MS + 1)
        fill_import(objects, checkerboard(users=60, items=16))
        catalogs.put_items(objects, "films", [Item("item-00", title="Nought"), Item("item-77")], FIRST_MS + 1)
        catalogs.ensure(objects, "films", exclude_seen=False)
        assert trained(objects, FIRST_MS + 2)["version"] != version
        assert verify(objects, "films", version).outcome == "same"

    def test_whose_time_was_up_is_the_same_without_a_clock(self, objects, monkeypatch):
        monkeypatch.setattr(config_search, "candidates", lambda *_, **__: CONFIGS[::-1])
        budget = TimeBudget.of(lambda: 0.0, -1.0)
        cut = train(training(objects, FIRST_MS, "cut", budget=budget))
        assert (cut["report"]["tried"], cut["report"]["cut"]) == (1, True)
        monkeypatch.setattr(config_search, "candidates", lambda *_, **__: CONFIGS)
        assert trained(objects, FIRST_MS + 1)["version"] != cut["version"]
        assert verify(objects, "films", str(cut["version"])).outcome == "same"

    def test_that_predicts_ratings_is_the_same(self):
        rated = MemoryObjects()
        events = checkerboard(users=40, items=12)
        fill(rated, [replace(event, kind="rate", value=1 + place % 5) for place, event in enumerate(events)])
        record = trained(rated, FIRST_MS)
        assert record["data"]["ratings"] == 200
        assert verify(rated, "films", str(record["version"])).outcome == "same"

    @pytest.mark.parametrize("shipped", ["neighbours", "biases"])
    def test_whose_ratings_had_to_be_predicted_by_biases_or_not_is_the_same(self, monkeypatch, shipped):
        rated = MemoryObjects()
        events = checkerboard(users=40, items=12)
        fill(rated, [replace(event, kind="rate", value=1 + place % 5) for place, event in enumerate(events)])
        with monkeypatch.context() as decided:
            decided.setattr(config_search, "evaluate_ratings", lambda *_: {"shipped": shipped, "rmse": 1.0})
            record = trained(rated, FIRST_MS)
        other = {"neighbours": "biases", "biases": "neighbours"}[shipped]
        assert verify(rated, "films", str(record["version"])).outcome == "same"
        again = module.fit_reported
        monkeypatch.setattr(module, "fit_reported", lambda ratings, *_: again(ratings, {"shipped": other}))
        assert verify(rated, "films", str(record["version"])).outcome == "different"

    def test_of_too_few_users_to_choose_by_is_the_same(self):
        few = MemoryObjects()
        fill(few, checkerboard(users=4, items=8))
        record = trained(few, FIRST_MS)
        assert record["report"]["evaluated"] is False
        assert verify(few, "films", str(record["version"])).outcome == "same"

    def test_tells_what_it_is_doing(self, objects, version):
        heard = []
        verify(objects, "films", version, heard.append)
        assert (heard[0], heard[-1]) == ("reading the data of the run", "fitting the chosen config on all users")


class TestWhatIsStored:
    @pytest.mark.parametrize("file", ["values.npy", "popularity.npy", "manifest.json"])
    def test_a_changed_byte_is_noticed(self, objects, version, file):
        change_byte(objects, version, file)
        verified = verify(objects, "films", version)
        assert verified.outcome == "different"
        assert f"stored {file}: its bytes have changed" in verified.differences

    def test_a_missing_file_is_noticed(self, objects, version):
        objects.delete(versions.artifact_key("films", version, "popularity.npy"))
        verified = verify(objects, "films", version)
        assert (verified.outcome, verified.differences) == ("different", ["stored popularity.npy: is gone"])

    def test_another_config_is_noticed_and_named(self, objects, version):
        key = versions.artifact_key("films", version, "manifest.json")
        manifest = json.loads(objects.get(key).data)
        k = manifest["config"]["k"]
        manifest["config"]["k"] = 77
        objects.put(key, json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode())
        verified = verify(objects, "films", version)
        assert verified.outcome == "different"
        assert verified.differences == [
            "stored manifest.json: its bytes have changed",
            f"config: k (77 stored, {k} trained)",
        ]

    def test_a_version_that_training_does_not_give_is_noticed_and_what_differs_is_named(
        self, objects, version, monkeypatch
    ):
        fit, other = module.fit, Config(Knn("cosine"), k=1, minimum_users=3, most_items=1_000)
        monkeypatch.setattr(module, "fit", lambda catalog, interactions, *_, **__: fit(catalog, interactions, other))
        verified = verify(objects, "films", version)
        assert verified.outcome == "different"
        arrays, config, golden = verified.differences
        assert arrays.startswith("arrays: ")
        assert "targets" in arrays
        assert config.startswith("config: k (")
        assert config.endswith(" stored, 1 trained)")
        assert golden == "golden: another than stored"


def test_expired_rows_are_in_no_version_and_the_record_says_so_for_ever(objects):
    fill(objects, checkerboard(users=60, items=16), now_ms=FIRST_MS - 3 * DAY_MS)
    fresh = MemoryObjects()
    fill(fresh, checkerboard(users=40, items=12))
    catalogs.put_items(fresh, "films", [Item("item-00", title="Zero")], FIRST_MS)
    record = train(training(objects, FIRST_MS, retention_days=2))
    assert record["version"] == trained(fresh, FIRST_MS)["version"]
    assert record["window"]["since_ms"] == FIRST_MS - 2 * DAY_MS
    assert verify(objects, "films", record["version"]).outcome == "same"
    remove_expired(objects, "films", FIRST_MS - 2 * DAY_MS, FIRST_MS)
    assert verify(objects, "films", record["version"]).outcome == "same"
    remove_expired(objects, "films", FIRST_MS + 1, FIRST_MS + 2)
    assert verify(objects, "films", record["version"]).outcome == "not repeatable"


class TestWhatCannotBeRepeated:
    def test_missing_events_are_named(self, objects, version):
        objects.delete(next(objects.keys("events/films/")))
        verified = verify(objects, "films", version)
        assert verified.outcome == "not repeatable"
        assert "events: 1 of the 1 newest objects that the run read are gone" in verified.differences
        assert "users of the data: 40 then, 0 now" in verified.differences

    def test_events_that_say_something_else_are_named(self, objects, version):
        key = next(objects.keys("events/films/"))
        objects.put(key, pack(map(to_line, checkerboard(users=40, items=12)[:-1])))
        verified = verify(objects, "films", version)
        assert verified.outcome == "not repeatable"
        assert any(told.startswith(f"{key}: its") for told in verified.differences)
        assert any(told.startswith("digest of the data: ") for told in verified.differences)

    def test_a_run_that_did_not_record_what_it_read_is_named(self, objects, version):
        change_record(objects, lambda record: record.pop("window"))
        verified = verify(objects, "films", version)
        assert (verified.outcome, verified.differences) == (
            "not repeatable",
            ["the run did not record what it read"],
        )

    def test_configs_that_are_not_understood_are_named(self, objects, version):
        def tarot(record):
            record["report"]["candidates"][0]["config"]["family"] = {"name": "tarot"}

        change_record(objects, tarot)
        verified = verify(objects, "films", version)
        assert verified.outcome == "not repeatable"
        assert "not understood" in verified.differences[0]


class TestThePlatform:
    def test_another_one_is_named(self, objects, version, monkeypatch):
        here = provenance.this_platform()
        monkeypatch.setattr(provenance, "this_platform", lambda: here | {"threads": "64", "numpy": "1.0"})
        verified = verify(objects, "films", version)
        assert verified.outcome == "same"
        assert list(verified.platform) == [
            f"numpy: {here['numpy']} then, 1.0 now",
            f"threads: {here['threads']} then, 64 now",
        ]

    def test_the_variable_tells_the_threads(self, monkeypatch):
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
        assert provenance.this_platform()["threads"] == "3"
        assert provenance.elsewhere({}) == [
            f"{name}: not recorded then, {value} now" for name, value in sorted(provenance.this_platform().items())
        ]


class TestTheCatalog:
    def test_is_found_by_the_version(self, objects, version):
        catalogs.ensure(objects, "another")
        assert catalog_of(objects, version) == "films"

    def test_that_no_catalog_has_is_not_found(self, objects, version):
        with pytest.raises(NotFound, match="no catalog has a version"):
            catalog_of(objects, "0" * 32)
        with pytest.raises(NotFound, match="no version"):
            verify(objects, "films", "0" * 32)
        with pytest.raises(NotFound, match="no catalog 'songs'"):
            verify(objects, "songs", version)

    def test_must_be_named_where_several_have_it(self, objects, version):
        fill(objects, checkerboard(users=40, items=12), catalog="same")
        catalogs.put_items(objects, "same", [Item("item-00", title="Zero")], FIRST_MS)
        assert trained(objects, FIRST_MS, catalog="same")["version"] == version
        with pytest.raises(InvalidInput, match="several catalogs have this version; use one of films, same"):
            catalog_of(objects, version)
