"""A corpus is kept whole or not at all, learned from by a job, and says what became of it."""

import json

import pytest

from doublebill.errors import InvalidInput, NotFound, StoreUnavailable
from doublebill.games import learners
from doublebill.schema import read
from doublebill.service.content import corpora
from doublebill.service.content.corpora import CorpusRequest
from doublebill.service.content.corpus_record import MODELS_LISTED, CorpusRecord, list_records, read_record
from doublebill.stores.job_record import LOST_AFTER_MS
from fakes import MemoryObjects

NAMES = ["Aldra", "Belwen", "Cormir", "Delan", "Ferris", "Galdor", "Helwyn", "Joran", "Karsin", "Loreth"]
NOW = 1_700_000_000_000


class Jobs:
    """Jobs that are only written down, or cannot be started."""

    def __init__(self, down=False):
        self.started = []
        self.down = down

    def start(self, payload):
        if self.down:
            raise StoreUnavailable("Lambda: ConnectTimeoutError")
        self.started.append(json.loads(json.dumps(payload)))


@pytest.fixture
def objects():
    return MemoryObjects()


def asked(examples=NAMES, corpus="elves", **more):
    return read(CorpusRequest, {"corpus": corpus, "examples": examples, **more})


def learn(objects, job, now=NOW + 5):
    return corpora.learn(objects, job["kind"], job["corpus"], job["examples"], lambda: now)


class TestSending:
    def test_it_is_training_until_the_job_has_learned_and_then_names_its_model(self, objects):
        jobs = Jobs()
        told = corpora.submit(objects, jobs, "names", asked(licence="CC0"), NOW)
        assert (told["state"], told["examples"], told["models"], "model_version" in told) == ("training", 10, [], False)
        learned = learn(objects, *jobs.started)
        told = corpora.status(objects, "names", "elves", NOW)
        assert told == learned.status(NOW)
        assert told["state"] == "ready"
        assert told["model_version"] == told["models"][0]["model_version"]
        assert (told["models"][0]["licence"], told["models"][0]["learned_ms"]) == ("CC0", NOW + 5)
        assert told["models"][0]["report"]

    def test_the_same_examples_give_the_same_version_and_others_another(self, objects):
        jobs, versions = Jobs(), []
        for examples in (NAMES, NAMES, NAMES[1:]):
            corpora.submit(objects, jobs, "names", asked(examples), NOW)
            versions.append(learn(objects, jobs.started[-1]).models[0]["model_version"])
        assert versions[0] == versions[1] != versions[2]
        models = read_record(objects, "names", "elves").models
        assert [model["model_version"] for model in models] == [versions[2], versions[0]]

    def test_what_was_there_before_stays_until_the_new_has_been_learned(self, objects):
        jobs = Jobs()
        corpora.submit(objects, jobs, "names", asked(), NOW)
        before = learn(objects, jobs.started[0]).models
        told = corpora.submit(objects, jobs, "names", asked(NAMES[2:]), NOW + 1)
        assert (told["state"], told["model_version"]) == ("training", before[0]["model_version"])

    def test_a_training_that_was_overtaken_changes_nothing(self, objects):
        jobs = Jobs()
        corpora.submit(objects, jobs, "names", asked(), NOW)
        corpora.submit(objects, jobs, "names", asked(NAMES[2:]), NOW + 1)
        late, latest = jobs.started
        newest = learn(objects, latest)
        assert learn(objects, late) == newest

    def test_a_job_that_cannot_be_started_is_reported(self, objects):
        with pytest.raises(StoreUnavailable):
            corpora.submit(objects, Jobs(down=True), "names", asked(), NOW)
        told = corpora.status(objects, "names", "elves", NOW)
        assert (told["state"], told["error"]) == ("failed", "Lambda: ConnectTimeoutError")

    def test_one_of_which_nothing_was_heard_for_an_hour_is_lost(self, objects):
        corpora.submit(objects, Jobs(), "names", asked(), NOW)
        there = read_record(objects, "names", "elves")
        assert there.status(NOW + LOST_AFTER_MS)["state"] == "training"
        assert there.status(NOW + LOST_AFTER_MS + 1)["state"] == "lost"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("kind", "request_", "field"),
        [
            ("names", {"examples": ["Ada", ""]}, "examples[1]"),
            ("names", {"examples": ["Ada", 7]}, "examples[1]"),
            ("names", {"examples": [" Ada"]}, "examples[0]"),
            ("names", {"corpus": "people"}, "corpus"),
            ("quests", {}, "kind"),
        ],
    )
    def test_nothing_is_kept_and_the_field_is_named(self, objects, kind, request_, field):
        with pytest.raises(InvalidInput) as refused:
            corpora.submit(objects, Jobs(), kind, asked(**{"examples": NAMES, **request_}), NOW)
        assert refused.value.complaints[0].field == field
        assert objects.held == {}

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "corpus"),
            ({"corpus": "Elves"}, "corpus"),
            ({"corpus": "../x"}, "corpus"),
            ({"examples": []}, "examples"),
            ({"examples": "Ada"}, "examples"),
            ({"legend": {"X": 1}}, "legend.X"),
            ({"licence": ""}, "licence"),
        ],
    )
    def test_a_body_that_is_none_names_its_field(self, body, field):
        with pytest.raises(InvalidInput) as refused:
            read(CorpusRequest, {"corpus": "elves", "examples": NAMES, **body} if body else {"examples": NAMES})
        assert refused.value.complaints[0].field == field

    def test_a_kind_or_a_corpus_that_is_not_there_is_not_found(self, objects):
        with pytest.raises(NotFound, match="'castles'"):
            corpora.submit(objects, Jobs(), "castles", asked(), NOW)
        for kind, name in (("names", "elves"), ("names", "Elves/.."), ("../names", "elves")):
            with pytest.raises(NotFound, match="there is no corpus"):
                read_record(objects, kind, name)
        corpora.submit(objects, Jobs(), "names", asked(), NOW)
        with pytest.raises(NotFound, match="'feed'"):
            corpora.learn(objects, "names", "elves", "feed", lambda: NOW)


class TestAFailure:
    def test_of_the_examples_is_recorded_and_not_raised(self, objects, monkeypatch):
        jobs = Jobs()
        corpora.submit(objects, jobs, "names", asked(), NOW)
        monkeypatch.setattr(learners, "LEARNERS", {"names": _Refusing()})
        there = learn(objects, *jobs.started)
        assert (there.state, there.error) == ("failed", "examples: 10 is not valid; use more")
        assert there.models == ()

    def test_of_the_code_is_recorded_and_raised(self, objects, monkeypatch):
        jobs = Jobs()
        corpora.submit(objects, jobs, "names", asked(), NOW)
        monkeypatch.setattr(learners, "LEARNERS", {"names": _Broken()})
        with pytest.raises(ZeroDivisionError):
            learn(objects, *jobs.started)
        there = read_record(objects, "names", "elves")
        assert (there.state, there.error) == ("failed", "ZeroDivisionError")

    def test_leaves_what_was_learned_before(self, objects, monkeypatch):
        jobs = Jobs()
        corpora.submit(objects, jobs, "names", asked(), NOW)
        before = learn(objects, *jobs.started).models
        monkeypatch.setattr(learners, "LEARNERS", {"names": _Refusing()})
        assert learn(objects, *jobs.started).models == before


class _Refusing:
    def read(self, examples, legend, field):
        return tuple(examples)

    def learn(self, examples):
        raise InvalidInput.of_value("examples", len(examples), "more")


class _Broken(_Refusing):
    def learn(self, examples):
        raise ZeroDivisionError("defect")


class TestTheRecord:
    def test_comes_back_as_it_was_written(self, objects):
        jobs = Jobs()
        corpora.submit(objects, jobs, "names", asked(), NOW)
        there = learn(objects, *jobs.started)
        assert CorpusRecord.from_bytes(there.to_bytes()) == there

    @pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"models": [{}]}'])
    def test_that_cannot_be_read_is_no_answer(self, data):
        with pytest.raises(StoreUnavailable):
            CorpusRecord.from_bytes(data)

    def test_tells_of_the_newest_models_only(self, objects):
        record = CorpusRecord("names", "elves", "d", NOW, 1, "training")
        for number in range(MODELS_LISTED + 3):
            model = {
                "model_version": f"{number:032x}",
                "learned_ms": NOW,
                "examples": 1,
                "licence": "CC0",
                "report": {},
            }
            record = record.with_model(model)
        assert len(record.models) == MODELS_LISTED
        assert record.models[0]["model_version"] == f"{MODELS_LISTED + 2:032x}"
        again = record.with_model({**record.models[5], "learned_ms": NOW + 9})
        assert len(again.models) == MODELS_LISTED
        assert again.models[0]["model_version"] == record.models[5]["model_version"]

    def test_every_corpus_of_the_kinds_that_somebody_sees_is_listed_by_name(self, objects):
        for name in ("orcs", "elves"):
            corpora.submit(objects, Jobs(), "names", asked(corpus=name), NOW)
        corpora.submit(objects, Jobs(), "items", asked([{"name": "Tin Flute"}], corpus="toys"), NOW)
        listed = [(one.kind, one.corpus) for one in list_records(objects)]
        assert listed == [("items", "toys"), ("names", "elves"), ("names", "orcs")]
        seen = list_records(objects, lambda catalog: catalog == "games/items")
        assert [one.corpus for one in seen] == ["toys"]
