import hashlib
import json
import os
import subprocess
import sys

import pytest

from doublebill.games import levels
from doublebill.games.dungeon import DUNGEON, DungeonSpec
from doublebill.games.export import as_json
from doublebill.games.kinds import KINDS
from doublebill.games.levels import generate
from doublebill.games.maze import MAZE, MazeSpec

GOLDEN = {
    ("maze", 1): "90dc5df39ca88813",
    ("dungeon", 1): "af97a14f781bdba6",
}
"""Digest of a few levels by kind and generator version. When one changes, the same seed gives another level: raise
the kind's version, and put the new digest under it."""

ASKED = {
    "maze": [MazeSpec(), MazeSpec(9, 12, path=(30, 40)), MazeSpec(20, 10, openness=85), MazeSpec(11, 11, 55, 60)],
    "dungeon": [DungeonSpec(), DungeonSpec(18, 12, 30, (20, 30), 6), DungeonSpec(walls=9), DungeonSpec(9, 9, 35, 30)],
}

CHILD = """
from doublebill.games.export import as_json
from doublebill.games.kinds import KINDS
from doublebill.games.levels import generate
for kind in KINDS.values():
    for index in range(5):
        print(as_json(generate(kind, kind.spec(), "again", index), kind.legend))
"""


def bytes_of(kind, spec, seed, index=0):
    return json.dumps(as_json(generate(kind, spec, seed, index), kind.legend)).encode()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_seed_gives_the_levels_that_this_generator_version_always_gave(kind):
    digest = hashlib.sha256()
    for spec in ASKED[kind.name]:
        for seed in (0, 1, 2**53 - 1, "a name", "ä"):
            digest.update(bytes_of(kind, spec, seed))
    assert digest.hexdigest()[:16] == GOLDEN[kind.name, kind.version]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_item_of_a_batch_is_what_its_own_seed_gives_alone(kind):
    for seed in (7, "seven", "x" * 256):
        assert bytes_of(kind, kind.spec(), seed, 0) == bytes_of(kind, kind.spec(), seed)
        for index in (1, 2, 99):
            item = generate(kind, kind.spec(), seed, index)
            assert bytes_of(kind, kind.spec(), item.seed) == bytes_of(kind, kind.spec(), seed, index)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_integer_and_its_digits_are_one_seed(kind):
    assert bytes_of(kind, kind.spec(), "42", 3) == bytes_of(kind, kind.spec(), 42, 3)


def test_every_process_gives_the_same_levels_whatever_its_hash_seed():
    said = [
        subprocess.run(
            [sys.executable, "-c", CHILD], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4242")
    ]
    assert said[0].count(b"\n") == 5 * len(KINDS)
    assert said[0] == said[1] == said[2]


def test_what_no_attempt_reaches_is_said_and_never_claimed():
    # 122 moves would fit, but only along a line that nothing here draws
    level = generate(MAZE, MazeSpec(14, 14, path=122, openness=(40, 70)), 1)
    assert level.fallback
    assert not level.controls["path"].met
    assert level.controls["path"].measured > 100
    assert level.controls["openness"].met
    assert level.attempts <= levels.ATTEMPTS


def test_the_nearest_of_all_attempts_is_the_one_given_out(monkeypatch):
    monkeypatch.setattr(levels, "ATTEMPTS", 9)
    spec = MazeSpec(12, 12, path=(100, 110))
    built = []

    def remembered(rows):
        proof = MAZE.prove(rows)
        built.append(proof.measured["path"])
        return proof

    level = generate(levels.replace(MAZE, prove=remembered), spec, 3)
    assert level.fallback
    assert level.controls["path"].measured == max(built)


def test_a_level_is_never_given_out_without_a_proof():
    with pytest.raises(RuntimeError, match="was proved"):
        generate(levels.replace(MAZE, prove=lambda rows: None), MazeSpec(), 1)


def test_attempts_end_when_the_work_is_used_up():
    spec = MazeSpec(40, 40, path=1000)
    level = generate(MAZE, spec, 1)
    assert level.fallback
    assert levels.LAST_ATTEMPTS < level.attempts < levels.ATTEMPTS


def test_a_level_that_was_met_at_once_took_one_attempt():
    assert generate(DUNGEON, DungeonSpec(), 1).attempts == 1
