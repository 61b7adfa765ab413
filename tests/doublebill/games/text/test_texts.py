import json
import subprocess
import sys
from dataclasses import replace

import pytest

from doublebill.errors import NotReached
from doublebill.games.content_kind import GenerationRequest, LevelOptions
from doublebill.games.text.kinds import TEXTS

COUNT = 12

TREASURES = [{"name": f"{metal} {thing}"} for metal in ("Iron", "Silver") for thing in ("Ring", "Crown", "Helm")]
GRAMMAR = {"origin": ["#giver# needs #ogre# of you", "#deed.capitalize# in #place#"], "deed": ["slay", "hunt", "rest"]}
NODES = [{"id": "in", "kind": "entrance"}, {"id": "out", "kind": "exit"}, {"id": "red key", "kind": "key"}]

SPECS = [
    ("names", {}),
    ("names", {"examples": ["ada", "bea", "abe", "dab", "bade", "deb"], "length": [4, 9]}),
    ("items", {}),
    ("items", {"examples": TREASURES}),
    ("loot", {}),
    ("loot", {"examples": TREASURES, "drops": 4}),
    ("quests", {"facts": {"ogre": 3, "key": 1}}),
    ("quests", {"facts": {"ogre": 3}, "grammar": GRAMMAR, "examples": ["Bo needs 7 of you", "Slay in Ur"]}),
    ("quests", {"mission": {"nodes": NODES, "edges": [{"from": "red key", "to": "out", "kind": "leads"}]}}),
]

IDS = [f"{name} {' '.join(spec)}" for name, spec in SPECS]

CHILD = """
import json, sys
from doublebill.games.spec_list import SpecList
from doublebill.games.step_budget import StepBudget, counted
from doublebill.games.text.kinds import TEXTS
from doublebill.games.text.texts import batch
from doublebill.schema import read
for name, spec in json.load(sys.stdin):
    for again in range(2):
        with counted(StepBudget()) as budget:
            batch(TEXTS[name], SpecList([read(TEXTS[name].spec, spec, "spec")] * 12), 5)
        print(name, budget.spent)
"""


def made(name, spec, steps, seed=5, count=COUNT):
    return TEXTS[name].generate(GenerationRequest(spec, seed, count, LevelOptions(), steps))


def fewest_steps(name, spec, items):
    """The fewest steps, to a twentieth, within which so many texts are made."""
    steps = 10
    while True:
        try:
            if len(made(name, spec, steps).items) >= items:
                return steps
        except NotReached:
            pass
        steps += max(1, steps // 20)


@pytest.mark.parametrize(("name", "spec"), SPECS, ids=IDS)
def test_what_is_made_within_the_steps_comes_back_and_the_rest_is_named(name, spec):
    steps = fewest_steps(name, spec, 3)
    batch = made(name, spec, steps)
    count = len(batch.items)
    assert 3 <= count < COUNT
    unmade = batch.summary["not_reached"]
    assert [(one["index"], one["limit"]) for one in unmade] == [(n, steps) for n in range(count, COUNT)]
    whole = made(name, spec, 7_000_000)
    assert "not_reached" not in whole.summary
    assert batch.items == whole.items[:count]
    (following,) = made(name, spec, 7_000_000, unmade[0]["seed"], count=1).items
    assert following == whole.items[count] or following["text"] in [item["text"] for item in batch.items]


def test_what_does_not_fit_the_answer_is_named():
    request = GenerationRequest({}, 7, COUNT, answer_bytes=2_000)
    batch, whole = (TEXTS["items"].generate(one) for one in (request, replace(request, answer_bytes=10**6)))
    assert 1 < len(batch.items) < COUNT
    assert batch.items == whole.items[: len(batch.items)]
    unmade = batch.summary["not_reached"]
    assert [one["index"] for one in unmade] == list(range(len(batch.items), COUNT))
    assert {(one["limit"], one["unit"]) for one in unmade} == {(2_000, "bytes")}
    (following,) = TEXTS["items"].generate(replace(request, seed=unmade[0]["seed"], count=1)).items
    assert following == whole.items[len(batch.items)]


@pytest.mark.parametrize(("name", "spec"), SPECS, ids=IDS)
def test_without_a_single_text_the_request_is_not_reached(name, spec):
    with pytest.raises(NotReached, match="more than the 2 steps"):
        made(name, spec, 2)


def test_a_process_that_is_warm_counts_as_many_steps_as_a_new_one():
    child = subprocess.run(
        [sys.executable, "-c", CHILD], input=json.dumps(SPECS), capture_output=True, check=True, text=True
    )
    lines = child.stdout.splitlines()
    assert len(lines) == 2 * len(SPECS)
    assert lines[::2] == lines[1::2]
