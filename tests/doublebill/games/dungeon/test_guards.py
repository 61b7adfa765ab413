from doublebill.games.dice import Dice
from doublebill.games.dungeon.guards import guards_for
from doublebill.games.dungeon.mission.locked_areas import read_areas
from doublebill.games.dungeon.rules import DungeonRules
from doublebill.games.dungeon.survey import survey
from drawn_dungeons import ONE_LOCK, TWO_LOCKS, changed

DUNGEON = read_areas(ONE_LOCK)
THRESHOLDS = [one.cell for one in survey(DUNGEON.board, DUNGEON.opened).thresholds]


def guarded(rows, target, seed=1):
    return guards_for(rows, THRESHOLDS, 4, target, Dice(0, "guards", seed))


def test_guards_bring_a_dungeon_to_its_difficulty():
    for seed in range(10):
        rows = ONE_LOCK
        for cell, foe in guarded(rows, 80, seed).items():
            rows = changed(rows, *DUNGEON.board.xy(cell), foe)
        assert DungeonRules().prove(rows).measured["difficulty"] == 80


def test_guards_stand_only_on_thresholds_that_must_be_passed_and_are_free():
    places = {DUNGEON.board.xy(cell) for seed in range(10) for cell in guarded(ONE_LOCK, 100, seed)}
    assert places == {(6, 2), (8, 4), (8, 6), (14, 2)}


def test_an_easy_dungeon_needs_no_guards():
    assert guarded(ONE_LOCK, 30) == {}


def test_what_cannot_be_finished_gets_no_guards():
    assert guarded(TWO_LOCKS, 80) == {}
    assert guarded(changed(ONE_LOCK, 2, 2, "."), 80) == {}
