import json

import pytest

from clocks import Clock
from doublebill.access.callers import NOBODY, OWNER, Caller, Grant
from doublebill.errors import Forbidden
from doublebill.schema import schema_of
from doublebill.service.access.usage_meter import Meter
from doublebill.service.access.usage_report import Usage, usage
from fake_records import MemoryRecords

NOW = 1_763_900_000  # 2025-11-23
SHOP = Caller("shop", (Grant("movies", ("read",)),))
KIOSK = Caller("kiosk", (Grant("movies", ("admin",)),))


@pytest.fixture
def records():
    """Two callers asked today, one of them five days ago as well."""
    records, seconds = MemoryRecords(), [NOW - 5 * 86_400]
    meter = Meter(records, lambda: seconds[0] * 1000, Clock())
    meter.count(SHOP, "GET /v1/usage", failed=False, milliseconds=2)
    meter.flush()
    seconds[0] = NOW
    for caller, route in ((SHOP, "PUT /v1/b"), (SHOP, "GET /v1/a"), (KIOSK, "GET /v1/a"), (SHOP, "GET /v1/a")):
        meter.count(caller, route, failed=route == "PUT /v1/b", milliseconds=3)
    meter.flush()
    return records


def route(name: str, requests: int = 1, failed: int = 0, milliseconds: int = 3) -> dict[str, object]:
    return {"route": name, "requests": requests, "failed": failed, "milliseconds": milliseconds}


SHOPS = {
    "day": "2025-11-23",
    "caller": "shop",
    "routes": [route("GET /v1/a", 2, milliseconds=6), route("PUT /v1/b", failed=1)],
}
KIOSKS = {"day": "2025-11-23", "caller": "kiosk", "routes": [route("GET /v1/a")]}
SHOPS_BEFORE = {"day": "2025-11-18", "caller": "shop", "routes": [route("GET /v1/usage", milliseconds=2)]}


def test_a_caller_sees_its_own_usage(records):
    assert usage(records, SHOP, 7, NOW) == {"usage": [SHOPS, SHOPS_BEFORE]}


def test_an_admin_of_every_catalog_sees_all_usage(records):
    assert usage(records, OWNER, 7, NOW) == {"usage": [KIOSKS, SHOPS, SHOPS_BEFORE]}
    assert usage(records, KIOSK, 7, NOW) == {"usage": [KIOSKS]}, "an admin of one catalog is not"


def test_only_the_days_asked_for_are_listed(records):
    assert usage(records, SHOP, 1, NOW) == usage(records, SHOP, 5, NOW) == {"usage": [SHOPS]}
    assert usage(records, SHOP, 6, NOW) == {"usage": [SHOPS, SHOPS_BEFORE]}


def test_a_caller_without_grants_sees_no_usage(records):
    Meter(records, lambda: NOW * 1000, Clock()).count(NOBODY, "GET /v1/a", failed=False, milliseconds=1)
    assert usage(records, NOBODY, 7, NOW) == {"usage": []}
    assert "nobody" in {one["caller"] for one in usage(records, OWNER, 7, NOW)["usage"]}


def test_one_user_of_a_caller_sees_nothing_of_its_other_users(records):
    with pytest.raises(Forbidden):
        usage(records, Caller("shop", SHOP.grants, user_id="anna"), 7, NOW)


def test_no_user_and_no_principal_is_ever_counted_under(records):
    app = Caller("app", SHOP.grants, user_id="anna-secret")
    meter = Meter(records, lambda: NOW * 1000, Clock())
    meter.count(app, "GET /v1/catalogs/{catalog}/users/{user_id}", failed=False, milliseconds=1)
    assert "anna-secret" not in repr(vars(records)) + repr(vars(meter))


def test_the_answer_is_described_by_its_type(records):
    described = schema_of(Usage)["properties"]["usage"]["items"]
    told = json.loads(json.dumps(usage(records, OWNER, 7, NOW)))["usage"][0]
    assert described["properties"].keys() == told.keys()
    assert described["properties"]["routes"]["items"]["properties"].keys() == told["routes"][0].keys()
