import codecs

import pytest

from doublebill.games.spec_list import SpecList
from doublebill.games.text.names.kind import NAMES, NamesSpec
from doublebill.games.text.names.stop_words import is_stopped
from doublebill.games.text.texts import batch


@pytest.mark.parametrize("coded", ["fuvg", "Fuvgan", "frk", "Ovt Nff", "anmí"])
def test_a_name_with_a_stop_word_is_recognised(coded):
    assert is_stopped(codecs.decode(coded, "rot13"))


@pytest.mark.parametrize("name", ["Essex", "Assar", "Dickon", "Aldric", "Cockburn", "Zoë"])
def test_a_word_that_only_begins_like_one_is_none(name):
    assert not is_stopped(name)


def test_no_new_name_is_a_stop_word():
    stopped = codecs.decode("frk", "rot13")
    made = batch(NAMES, SpecList([NamesSpec(("sad", "sed", "dex", "sax", "dax"), length=3)] * 30), 1).texts
    assert stopped not in {one.text.text for one in made}
    assert all(one.text.novel for one in made)
