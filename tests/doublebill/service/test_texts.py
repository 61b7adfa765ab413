import hashlib
import json

import pytest

from doublebill.errors import InvalidInput, NotFound
from doublebill.games.text.kinds import TEXTS
from doublebill.schema import read, schema_of
from doublebill.service.texts import TextRequest, Texts, generate, told_kinds

SPECS = {"quests": {"facts": {"ogre": 3, "key": 1, "exit": 1}}}

DIGESTS = {
    "names": "bf5b4aa9e1f01772",
    "items": "646618c3583067e7",
    "loot": "705f1ca205eace54",
    "quests": "f27ef9c4285f9e3b",
}
"""Of twenty items from seed 42: a change to them needs a new version of the kind."""


def no_seed():
    raise AssertionError("a seed was asked for")


def answer(kind, **body):
    return generate(kind, read(TextRequest, {"spec": SPECS.get(kind)} | body), no_seed)


@pytest.mark.parametrize("kind", TEXTS)
def test_the_same_seed_gives_the_same_bytes_everywhere(kind):
    told = json.dumps(answer(kind, seed=42, count=20), ensure_ascii=False).encode()
    assert hashlib.sha256(told).hexdigest()[:16] == DIGESTS[kind]


@pytest.mark.parametrize("kind", TEXTS)
def test_an_item_alone_has_the_same_bytes_as_in_its_batch(kind):
    for item in answer(kind, seed="x", count=8)["items"]:
        assert answer(kind, seed=item["seed"])["items"] == [item]


@pytest.mark.parametrize("kind", TEXTS)
def test_answers_are_json_with_only_fields_that_their_schema_has(kind):
    told = answer(kind, seed=1, count=3)
    assert json.loads(json.dumps(told)) == told
    fields = schema_of(Texts)["properties"]["items"]["items"]["properties"]
    assert all(set(item) <= set(fields) for item in told["items"])


def test_every_kind_is_listed_with_the_schema_of_its_spec():
    assert [kind["name"] for kind in told_kinds()] == list(TEXTS) == ["names", "items", "loot", "quests"]
    assert all(kind["spec"]["additionalProperties"] is False for kind in told_kinds())


def test_without_a_seed_a_fresh_one_is_taken():
    assert generate("names", TextRequest(), lambda: 7)["items"][0]["seed"] == 7


def test_a_kind_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound, match="'poems'"):
        generate("poems", TextRequest(), no_seed)


def test_a_spec_that_is_wrong_is_refused():
    with pytest.raises(InvalidInput) as refused:
        answer("names", seed=1, spec={"size": 3})
    assert [one.field for one in refused.value.complaints] == ["spec.size"]
