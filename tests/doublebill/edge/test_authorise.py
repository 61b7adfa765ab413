import pytest

from clocks import Clock
from doublebill.access.callers import Identity
from doublebill.concurrency.deadline import Deadline
from doublebill.edge.authorise import identity_of, open_authoriser
from doublebill.edge.settings import GenerateSettings
from doublebill.errors import QuotaExceeded, StoreUnavailable
from doublebill.service.access.caller_registry import KEY
from fake_records import MemoryRecords
from fakes import FailingObjects, MemoryObjects
from http_events import http_event, url_event

NOW = 1_800_000_000
ROLE = "arn:aws:iam::123456789012:role/shop"
SOON = Deadline(Clock(), 5.0)

DECLARED = b"""{"callers": [
    {"name": "shop", "principal": "%s", "grants": [{"catalogs": "*", "rights": ["read"]}], "requests_per_day": 1},
    {"name": "here", "principal": "local", "grants": [{"catalogs": "*", "rights": ["read"]}]}
]}""" % ROLE.encode()


def event(authorizer=None):
    made = http_event("GET /v1/catalogs")
    made["requestContext"].pop("authorizer", None)
    if authorizer is not None:
        made["requestContext"]["authorizer"] = authorizer
    return made


def by_role():
    return event({"iam": {"userArn": ROLE, "accountId": "123456789012", "userId": "AIDA"}})


@pytest.fixture
def gate(monkeypatch):
    """Makes gates on these objects."""

    def of(objects, records=None, unproven=None):
        monkeypatch.delenv("DOUBLEBILL_UNPROVEN", raising=False)
        if unproven is not None:
            monkeypatch.setenv("DOUBLEBILL_UNPROVEN", unproven)
        return open_authoriser(
            objects, records or MemoryRecords(), GenerateSettings(objects="", histories="", content_jobs="")
        )

    return of


def test_the_authorizer_tells_who_asks():
    assert identity_of(by_role()) == Identity(ROLE)
    claims = {"sub": "anna", "client_id": "app"}
    assert identity_of(event({"jwt": {"claims": claims, "scopes": None}})) == Identity(claims=claims)


def test_a_function_url_proves_the_same_caller_as_the_api():
    route = "GET /v1/catalogs/{catalog}/popular"
    by_url, by_api = (identity_of(made(route, path={"catalog": "films"})) for made in (url_event, http_event))
    assert by_url == by_api == Identity(principal="arn:aws:iam::123456789012:user/tester")


def test_only_the_platform_asks_for_a_release():
    assert identity_of(event({"release": True})) == Identity(release=True)
    for authorizer in ({"release": "true"}, {"jwt": {"claims": {"release": "true"}}}, {"lambda": {"release": True}}):
        assert not identity_of(event(authorizer)).release


@pytest.mark.parametrize(
    "authorizer", [None, {}, {"iam": None}, {"jwt": {"claims": {}}}, {"lambda": {"userArn": ROLE}}]
)
def test_without_a_proof_nobody_is_known(authorizer):
    assert identity_of(event(authorizer)) == Identity()


def test_headers_and_bodies_prove_nothing():
    made = event()
    made["headers"] |= {"authorization": "Bearer x", "x-user-arn": ROLE}
    made["body"] = '{"requestContext": {"authorizer": {"iam": {"userArn": "x"}}}}'
    assert identity_of(made) == Identity()


def test_a_request_without_an_authorizer_is_the_owners_only_where_it_is_local(gate):
    assert gate(MemoryObjects(), unproven="local").caller(event(), SOON).name == "owner"
    for unproven in (None, "refused", "", "yes"):
        caller = gate(MemoryObjects(), unproven=unproven).caller(event(), SOON)
        assert (caller.name, caller.grants) == ("nobody", ())


def test_an_authorizer_that_proved_nothing_is_not_local(gate):
    assert gate(MemoryObjects(), unproven="local").caller(event({"iam": {}, "jwt": {}}), SOON).name == "nobody"


def test_where_callers_are_declared_the_local_one_is_who_is_declared_so(gate):
    objects = MemoryObjects()
    objects.put(KEY, DECLARED)
    assert gate(objects, unproven="local").caller(event(), SOON).name == "here"
    assert gate(objects).caller(event(), SOON).name == "nobody"
    objects.put(KEY, DECLARED.replace(b'"local"', b'"arn:x"'))
    assert gate(objects, unproven="local").caller(event(), SOON).name == "nobody"


def test_without_ever_having_read_the_callers_no_owner_is_assumed(gate):
    objects = FailingObjects(MemoryObjects())
    objects.error = StoreUnavailable("S3: AccessDenied")
    refusing = gate(objects, unproven="local")
    for made in (event(), by_role()):
        with pytest.raises(StoreUnavailable, match="AccessDenied"):
            refusing.caller(made, SOON)
    assert refusing.outdated == "S3: AccessDenied"


def test_a_quota_stops_the_caller_and_nobody_else(gate):
    objects, records = MemoryObjects(), MemoryRecords()
    objects.put(KEY, DECLARED)
    one, other = gate(objects, records), gate(objects, records, unproven="local")
    shop = one.caller(by_role(), SOON)
    one.admit(shop)
    one.count(shop, "GET /v1/catalogs", failed=False, milliseconds=1.0)
    with pytest.raises(QuotaExceeded):
        one.admit(shop)
    other.admit(other.caller(event(), SOON))


def test_an_answer_is_counted_for_its_version(gate):
    records = MemoryRecords()
    counting = gate(MemoryObjects(), records)
    counting.count_recommendation("films", "v1")
    counting.count(counting.caller(by_role(), SOON), "GET /v1/x", failed=False, milliseconds=1.0)
    assert records.counts("_answers#films", NOW) == {"v1": {"answers": 1}}
