import pytest

from doublebill.service.registry.recommendation_ids import make, parse

VERSION = "0123456789abcdef" * 2


@pytest.mark.parametrize("now_ms", [0, 1, 1_700_000_000_000, 4_102_444_800_000])
def test_an_id_tells_its_version_and_time(now_ms):
    assert parse(make(VERSION, now_ms)) == (VERSION, now_ms)


def test_it_is_the_version_and_the_milliseconds_in_hexadecimal():
    assert make(VERSION, 1_700_000_000_000) == f"{VERSION}-18bcfe56800"


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", VERSION, f"{VERSION}-", f"{VERSION}-0a", f"{VERSION}-A", f"{VERSION}--1", f"{VERSION}-{'f' * 13}"),
        *(f"{VERSION}-a ", f" {VERSION}-a", f"{VERSION}-a\n", f"{VERSION}-\N{ARABIC-INDIC DIGIT ONE}"),
        *(f"{VERSION.upper()}-a", f"{VERSION[1:]}-a", f"{VERSION}0-a"),
    ],
)
def test_any_other_text_is_none(text):
    assert parse(text) is None
