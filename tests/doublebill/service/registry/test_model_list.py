import json

import pytest

from doublebill.errors import NotFound, StoreUnavailable
from doublebill.model.artifact import FORMAT
from doublebill.model.config import Config
from doublebill.service.catalog import catalogs
from doublebill.service.registry import ab_test, champions, click_through, model_list, runs
from doublebill.service.registry.model_list import ModelListOptions
from doublebill.service.registry.run_list import RunListOptions, run_list
from doublebill.stores.job_record import new_id
from doublebill.values.response_size import MAX_RESPONSE_BYTES
from fake_records import MemoryRecords
from fakes import Killed, MemoryObjects, StoppingObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = 1_700_000_000_000
RUN = new_id(NOW_MS, "abcd")


@pytest.fixture
def objects():
    made = MemoryObjects()
    catalogs.ensure(made, "films")
    return made


@pytest.fixture
def twice_trained(objects):
    fill(objects, checkerboard(users=8, items=8))
    trained(objects, FIRST_MS)
    fill(objects, checkerboard(users=8, items=10), now_ms=FIRST_MS + 1)
    trained(objects, FIRST_MS + 1)
    return objects


class TestModels:
    def test_versions_are_listed_newest_first_with_their_reports(self, twice_trained):
        listed = model_list.models(twice_trained, "films")
        champion = champions.read_champion(twice_trained, "films")
        assert listed["champion"] == champion.version
        assert [entry["version"] for entry in listed["models"]] == [champion.version, *champion.previous]
        assert [entry["champion"] for entry in listed["models"]] == [True, False]
        assert all(entry["report"] and entry["promoted"] and entry["why"] for entry in listed["models"])

    def test_a_version_made_again_stands_where_its_latest_run_puts_it(self, twice_trained):
        old, new = [entry["version"] for entry in model_list.models(twice_trained, "films")["models"]][::-1]
        trained(twice_trained, FIRST_MS + 2)
        again = dict(runs.read(twice_trained, "films", new_id(FIRST_MS, "test"), FIRST_MS))
        again["run"] = new_id(FIRST_MS + 3, "test")
        twice_trained.put(f"runs/films/{again['run']}.json", json.dumps(again).encode())
        listed = model_list.models(twice_trained, "films")["models"]
        assert [(entry["version"], entry["champion"]) for entry in listed] == [(old, False), (new, True)]
        assert [entry["run"] for entry in listed] == [again["run"], new_id(FIRST_MS + 2, "test")]

    def test_an_untrained_catalog_has_none(self, objects):
        record = runs.record_of(objects, "films", RUN)
        objects.put(record.key, json.dumps({**runs.made("films", RUN, NOW_MS), "state": "queued"}).encode())
        assert model_list.models(objects, "films") == {
            "catalog": "films",
            "champion": None,
            "challenger": None,
            "share": 0.0,
            "models": [],
        }

    def test_of_an_unknown_catalog_are_not_found(self, objects):
        for ask in (lambda: model_list.models(objects, "music"), lambda: model_list.model(objects, "music", "0" * 32)):
            with pytest.raises(NotFound, match="no catalog 'music'"):
                ask()

    def test_a_card_shows_config_size_and_run(self, twice_trained):
        version = champions.read_champion(twice_trained, "films").version
        card = model_list.model(twice_trained, "films", version)
        folder = f"artifacts/films/{version}/"
        sizes = [len(twice_trained.get(key).data) for key in twice_trained.keys(folder) if key.endswith(".npy")]
        assert (card["version"], card["champion"], card["format"]) == (version, True, FORMAT)
        assert card["size_bytes"] == sum(sizes)
        assert str(Config.from_json(card["config"])) == card["report"]["chosen"]
        assert card["run"] == new_id(FIRST_MS + 1, "test")

    def test_a_version_that_no_run_made_is_not_found(self, twice_trained):
        counting = StoppingObjects(twice_trained)
        for version in ("0" * 32, "a/../b"):
            with pytest.raises(NotFound, match="no version"):
                model_list.model(counting, "films", version)
        assert [key for name, key in counting.calls if name == "get" and key.startswith("runs/")] == []

    def test_a_champion_whose_run_died_before_its_end_is_listed(self, objects):
        fill(objects, checkerboard(users=8, items=8))
        alive = StoppingObjects(objects.copy())
        trained(alive, FIRST_MS)
        dying = StoppingObjects(objects, alive.calls.index(("create", champions.champion_key("films"))), "after")
        with pytest.raises(Killed):
            trained(dying, FIRST_MS)
        (entry,) = model_list.models(objects, "films")["models"]
        assert entry["champion"] is True
        assert entry["why"] == "the run has not ended"
        card = model_list.model(objects, "films", str(entry["version"]))
        assert entry["report"].items() <= card["report"].items()
        assert card["report"].keys() & set(model_list.UNLISTED)


def pages(objects, n: int) -> list[model_list.ModelList]:
    """Every page of versions, each with `n` at most."""
    listed = [model_list.models(objects, "films", page=ModelListOptions(n=n))]
    while cursor := listed[-1].get("next_cursor"):
        listed.append(model_list.models(objects, "films", page=ModelListOptions(n=n, cursor=cursor)))
    return listed


class TestPages:
    @pytest.fixture
    def many(self, objects):
        """A catalog with 230 runs of 46 versions: each version was made five times, at two times apart."""
        fill(objects, checkerboard(users=8, items=8))
        record = dict(trained(objects, FIRST_MS))
        for number in range(230):
            run, version = new_id(FIRST_MS + 1 + number, "copy"), f"{number // 4 % 46:032x}"
            stored = {**record, "run": run, "version": version}
            objects.put(f"runs/films/{run}.json", json.dumps(stored).encode())
        return objects

    def test_have_every_version_once_whatever_their_size(self, many):
        (whole,) = pages(many, 200)
        assert len(whole["models"]) == 47
        for n in (1, 20, 46, 47):
            listed = pages(many, n)
            assert [len(page["models"]) for page in listed[:-1]] == [n] * (len(listed) - 1)
            assert [entry for page in listed for entry in page["models"]] == whole["models"]

    def test_name_a_damaged_run_once(self, many):
        run = new_id(FIRST_MS + 130, "copy")
        many.put(f"runs/films/{run}.json", b"{")
        assert [one["name"] for page in pages(many, 10) for one in page.get("skipped", ())] == [run]

    def test_of_200_versions_fit_into_an_answer(self, many):
        (entry, *_) = model_list.models(many, "films")["models"]
        assert 200 * len(json.dumps(entry)) < MAX_RESPONSE_BYTES

    def test_of_runs_follow_one_another(self, many):
        options, met = RunListOptions(n=100), []
        while options is not None:
            listed = run_list(many, "films", options, FIRST_MS)
            met += [entry["run"] for entry in listed["runs"]]
            cursor = listed.get("next_cursor")
            options = RunListOptions(n=100, cursor=cursor) if cursor else None
        keys = [key.rpartition("/")[2].removesuffix(".json") for key in many.keys("runs/films/")]
        assert met == keys[::-1]


class TestOnline:
    NOW = 1_800_000_000

    @pytest.fixture
    def records(self, twice_trained):
        """The champion answered a hundred times, of which thirty were clicked; nobody asked the other."""
        made, champion = MemoryRecords(), champions.read_champion(twice_trained, "films")
        made.add(click_through.answers_key("films"), champion.version, {"answers": 100, "clicks": 30}, self.NOW + 10)
        made.add(click_through.answers_key("films"), champion.previous[0], {"clicks": 1}, self.NOW + 10)
        return made

    def test_versions_that_answered_tell_their_clicks(self, twice_trained, records):
        listed = model_list.models(twice_trained, "films", records, self.NOW)["models"]
        assert listed[0]["online"] == {
            "answers": 100,
            "clicks": 30,
            "click_through": 0.3,
            "interval": ab_test.interval(30, 100),
        }
        assert "online" not in listed[1]
        card = model_list.model(twice_trained, "films", listed[0]["version"], records, self.NOW)
        assert card["online"] == listed[0]["online"]

    def test_more_clicks_than_answers_have_no_interval(self, twice_trained, records):
        version = champions.read_champion(twice_trained, "films").version
        records.add(click_through.answers_key("films"), version, {"clicks": 100}, self.NOW + 10)
        online = model_list.models(twice_trained, "films", records, self.NOW)["models"][0]["online"]
        assert (online["click_through"], online["interval"]) == (1.3, None)

    def test_what_has_expired_is_not_listed(self, twice_trained, records):
        listed = model_list.models(twice_trained, "films", records, self.NOW + 10)["models"]
        assert not any("online" in entry for entry in listed)

    def test_where_the_records_do_not_answer_the_rest_is_reported(self, twice_trained, records):
        records.error = StoreUnavailable("DynamoDB: ThrottlingException")
        assert model_list.models(twice_trained, "films", records, self.NOW) == model_list.models(twice_trained, "films")
        assert records.calls[-1] == ("counts", click_through.answers_key("films"))

    def test_the_challenger_is_marked_and_its_share_shown(self, twice_trained):
        champion = champions.read_champion(twice_trained, "films")
        champions.challenge(twice_trained, "films", champion.previous[0], 0.2)
        listed = model_list.models(twice_trained, "films")
        assert (listed["challenger"], listed["share"]) == (champion.previous[0], 0.2)
        assert [entry["challenger"] for entry in listed["models"]] == [False, True]
        champions.end_challenge(twice_trained, "films")
        listed = model_list.models(twice_trained, "films")
        assert (listed["challenger"], listed["share"]) == (None, 0.0)
        assert [entry["challenger"] for entry in listed["models"]] == [False, False]

    def test_answers_have_the_keys_that_their_types_name(self, twice_trained, records):
        listed = model_list.models(twice_trained, "films", records, self.NOW)
        first, second = listed["models"]
        assert listed.keys() == model_list.ModelList.__required_keys__
        assert first.keys() - {"baseline"} == model_list.ModelEntry.__required_keys__ | {"online"}
        assert second.keys() - {"baseline"} == model_list.ModelEntry.__required_keys__
        card = model_list.model(twice_trained, "films", first["version"], records, self.NOW)
        assert card.keys() - {"baseline"} == model_list.ModelCard.__required_keys__ | {"online", "privacy_card"}
        assert first["online"].keys() == click_through.Online.__annotations__.keys()
