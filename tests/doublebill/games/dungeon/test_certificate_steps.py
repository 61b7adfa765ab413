from doublebill.games.dungeon.certificate_steps import certificate_steps
from doublebill.games.dungeon.rules import DungeonRules
from drawn_dungeons import ONE_LOCK


def test_steps_name_what_is_done_once_and_by_which_move():
    proof = DungeonRules().prove(ONE_LOCK)
    assert [(step["do"], step["name"], step["move"]) for step in certificate_steps(ONE_LOCK, proof.certificate)] == [
        ("fight", "goblin", 9),
        ("take", "red key", 12),
        ("open", "red door", 20),
        ("leave", "exit", 26),
    ]
