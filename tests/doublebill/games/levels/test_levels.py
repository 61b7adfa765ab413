import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from doublebill.games.chamber.kind import CHAMBER, ChamberGenerator, ChamberSpec
from doublebill.games.controls import Cell
from doublebill.games.crypt.kind import CRYPT, CryptSpec
from doublebill.games.dungeon.dungeon_spec import DungeonSpec
from doublebill.games.files import as_json
from doublebill.games.kinds import KINDS
from doublebill.games.levels import work_budget
from doublebill.games.levels.batch import varied
from doublebill.games.levels.generate import generate
from doublebill.games.maze.kind import MAZE, MazeSpec
from doublebill.games.maze.solver import MazeRules
from doublebill.games.platform.kind import PLATFORM_1, PlatformSpec
from doublebill.games.runner.kind import RunnerSpec
from doublebill.games.sokoban.kind import SokobanSpec
from doublebill.games.spec_list import SpecList
from doublebill.games.variety.distances import MovesVariety
from taken import Taken

GOLDEN = {
    ("maze", 2): "e30982f7bfcd021e",
    ("chamber", 3): "b774659b26f1bd95",
    ("crypt", 3): "aac3edba9e3870d5",
    ("crypt, fights", 3): "64374189d2f75bc5",
    ("platform", 1): "fba0aeb2ef57cbf3",
    ("platform", 2): "792fc3ef48430d61",
    ("platform, terraces", 1): "6ed76bf89ffaa7da",
    ("platform, terraces", 2): "d8b3c92352564077",
    ("sokoban", 2): "81649c2d8ae48cb2",
    ("sokoban, crates on goals", 2): "5b39d6c4ad748b92",
    ("runner", 2): "4ea2115b9a595446",
    ("dungeon", 10): "3f29ff228fd9f62e",
}
"""Digest of a few levels by kind and generator version. When one changes, the same seed gives another level: raise
the kind's version, and put the new digest under it."""

ADDED = {"dungeon": ["layout"], "crypt": ["fights"], "sokoban": ["crates_on_goals"], "runner": ["coins", "jumps"]}
"""Controls that a kind has measured since after its version was published; what a seed gives is the same without."""

ASKED = {
    "maze": [MazeSpec(), MazeSpec(9, 12, path=(30, 40)), MazeSpec(20, 10, openness=85), MazeSpec(11, 11, 55, 60)],
    "chamber": [ChamberSpec(), ChamberSpec(18, 12, 30, (20, 30), 6), ChamberSpec(walls=9), ChamberSpec(9, 9, 35, 30)],
    "crypt": [
        CryptSpec(),
        CryptSpec(10, 10, 6, 3, (20, 30), 2),
        CryptSpec(enemies=15, solution_length=40),
        CryptSpec(treasures=8, solution_length=12),
    ],
    "crypt, fights": [CryptSpec(fights=4), CryptSpec(10, 14, (8, 12), (2, 6), (24, 30), None, (8, 10))],
    "platform": [
        PlatformSpec(),
        PlatformSpec(9, 9, jumps=6),
        PlatformSpec(18, 12, jumps=(3, 5)),
        PlatformSpec(start=Cell(0, 6), exit=Cell(10, 0), diamonds=5, spikes=6),
    ],
    "platform, terraces": [PlatformSpec(20, 12), PlatformSpec(40, 20, jumps=(4, 9))],
    "sokoban": [
        SokobanSpec(),
        SokobanSpec(5, 5, None, 10),
        SokobanSpec(10, 10, 4, (30, 40)),
        SokobanSpec(7, 9, (1, 3), 25),
    ],
    "sokoban, crates on goals": [SokobanSpec(5, 5, (1, 3), (10, 30), 0), SokobanSpec(7, 7, 3, (8, 20), (1, 2))],
    "runner": [
        RunnerSpec(),
        RunnerSpec(40, enemies=5, gaps=2),
        RunnerSpec(150, leniency=(60, 70), linearity=(60, 75)),
        RunnerSpec(60, novelty=(80, 100)),
    ],
    "dungeon": [
        DungeonSpec(),
        DungeonSpec(80, 50, 1, 20, (30, 60), 5, (2, 4), 0, 5, 2, 1, 3, 1, 12, 4),
        DungeonSpec(30, 24, dead_ends=2, locks=0),
        DungeonSpec(40, 20, 3, difficulty=60),
    ],
}

CHILD = """
from doublebill.games.dungeon.dungeon_spec import DungeonSpec
from doublebill.games.files import as_json
from doublebill.games.kinds import KINDS
from doublebill.games.levels.generate import generate
for kind in KINDS.values():
    for index in range(5):
        print(as_json(generate(kind, kind.spec(), "again", index), kind.legend))
"""


def bytes_of(kind, spec, seed, index=0):
    return json.dumps(as_json(generate(kind, spec, seed, index), kind.legend), sort_keys=True).encode()


def published(kind, spec, seed):
    item = as_json(generate(kind, spec, seed), kind.legend)
    added = [name for name in ADDED.get(kind.name, []) if getattr(spec, name) is None]
    item["controls"] = {name: control for name, control in item["controls"].items() if name not in added}
    return json.dumps(item, sort_keys=True).encode()


def digested(kind, specs):
    digest = hashlib.sha256()
    for spec in specs:
        for seed in (0, 1, 2**53 - 1, "a name", "ä"):
            digest.update(published(kind, spec, seed))
    return digest.hexdigest()[:16]


@pytest.mark.parametrize("name", ["platform", "platform, terraces"])
def test_platforms_of_the_last_release_are_still_made(name):
    assert digested(PLATFORM_1, ASKED[name]) == GOLDEN[name, 1]


@pytest.mark.parametrize("name", ASKED)
def test_a_seed_gives_the_levels_that_this_generator_version_always_gave(name):
    kind = KINDS[name.partition(",")[0]]
    found = digested(kind, ASKED[name])
    assert GOLDEN.get((name, kind.version)) == found, f"a new kind or version? then put {found} into GOLDEN"


def test_every_kind_has_levels_that_it_always_gave():
    assert set(KINDS) <= set(ASKED)


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
    assert level.attempts <= work_budget.ATTEMPTS


def test_the_nearest_of_all_attempts_is_the_one_given_out(monkeypatch):
    monkeypatch.setattr(work_budget, "ATTEMPTS", 9)
    spec = MazeSpec(12, 12, path=(100, 110))
    built = []

    class Remembering(MazeRules):
        def prove(self, rows):
            proof = super().prove(rows)
            built.append(proof.measured["path"])
            return proof

    level = generate(replace(MAZE, rules=Remembering()), spec, 3)
    assert level.fallback
    assert level.controls["path"].measured == max(built)


def test_a_level_is_never_given_out_without_a_proof():
    class Refusing(MazeRules):
        def prove(self, rows):
            return None

    with pytest.raises(RuntimeError, match="was proved"):
        generate(replace(MAZE, rules=Refusing()), MazeSpec(), 1)


def test_attempts_end_when_the_work_is_used_up():
    spec = MazeSpec(40, 40, path=1000)
    level = generate(MAZE, spec, 1)
    assert level.fallback
    assert work_budget.LAST_ATTEMPTS < level.attempts < work_budget.ATTEMPTS


def test_a_level_that_was_met_at_once_took_one_attempt():
    assert generate(CHAMBER, ChamberSpec(), 1).attempts == 1


@pytest.mark.parametrize("kind", [MAZE, CHAMBER], ids=["maze", "chamber"])
def test_every_item_of_a_varied_batch_is_what_its_own_seed_gives_alone(kind):
    made = varied(kind, SpecList([kind.spec()] * 40), "varied").levels
    assert any("/" in str(level.seed) for level in made)
    assert [generate(kind, kind.spec(), level.seed) for level in made] == made


@pytest.mark.parametrize("kind", [MAZE, CHAMBER], ids=["maze", "chamber"])
def test_no_two_items_of_a_varied_batch_are_alike(kind):
    made = varied(kind, SpecList([kind.spec()] * 40), 2)
    kept = Taken(kind.variety)
    assert made.alike == 0
    assert all(kept.takes(level) for level in made.levels)
    assert not any(kept.takes(level) for level in made.levels)


@pytest.mark.parametrize("kind", [CHAMBER, CRYPT], ids=["chamber", "crypt"])
def test_a_sketch_is_mostly_what_the_level_of_its_seed_is_finished_by(kind):
    levels_made = [generate(kind, kind.spec(), seed) for seed in range(60)]
    sketched = [kind.generator.sketch(kind.spec(), kind.dice(level.seed)) for level in levels_made]
    same = [level.certificate.moves == moves for level, moves in zip(levels_made, sketched, strict=True)]
    assert sum(same) > 25


class CountingGenerator(ChamberGenerator):
    def __init__(self):
        self.built = 0

    def candidate(self, spec, dice, attempt, last):
        self.built += 1
        return super().candidate(spec, dice, attempt, last)


class Unsketched(CountingGenerator):
    sketches = False


class HalfSketched(CountingGenerator):
    def sketch(self, spec, dice):
        moves = super().sketch(spec, dice)
        return moves if dice.below(2) else None


def test_tries_whose_sketch_is_alike_are_not_built():
    def built(generator):
        kind = replace(CHAMBER, generator=generator, variety=MovesVariety(40, places=30))
        assert varied(kind, SpecList([ChamberSpec()] * 60), 2).alike == 0
        return generator.built

    plain = built(Unsketched())
    assert 60 < built(CountingGenerator()) < 2 * plain // 3
    assert 60 < built(HalfSketched()) < 2 * plain // 3


def test_a_batch_that_cannot_be_varied_ends_and_says_so():
    made = varied(MAZE, SpecList([MazeSpec(3, 3, openness=100)] * 30), 1)
    assert (len(made.levels), made.alike) == (30, 29)


@pytest.mark.parametrize(
    "kind", [replace(CHAMBER, variety=MovesVariety(40, places=30)), CRYPT], ids=["chamber", "crypt"]
)
def test_a_level_like_another_is_further_from_it_than_the_first_candidate(kind):
    spec = ChamberSpec(8, 6, player_key=5, key_door=5) if kind.name == "chamber" else CryptSpec(6, 6, solution_length=8)
    made = varied(kind, SpecList([spec] * 60), 3)
    plain = [generate(kind, spec, 3, index) for index in range(60)]
    first, found = list(apart(kind, plain)), list(apart(kind, made.levels))
    stayed = [index for index, percent in enumerate(found) if percent < kind.variety.different]
    assert len(stayed) >= made.alike > 5
    assert sum(found[index] for index in stayed) > sum(first[index] for index in stayed)
    assert sum(made.levels[index] != plain[index] for index in stayed) > len(stayed) // 3
    assert not any(level.fallback for level in made.levels)


def apart(kind, made):
    """How far each level differs from the nearest of the others, in percent."""
    for index, level in enumerate(made):
        kept = kind.variety.start()
        for other in made[:index] + made[index + 1 :]:
            kept.add(other)
        yield kept.distance(level)


def test_an_item_that_met_what_was_asked_is_not_given_up_for_variety():
    asked = [ChamberSpec(5, 5, player_key=3, key_door=3)] * 60
    made = varied(CHAMBER, SpecList(asked), 1)
    assert made.alike > 0
    assert not any(level.fallback for level in made.levels)
