"""Generators are found by kind, corpus and version; what was found goes on while the store is away."""

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import FormatUnknown, InvalidInput, NoModel, NotFound, StoreUnavailable
from doublebill.games.kinds import KINDS
from doublebill.games.text import texts
from doublebill.model.bundle import MANIFEST
from doublebill.schema import read
from doublebill.service.content import content_models, corpora
from doublebill.service.content.corpora import CorpusRequest
from doublebill.service.content.generator_cache import GENERATORS_KEPT, GeneratorCache, shipped_generator
from fakes import MemoryObjects

NAMES = ["Aldra", "Belwen", "Cormir", "Delan", "Ferris", "Galdor", "Helwyn", "Joran", "Karsin", "Loreth"]
NOW = 1_700_000_000_000


class Counting(MemoryObjects):
    """Objects that count what is asked, and may be away."""

    def __init__(self):
        super().__init__()
        self.asked = []
        self.away = False

    def get(self, key):
        self.asked.append(key)
        if self.away:
            raise StoreUnavailable("S3: away")
        return super().get(key)


@pytest.fixture
def objects():
    return Counting()


@pytest.fixture
def clock():
    return Clock(100.0)


@pytest.fixture
def taught(objects, clock):
    return GeneratorCache(objects, clock, refresh_seconds=5.0)


def in_time():
    return Deadline(Clock(), 10)


def learn(objects, examples=NAMES, corpus="elves"):
    kept = corpora.keep(objects, "names", read(CorpusRequest, {"corpus": corpus, "examples": examples}), NOW)
    return corpora.learn(objects, "names", corpus, kept.sent, lambda: NOW).models[0]["model_version"]


def name_of(kind, seed="ticket"):
    return texts.generate(kind, read(kind.spec, {}, "spec"), seed).text.text


class TestWhatShips:
    @pytest.mark.parametrize("kind", KINDS)
    def test_is_there_without_a_corpus_being_named(self, taught, objects, kind):
        assert taught.find(kind, None, None, in_time()) is KINDS[kind]
        assert objects.asked == []

    def test_is_found_by_its_name_and_its_version(self):
        usual, places = shipped_generator("names"), shipped_generator("names", "places")
        assert (usual.corpus, places.corpus) == ("people", "places")
        assert shipped_generator("names", None, usual.model_version) is usual
        assert shipped_generator("names", "places", places.model_version) is places
        assert name_of(usual) != name_of(places)

    @pytest.mark.parametrize(("kind", "corpus"), [("names", None), ("names", "places"), ("maze", None)])
    def test_in_a_version_that_is_gone_is_not_found(self, kind, corpus):
        with pytest.raises(NotFound, match="no model_version 'older-0'"):
            shipped_generator(kind, corpus, "older-0")

    def test_a_kind_that_is_not_there_is_not_found(self, taught):
        with pytest.raises(NotFound, match="'castle'"):
            taught.find("castle", None, None, in_time())


class TestACorpus:
    def test_gives_the_generator_that_it_taught(self, taught, objects):
        version = learn(objects)
        kind = taught.find("names", "elves", None, in_time())
        assert (kind.name, kind.corpus, kind.model_version) == ("names", "elves", version)
        assert name_of(kind) not in NAMES
        assert taught.find("names", "elves", version, in_time()) is kind

    def test_is_looked_up_again_after_the_refresh_interval_only(self, taught, objects, clock):
        learn(objects)
        first = taught.find("names", "elves", None, in_time())
        newer = learn(objects, NAMES[3:])
        asked = len(objects.asked)
        assert taught.find("names", "elves", None, in_time()) is first
        assert len(objects.asked) == asked
        clock.seconds += 5
        assert taught.find("names", "elves", None, in_time()).model_version == newer

    def test_a_version_that_is_named_stays_what_it_was_whatever_was_learned_since(self, taught, objects):
        older = learn(objects)
        before = name_of(taught.find("names", "elves", older, in_time()))
        learn(objects, NAMES[3:])
        fresh = GeneratorCache(objects, Clock(), 5.0)
        assert name_of(fresh.find("names", "elves", older, in_time())) == before

    def test_what_is_here_goes_on_while_the_store_is_away(self, taught, objects, clock):
        learn(objects)
        kind = taught.find("names", "elves", None, in_time())
        objects.away = True
        clock.seconds += 60
        assert taught.find("names", "elves", None, in_time()) is kind
        with pytest.raises(StoreUnavailable):
            taught.find("names", "orcs", None, in_time())

    def test_of_which_nothing_was_learned_yet_has_no_model(self, taught, objects):
        corpora.keep(objects, "names", read(CorpusRequest, {"corpus": "elves", "examples": NAMES}), NOW)
        with pytest.raises(NoModel, match="'elves'"):
            taught.find("names", "elves", None, in_time())

    def test_or_a_version_that_is_not_there_is_not_found(self, taught, objects):
        learn(objects)
        with pytest.raises(NotFound, match="'orcs'"):
            taught.find("names", "orcs", None, in_time())
        with pytest.raises(NotFound, match="model_version '" + "0" * 32):
            taught.find("names", "elves", "0" * 32, in_time())

    @pytest.mark.parametrize("name", ["", "Elves", "../people", "a" * 65])
    def test_of_a_name_that_none_has_is_refused(self, taught, name):
        with pytest.raises(InvalidInput) as refused:
            taught.find("names", name, None, in_time())
        assert refused.value.complaints[0].field == "corpus"

    def test_no_more_than_so_many_models_are_held(self, taught, objects):
        for number in range(GENERATORS_KEPT + 1):
            learn(objects, NAMES[: number + 1], f"c{number}")
            taught.find("names", f"c{number}", None, in_time())
        asked = len(objects.asked)
        taught.find("names", f"c{GENERATORS_KEPT}", None, in_time())
        assert len(objects.asked) == asked
        taught.find("names", "c0", None, in_time())
        assert len(objects.asked) > asked


class TestAPublishedModel:
    def files(self, objects, version):
        prefix = f"content/names/elves/models/{version}/"
        return [key for key in objects.held if key.startswith(prefix)]

    def test_with_a_changed_byte_is_never_served(self, taught, objects):
        version = learn(objects)
        for key in self.files(objects, version):
            data = objects.held[key].data
            objects.put(key, data[:-1] + bytes([data[-1] ^ 1]))
            with pytest.raises(StoreUnavailable, match="cannot be served"):
                taught.find("names", "elves", version, in_time())
            objects.put(key, data)
        assert taught.find("names", "elves", version, in_time()).model_version == version

    def test_without_one_of_its_arrays_is_never_served(self, taught, objects):
        version = learn(objects)
        key = next(key for key in self.files(objects, version) if not key.endswith(MANIFEST))
        objects.delete(key)
        with pytest.raises(StoreUnavailable, match="found nothing, expected an array"):
            taught.find("names", "elves", version, in_time())

    def test_that_gives_something_else_than_when_it_was_published_is_never_served(self, taught, objects, monkeypatch):
        version = learn(objects)
        monkeypatch.setattr(content_models, "sample_digest", lambda kind, seed: "another digest")
        with pytest.raises(StoreUnavailable, match="gives another item"):
            taught.find("names", "elves", version, in_time())

    def test_that_this_code_does_not_know_is_refused(self, objects):
        made = content_models.learn("names", NAMES, "CC0").artifact
        content_models.publish(objects, "names", "elves", made)
        manifest = objects.get(f"content/names/elves/models/{made.version}/{MANIFEST}").data
        objects.put(f"content/items/elves/models/{made.version}/{MANIFEST}", manifest)
        with pytest.raises(FormatUnknown, match="expected format 1 games/items"):
            content_models.load(objects, "items", "elves", made.version)
