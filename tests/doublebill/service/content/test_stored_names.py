"""What was stored under the earlier name of a kind belongs to the kind."""

import json

import pytest

from doublebill.errors import NotFound
from doublebill.games.kinds import KINDS
from doublebill.service.content.corpus_record import list_records, read_record
from doublebill.service.content.stored_names import STORED_AS, kind_stored_as, stored_name
from fakes import MemoryObjects


def test_stored_names_lead_back_to_their_kinds():
    kinds = {"maze", *STORED_AS}
    assert {kind_stored_as(stored_name(kind)) for kind in kinds} == kinds <= set(KINDS)


def test_a_corpus_of_dungeons_of_before_is_one_of_chambers():
    objects = MemoryObjects()
    record = {"kind": "dungeon", "corpus": "rooms", "sent": "1", "sent_ms": 5, "examples": 9, "state": "ready"}
    objects.put("corpora/dungeon/rooms.json", json.dumps(record | {"models": []}).encode())
    assert read_record(objects, "chamber", "rooms").kind == "chamber"
    assert [one.kind for one in list_records(objects, lambda name: name == "games/chamber")] == ["chamber"]
    with pytest.raises(NotFound, match="belong to kind 'chamber'"):
        read_record(objects, "dungeon", "rooms")
