"""Pseudonyms of users."""

import base64
import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.pseudonyms import PSEUDONYM_LENGTH, Pseudonyms

KEY = b"0123456789abcdef"


@given(user_id=st.text(st.characters()))
def test_a_pseudonym_is_the_beginning_of_an_hmac(user_id: str) -> None:
    found = Pseudonyms(KEY).of(user_id)
    digest = hmac.new(KEY, user_id.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(found) == digest[:18]
    assert re.fullmatch(f"[A-Za-z0-9_-]{{{PSEUDONYM_LENGTH}}}", found)


@given(first=st.text(), second=st.text())
def test_equal_ids_have_equal_pseudonyms_and_others_have_others(first: str, second: str) -> None:
    pseudonyms = Pseudonyms(KEY)
    assert (pseudonyms.of(first) == pseudonyms.of(second)) == (first == second)


def test_letters_that_only_look_alike_are_different_users() -> None:
    pseudonyms = Pseudonyms(KEY)
    assert len({pseudonyms.of(user_id) for user_id in ("é", "e\u0301", "E\u0301", "0012", "12", "12 ")}) == 6


def test_another_key_gives_other_pseudonyms() -> None:
    assert Pseudonyms(KEY).of("u") != Pseudonyms(KEY + b"!").of("u")


def test_a_known_answer_stays() -> None:
    assert Pseudonyms(KEY).of("user") == "NJTqxwi3dgEYbRNofIHjBkou"


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 15])
def test_a_short_key_is_refused_without_being_repeated(key: bytes) -> None:
    with pytest.raises(ValueError, match=rf"the pseudonym key has {len(key)} bytes, expected at least 16$"):
        Pseudonyms(key)
