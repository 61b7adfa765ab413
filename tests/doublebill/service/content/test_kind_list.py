"""What content there is, is told with the schema of every spec and all that generators learned from."""

import json

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import StoreUnavailable
from doublebill.games.kinds import KINDS
from doublebill.games.learners import LEARNERS
from doublebill.games.text.kinds import TEXTS
from doublebill.schema import read
from doublebill.service.content import corpora
from doublebill.service.content.corpora import CorpusRequest
from doublebill.service.content.kind_list import games, visible_games
from fakes import MemoryObjects

NOW = 1_700_000_000_000


def in_time():
    return Deadline(Clock(), 10)


def everything(_):
    return True


def told(answer, name):
    return next(kind for kind in (*answer["kinds"], *answer["texts"]) if kind["name"] == name)


def test_every_kind_is_listed_with_the_schema_of_its_spec():
    answer = json.loads(json.dumps(games()))
    assert [kind["name"] for kind in answer["kinds"]] == list(KINDS)
    assert [kind["name"] for kind in answer["texts"]] == list(TEXTS)
    assert answer["degraded"] is False
    for kind in (*answer["kinds"], *answer["texts"]):
        assert kind["spec"]["additionalProperties"] is False
        assert kind["learns"] == (kind["name"] in LEARNERS)
    for kind in answer["kinds"]:
        assert all(len(letter) == 1 for letter in kind["moves"])
        assert all(len(tile) == 1 for tile in kind["legend"])


def test_corpora_that_ship_stand_before_those_that_were_sent():
    objects = MemoryObjects()
    sent = read(CorpusRequest, {"corpus": "elves", "examples": ["Aldra", "Belwen"], "licence": "CC0"})
    kept = corpora.keep(objects, "names", sent, NOW)
    listed = told(visible_games(objects, everything, in_time()), "names")["corpora"]
    assert [(one["corpus"], one["ships"]) for one in listed] == [("people", True), ("places", True), ("elves", False)]
    assert "model_version" not in listed[-1]
    learned = corpora.learn(objects, "names", "elves", kept.sent, lambda: NOW)
    listed = told(visible_games(objects, everything, in_time()), "names")["corpora"]
    assert listed[-1]["model_version"] == learned.models[0]["model_version"]
    assert listed[-1]["licence"] == "CC0"
    hidden = visible_games(objects, lambda catalog: catalog != "games/names", in_time())
    assert len(told(hidden, "names")["corpora"]) == 2


def test_built_in_corpora_are_listed_while_the_store_is_away():
    class Away(MemoryObjects):
        def keys(self, prefix):
            raise StoreUnavailable("S3: away")

    answer = visible_games(Away(), everything, in_time())
    assert answer == {**games(), "degraded": "S3: away"}
