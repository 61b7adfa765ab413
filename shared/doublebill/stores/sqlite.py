"""A SQLite file that threads and processes share: one connection each, write-ahead logging, transactions."""

import contextlib
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from doublebill.errors import StoreUnavailable

if TYPE_CHECKING:  # the cloud does not need it
    import sqlite3

SWITCH_TRIES = 100

REPAIR = "stop the service and run: doublebill repair"

Durable = Literal["FULL", "NORMAL"]
"""FULL: writes survive a power cut. NORMAL: they survive the end of the process only."""


class SqliteFile:
    """A file with these `tables`, each a CREATE TABLE IF NOT EXISTS; made when it is first used."""

    def __init__(
        self, file: Path, tables: Sequence[str], timeout_seconds: float = 10, durable: Durable = "FULL"
    ) -> None:
        self._file = file
        self._tables = tables
        self._timeout_seconds = timeout_seconds
        self._durable = durable
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    @contextlib.contextmanager
    def connected(self) -> "Iterator[sqlite3.Connection]":
        """Yields the connection to one thread at a time, in a transaction of its own.

        Raises:
            StoreUnavailable: when SQLite refuses, or others write for longer than the time-out.
        """
        import sqlite3

        try:
            with self._lock:
                self._connection = self._connection or self._connect()
                with self._connection:
                    yield self._connection
        except sqlite3.Error as failed:
            advice = f" ({self._file.name}); {REPAIR}" if is_damage(failed) else ""
            raise StoreUnavailable(f"SQLite: {failed}{advice}") from failed

    def _connect(self) -> "sqlite3.Connection":
        import sqlite3

        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file.touch(0o600)  # what SQLite keeps beside a file gets its mode
        connection = sqlite3.connect(self._file, timeout=self._timeout_seconds, check_same_thread=False)
        weakref.finalize(self, _close, connection, self._lock)
        _switch_to_wal(connection)
        connection.execute(f"PRAGMA synchronous = {self._durable}")
        for table in self._tables:
            connection.execute(table)
        return connection


def is_damage(failed: "sqlite3.Error") -> bool:
    """Returns whether SQLite fails since the file is cut, overwritten or no database."""
    import sqlite3

    code = getattr(failed, "sqlite_errorcode", 0)
    return code == sqlite3.SQLITE_IOERR_SHORT_READ or (code & 0xFF) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _close(connection: "sqlite3.Connection", lock: threading.Lock) -> None:
    """Closes the connection when no thread is using it: SQLite would crash the process that ends meanwhile."""
    with lock:
        connection.close()


def _switch_to_wal(connection: "sqlite3.Connection") -> None:
    """Switches to write-ahead logging, which stays on; waits, as SQLite does not, for others that switch."""
    import sqlite3
    import time

    for _ in range(SWITCH_TRIES):
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
            return
        time.sleep(0.05)
    connection.execute("PRAGMA journal_mode = WAL")
