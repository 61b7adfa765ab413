import pytest

from doublebill.games.text.grammar.modifiers import with_a, with_ed, with_s


@pytest.mark.parametrize(
    ("change", "text", "changed"),
    [
        (with_s, "wolf", "wolfs"), (with_s, "berry", "berries"), (with_s, "torch", "torches"),
        (with_s, "cloth", "clothes"),
        (with_s, "day", "days"), (with_s, "quiz", "quizs"), (with_a, "elf", "an elf"), (with_a, "Ogre", "an Ogre"),
        (with_a, "key", "a key"), (with_a, "", "a "), (with_a, "unicorn", "a unicorn"),
        (with_a, "unarmed", "an unarmed"),
        (with_a, "hour", "a hour"), (with_a, "uh", "an uh"), (with_ed, "bake", "baked"), (with_ed, "cry", "cried"),
        (with_ed, "play", "playd"), (with_ed, "walk", "walked"),
    ],
)  # fmt: skip
def test_modifiers_are_regular_as_those_of_the_npm_package(change, text, changed):
    assert change(text) == changed
