"""Records: small facts and counters, in the same table as the histories.

    dynamodb://table   DynamoDB; keys `pk` and `sk` and TTL attribute `expires` as the histories have them
    sqlite:///file     SQLite; two tables of its own in the file of the histories

Keys begin with `_`, which no catalog's name does, so that no record meets a history. In DynamoDB a record's `sk` is
`record` and its bytes are `data`; a counter's `sk` is `count#<name>` and each number an attribute `n_<counter>`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from doublebill.errors import SettingsIncomplete
from doublebill.stores.dynamodb import dynamodb_client, translated
from doublebill.stores.sqlite import SqliteFile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

MAX_RECORD_BYTES = 300_000
"""Longest record; DynamoDB takes rows of 400 KB."""

MAX_KEY_BYTES = 1000
"""Longest key or name; DynamoDB takes sort keys of 1,024 bytes, prefix and all."""

MAX_COUNTERS = 20
"""Most counters that one name may have."""

BUSY_SECONDS = 2.0
"""Wait of SQLite while other connections write."""

RECORD = "record"
NAME, COUNTER = "count#", "n_"
"""Beginnings of the sort key of a name and of the attribute of a counter."""

type Counts = Mapping[str, int]


class Records(Protocol):
    """Small facts and counters under keys. Every method may raise `StoreUnavailable`."""

    def get(self, key: str) -> bytes | None:
        """Returns the record under `key`, or None; it may be a moment old."""
        ...

    def put(self, key: str, data: bytes) -> None:
        """Writes a record of at most `MAX_RECORD_BYTES`, new or not."""
        ...

    def add(self, key: str, name: str, counts: Counts, expires: int) -> Counts:
        """Adds to the counters of `name` under `key`, all at once, and returns their new totals.

        They expire at `expires` (Unix seconds), or when the addition after this one says. An addition that was not
        confirmed may still have been made: repeating it may count twice.
        """
        ...

    def counts(self, key: str, now: int) -> Mapping[str, Counts]:
        """Returns the counters of every name under `key`, without those expired at `now` (Unix seconds)."""
        ...


def open_records(url: str) -> Records:
    """Opens the records in the table that `url` names.

    Raises:
        SettingsIncomplete: when the URL has none of the forms above.
    """
    parts = urlsplit(url)
    if parts.scheme == "dynamodb" and parts.netloc and not parts.path.strip("/"):
        return DynamoRecords(parts.netloc)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return SqliteRecords(Path(unquote(parts.path)))
    raise SettingsIncomplete(f"records: {url!r} is not a valid URL; use dynamodb://table or sqlite:///file")


def check_record_key(key: str) -> str:
    """Returns `key` when it is valid.

    Raises:
        ValueError: when it is not; keys are made by code, so that is a defect, not bad input.
    """
    if not key.startswith("_") or len(key.encode()) > MAX_KEY_BYTES:
        raise ValueError(f"not a record's key: {key[:80]!r}")
    return key


def check_data(data: bytes) -> bytes:
    """Returns `data` when it fits into a record.

    Raises:
        ValueError: when it may not.
    """
    if len(data) > MAX_RECORD_BYTES:
        raise ValueError(f"a record: found {len(data)} bytes, expected at most {MAX_RECORD_BYTES}")
    return data


def check_counts(name: str, counts: Counts) -> Counts:
    """Returns `counts` when they can be added to `name`.

    Raises:
        ValueError: when they cannot.
    """
    if len(name.encode()) > MAX_KEY_BYTES or not 0 < len(counts) <= MAX_COUNTERS:
        raise ValueError(f"found {len(counts)} counters for {name[:80]!r}, expected 1 to {MAX_COUNTERS}, shortly named")
    return counts


class DynamoRecords:
    """Records in a DynamoDB table."""

    def __init__(self, table: str, client: "DynamoDBClient | None" = None) -> None:
        self._table = table
        self._client = client or dynamodb_client()

    def get(self, key: str) -> bytes | None:
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=_keys(check_record_key(key), RECORD))
        return bytes(answer["Item"]["data"]["B"]) if "Item" in answer else None

    def put(self, key: str, data: bytes) -> None:
        row: dict[str, AttributeValueTypeDef] = {"data": {"B": check_data(data)}}
        with translated():
            self._client.put_item(TableName=self._table, Item=_keys(check_record_key(key), RECORD) | row)

    def add(self, key: str, name: str, counts: Counts, expires: int) -> Counts:
        named = list(enumerate(check_counts(name, counts).items()))
        added: dict[str, AttributeValueTypeDef] = {f":n{place}": {"N": str(number)} for place, (_, number) in named}
        with translated():
            answer = self._client.update_item(
                TableName=self._table,
                Key=_keys(check_record_key(key), NAME + name),
                UpdateExpression="SET #e = :e ADD " + ", ".join(f"#n{place} :n{place}" for place, _ in named),
                ExpressionAttributeNames={"#e": "expires"}
                | {f"#n{place}": COUNTER + counter for place, (counter, _) in named},
                ExpressionAttributeValues=added | {":e": {"N": str(expires)}},
                ReturnValues="UPDATED_NEW",
            )
        return _counters(answer["Attributes"])

    def counts(self, key: str, now: int) -> Mapping[str, Counts]:
        with translated():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :name)",
                FilterExpression="expires > :now",
                ExpressionAttributeValues={
                    ":pk": {"S": check_record_key(key)},
                    ":name": {"S": NAME},
                    ":now": {"N": str(now)},
                },
            )
            rows = [row for page in pages for row in page["Items"]]
        return {row["sk"]["S"].removeprefix(NAME): _counters(row) for row in rows}


def _keys(key: str, sort: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": key}, "sk": {"S": sort}}


def _counters(row: "Mapping[str, AttributeValueTypeDef]") -> dict[str, int]:
    return {
        name.removeprefix(COUNTER): int(value["N"]) for name, value in sorted(row.items()) if name.startswith(COUNTER)
    }


RECORDS = "CREATE TABLE IF NOT EXISTS records (pk TEXT PRIMARY KEY, data BLOB)"
COUNTERS = (
    "CREATE TABLE IF NOT EXISTS counters (pk TEXT, name TEXT, counter TEXT, total INTEGER, expires INTEGER,"
    " PRIMARY KEY (pk, name, counter)) WITHOUT ROWID"
)

ADD = (
    "INSERT INTO counters VALUES (:pk, :name, :counter, :number, :expires)"
    " ON CONFLICT DO UPDATE SET total = total + excluded.total RETURNING total"
)


class SqliteRecords:
    """Records in a SQLite file, shared by threads and processes."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(file, (RECORDS, COUNTERS), timeout_seconds=BUSY_SECONDS, durable="NORMAL")

    def get(self, key: str) -> bytes | None:
        with self._file.connected() as connection:
            row = connection.execute("SELECT data FROM records WHERE pk = ?", (check_record_key(key),)).fetchone()
        return None if row is None else bytes(row[0])

    def put(self, key: str, data: bytes) -> None:
        with self._file.connected() as connection:
            row = (check_record_key(key), check_data(data))
            connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?)", row)

    def add(self, key: str, name: str, counts: Counts, expires: int) -> Counts:
        place = {"pk": check_record_key(key), "name": name, "expires": expires}
        totals = {}
        with self._file.connected() as connection:
            for counter, number in sorted(check_counts(name, counts).items()):
                addition = place | {"counter": counter, "number": number}
                (totals[counter],) = connection.execute(ADD, addition).fetchone()
            connection.execute("UPDATE counters SET expires = :expires WHERE pk = :pk AND name = :name", place)
        return totals

    def counts(self, key: str, now: int) -> Mapping[str, Counts]:
        query = "SELECT name, counter, total FROM counters WHERE pk = ? AND expires > ? ORDER BY name, counter"
        found: dict[str, dict[str, int]] = {}
        with self._file.connected() as connection:
            for name, counter, total in connection.execute(query, (check_record_key(key), now)):
                found.setdefault(name, {})[counter] = total
        return found

    def remove_expired(self, now: int) -> int:
        """Removes the counters past their expiry, as DynamoDB does by itself, and gives their number."""
        with self._file.connected() as connection:
            return connection.execute("DELETE FROM counters WHERE expires <= ?", (now,)).rowcount
