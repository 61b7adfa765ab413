"""Pseudonyms of users."""

import base64
import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.pseudonyms import NAME_LENGTH, PSEUDONYM, Key, Pseudonyms

KEY = b"0123456789abcdef"
EARLIER = Key(b"a key of an earlier version", by_catalog=False, replaced_ms=1)


@given(user_id=st.text(st.characters()))
def test_a_pseudonym_is_the_beginning_of_an_hmac_after_the_id_of_its_key(user_id: str) -> None:
    key_id, _, name = Pseudonyms.under(KEY).of("films", user_id).partition(".")
    derived = hmac.new(KEY, b"doublebill: pseudonyms of films\x01", hashlib.sha256).digest()
    digest = hmac.new(derived, user_id.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(name) == digest[:18]
    assert Key(KEY).fingerprint.startswith(key_id)
    assert re.fullmatch(PSEUDONYM, f"{key_id}.{name}")


@given(user_id=st.text(st.characters()))
def test_a_key_of_an_earlier_version_gives_the_names_that_it_gave(user_id: str) -> None:
    found = Pseudonyms.under(EARLIER).of("films", user_id)
    digest = hmac.new(EARLIER.secret, user_id.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(found) == digest[:18]
    assert re.fullmatch(f"[A-Za-z0-9_-]{{{NAME_LENGTH}}}", found)
    assert re.fullmatch(PSEUDONYM, found)


@given(first=st.text(), second=st.text())
def test_equal_ids_have_equal_pseudonyms_and_others_have_others(first: str, second: str) -> None:
    pseudonyms = Pseudonyms.under(KEY)
    assert (pseudonyms.of("films", first) == pseudonyms.of("films", second)) == (first == second)


def test_letters_that_only_look_alike_are_different_users() -> None:
    pseudonyms = Pseudonyms.under(KEY)
    assert len({pseudonyms.of("films", user) for user in ("é", "e\u0301", "E\u0301", "0012", "12", "12 ")}) == 6


def test_a_user_has_other_names_in_other_catalogs_and_under_other_keys() -> None:
    names = {
        Pseudonyms.under(key).of(catalog, "u").partition(".")[2]
        for key in (KEY, KEY + b"!")
        for catalog in ("a", "b", "ab")
    }
    assert len(names) == 6


def test_every_name_of_a_user_is_found_the_newest_first() -> None:
    pseudonyms = Pseudonyms.under(KEY, b"the key before it", EARLIER)
    first, second, third = pseudonyms.every("films", "u")
    assert first == pseudonyms.of("films", "u") == Pseudonyms.under(KEY).of("films", "u")
    assert second == Pseudonyms.under(b"the key before it").of("films", "u")
    assert third == Pseudonyms.under(EARLIER).of("music", "u")


def test_known_answers_stay() -> None:
    assert Pseudonyms.under(Key(KEY, by_catalog=False)).of("films", "user") == "NJTqxwi3dgEYbRNofIHjBkou"
    assert Pseudonyms.under(KEY).of("films", "user") == "761efa.MyvTW3mS7mP8vshVNoW4i6Xd"


def test_a_seal_is_recognised_under_every_key_and_no_other() -> None:
    sealed = Pseudonyms.under(b"the key before it").seal("receipts", b"content")
    both = Pseudonyms.under(KEY, b"the key before it")
    assert both.sealed("receipts", b"content", sealed)
    assert not both.sealed("receipts", b"another content", sealed)
    assert not both.sealed("letters", b"content", sealed)
    assert not Pseudonyms.under(KEY).sealed("receipts", b"content", sealed)


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 15])
def test_a_short_key_is_refused_without_being_repeated(key: bytes) -> None:
    with pytest.raises(ValueError, match=rf"the pseudonym key has {len(key)} bytes, expected at least 16$"):
        Key(key)


def test_a_key_is_never_shown() -> None:
    assert "0123456789abcdef" not in repr(Key(KEY))
