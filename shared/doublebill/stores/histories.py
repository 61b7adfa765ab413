"""Histories: the newest events of each user, one row per event, newest first, gone after their time.

    dynamodb://table   DynamoDB; partition key `pk`, sort key `sk`, TTL attribute `expires`
    sqlite:///file     SQLite in WAL mode; the same keys, order and expiry

`pk` is `<catalog>#<pseudonym>`; `sk` is the event's timestamp (13 digits of milliseconds, then `#`, then its
identity, or the digest of one too long for a key), so that a descending query gives the newest first and an event sent
twice stays one row. Rows past their expiry are never returned, whether or not the store has removed them.
"""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.events import Event
from doublebill.stores.dynamodb import dynamodb_client, translated
from doublebill.stores.sqlite import SqliteFile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

BATCH = 25
"""Rows in one BatchWriteItem, DynamoDB's limit."""

BATCH_TRIES = 8

AT_ONCE = 5000
"""Events that are prepared, or written in one transaction, at a time, so that others get their turn."""

IDENTITY_BYTES = 1000
"""Longest identity that a sort key holds unhashed; DynamoDB takes keys of 1,024 bytes."""


class Histories(Protocol):
    """Each user's newest events. Every method may raise `StoreUnavailable`."""

    def add(self, catalog: str, events: Iterable[Event], expires: int) -> None:
        """Writes each event under its user, to expire at `expires` (Unix seconds); one written again stays one."""
        ...

    def newest(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> list[Event]:
        """Returns the user's `n` newest events that have not expired at `now` (Unix seconds), newest first.

        Without `consistent` the answer may be a moment old.
        """
        ...

    def forget(self, catalog: str, user: str) -> int:
        """Removes every event of the user and returns their number."""
        ...


def open_histories(url: str) -> Histories:
    """Opens the histories that `url` names.

    Raises:
        SettingsIncomplete: when the URL has none of the forms above.
    """
    parts = urlsplit(url)
    if parts.scheme == "dynamodb" and parts.netloc and not parts.path.strip("/"):
        return DynamoHistories(parts.netloc)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return SqliteHistories(Path(unquote(parts.path)))
    raise SettingsIncomplete(f"histories: {url!r} is not a valid URL; use dynamodb://table or sqlite:///file")


def partition_key(catalog: str, user: str) -> str:
    """Returns the key of all events of a user in a catalog."""
    return f"{catalog}#{user}"


def sort_key(event: Event) -> str:
    """Returns the key that orders an event among those of its user."""
    identity = event.identity
    if len(identity.encode()) > IDENTITY_BYTES:
        identity = hashlib.sha256(identity.encode()).hexdigest()
    return f"{event.timestamp:013d}#{identity}"


class DynamoHistories:
    """Histories in a DynamoDB table."""

    def __init__(self, table: str, client: "DynamoDBClient | None" = None) -> None:
        self._table = table
        self._client = client or dynamodb_client()

    def add(self, catalog: str, events: Iterable[Event], expires: int) -> None:
        for some in itertools.batched(events, AT_ONCE):
            rows = {(event.user, sort_key(event)): _attributes(catalog, event, expires) for event in some}
            for batch in itertools.batched(rows.values(), BATCH):
                self._write([{"PutRequest": {"Item": row}} for row in batch])

    def newest(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> list[Event]:
        pages = self._query(catalog, user, now, consistent, page_size=n)
        return [_event(user, row) for row in itertools.islice(pages, n)]

    def forget(self, catalog: str, user: str) -> int:
        rows = list(self._query(catalog, user, now=0, consistent=True, page_size=1000))
        for batch in itertools.batched(rows, BATCH):
            self._write([{"DeleteRequest": {"Key": {"pk": row["pk"], "sk": row["sk"]}}} for row in batch])
        return len(rows)

    def _query(
        self, catalog: str, user: str, now: int, consistent: bool, page_size: int
    ) -> "Iterator[Mapping[str, AttributeValueTypeDef]]":
        with translated():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                FilterExpression="expires > :now",
                ExpressionAttributeValues={":pk": {"S": partition_key(catalog, user)}, ":now": {"N": str(now)}},
                ScanIndexForward=False,
                ConsistentRead=consistent,
                PaginationConfig={"PageSize": page_size},
            )
            for page in pages:
                yield from page["Items"]

    def _write(self, requests: Sequence[Mapping[str, object]]) -> None:
        import random
        import time

        waiting = {self._table: list(requests)}
        for attempt in range(BATCH_TRIES):
            with translated():
                answer = self._client.batch_write_item(RequestItems=waiting)  # type: ignore[arg-type]  # a plain dict of the same form
            waiting = answer.get("UnprocessedItems", {})  # type: ignore[assignment]  # the same form again
            if not waiting:
                return
            time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311  # spreads retries, guards nothing
        raise StoreUnavailable(f"DynamoDB: rows left unwritten after {BATCH_TRIES} tries")


def _attributes(catalog: str, event: Event, expires: int) -> "dict[str, AttributeValueTypeDef]":
    row: dict[str, AttributeValueTypeDef] = {
        "pk": {"S": partition_key(catalog, event.user)},
        "sk": {"S": sort_key(event)},
        "item_id": {"S": event.item_id},
        "kind": {"S": event.kind},
        "value": {"S": repr(event.value)},  # as a text, since DynamoDB's numbers do not reach as far as floats
        "expires": {"N": str(expires)},
    }
    if event.event_id:
        row["event_id"] = {"S": event.event_id}
    return row


def _event(user: str, row: "Mapping[str, AttributeValueTypeDef]") -> Event:
    return Event(
        user=user,
        item_id=row["item_id"]["S"],
        kind=row["kind"]["S"],
        value=float(row["value"]["S"]),
        timestamp=_timestamp(row["sk"]["S"]),
        event_id=row["event_id"]["S"] if "event_id" in row else "",
    )


def _timestamp(key: str) -> int:
    return int(key.partition("#")[0])


TABLE = (
    "CREATE TABLE IF NOT EXISTS histories (pk TEXT, sk TEXT, item_id TEXT, kind TEXT, value REAL,"
    " event_id TEXT, expires INTEGER, PRIMARY KEY (pk, sk)) WITHOUT ROWID"
)


class SqliteHistories:
    """Histories in a SQLite file, shared by threads and processes."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(file, [TABLE])

    def add(self, catalog: str, events: Iterable[Event], expires: int) -> None:
        for some in itertools.batched(events, AT_ONCE):
            rows = [
                (partition_key(catalog, e.user), sort_key(e), e.item_id, e.kind, e.value, e.event_id, expires)
                for e in some
            ]
            with self._file.connected() as connection:
                connection.executemany("INSERT OR REPLACE INTO histories VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def newest(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> list[Event]:
        del consistent  # every read of SQLite is
        columns = "sk, item_id, kind, value, event_id"
        query = f"SELECT {columns} FROM histories WHERE pk = ? AND expires > ? ORDER BY sk DESC LIMIT ?"  # noqa: S608  # a constant
        with self._file.connected() as connection:
            rows = connection.execute(query, (partition_key(catalog, user), now, n)).fetchall()
        return [
            Event(user, item_id, kind, value, _timestamp(sk), event_id) for sk, item_id, kind, value, event_id in rows
        ]

    def forget(self, catalog: str, user: str) -> int:
        with self._file.connected() as connection:
            return connection.execute("DELETE FROM histories WHERE pk = ?", (partition_key(catalog, user),)).rowcount

    def remove_expired(self, now: int) -> int:
        """Removes the rows past their expiry, as DynamoDB does by itself, and returns their number."""
        with self._file.connected() as connection:
            return connection.execute("DELETE FROM histories WHERE expires <= ?", (now,)).rowcount
