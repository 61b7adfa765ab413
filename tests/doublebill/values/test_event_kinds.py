"""Event kinds as data of a catalog: how they weigh, and how a catalog changes them."""

import pytest

from counting import counting
from doublebill.errors import InvalidInput
from doublebill.events import Event, parse
from doublebill.values.event_kinds import DEFAULT_KINDS, EventKind

SHOP = DEFAULT_KINDS.added(
    {"addtocart": {"weight": 2}, "view": {"weight": 0.5}, "returned": {"weight": -1, "verdict": True}}
)


@pytest.mark.parametrize("kind", list(DEFAULT_KINDS))
def test_a_weight_is_the_kinds_times_the_value(kind: str) -> None:
    assert DEFAULT_KINDS.weight(Event("u", "i", kind, 3.0)) == 3 * DEFAULT_KINDS.by_name[kind].weight


def test_a_catalog_adds_kinds_and_changes_those_there_are() -> None:
    assert SHOP.by_name["addtocart"] == EventKind("addtocart", 2.0)
    assert SHOP.by_name["view"] == EventKind("view", 0.5)
    assert SHOP.by_name["like"] == DEFAULT_KINDS.by_name["like"]
    assert DEFAULT_KINDS.weights["view"] == 1.0


def test_only_the_differences_are_stored_and_they_make_the_same_kinds_again() -> None:
    assert sorted(SHOP.changes()) == ["addtocart", "returned", "view"]
    assert DEFAULT_KINDS.added(SHOP.changes()) == SHOP
    assert DEFAULT_KINDS.changes() == {}


def test_a_field_that_is_left_out_keeps_its_value() -> None:
    assert SHOP.added({"returned": {"weight": -3}}).by_name["returned"] == EventKind("returned", -3.0, verdict=True)


def test_an_event_of_a_kind_that_the_catalog_lacks_weighs_nothing() -> None:
    assert DEFAULT_KINDS.weight(Event("u", "i", "addtocart")) == 0.0


def test_a_verdict_that_counts_against_silences_what_was_before_and_a_skip_not() -> None:
    def counted(kind: str) -> list[str]:
        events = [Event("u", "i", kind, timestamp=2000), Event("u", "i", "play", timestamp=1000)]
        return [event.kind for event in counting(events, SHOP)]

    assert counted("returned") == ["returned"]
    assert counted("dislike") == ["dislike"]
    assert counted("skip") == ["play", "skip"]


def test_an_unknown_kind_is_refused_with_the_kinds_that_the_catalog_has() -> None:
    raw = {"user_id": "ann", "item_id": "a", "kind": "addtocart"}
    assert parse(raw, str, kinds=SHOP).kind == "addtocart"
    with pytest.raises(InvalidInput, match=r"kind: 'cart' is not valid; use one of play, .*, addtocart, returned"):
        parse({**raw, "kind": "cart"}, str, kinds=SHOP)


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (7, "kinds: 7 is not valid"),
        ({"Add to cart": {}}, "kinds.Add to cart: 'Add to cart' is not valid; use a name of"),
        ({"cart": 2}, "kinds.cart: 2 is not valid; use an object with weight"),
        ({"cart": {"colour": 1}}, "kinds.cart.colour: unknown field"),
        ({"cart": {"weight": True}}, "kinds.cart.weight: True is not valid"),
        ({"cart": {"weight": 1001}}, "kinds.cart.weight: 1001 is not valid; use a number from -1000 to 1000"),
        ({"cart": {"weight": float("nan")}}, "kinds.cart.weight: nan is not valid"),
        ({"cart": {"verdict": 1}}, "kinds.cart.verdict: 1 is not valid; use true or false"),
        ({"rate": {"verdict": False}}, "kinds.rate.verdict: a rating is always a verdict"),
        ({f"kind-{n}": {} for n in range(99)}, "kinds: the catalog would have more than 100"),
    ],
)
def test_kinds_that_are_wrong_are_refused_with_the_field(raw: object, complaint: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        DEFAULT_KINDS.added(raw)
    assert str(refused.value).startswith(complaint)
