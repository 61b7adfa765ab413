"""Explanations: what adds something, the largest part first; and the same in words."""

import numpy as np
import pytest

from doublebill.model.catalog import Catalog
from doublebill.model.items import Item
from doublebill.service.recommending.entries import explain_entries, named_sources, reason, unnamed
from doublebill.service.recommending.responses import Contribution, Recommendation

CATALOG = Catalog.of("abcd", {"a": Item("a", title="Alien"), "b": Item("b", title="Blade Runner")})


def explained(*parts: list[float]) -> list[Recommendation]:
    """Entries whose scores the items b, a, c of a history add these parts to."""
    entries: list[Recommendation] = [{"item_id": "d", "score": sum(one)} for one in parts]
    explain_entries(CATALOG, entries, np.array([1, 0, 2], np.int32), np.array(parts))
    return entries


PRIOR: Contribution = {"prior": "recent", "contribution": 1.0, "share": 0.8}


def part(item_id: str, contribution: float, share: float) -> Contribution:
    return {"item_id": item_id, "contribution": contribution, "share": share}


def test_the_largest_contribution_of_either_sign_is_first_and_zeros_are_left_out() -> None:
    first, second = explained([1.0, 0.0, -3.0], [2.0, 2.0, 0.0])
    assert first["contributions"] == [
        {"item_id": "c", "contribution": -3.0, "share": 0.75},
        {"item_id": "b", "title": "Blade Runner", "contribution": 1.0, "share": 0.25},
    ]
    assert [(one["item_id"], one["share"]) for one in second["contributions"]] == [("b", 0.5), ("a", 0.5)]
    assert second["reason"] == "because of Blade Runner and Alien"


def test_where_nothing_adds_anything_there_is_no_reason() -> None:
    for entry in explained([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]):
        assert entry["contributions"] == []
        assert "reason" not in entry


def test_what_was_taken_down_is_summed_and_not_named_by_contributions_or_reason() -> None:
    entries: list[Recommendation] = [{"item_id": "d", "score": 6.0}]
    down = np.array([True, False, True])
    explain_entries(CATALOG, entries, np.array([1, 0, 2], np.int32), np.array([[2.0, 1.0, 3.0]]), taken_down=down)
    assert entries[0]["contributions"] == [
        {"available": False, "contribution": 5.0, "share": 5 / 6},
        {"item_id": "a", "title": "Alien", "contribution": 1.0, "share": 1 / 6},
    ]
    assert entries[0]["reason"] == "because of Alien"


def test_an_entry_that_was_stored_names_nothing_that_was_taken_down_since() -> None:
    (entry,) = explained([3.0, 1.0, 0.0])
    shown = unnamed(entry, {"b"})
    assert "Blade Runner" not in str(shown)
    assert [one["contribution"] for one in shown["contributions"]] == [3.0, 1.0]
    assert shown["reason"] == "because of Alien"
    assert unnamed(entry, {"c"}) == entry


def test_each_entry_has_contributions_of_its_own() -> None:
    first, second = explained([0.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    assert (len(first["contributions"]), len(second["contributions"])) == (0, 1)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([], ""),
        ([part("a", -1.0, 1.0)], ""),
        ([part("a", 1.0, 1.0)], "because of a"),
        ([part("c", -9.0, 0.9), part("a", 0.05, 0.05), part("b", 0.05, 0.05)], "because of a"),
        ([part("a", 0.5, 0.5), part("b", 0.3, 0.3), part("c", 0.2, 0.2)], "because of a and b"),
        ([part("a", 0.95, 0.95), part("b", 0.05, 0.05)], "because of a"),
        ([{**part("a", 1.0, 1.0), "title": "Alien"}], "because of Alien"),
        ([PRIOR, part("a", 0.2, 0.2)], "because of recent popularity and a"),
        ([part("a", 2.0, 0.7), PRIOR], "because of a and recent popularity"),
    ],
)
def test_a_reason_names_the_one_or_two_that_matter_and_speak_for_it(parts: list[Contribution], words: str) -> None:
    assert reason(parts) == words


def test_a_source_has_its_title_where_there_is_one() -> None:
    sources = named_sources(CATALOG, np.array([2, 0], np.int32))
    assert sources == [{"item_id": "c"}, {"item_id": "a", "title": "Alien"}]
