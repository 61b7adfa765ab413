from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import ANY, Stubber

from contract import EVENT, LATER, NOW, ConcurrentHistoriesContract, HistoriesContract, PagesContract
from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.stores import histories as module
from doublebill.stores.histories import BATCH_TRIES, DynamoHistories, SqliteHistories, open_histories
from fakes import MemoryHistories
from quick_moto import make_table


class TestDynamoDBOnMoto(HistoriesContract, PagesContract):
    @pytest.fixture
    def histories(self, aws):
        make_table()
        return open_histories("dynamodb://histories")


class TestSqlite(HistoriesContract, PagesContract, ConcurrentHistoriesContract):
    @pytest.fixture
    def url(self, tmp_path):
        return f"sqlite://{tmp_path}/home/histories.sqlite"

    @pytest.fixture
    def histories(self, url):
        return open_histories(url)


class TestMemory(HistoriesContract, PagesContract):
    @pytest.fixture
    def histories(self):
        return MemoryHistories()

    def test_a_read_misses_the_latest_write_unless_consistency_is_asked_for(self, histories):
        histories.add("films", [EVENT], LATER)
        assert histories.newest("films", "user-a", 10, NOW) == []
        assert histories.newest("films", "user-a", 10, NOW, consistent=True) == [EVENT]


@pytest.mark.parametrize(
    "url", ["", "dynamodb://", "dynamodb://table/x", "sqlite://", "sqlite:///", "sqlite://host/a", "table", "file:///a"]
)
def test_a_url_of_no_known_form_is_refused(url):
    with pytest.raises(SettingsIncomplete, match="use dynamodb://table or sqlite:///file"):
        open_histories(url)


def test_a_sort_key_fits_into_dynamodb():
    longest = replace(EVENT, event_id="\U0001f600" * 256)
    assert len(module.sort_key(longest).encode()) <= 1024


class TestRefusedByDynamoDB:
    @pytest.fixture
    def table(self, monkeypatch):
        monkeypatch.setattr("time.sleep", lambda _: None)
        client = boto3.client("dynamodb", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
        with Stubber(client) as stub:
            yield DynamoHistories("table", client), stub

    def test_rows_that_were_not_processed_are_sent_again(self, table):
        histories, stub = table
        left = {"table": [{"PutRequest": {"Item": {"pk": {"S": "left"}, "sk": {"S": "over"}}}}]}
        stub.add_response("batch_write_item", {"UnprocessedItems": left})
        stub.add_response("batch_write_item", {}, {"RequestItems": left})
        histories.add("films", [EVENT], LATER)
        stub.assert_no_pending_responses()

    def test_rows_that_are_never_processed_make_the_store_unavailable(self, table):
        histories, stub = table
        left = {"table": [{"PutRequest": {"Item": {"pk": {"S": "left"}, "sk": {"S": "over"}}}}]}
        for _ in range(BATCH_TRIES):
            stub.add_response("batch_write_item", {"UnprocessedItems": left})
        with pytest.raises(StoreUnavailable, match="left unwritten"):
            histories.add("films", [EVENT], LATER)

    def test_a_refusal_makes_the_store_unavailable(self, table):
        histories, stub = table
        for name, use in (
            ("batch_write_item", lambda: histories.add("films", [EVENT], LATER)),
            ("query", lambda: histories.newest("films", "user-a", 10, NOW)),
            ("query", lambda: histories.forget("films", "user-a")),
        ):
            stub.add_client_error(name, "ThrottlingException", http_status_code=400)
            with pytest.raises(StoreUnavailable, match="ThrottlingException"):
                use()

    @pytest.mark.parametrize("consistent", [False, True])
    def test_a_read_is_consistent_where_it_was_asked_for(self, table, consistent):
        histories, stub = table
        asked = {"ConsistentRead": consistent, "ScanIndexForward": False, "Limit": 10}
        free = ("TableName", "KeyConditionExpression", "FilterExpression", "ExpressionAttributeValues")
        stub.add_response("query", {"Items": []}, dict.fromkeys(free, ANY) | asked)
        assert histories.newest("films", "user-a", 10, NOW, consistent=consistent) == []

    def test_no_answer_makes_the_store_unavailable(self, table, monkeypatch):
        def silent(**_):
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

        histories, stub = table
        monkeypatch.setattr(stub.client, "batch_write_item", silent)
        with pytest.raises(StoreUnavailable, match="ReadTimeoutError"):
            histories.add("films", [EVENT], LATER)


def test_a_file_that_is_no_database_makes_the_store_unavailable(tmp_path):
    file = tmp_path / "histories.sqlite"
    file.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreUnavailable, match="SQLite"):
        SqliteHistories(file).newest("films", "user-a", 10, NOW)


def test_events_are_there_when_the_file_is_opened_again(tmp_path):
    SqliteHistories(tmp_path / "histories.sqlite").add("films", [EVENT], LATER)
    assert SqliteHistories(tmp_path / "histories.sqlite").newest("films", "user-a", 10, NOW) == [EVENT]


def test_one_call_is_added_whole_or_not_at_all(tmp_path):
    def breaking_off():
        yield EVENT
        raise ZeroDivisionError

    histories = SqliteHistories(tmp_path / "histories.sqlite")
    with pytest.raises(ZeroDivisionError):
        histories.add("films", breaking_off(), LATER)
    assert histories.newest("films", "user-a", 10, NOW) == []


def test_expired_rows_are_removed_from_the_file(tmp_path):
    histories = SqliteHistories(tmp_path / "histories.sqlite")
    histories.add("films", [EVENT], NOW)
    histories.add("films", [replace(EVENT, timestamp=1)], LATER)
    assert histories.remove_expired(NOW) == 1
    assert [event.timestamp for event in histories.newest("films", "user-a", 10, 0)] == [1]
