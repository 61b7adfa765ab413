import hashlib
import json

import pytest

from doublebill.errors import InvalidInput
from doublebill.games.text.kinds import TEXTS
from doublebill.schema import read, schema_of
from doublebill.service.content.generation import generate
from doublebill.service.content.requests import ContentRequest
from doublebill.service.content.responses import TextContent

SPECS = {
    "quests": {"facts": {"ogre": 3, "key": 1, "exit": 1}},
    "campaigns": {"levels": 2, "dungeon": {"width": 32, "height": 24}},
}

DIGESTS = {
    "names": "6bb7ebf90b8e33a0",
    "items": "8068844ede046f60",
    "loot": "8c3c3de09ca2c543",
    "quests": "719888e379ee056c",
    "campaigns": "296a1a41b7a86b94",
}
"""Of twenty items from seed 42: a change to them needs a new version of the kind."""


def no_seed():
    raise AssertionError("a seed was asked for")


def answer(kind, **body):
    return generate(kind, read(ContentRequest, {"spec": SPECS.get(kind)} | body), no_seed)


@pytest.mark.parametrize("kind", TEXTS)
def test_the_same_seed_gives_the_same_bytes_everywhere(kind):
    items = json.dumps(answer(kind, seed=42, count=20)["items"], ensure_ascii=False).encode()
    digest = hashlib.sha256(items).hexdigest()[:16]
    assert digest == DIGESTS.get(kind), f"a new kind needs a line in DIGESTS, {kind!r}: {digest!r}"


@pytest.mark.parametrize("kind", TEXTS)
def test_an_item_alone_has_the_same_bytes_as_in_its_batch(kind):
    for item in answer(kind, seed="x", count=8)["items"]:
        assert answer(kind, seed=item["seed"])["items"] == [item]


@pytest.mark.parametrize("kind", TEXTS)
def test_answers_are_json_with_only_fields_that_their_schema_has(kind):
    made = answer(kind, seed=1, count=3)
    assert json.loads(json.dumps(made)) == made
    fields = schema_of(TextContent)["properties"]["items"]["items"]["properties"]
    missing = {name for item in made["items"] for name in item if name not in fields}
    assert missing == set(), "declare these fields in shared/doublebill/service/content/responses.py"


def test_without_a_seed_a_fresh_one_is_taken():
    assert generate("names", ContentRequest(), lambda: 7)["items"][0]["seed"] == 7


def test_a_spec_that_is_wrong_is_refused():
    with pytest.raises(InvalidInput) as refused:
        answer("names", seed=1, spec={"size": 3})
    assert [one.field for one in refused.value.complaints] == ["spec.size"]
