"""Histories: of each user the pages that events were folded into, and the events that no page has yet: the tail.

    dynamodb://table   DynamoDB; partition key `pk`, sort key `sk`, TTL attribute `expires`
    sqlite:///file     SQLite in WAL mode; the same keys, order and expiry

`pk` is `<catalog>#<pseudonym>`. The `sk` of an event is its timestamp (13 digits of milliseconds, then `#`, then its
identity, or the digest of one too long for a key), so that a descending query gives the newest first and an event sent
twice stays one row. The `sk` of a page is `fold#<source>`, past all events; it has the bytes `page` and the number
`revision`. SQLite has pages in a table of their own. Rows past their expiry are never returned, whether or not the
store has removed them.
"""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.events import Event
from doublebill.history.folding import TailEvent
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


PAGE = "fold#"
"""Beginning of the sort key of a page."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """The page of one user and one source."""

    user: str
    source: str
    data: bytes
    expires: int
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class Stored:
    """All that is stored of one user."""

    pages: Mapping[str, bytes]
    """By source."""
    tail: Sequence[TailEvent]


@dataclass(frozen=True, slots=True)
class Foldable:
    """The page of one source, and events to fold into it."""

    page: bytes | None
    revision: int
    """What `swap_page` takes; 0 where there is no page."""
    tail: Sequence[TailEvent]


class Histories(Protocol):
    """Each user's pages and tail. Every method may raise `StoreUnavailable`."""

    def add(self, catalog: str, events: Iterable[Event], expires: int) -> None:
        """Writes each event under its user, to expire at `expires` (Unix seconds); one written again stays one."""
        ...

    def add_expiring(self, catalog: str, events: Iterable[tuple[Event, int]]) -> None:
        """Writes events as `add` does, each to expire at a time of its own."""
        ...

    def newest(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> list[Event]:
        """Returns the `n` newest events of the tail that have not expired at `now` (Unix seconds), newest first.

        Without `consistent` the answer may be a moment old.
        """
        ...

    def read(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> Stored:
        """Returns every page and the `n` newest events of the tail, newest first, without what has expired at `now`."""
        ...

    def foldable(self, catalog: str, user: str, source: str, n: int) -> Foldable:
        """Returns the page of a source and the `n` oldest events of the tail, oldest first, expired or not."""
        ...

    def swap_page(self, catalog: str, page: StoredPage, revision: int) -> bool:
        """Writes a page over that of the revision; returns False where there is another one by now."""
        ...

    def put_pages(self, catalog: str, pages: Iterable[StoredPage], revision: int = 1) -> None:
        """Writes pages, each over the one of its user and source, with this revision."""
        ...

    def remove(self, catalog: str, rows: Iterable[tuple[str, str]]) -> None:
        """Removes events of tails, each given by user and sort key, and pages, by user and `page_key`."""
        ...

    def forget(self, catalog: str, user: str) -> int:
        """Removes every page and event of the user and returns the number of rows."""
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


def page_key(source: str) -> str:
    """Returns the key of the page of a source among the rows of its user."""
    return f"{PAGE}{source}"


class DynamoHistories:
    """Histories in a DynamoDB table."""

    def __init__(self, table: str, client: "DynamoDBClient | None" = None) -> None:
        self._table = table
        self._client = client or dynamodb_client()

    def add(self, catalog: str, events: Iterable[Event], expires: int) -> None:
        self.add_expiring(catalog, ((event, expires) for event in events))

    def add_expiring(self, catalog: str, events: Iterable[tuple[Event, int]]) -> None:
        for some in itertools.batched(events, AT_ONCE):
            rows = {(event.user, sort_key(event)): _attributes(catalog, event, expires) for event, expires in some}
            for batch in itertools.batched(rows.values(), BATCH):
                self._write([{"PutRequest": {"Item": row}} for row in batch])

    def newest(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> list[Event]:
        return [one.event for one in self.read(catalog, user, n, now, consistent).tail]

    def read(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> Stored:
        pages: dict[str, bytes] = {}
        tail: list[TailEvent] = []
        for row in self._query(catalog, user, now, consistent, page_size=max(n, 1)):
            key = row["sk"]["S"]
            if key.startswith(PAGE):
                pages[key.removeprefix(PAGE)] = bytes(row["page"]["B"])
            elif len(tail) < n:
                tail.append(_tail_event(user, row))
            else:
                break
        return Stored(pages, tail)

    def foldable(self, catalog: str, user: str, source: str, n: int) -> Foldable:
        key = {"pk": {"S": partition_key(catalog, user)}, "sk": {"S": page_key(source)}}
        with translated():
            row = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk < :page",
                ExpressionAttributeValues={":pk": key["pk"], ":page": {"S": PAGE}},
                ConsistentRead=True,
                PaginationConfig={"PageSize": n, "MaxItems": n},
            )
            tail = [_tail_event(user, one) for page in pages for one in page["Items"]]
        if row is None:
            return Foldable(None, 0, tail)
        return Foldable(bytes(row["page"]["B"]), int(row["revision"]["N"]), tail)

    def swap_page(self, catalog: str, page: StoredPage, revision: int) -> bool:
        from botocore.exceptions import ClientError

        read = {":r": {"N": str(revision)}} if revision else None
        with translated():
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=_page_attributes(catalog, page, revision + 1),
                    ConditionExpression="revision = :r" if read else "attribute_not_exists(pk)",
                    **({"ExpressionAttributeValues": read} if read else {}),  # type: ignore[arg-type]  # a plain dict of the same form
                )
            except ClientError as refused:
                if refused.response["Error"]["Code"] == "ConditionalCheckFailedException":
                    return False
                raise
        return True

    def put_pages(self, catalog: str, pages: Iterable[StoredPage], revision: int = 1) -> None:
        for batch in itertools.batched(pages, BATCH):
            self._write([{"PutRequest": {"Item": _page_attributes(catalog, page, revision)}} for page in batch])

    def remove(self, catalog: str, rows: Iterable[tuple[str, str]]) -> None:
        for batch in itertools.batched(rows, BATCH):
            keys = [{"pk": {"S": partition_key(catalog, user)}, "sk": {"S": key}} for user, key in batch]
            self._write([{"DeleteRequest": {"Key": key}} for key in keys])

    def forget(self, catalog: str, user: str) -> int:
        rows = list(self._query(catalog, user, now=0, consistent=True, page_size=1000))
        self.remove(catalog, [(user, row["sk"]["S"]) for row in rows])
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


def _page_attributes(catalog: str, page: StoredPage, revision: int) -> "dict[str, AttributeValueTypeDef]":
    return {
        "pk": {"S": partition_key(catalog, page.user)},
        "sk": {"S": page_key(page.source)},
        "page": {"B": page.data},
        "revision": {"N": str(revision)},
        "expires": {"N": str(page.expires)},
    }


def _tail_event(user: str, row: "Mapping[str, AttributeValueTypeDef]") -> TailEvent:
    event = Event(
        user=user,
        item_id=row["item_id"]["S"],
        kind=row["kind"]["S"],
        value=float(row["value"]["S"]),
        timestamp=_timestamp(row["sk"]["S"]),
        event_id=row["event_id"]["S"] if "event_id" in row else "",
    )
    return TailEvent(event, row["sk"]["S"], int(row["expires"]["N"]))


def _timestamp(key: str) -> int:
    return int(key.partition("#")[0])


TABLE = (
    "CREATE TABLE IF NOT EXISTS histories (pk TEXT, sk TEXT, item_id TEXT, kind TEXT, value REAL,"
    " event_id TEXT, expires INTEGER, PRIMARY KEY (pk, sk)) WITHOUT ROWID"
)
PAGES = (
    "CREATE TABLE IF NOT EXISTS history_pages (pk TEXT, sk TEXT, page BLOB, revision INTEGER, expires INTEGER,"
    " PRIMARY KEY (pk, sk))"
)
TAIL = "SELECT sk, item_id, kind, value, event_id, expires FROM histories WHERE pk = ?"
PUT_PAGE = "INSERT OR REPLACE INTO history_pages VALUES (?, ?, ?, ?, ?)"


class SqliteHistories:
    """Histories in a SQLite file, shared by threads and processes."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(file, [TABLE, PAGES])

    def add(self, catalog: str, events: Iterable[Event], expires: int) -> None:
        self.add_expiring(catalog, ((event, expires) for event in events))

    def add_expiring(self, catalog: str, events: Iterable[tuple[Event, int]]) -> None:
        for some in itertools.batched(events, AT_ONCE):
            rows = [
                (partition_key(catalog, e.user), sort_key(e), e.item_id, e.kind, e.value, e.event_id, expires)
                for e, expires in some
            ]
            with self._file.connected() as connection:
                connection.executemany("INSERT OR REPLACE INTO histories VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def newest(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> list[Event]:
        return [one.event for one in self.read(catalog, user, n, now, consistent).tail]

    def read(self, catalog: str, user: str, n: int, now: int, consistent: bool = False) -> Stored:
        del consistent  # every read of SQLite is
        place = (partition_key(catalog, user), now)
        with self._file.connected() as connection:
            pages = connection.execute("SELECT sk, page FROM history_pages WHERE pk = ? AND expires > ?", place)
            found = {sk.removeprefix(PAGE): bytes(page) for sk, page in pages}
            tail = connection.execute(f"{TAIL} AND expires > ? ORDER BY sk DESC LIMIT ?", (*place, n)).fetchall()
        return Stored(found, [_tail_row(user, *row) for row in tail])

    def foldable(self, catalog: str, user: str, source: str, n: int) -> Foldable:
        place = partition_key(catalog, user)
        query = "SELECT page, revision FROM history_pages WHERE pk = ? AND sk = ?"
        with self._file.connected() as connection:
            connection.execute("BEGIN")
            page = connection.execute(query, (place, page_key(source))).fetchone()
            tail = connection.execute(f"{TAIL} ORDER BY sk LIMIT ?", (place, n)).fetchall()
        data, revision = (None, 0) if page is None else (bytes(page[0]), page[1])
        return Foldable(data, revision, [_tail_row(user, *row) for row in tail])

    def swap_page(self, catalog: str, page: StoredPage, revision: int) -> bool:
        pk, sk = partition_key(catalog, page.user), page_key(page.source)
        insert = "INSERT INTO history_pages VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING"
        update = (
            "UPDATE history_pages SET page = ?, expires = ?, revision = revision + 1"
            " WHERE pk = ? AND sk = ? AND revision = ?"
        )
        with self._file.connected() as connection:
            if revision:
                done = connection.execute(update, (page.data, page.expires, pk, sk, revision))
            else:
                done = connection.execute(insert, (pk, sk, page.data, page.expires))
        return done.rowcount == 1

    def put_pages(self, catalog: str, pages: Iterable[StoredPage], revision: int = 1) -> None:
        for some in itertools.batched(pages, AT_ONCE):
            rows = [
                (partition_key(catalog, page.user), page_key(page.source), page.data, revision, page.expires)
                for page in some
            ]
            with self._file.connected() as connection:
                connection.executemany(PUT_PAGE, rows)

    def remove(self, catalog: str, rows: Iterable[tuple[str, str]]) -> None:
        for some in itertools.batched(rows, AT_ONCE):
            keys = [(partition_key(catalog, user), key) for user, key in some]
            with self._file.connected() as connection:
                connection.executemany("DELETE FROM histories WHERE pk = ? AND sk = ?", keys)
                connection.executemany("DELETE FROM history_pages WHERE pk = ? AND sk = ?", keys)

    def forget(self, catalog: str, user: str) -> int:
        place = (partition_key(catalog, user),)
        with self._file.connected() as connection:
            pages = connection.execute("DELETE FROM history_pages WHERE pk = ?", place).rowcount
            return pages + connection.execute("DELETE FROM histories WHERE pk = ?", place).rowcount

    def remove_expired(self, now: int) -> int:
        """Removes the rows past their expiry, as DynamoDB does by itself, and returns their number."""
        with self._file.connected() as connection:
            pages = connection.execute("DELETE FROM history_pages WHERE expires <= ?", (now,)).rowcount
            return pages + connection.execute("DELETE FROM histories WHERE expires <= ?", (now,)).rowcount


def _tail_row(user: str, sk: str, item_id: str, kind: str, value: float, event_id: str, expires: int) -> TailEvent:
    return TailEvent(Event(user, item_id, kind, value, _timestamp(sk), event_id), sk, expires)
