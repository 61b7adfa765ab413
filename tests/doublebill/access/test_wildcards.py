import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.access.wildcards import matches
from processes import in_processes


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("*", "games/maze", True),
        ("movies", "movies", True),
        ("movies", "movies-uk", False),
        ("movies*", "movies", True),
        ("movies*", "movies-uk", True),
        ("*uk", "movies-uk", True),
        ("m*s*k", "movies-uk", True),
        ("a*a", "a", False),
        ("*ab*ba*", "abba", True),
        ("*ab*ba*", "aba", False),
        ("a?c", "abc", False),
        ("[ab]", "a", False),
        (".*", "x", False),
    ],
)
def test_only_the_star_stands_for_other_characters(pattern, text, expected):
    assert matches(pattern, text) is expected


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_patterns_match_as_the_regular_expression_says(pattern, text):
    regular = ".*".join(map(re.escape, pattern.split("*")))
    assert matches(pattern, text) is (re.fullmatch(regular, text) is not None)


def test_no_pattern_is_tried_in_every_way():
    """There are more ways for these than can ever be tried, so whoever tries them all is ended."""
    assert in_processes(matches, [("*a" * 128 + "b", "a" * 2000)]) == [False]
