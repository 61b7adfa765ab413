import itertools
import re
from dataclasses import replace

import numpy as np
import pytest

from checkers.names import faults
from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.dice import Dice
from doublebill.games.spec_list import SpecList
from doublebill.games.text import shipped_lists
from doublebill.games.text.kinds import SHIPPED
from doublebill.games.text.names import mixture, ngrams, spelling
from doublebill.games.text.names.kind import EARLY, NAMES, PLACES, NamesSpec
from doublebill.games.text.names.spelling import Drawer, NameModel, NameTarget, in_order, keeps, possible
from doublebill.games.text.texts import batch
from doublebill.schema import read

OWN = ("ada", "bea", "abe", "dab", "bade", "deb")


def made(count=20, seed=1, kind=NAMES, **asked):
    spec = read(NamesSpec, asked, "spec")
    made = batch(kind, SpecList([spec] * count), seed)
    names, repeats = made.texts, made.repeats
    return [one.as_json() for one in names], repeats


@pytest.mark.parametrize("kind", SHIPPED["names"], ids=lambda kind: kind.corpus)
def test_names_are_new_and_not_repeated(kind):
    items, repeats = made(100, kind=kind)
    assert [faults(item, shipped_lists.names(kind.corpus)) for item in items] == [[]] * 100
    assert repeats == 0
    assert len({item["text"] for item in items}) == 100
    assert all(item["novel"] for item in items)


@pytest.mark.parametrize(
    "asked",
    [
        {"length": 7},
        {"length": [3, 4], "temperature": 25},
        {"prefix": "Qua", "never": "n"},
        {"must": "vyh", "length": [4, 6]},
        {"prefix": "ka", "must": "kzq", "never": "elr", "length": [5, 9], "temperature": 400},
        {"kind": PLACES, "must": "Q", "length": 5},
        {"examples": list(OWN), "length": [2, 5]},
    ],
)
def test_every_control_is_kept(asked):
    items, _ = made(20, **asked)
    known = asked.get("examples") or shipped_lists.names(asked.get("kind", NAMES).corpus)
    assert [faults(item, known) for item in items] == [[]] * 20


def test_a_word_of_the_list_is_given_only_where_nothing_else_can_be():
    own = ["".join(pair) for pair in itertools.product("ab", repeat=2)]
    items, repeats = made(4, examples=own[:3], length=2)
    assert {item["text"] for item in items} == {own[3]}
    assert items[0]["novel"]
    assert repeats == 3
    items, _ = made(4, examples=own, length=2)
    assert [item["novel"] for item in items] == [False] * 4
    assert [faults(item, own) for item in items] == [[]] * 4


def test_the_last_new_word_is_found_although_nobody_would_draw_it(monkeypatch):
    monkeypatch.setattr(spelling.Drawer, "word", lambda self, dice, steered: "aaa")
    own = ["".join(letters) for letters in itertools.product("ab", repeat=3)]
    items, _ = made(1, examples=own[:-1], length=3)
    assert (items[0]["text"], items[0]["novel"]) == ("bbb", True)


@pytest.mark.parametrize(
    "wish",
    [
        NameTarget(1, 3, "", "", "abc"),
        NameTarget(3, 4, "a", "bc", "abc"),
        NameTarget(2, 2, "ab", "", "ab"),
        NameTarget(1, 4, "b", "c", "ac"),
    ],
)
def test_words_in_order_are_all_those_that_are_possible(wish):
    words = list(in_order(wish))
    letters = sorted(set(wish.letters + wish.prefix))
    every = ("".join(word) for n in range(1, 5) for word in itertools.product(letters, repeat=n))
    assert sorted(words) == sorted(word for word in every if keeps(wish, word))
    assert len(words) == possible(wish)


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"length": [5, 4]}, ["spec.length[0]", "spec.length[1]"]),
        ({"prefix": "dab", "never": "a"}, ["spec.prefix", "spec.never"]),
        ({"must": "ab", "never": "b"}, ["spec.must", "spec.never"]),
        ({"prefix": "dab", "length": 2}, ["spec.prefix", "spec.length"]),
        ({"prefix": "da", "must": "be", "length": 3}, ["spec.must", "spec.length"]),
        ({"never": "abde", "length": 3}, ["spec.never", "spec.length"]),
    ],
)
def test_what_cannot_hold_together_is_refused_naming_both(asked, fields):
    with pytest.raises(Unsatisfiable) as refused:
        NAMES.check(read(NamesSpec, {"examples": list(OWN)} | asked, "spec"))
    assert [one.field for one in refused.value.complaints] == fields


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"prefix": "x"}, "spec.prefix"),
        ({"must": "x"}, "spec.must"),
        ({"examples": []}, "spec.examples"),
        ({"examples": ["a"] * 2001}, "spec.examples"),
        ({"examples": ["a" * 41]}, "spec.examples[0]"),
        ({"examples": ["ok", " a"]}, "spec.examples[1]"),
        ({"examples": ["ok", "a\nb"]}, "spec.examples[1]"),
        (
            {"examples": ["".join(map(chr, range(0x4E00 + n, 0x4E00 + n + 40))) for n in range(0, 440, 40)]},
            "spec.examples",
        ),
        ({"examples": "abc"}, "spec.examples"),
        ({"length": 0}, "spec.length"),
        ({"length": 10**6}, "spec.length"),
        ({"length": "4"}, "spec.length"),
        ({"temperature": 0}, "spec.temperature"),
        ({"corpus": "people"}, "spec.corpus"),
    ],
)
def test_bad_input_is_refused_naming_the_field(asked, field):
    with pytest.raises(InvalidInput) as refused:
        NAMES.check(read(NamesSpec, {"examples": list(OWN)} | asked, "spec"))
    assert not isinstance(refused.value, Unsatisfiable)
    assert [one.field for one in refused.value.complaints] == [field]


def test_capitals_and_spaces_are_as_in_the_list():
    items, _ = made(10, examples=["New Ada", "New Bea", "Old Dab", "Old Eda"])
    assert all(word[:1].isupper() for item in items for word in item["text"].split(" "))
    assert [faults(item) for item in items if item["novel"]] == [[]] * sum(item["novel"] for item in items)


def test_an_item_alone_is_the_same_as_in_its_batch():
    items, _ = made(15, seed="abc", examples=list(OWN))
    for item in items:
        assert made(1, seed=item["seed"], examples=list(OWN))[0] == [item]


def test_letters_that_are_never_wished_leave_the_others_as_likely_as_they_were():
    model = NameModel.of(["ab", "ac", "bc", "ca", "cb"] * 2)
    step = model.mixture.first([], 100)
    whole = dict(zip("abc", np.diff([0, *step.sums]).tolist(), strict=True))
    drawer = Drawer(model, NameTarget(1, 1, "", "", "ac"), 100)
    first = [drawer.word(Dice(1, "test", seed), steered=False)[0] for seed in range(2000)]
    assert set(first) == {"a", "c"}
    assert first.count("a") / 2000 == pytest.approx(whole["a"] / (whole["a"] + whole["c"]), abs=0.04)


@pytest.mark.parametrize("remembered", [0, 200])
def test_names_do_not_depend_on_how_many_steps_are_kept_ready(monkeypatch, remembered):
    own = [name.lower() for name in shipped_lists.names("places")[:50]]
    before = [item["text"] for item in made(20, examples=own)[0]]
    monkeypatch.setattr(mixture, "REMEMBERED", remembered)
    monkeypatch.setattr(ngrams, "READY", remembered)
    assert [item["text"] for item in made(20, examples=[*own, own[0]])[0]] == before


def test_places_have_dice_of_their_own():
    assert PLACES.dice_of(1).draw() != replace(PLACES, dice=NAMES.dice).dice_of(1).draw()
    assert NAMES.dice_of(1).draw() == Dice(EARLY, "names", 1).draw()


@pytest.mark.parametrize("kind", [NAMES, PLACES], ids=["people", "places"])
def test_names_have_only_runs_of_letters_that_the_list_has(kind):
    def runs(name):
        marked = f"^{name.lower()}$"
        return {marked[place : place + 3] for place in range(len(marked) - 2)}

    theirs = set().union(*map(runs, shipped_lists.names(kind.corpus)))
    made = batch(kind, SpecList([NamesSpec()] * 300), 1).texts
    names = [one.text.text for one in made]
    assert [name for name in names if runs(name) - theirs] == []
    assert [name for name in names if re.search(r"(.)\1\1", name.lower())] == []
    assert all(one.text.novel for one in made)
    assert len(set(names)) == 300


def test_a_name_whose_controls_allow_no_run_of_the_list_is_given_all_the_same():
    made = batch(NAMES, SpecList([NamesSpec(must="yb", never="aeiou", length=6)] * 3), 1).texts
    assert [keeps_all(one.text.text.lower()) for one in made] == [True] * 3


def keeps_all(name):
    return len(name) == 6 and {"y", "b"} <= set(name) and not set("aeiou") & set(name)
