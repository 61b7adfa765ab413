from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from contract import LATER, NOW, ConcurrentRecordsContract, RecordsContract
from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.events import Event
from doublebill.stores.dynamodb import dynamodb_client
from doublebill.stores.histories import open_histories
from doublebill.stores.records import DynamoRecords, SqliteRecords, open_records
from fake_records import MemoryRecords
from quick_moto import make_table


class TestDynamoDBOnMoto(RecordsContract):
    @pytest.fixture
    def records(self, aws):
        make_table()
        return open_records("dynamodb://histories")


class TestSqlite(RecordsContract, ConcurrentRecordsContract):
    @pytest.fixture
    def url(self, tmp_path):
        return f"sqlite://{tmp_path}/home/histories.sqlite"

    @pytest.fixture
    def records(self, url):
        return open_records(url)


class TestMemory(RecordsContract):
    @pytest.fixture
    def records(self):
        return MemoryRecords()


@pytest.mark.parametrize(
    "url", ["", "dynamodb://", "dynamodb://table/x", "sqlite://", "sqlite:///", "sqlite://host/a", "table", "file:///a"]
)
def test_a_url_of_no_known_form_is_refused(url):
    with pytest.raises(SettingsIncomplete, match="use dynamodb://table or sqlite:///file"):
        open_records(url)


def test_records_and_histories_share_a_file(tmp_path):
    check_shared(f"sqlite://{tmp_path}/histories.sqlite")


def test_records_and_histories_share_a_table(aws):
    make_table()
    check_shared("dynamodb://histories")


def check_shared(url: str) -> None:
    event = Event("user-a", "item-1", "play", 2.5, 1_700_000_000_123)
    histories, records = open_histories(url), open_records(url)
    histories.add("films", [event], LATER)
    records.put("_popular#films", b"one")
    records.add("_answers#films", "version", {"answers": 1}, LATER)
    histories.forget("films", "user-b")
    assert histories.newest("films", "user-a", 10, NOW, consistent=True) == [event]
    assert records.get("_popular#films") == b"one"
    assert records.counts("_answers#films", NOW) == {"version": {"answers": 1}}


class TestRefusedByDynamoDB:
    @pytest.fixture
    def table(self):
        client = boto3.client("dynamodb", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
        with Stubber(client) as stub:
            yield DynamoRecords("table", client), stub

    @staticmethod
    def uses(records):
        return (
            ("get_item", lambda: records.get("_popular")),
            ("put_item", lambda: records.put("_popular", b"one")),
            ("update_item", lambda: records.add("_usage", "shop", {"n": 1}, LATER)),
            ("query", lambda: records.counts("_usage", NOW)),
        )

    def test_a_refusal_makes_the_store_unavailable(self, table):
        records, stub = table
        for name, use in self.uses(records):
            stub.add_client_error(name, "ThrottlingException", http_status_code=400)
            with pytest.raises(StoreUnavailable, match="ThrottlingException"):
                use()

    def test_no_answer_makes_the_store_unavailable(self, table, monkeypatch):
        def silent(**_):
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

        records, stub = table
        for name, use in self.uses(records)[:3]:
            monkeypatch.setattr(stub.client, name, silent)
            with pytest.raises(StoreUnavailable, match="ReadTimeoutError"):
                use()


def test_a_silent_dynamodb_is_given_up_soon(aws):
    config = dynamodb_client().meta.config
    assert (config.connect_timeout + config.read_timeout) * config.retries["total_max_attempts"] <= 3


def test_a_file_that_is_no_database_makes_the_store_unavailable(tmp_path):
    file = tmp_path / "histories.sqlite"
    file.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreUnavailable, match="SQLite"):
        SqliteRecords(file).get("_popular")


def test_what_was_counted_is_there_when_the_file_is_opened_again(tmp_path):
    counted(tmp_path, expires=LATER)
    assert counted(tmp_path, expires=LATER) == {"n": 2}


def test_expired_counters_are_removed_from_the_file(tmp_path):
    counted(tmp_path, expires=NOW)
    records = SqliteRecords(tmp_path / "histories.sqlite")
    records.add("_usage", "other", {"n": 1}, LATER)
    assert records.remove_expired(NOW) == 1
    assert records.counts("_usage", 0) == {"other": {"n": 1}}


def counted(folder: Path, expires: int):
    return SqliteRecords(folder / "histories.sqlite").add("_usage", "shop", {"n": 1}, expires)
