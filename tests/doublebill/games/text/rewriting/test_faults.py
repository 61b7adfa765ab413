"""Rewordings that are refused, however a language model tries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill.games.spec_list import SpecList
from doublebill.games.text.english import plural
from doublebill.games.text.items.rewording import item_draft
from doublebill.games.text.items.treasures import RARITIES
from doublebill.games.text.kinds import TEXTS
from doublebill.games.text.quests.rewording import quest_draft
from doublebill.games.text.rewriting.faults import fault
from doublebill.games.text.rewriting.placeholders import LONGEST, RewriteDraft
from doublebill.games.text.texts import batch
from doublebill.schema import read


def quest(text, facts):
    return quest_draft({"text": text, "facts": facts})


def item(name, rarity, weight, value):
    return item_draft({"text": name, "rarity": rarity, "weight": weight, "value": value})


PLAIN = "Ada of Fenmouth begs you: slay the 3 ogres, gather the 12 diamonds, then find the key."
QUEST = quest(PLAIN, {"ogre": 3, "diamond": 12, "key": 1, "place": "Fenmouth", "giver": "Ada"})
GOOD = "Night falls on {2}, and {1} weeps: fell {3}, carry home {4} and win {5}!"
RING = item("Silver Ring of Dawn", "rare", 3, 120)
GOOD_RING = "{1} is a {2} thing of {3} and {4}, cool as the morning."


@pytest.mark.parametrize(
    "rewording",
    [
        GOOD,
        GOOD.replace("{1} weeps", "{1}'s voice breaks"),
        GOOD.replace("!", "! Fear not the night, for no one else will come."),
        GOOD.replace("!", "—all of it before dawn…"),
        '{1} cries: "Go, slay {3}! Bring {4}; win {5}." So begs the voice that {2} trusts.',
        "{3} must fall. {4} shall shine. {5} waits, says {1} of {2}.",
        GOOD.replace("!", "! The village visits, victory and ivory in its eyes."),
    ],
)
def test_a_fair_rewording_passes(rewording):
    assert fault(QUEST, rewording) is None


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_missing_placeholder_is_a_missing_fact(number):
    assert fault(QUEST, GOOD.replace(f"{{{number}}}", "it")) == "fact-missing"


@pytest.mark.parametrize(
    ("placeholder", "instead"),
    [
        ("{3}", "{4}"),  # and so {4} twice
        ("{3}", "{ 3 }"),
        ("{3}", "{03}"),
        ("{3}", "{3.0}"),
        ("{3}", "{three}"),
        ("{3}", "{ogres}"),
        ("{3}", "{}"),
        ("{3}", "[3]"),
        ("{3}", "(3)"),
        ("{3}", "<3>"),
        ("{3}", "$3"),
        ("{3}", "3"),
        ("{3}", "the 3 ogres"),
        ("{3}", "\uff5b3\uff5d"),  # fullwidth braces
        ("{3}", "{\uff13}"),  # fullwidth digit
        ("{3}", "\uff5b\uff13\uff5d"),
        ("{3}", "{\u0663}"),  # Arabic-Indic digit
        ("{3}", "\u27743\u2775"),  # ornamental braces
        ("{3}", "\u29833\u2984"),  # white braces
        ("{3}", "\ufe5b3\ufe5c"),  # small braces
        ("{3}", "{{3}}"),
        ("{3}", "{{3}"),
        ("{3}", "{3}}"),
        ("{3}", "{{1}3}"),
        ("{3}", "{\u200b3}"),  # zero-width space
        ("{3}", "{3\u200b}"),
        ("{3}", "\u202e}3{\u202c"),  # written backwards
        ("{3}", "}3{"),
    ],
)
def test_a_placeholder_in_another_form_is_refused(placeholder, instead):
    assert fault(QUEST, GOOD.replace(placeholder, instead)) in ("fact-missing", "not-text")


@pytest.mark.parametrize("more", ["{1}", "{5}", "{6}", "{99}", "{3} and {3}"])
def test_a_placeholder_that_is_doubled_or_unknown_is_an_added_fact(more):
    assert fault(QUEST, f"{GOOD} Mark {more}.") == "fact-added"


@pytest.mark.parametrize(
    "instead",
    [
        "one of {3}",
        "minus {3}",
        "up to {3}",
        "{3} percent",
        "a pair of {3}",
        "half of {3}",
        "3 of {3}",
        "some of {3}",
        "most of {3}",
        "none of {3}",
        "the rest of {3}",
        "another {3}",
        "no {3}",
        "every {3}",
        "at least {3}",
        "more than {3}",
        "fewer than {3}",
        "MORE THAN {3}",
        "twice {3}",
        "both {3}",
        "the {3}",
        "the other {3}",
        "the last {3}",
        "these  {3}",
        "{3} or more",
        "{3} and fewer",
        "{3}s",
        "{3}-headed",
        "un{3}",
        "level-{3}",
        "−{3}",
        "{3}\u0301",
        "{3}%",
        "{3}k",
        "{3}_",
    ],
)
def test_a_count_cannot_be_made_another(instead):
    assert fault(QUEST, GOOD.replace("{3}", instead)) in ("fact-missing", "fact-added", "not-text")


def test_numbers_cannot_be_run_together():
    own = quest("Pay 1 coin and 200 pearls, friend.", {})
    assert own.masked == "Pay {1} coin and {2} pearls, friend."
    for together in ("{1}{2}", "{1},{2}", "{1}.{2}", "{1}-{2}", "{1}/{2}", "{1}'{2}", "{1} {2}", "{1}\u00a0{2}"):
        assert fault(own, f"Pay {together} pearls and a coin, friend.") in ("fact-missing", "not-text")
    assert fault(own, "Friend, pay {1} coin, then {2} pearls.") is None


@pytest.mark.parametrize(
    "number",
    [
        "5",
        "\uff15",
        "\u0665",
        "\u0be7",
        "\U0001d7d3",
        "½",
        "³",
        "⑤",
        "Ⅳ",
        "三",
        "five",
        "FIVE",
        "Five",
        "fïve",
        "\uff46\uff49\uff56\uff45",  # fullwidth letters
        "\U0001d41f\U0001d422\U0001d42f\U0001d41e",  # mathematical letters
        "five-fold",
        "forty-two",
        "one",
        "zero",
        "nought",
        "a hundred",
        "thousands",
        "a dozen",
        "fourscore",
        "tenfold",
        "third",
        "the fourth",
        "twentieth",
        "the twenties",
        "half",
        "twice",
        "both",
        "a couple",
        "IV",
        "XII",
        "iv",
        "Viii",
    ],
)
def test_an_added_number_is_refused_in_any_writing(number):
    assert fault(QUEST, f"{GOOD} Come by {number} nights.") in ("fact-added", "not-text")


@pytest.mark.parametrize(
    "more",
    [
        "A dragon sleeps below.",
        "Beware of goblins.",
        "There is a chest of gold.",
        "The ogres sleep by day.",
        "Slay an ogre more.",
        "Then speak to Boromir.",
        "Then go to the Blue Tower.",
    ],
)
def test_an_added_name_or_thing_is_refused(more):
    assert fault(QUEST, f"{GOOD} {more}") == "fact-added"


@pytest.mark.parametrize(
    ("rewording", "why"),
    [
        ("", "malformed"),
        ("  ", "malformed"),
        (QUEST.masked, "unchanged"),
        (GOOD + "\n", "not-text"),
        (GOOD + "\x07", "not-text"),
        (GOOD + "\u202e", "not-text"),
        (GOOD + "\u200f", "not-text"),
        (GOOD + "\u2066", "not-text"),
        (GOOD + "\u00ad", "not-text"),
        (GOOD + "\u2028", "not-text"),
        (GOOD + "\ud800", "not-text"),
        (GOOD + "\ue000", "not-text"),
        (GOOD.replace("{3}", "**{3}**"), "not-text"),
        (GOOD + " <b>", "not-text"),
        (GOOD + " [x]", "not-text"),
        (GOOD + " #{1}", "not-text"),
        (GOOD + " &amp", "not-text"),
        (GOOD + " https//x", "not-text"),
        (GOOD + " \uff1cb\uff1e", "not-text"),
        (GOOD + " {", "not-text"),
        (GOOD + " and so on" * 20, "too-long"),
        ("HACKED", "fact-missing"),
        ("I cannot do that.", "fact-missing"),
        (PLAIN, "fact-missing"),
    ],
)
def test_a_rewording_that_is_no_plain_sentence_of_a_fit_length_is_refused(rewording, why):
    if rewording == PLAIN:
        rewording = "Ada begs for help."
    assert fault(QUEST, rewording) == why


def test_no_text_is_longer_than_the_longest():
    long = RewriteDraft.of("quest", "walk on " * 60, "walk on " * 60, [], frozenset())
    assert fault(long, "g" + "o" * (LONGEST - 1)) is None
    assert fault(long, "g" + "o" * LONGEST) == "too-long"


def test_the_length_counts_the_facts():
    draft = quest("Go to Fenmouth.", {"place": "Fenmouth"})
    room = draft.longest - len("Go to Fenmouth")
    assert fault(draft, "Go to {1}" + "!" * room) is None
    assert fault(draft, "Go to {1}" + "!" * (room + 1)) == "too-long"


# ---- items ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rewording",
    [GOOD_RING, "Behold {1}: {2}, with {3} and {4}.", "{2} indeed is {1}; {3}, {4}, and a cold gleam."],
)
def test_an_item_in_a_sentence_with_all_its_facts_passes(rewording):
    assert fault(RING, rewording) is None


@pytest.mark.parametrize(
    ("rewording", "why"),
    [
        ("Silver Ring of Dawn", "fact-missing"),
        (GOOD_RING.replace("{3} and ", ""), "fact-missing"),
        (GOOD_RING.replace("of {3}", "of twice {3}"), "fact-added"),
        (GOOD_RING.replace("a {2}", "a {2}, even legendary"), "fact-added"),
        (GOOD_RING + " Only 7 were made.", "fact-added"),
        (GOOD_RING + " Only one was made.", "fact-added"),
        (GOOD_RING + " Forged by Aule.", "fact-added"),
    ],
)
def test_an_item_that_is_described_wrongly_is_refused(rewording, why):
    assert fault(RING, rewording) == why


def test_a_weight_or_value_of_nought_is_left_out():
    rock = item("Rock", "common", 0, 0)
    assert rock.masked == "{1}: {2}."
    assert fault(rock, "{1} is {1}, {2} as dust.") == "fact-added"
    assert fault(rock, "{1}, {2} as dust, of weight 0.") == "fact-added"


# ---- over many texts ------------------------------------------------------------------------------------------------

THINGS = ["ogre", "goblin", "key", "potion", "treasure", "enemy", "exit", "spike", "widget", "box"]
many_facts = st.dictionaries(st.sampled_from(THINGS), st.integers(1, 300), min_size=1, max_size=5)
seeds = st.integers(0, 10**9)


def drafted(kind, seed, **spec):
    """The draft of the text that a seed gives."""
    (made,) = batch(TEXTS[kind], SpecList([read(TEXTS[kind].spec, spec)] * 1), seed).texts
    return TEXTS[kind].rewrite_draft(made.as_json()), made.as_json()


def retold(draft):
    """The facts of a draft in a sentence of the test's own."""
    return "Hear of " + ", and of ".join(f"{{{n}}}" for n in range(1, len(draft.facts) + 1)) + ", friend!"


@given(many_facts, seeds)
def test_every_fact_of_a_generated_quest_is_bound(facts, seed):
    draft, text = drafted("quests", seed, facts=facts, tasks=[1, 5])
    bound = [fact.text for fact in draft.facts]
    for name, value in text["facts"].items():
        phrase = value if isinstance(value, str) else f"the {value} {plural(name)}" if value > 1 else f"the {name}"
        assert phrase in bound
    assert fault(draft, retold(draft)) is None
    for n, fact in enumerate(draft.facts, 1):
        assert fact.text in draft.filled(retold(draft))
        assert fault(draft, retold(draft).replace(f"{{{n}}}", "it")) == "fact-missing"
    assert fault(draft, retold(draft) + " 999 wait.") == "fact-added"


@given(seeds)
def test_every_fact_of_a_generated_item_is_bound(seed):
    draft, text = drafted("items", seed)
    measures = [f"{name} {text[name]}" for name in ("weight", "value") if text[name]]
    assert [fact.text for fact in draft.facts] == [text["text"], text["rarity"], *measures]
    assert fault(draft, retold(draft)) is None
    for rarity in set(RARITIES) - {text["rarity"]}:
        assert fault(draft, f"{retold(draft)} How {rarity}.") == "fact-added"


PIECES = [
    "{1}",
    "{2}",
    "{3}",
    "{4}",
    "{5}",
    "3",
    "three",
    "12",
    "grim",
    "the",
    "and",
    "of",
    "some",
    "ogres",
    "Ada",
    ",",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["{1}, {2}, {3}, {4}, {5}", ""]))
def test_a_rewording_that_passes_states_each_fact_once_and_no_other_number(words, end):
    rewording = " ".join([*words, end]).strip()
    if fault(QUEST, rewording) is None:
        text = QUEST.filled(rewording)
        assert [text.casefold().count(fact.text.casefold()) for fact in QUEST.facts] == [1] * 5
        assert sorted(word for word in text.replace(",", " ").split() if word.isdigit() or word == "three") == [
            "12",
            "3",
        ]


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_and_any_name_are_judged(text, name):
    fault(QUEST, text)
    draft = quest(text, {name or "x": 2, "giver": name or "x"})
    assert draft.filled(draft.masked).casefold() == text.casefold() or not text.isascii()
    assert draft.has_braces or fault(draft, draft.masked) in ("malformed", "not-text", "too-long", "unchanged")
