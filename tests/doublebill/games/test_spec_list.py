import pytest

from doublebill.errors import Complaint, InvalidInput, Unsatisfiable
from doublebill.games.content_kind import GenerationRequest
from doublebill.games.kinds import KINDS
from doublebill.games.maze.kind import MAZE, MazeSpec
from doublebill.games.spec_list import SpecList, read_specs
from doublebill.games.text.kinds import TEXTS


def fields(raised):
    return [one.field for one in raised.value.complaints]


def test_one_spec_stands_for_all_items():
    specs = read_specs(MazeSpec, GenerationRequest({"width": 9}, 1, 3))
    assert specs == SpecList([MazeSpec(9)] * 3)
    with pytest.raises(InvalidInput) as raised:
        read_specs(MazeSpec, GenerationRequest({"width": 1}, 1, 3))
    assert fields(raised) == ["spec.width"]


def test_each_wrong_field_of_each_spec_is_named_by_its_place():
    wrong = ({"width": 9}, {"width": 1, "hight": 4}, {}, {"path": [3]})
    with pytest.raises(InvalidInput) as raised:
        read_specs(MazeSpec, GenerationRequest({}, 1, 4, specs=wrong))
    assert fields(raised) == ["specs[1].hight", "specs[1].width", "specs[3].path"]


@pytest.mark.parametrize("kind", [KINDS["maze"], KINDS["dungeon"]], ids=["maze", "dungeon"])
def test_items_come_in_the_order_of_their_specs(kind):
    specs = [{"width": 12}, {"width": 15}, {"width": 13, "height": 14}]
    items = kind.generate(GenerationRequest({}, "s", 3, specs=specs)).items
    assert [len(item["grid"][0]) for item in items] == [12, 15, 13]
    alone = [kind.generate(GenerationRequest(spec, item["seed"])) for item, spec in zip(items, specs, strict=True)]
    assert [batch.items[0] for batch in alone] == list(items)


def test_texts_of_many_specs_keep_the_controls_of_each():
    specs = [{"prefix": letter} for letter in "abcd"]
    items = TEXTS["names"].generate(GenerationRequest({}, 1, 4, specs=specs)).items
    assert [item["text"][0].lower() for item in items] == list("abcd")


@pytest.mark.parametrize(
    ("kind", "wrong"), [(MAZE, {"path": [9, 3]}), (TEXTS["names"], {"length": [9, 3]})], ids=["maze", "names"]
)
def test_a_spec_that_nothing_meets_is_named_before_anything_is_made(kind, wrong):
    with pytest.raises(Unsatisfiable) as raised:
        kind.generate(GenerationRequest({}, 1, 3, specs=[{}, {}, wrong], steps=5000))
    assert all(field.startswith("specs[2].") for field in fields(raised))


def test_only_names_of_the_spec_itself_are_changed():
    wrong = InvalidInput(Complaint(name, "wrong", "mend it") for name in ("spec", "special"))
    with pytest.raises(InvalidInput) as raised, SpecList([None, None], listed=True).named(1):
        raise wrong
    assert fields(raised) == ["specs[1]", "special"]
