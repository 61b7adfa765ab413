import sys

import pytest

from doublebill import games
from doublebill.games import kinds, learners
from doublebill.games.content_kind import GenerationRequest, LevelOptions
from doublebill.games.files import FILES
from doublebill.games.kinds import KINDS
from doublebill.games.learned.learned_kind import GridLearner
from doublebill.games.levels.generate import generate
from doublebill.schema import read, schema_of


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_tile_of_a_kind_has_a_name(kind):
    seeds = 20 if len(kind.legend) < 20 else 120
    spec = kind.spec(floors=2) if kind.name == "dungeon" else kind.spec()
    drawn = {tile for seed in range(seeds) for row in generate(kind, spec, seed).grid for tile in row}
    assert drawn == set(kind.legend)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_control_of_a_kind_is_asked_measured_and_in_its_schema(kind):
    spec = read(kind.spec, {}, "spec")
    assert list(spec.targets) == [name for name in schema_of(kind.spec)["properties"] if name != "physics"]
    assert set(generate(kind, spec, 1).controls) == set(spec.targets)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_form_can_be_built_from_the_schema(kind):
    properties = schema_of(kind.spec)["properties"]
    assert all(len(described["description"]) > 10 for described in properties.values())
    for side in {"width", "height"} & set(properties):
        assert (
            3
            <= properties[side]["minimum"]
            < properties[side]["maximum"]
            <= (256 if kind.name in ("dungeon", "maze") else 64)
        )


def test_kinds_are_found_by_their_own_names():
    assert {"maze", "chamber"} <= set(KINDS)
    assert all(name == kind.name for name, kind in KINDS.items())


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_move_of_a_kind_has_a_name(kind):
    moves = {move for seed in range(5) for move in generate(kind, kind.spec(), seed).certificate.moves}
    assert moves <= set(kind.rules.moves)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_a_kind_says_of_its_tiles_is_true(kind):
    tiles = kind.rules.tiles
    assert {tiles.solid, tiles.floor, *tiles.once, *tiles.counted.values()} <= set(kind.legend)
    for seed in range(5):
        level = generate(kind, kind.spec(), seed)
        drawn = "".join(level.grid)
        assert [drawn.count(tile) for tile in tiles.once] == [1] * len(tiles.once)
        for control, tile in tiles.counted.items():
            assert level.controls[control].measured == drawn.count(tile)


CORRIDOR = """
from doublebill.games.grids.grid import FLOOR, WALL
from doublebill.games.level_kind import LevelKind
from doublebill.games.levels.generator import LevelGenerator
from doublebill.games.levels.proof import Certificate, Proof
from doublebill.games.levels.rules import LevelRules
from doublebill.games.levels.spec import GridSpec
from doublebill.games.variety.distances import CellsVariety


class CorridorRules(LevelRules):
    legend = {WALL: "wall", FLOOR: "floor"}

    def prove(self, rows):
        width, height = len(rows[0]), len(rows)
        lines = [y for y, row in enumerate(rows) if row == FLOOR * width]
        if len(lines) != 1:
            return None
        certificate = Certificate((0, lines[0]), (width - 1, lines[0]), "R" * (width - 1))
        return Proof(certificate, {"width": width, "height": height})


class CorridorGenerator(LevelGenerator[GridSpec]):
    def check(self, spec):
        pass

    def candidate(self, spec, dice, attempt, last):
        line = dice.below(spec.height)
        return tuple((FLOOR if y == line else WALL) * spec.width for y in range(spec.height))


CORRIDOR = LevelKind(
    name="corridor",
    description="One straight corridor",
    version=1,
    spec=GridSpec,
    rules=CorridorRules(),
    generator=CorridorGenerator(),
    variety=CellsVariety(20),
)
"""


def test_a_new_kind_of_level_is_one_folder_and_one_line(tmp_path, monkeypatch):
    (tmp_path / "corridor").mkdir()
    (tmp_path / "corridor" / "kind.py").write_text(CORRIDOR)
    monkeypatch.setattr(games, "__path__", [*games.__path__, str(tmp_path)])
    for module in ("corridor", "corridor.kind"):
        monkeypatch.setitem(sys.modules, f"doublebill.games.{module}", None)
        del sys.modules[f"doublebill.games.{module}"]
    monkeypatch.setattr(kinds, "KINDS", kinds.load((*kinds.FOLDERS, "corridor")))
    monkeypatch.setattr(learners, "KINDS", kinds.KINDS)

    kind = learners.shipped("corridor")[""]
    assert kind.vocabulary() == {"legend": {"#": "wall", ".": "floor"}, "moves": KINDS["maze"].vocabulary()["moves"]}
    assert list(schema_of(kind.spec)["properties"]) == ["width", "height"]
    batch = kind.generate(GenerationRequest({"width": 5, "height": 9}, "ticket", 3))
    assert batch.summary == {"variety": {"asked": 3, "alike": 0}}
    assert [item["certificate"]["moves"] for item in batch.items] == ["RRRR"] * 3
    for form in ("text", *FILES):
        (item,) = kind.generate(GenerationRequest({}, "ticket", 1, LevelOptions(form, solution=True))).items
        assert item["certificate"]["length"] == 13
    learner = GridLearner(kind)
    model = learner.learn(learner.read([["...", "###", "###"], ["###", "###", "..."]], None, "examples"))
    assert learner.generator(model.arrays, model.config).sample("ticket")[1] == "R" * 13
