from doublebill.games.controls import Control
from doublebill.games.export import as_json, as_text, draw
from doublebill.games.levels import Certificate, Level

LEVEL = Level(
    seed="a",
    grid=("P.E", ".#.", "K.D"),
    certificate=Certificate((0, 0), (2, 2), "DDRR"),
    controls={"player_key": Control((1, 3), 2), "walls": Control(None, 1), "enemies": Control(2, 1)},
    attempts=3,
    fallback=True,
)
FACTS = {
    "certificate": {"moves": "DDRR", "length": 4, "from": [0, 0], "to": [2, 2]},
    "controls": {
        "player_key": {"asked": [1, 3], "measured": 2, "met": True},
        "walls": {"asked": None, "measured": 1, "met": True},
        "enemies": {"asked": 2, "measured": 1, "met": False},
    },
    "attempts": 3,
    "fallback": True,
}


def test_json_says_everything_there_is_to_say():
    assert (
        as_json(LEVEL, {"#": "wall"})
        == {
            "seed": "a",
            "grid": ["P.E", ".#.", "K.D"],
            "legend": {"#": "wall"},
        }
        | FACTS
    )


def test_text_is_drawn_between_walls():
    assert as_text(LEVEL) == {"seed": "a", "text": draw(LEVEL)} | FACTS
    assert draw(LEVEL).splitlines() == [
        "██████████",
        "██P   E ██",
        "██  ██  ██",
        "██K   D ██",
        "██████████",
    ]


def test_a_solution_is_dotted_where_nothing_stands():
    assert draw(LEVEL, solution=True).splitlines()[1:-1] == [
        "██P   E ██",
        "██· ██  ██",
        "██K · D ██",
    ]
