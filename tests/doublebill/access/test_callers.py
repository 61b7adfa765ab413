"""Callers: who an identity is, and what grants let it do."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.access.callers import (
    NOBODY,
    OWNER,
    RELEASE,
    RIGHTS,
    Caller,
    Callers,
    Grant,
    Identity,
    check,
    check_user,
)
from doublebill.errors import DoublebillError, Forbidden, InvalidInput, NotFound
from doublebill.service.catalog import catalogs
from fakes import MemoryObjects

ROLE = "arn:aws:iam::123456789012:role/shop"
SESSION = "arn:aws:sts::123456789012:assumed-role/shop/i-0abc"


def declared(*entries: dict[str, object]) -> Callers:
    return Callers.from_bytes(json.dumps({"callers": entries}).encode())


def entry(name: str = "web-shop", **more: object) -> dict[str, object]:
    grants = [{"catalogs": "movies*", "rights": ["read"]}]
    return {"name": name, "grants": grants} | (more or {"principal": ROLE})


def complaints(*entries: dict[str, object]) -> dict[str, str]:
    """The fields that are wrong, with how to fix them."""
    with pytest.raises(InvalidInput) as refused:
        declared(*entries)
    return {one.field: one.fix for one in refused.value.complaints}


# ---- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arn", [ROLE, SESSION])
def test_a_role_is_its_sessions_too(arn):
    assert declared(entry()).of(Identity(arn)).name == "web-shop"


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::123456789012:role/shop2",
        "arn:aws:iam::210987654321:role/shop",
        "arn:aws:iam::123456789012:user/shop",
        "arn:aws:sts::123456789012:assumed-role/other/shop",
        "arn:aws:sts::210987654321:assumed-role/shop/i-0abc",
        "arn:aws-cn:sts::123456789012:assumed-role/shop/i-0abc",
        "arn:aws:sts::123456789012:assumed-role/other/x:role/shop",
        "local",
        "",
    ],
)
def test_another_principal_is_nobody(arn):
    assert declared(entry()).of(Identity(arn)) is NOBODY


def test_a_star_in_a_principal_stands_for_any_characters():
    callers = declared(entry(principal="arn:aws:iam::123456789012:role/*"))
    assert callers.of(Identity(SESSION)).name == "web-shop"
    assert callers.of(Identity("arn:aws:iam::123456789012:user/anna")) is NOBODY


def test_a_claim_has_exactly_the_value():
    callers = declared(entry(jwt={"claim": "client_id", "value": "shop"}))
    assert callers.of(Identity(claims={"client_id": "shop", "sub": "u"})).name == "web-shop"
    for claims in ({"client_id": "shop2"}, {"sub": "shop"}, {"client_id": ""}, {}):
        assert callers.of(Identity(claims=claims)) is NOBODY


def test_a_principal_never_comes_from_a_token_nor_a_claim_from_a_principal():
    assert declared(entry(principal="*")).of(Identity(claims={"principal": ROLE})) is NOBODY
    assert declared(entry(jwt={"claim": "principal", "value": ROLE})).of(Identity(ROLE)) is NOBODY


def test_who_was_not_proved_is_nobody_even_where_any_principal_is_declared():
    assert declared(entry(principal="*")).of(Identity()) is NOBODY
    assert Callers().of(Identity()) is NOBODY


def test_the_first_caller_that_matches_counts():
    callers = declared(entry("first", principal="arn:*"), entry("second"))
    assert callers.of(Identity(ROLE)).name == "first"


def test_whom_a_principal_belongs_to_is_not_forgotten_nor_mixed_up_with_others(monkeypatch):
    monkeypatch.setattr("doublebill.access.callers.MAX_RECENT", 2)
    callers = declared(entry("first"), entry("second", principal="arn:aws:iam::123456789012:user/*"))
    for _ in range(3):
        for number in range(5):
            assert callers.of(Identity(f"arn:aws:iam::123456789012:user/{number}")).name == "second"
        assert callers.of(Identity(SESSION)).name == "first"
        assert callers.of(Identity("arn:other")) is NOBODY
    assert len(callers.recent) <= 2


def test_where_nothing_is_declared_the_account_has_one_owner():
    assert Callers().of(Identity(ROLE)) is OWNER
    assert all(OWNER.allows(catalog, right) for catalog in ("movies", "games/maze", "*") for right in RIGHTS)


def test_where_nothing_is_declared_a_token_reads_as_its_own_user():
    caller = Callers().of(Identity(claims={"sub": "anna"}))
    assert [right for right in RIGHTS if caller.allows("movies", right)] == ["read"]
    assert caller.user_id == "anna"
    assert Callers().of(Identity(claims={"scope": "all"})).user_id == ""


def test_where_callers_are_declared_who_matches_none_has_no_grants():
    for identity in (Identity(ROLE), Identity(claims={"sub": "anna"})):
        assert declared().of(identity) is NOBODY
    assert not NOBODY.sees("movies")


def test_a_caller_may_be_bound_to_the_user_of_its_token():
    callers = declared(entry(jwt={"claim": "aud", "value": "app"}, user_claim="sub", requests_per_day=5))
    caller = callers.of(Identity(claims={"aud": "app", "sub": "anna"}))
    assert (caller.user_id, caller.requests_per_day) == ("anna", 5)
    assert callers.of(Identity(claims={"aud": "app"})).user_id == "", "without the claim it is bound to no user's paths"


# ---- what -----------------------------------------------------------------------------------------------------------


def test_rights_do_not_imply_each_other_but_admin_implies_all():
    for right in RIGHTS:
        caller = Caller("shop", (Grant("movies", (right,)),))
        allowed = [other for other in RIGHTS if caller.allows("movies", other)]
        assert allowed == (list(RIGHTS) if right == "admin" else [right])


def test_rights_of_several_grants_add_up_for_each_catalog_alone():
    caller = Caller("shop", (Grant("movies*", ("read",)), Grant("movies-uk", ("write",)), Grant("games/*", ("read",))))
    assert caller.allows("movies-uk", "write")
    assert not caller.allows("movies-us", "write")
    assert caller.sees("games/maze")
    assert not caller.sees("music")


def test_a_lacking_right_is_named():
    caller = Caller("shop", (Grant("movies", ("read",)),))
    check(caller, "movies", "read")
    with pytest.raises(Forbidden, match="the right to train on 'movies', which caller 'shop' does not have"):
        check(caller, "movies", "train")


GRANTS = st.lists(
    st.builds(
        Grant,
        st.sampled_from(["*", "movies", "movies*", "music", "*-uk", "games/*", "m*"]),
        st.lists(st.sampled_from(RIGHTS), min_size=1, max_size=4).map(tuple),
    ),
    max_size=3,
).map(tuple)
CATALOGS = st.sampled_from(["movies", "movies-uk", "music", "films-uk", "x"])


@given(grants=GRANTS, catalog=CATALOGS, right=st.sampled_from(RIGHTS))
def test_a_hidden_catalog_is_refused_just_as_one_that_does_not_exist(grants, catalog, right):
    caller = Caller("shop", grants)
    there, missing = (outcome(caller, catalog, right, exists) for exists in (True, False))
    if caller.sees(catalog):
        assert there[0] in (None, Forbidden)
    else:
        assert there == missing == (NotFound, f"there is no catalog {catalog!r}")
    if caller.allows(catalog, right):
        assert missing == (NotFound, f"there is no catalog {catalog!r}"), "the words for what is missing changed"


def outcome(caller, catalog, right, exists):
    """What a route comes to that checks the caller and then looks at the catalog."""
    objects = MemoryObjects()
    if exists:
        catalogs.ensure(objects, catalog)
    try:
        check(caller, catalog, right)
        catalogs.settings(objects, catalog)
    except DoublebillError as refused:
        return type(refused), str(refused)
    return None, ""


def test_a_bound_caller_asks_only_for_its_user():
    bound = Caller("app", user_id="anna")
    check_user(bound, "anna")
    told = set()
    for other in ("bert", "", "ANNA", None):
        with pytest.raises(Forbidden) as refused:
            check_user(bound, other)
        told.add(str(refused.value))
    assert len(told) == 1, "what is told of other users differs"
    for user in ("anna", "bert", None):
        check_user(Caller("shop"), user)


def test_bound_to_no_user_is_not_the_same_as_not_bound():
    with pytest.raises(Forbidden):
        check_user(Caller("app", user_id=""), "anna")


# ---- the declaration ------------------------------------------------------------------------------------------------


def test_the_example_in_the_module_is_valid():
    grants = [{"catalogs": "movies*", "rights": ["read", "write", "train", "admin"]}]
    declared(
        {"name": "web-shop", "principal": ROLE, "grants": grants, "requests_per_day": 100000},
        {"name": "app", "jwt": {"claim": "client_id", "value": "shop"}, "grants": grants, "user_claim": "sub"},
    )


def test_each_wrong_field_is_named():
    wrong = complaints(
        {"name": "a b", "principal": "shop", "grants": [{"catalogs": "", "rights": ["fly"]}], "requests_per_day": 0},
        {"name": "b", "jwt": {"claim": "sub"}, "grants": [{"catalogs": "*", "rights": []}], "quota": 1},
        {"principal": ROLE},
    )
    assert wrong.keys() == {
        "callers[0].name",
        "callers[0].principal",
        "callers[0].grants[0].catalogs",
        "callers[0].grants[0].rights[0]",
        "callers[0].requests_per_day",
        "callers[1].jwt.value",
        "callers[1].grants[0].rights",
        "callers[1].quota",
        "callers[2].name",
        "callers[2].grants",
    }
    assert wrong["callers[0].grants[0].rights[0]"] == "use one of read, write, train, people, admin"


def test_a_caller_is_known_by_one_thing():
    jwt = {"claim": "aud", "value": "app"}
    assert complaints(entry(principal=ROLE, jwt=jwt)) == {"callers[0]": "give one of them"}
    assert complaints(entry(requests_per_day=1)) == {"callers[0]": "give one of them"}


def test_only_a_token_tells_a_user():
    assert complaints(entry(principal=ROLE, user_claim="sub")).keys() == {"callers[0].user_claim"}


def test_a_role_with_its_path_is_refused_since_no_session_would_match():
    assert complaints(entry(principal="arn:aws:iam::123456789012:role/team/shop")).keys() == {"callers[0].principal"}


@pytest.mark.parametrize("names", [("shop", "shop"), ("nobody",)])
def test_a_name_is_one_callers_only(names):
    assert complaints(*map(entry, names)).keys() == {f"callers[{len(names) - 1}].name"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"callers": [',
        b"[" * 100_000,
        b'{"callers": [], "callers": []}',
        b'{"callers": {}}',
    ],
)
def test_what_declares_no_callers_is_bad_input(data):
    with pytest.raises(InvalidInput):
        Callers.from_bytes(data)


@pytest.mark.parametrize("declared", [Callers(), Callers(())])
def test_a_release_may_read_everything_and_change_nothing(declared):
    caller = declared.of(Identity(release=True))
    assert caller is RELEASE
    assert caller.allows("movies", "read")
    assert caller.allows("games/maze", "read")
    assert not any(caller.allows("movies", right) for right in RIGHTS if right != "read")


def test_no_declared_caller_can_have_the_name_of_the_release():
    with pytest.raises(InvalidInput, match="name"):
        Callers.from_bytes(json.dumps({"callers": [{"name": RELEASE.name, "principal": "*", "grants": []}]}).encode())
