"""Rating scales as texts and as JSON."""

import pytest

from doublebill.errors import InvalidInput
from doublebill.values.rating_scale import RatingScale


@pytest.mark.parametrize(
    ("text", "scale"), [("1..5", RatingScale(1, 5)), ("-10..10", RatingScale(-10, 10)), ("0.5..5", RatingScale(0.5, 5))]
)
def test_a_scale_is_read_from_a_text_and_written_as_one(text: str, scale: RatingScale) -> None:
    assert RatingScale.of_text(text) == scale
    assert str(scale) == text
    assert RatingScale.of_json(scale.to_json()) == scale


@pytest.mark.parametrize("text", ["", "5", "1-5", "5..1", "1..1", "a..b", "1..inf", "nan..5", "..", "1..2e9"])
def test_a_text_that_is_no_scale_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"--rating-scale: .* such as 1\.\.5 or -10\.\.10"):
        RatingScale.of_text(text)


@pytest.mark.parametrize("raw", [None, 5, [1], [5, 1], [1, True], ["1", "5"], [1, 2, 3]])
def test_json_that_is_no_scale_is_refused(raw: object) -> None:
    with pytest.raises(InvalidInput, match="rating_scale"):
        RatingScale.of_json(raw)


def test_both_ends_belong_to_a_scale() -> None:
    assert [rating in RatingScale(-10, 10) for rating in (-10.1, -10, 0, 10, 10.1)] == [False, True, True, True, False]


def test_an_item_is_liked_from_three_quarters_of_the_scale_on() -> None:
    assert [scale.liked_from for scale in (RatingScale(1, 5), RatingScale(-10, 10), RatingScale(0, 1))] == [4, 5, 0.75]
