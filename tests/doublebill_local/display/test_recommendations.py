"""Reasons of recommendations: the items that raise a score are named, everything else is summed up."""

from typing import Any

import pytest

from doublebill_local.display.recommendations import contributors, show_recommendations


def part(title: str, contribution: float, share: float) -> dict[str, Any]:
    return {"item_id": title.lower(), "title": title, "contribution": contribution, "share": share}


ITEM = {
    "contributions": [
        part("Alien", 5.0, 0.5),
        part("Brazil", -2.0, 0.2),
        part("Clue", 1.8, 0.18),
        part("Dumbo", 0.8, 0.08),
        part("Eraserhead", 0.4, 0.04),
    ]
}


def test_negative_and_small_shares_are_summed_up_as_others() -> None:
    assert contributors(ITEM) == "Alien 50%, Clue 18%, others 32%"
    assert contributors(ITEM, named=1) == "Alien 50%, others 50%"


def test_one_more_item_is_named_if_it_raises_the_score_enough() -> None:
    assert contributors(ITEM, named=1, also="dumbo") == "Alien 50%, Dumbo 8%, others 42%"
    assert contributors(ITEM, named=1, also="brazil") == "Alien 50%, others 50%"
    assert contributors(ITEM, named=1, also="eraserhead") == "Alien 50%, others 50%"


def test_shares_that_are_whole_leave_no_others() -> None:
    assert contributors({"contributions": [part("Alien", 5.0, 1.0)]}) == "Alien 100%"


def test_a_score_that_nothing_raises_alone_stands_on_the_whole_history() -> None:
    small = [part(f"Film {number}", 0.1, 0.04) for number in range(25)]
    assert contributors({"contributions": small}) == "25 items of the history"


def test_items_of_the_history_are_marked_and_can_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    found = [{"item_id": "a", "score": 1.0}, {"item_id": "b", "score": 0.5}]
    answer = {"degraded": False, "unknown_items": [], "cold": False, "recommendations": found}
    show_recommendations(answer, {"b"})
    assert capsys.readouterr().out.splitlines() == [
        "  1. a  1",
        "  2. b  0.5  (in the history)",
        "--exclude-seen yes leaves out items of the history",
    ]
    show_recommendations(answer, {"c"})
    assert "history" not in capsys.readouterr().out
