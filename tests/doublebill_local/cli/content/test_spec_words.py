import pytest

from doublebill.errors import InvalidInput
from doublebill_local.cli.content.spec_words import spec_of


@pytest.mark.parametrize(
    ("words", "spec"),
    [
        ([], {}),
        (
            ["width=20", "enemies=3..5", "theme=a=b", "boss=1"],
            {"width": 20, "enemies": [3, 5], "theme": "a=b", "boss": 1},
        ),
        (['exit={"x": 1, "y": 2}', "path=[2,4]"], {"exit": {"x": 1, "y": 2}, "path": [2, 4]}),
        (['{"width": 20}', "height=9"], {"width": 20, "height": 9}),
        (['{"a": "b=c"}'], {"a": "b=c"}),
        (["[1]"], [1]),
    ],
)
def test_controls_are_words_or_json(words, spec):
    assert spec_of(words) == spec


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["width"], "'width' is not JSON"),
        (["width=1", "height"], "'height' is not JSON"),
        (["width=1", "[1]"], "is no object"),
        (["width=1", "width=2"], "width stands there twice"),
        ([f"enemies=1..{'9' * 5000}"], "use numbers of fewer digits"),
    ],
)
def test_what_is_no_control_is_refused(words, problem):
    with pytest.raises(InvalidInput, match=problem):
        spec_of(words)
