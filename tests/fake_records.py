"""Records for tests: in memory, and failing when told to. They keep the contract of the real ones; see `contract`."""

import threading
from collections import Counter
from collections.abc import Mapping

from doublebill.stores.records import Counts, Records, check_counts, check_data, check_record_key


class MemoryRecords:
    """Records in dictionaries. `error`, while there is one, is what every call fails with; `calls` tells the calls."""

    error: Exception | None = None

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self._records: dict[str, bytes] = {}
        self._counters: dict[str, dict[str, Counter[str]]] = {}
        self._expires: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        self._call("get", key)
        return self._records.get(key)

    def put(self, key: str, data: bytes) -> None:
        self._call("put", key)
        self._records[key] = bytes(check_data(data))

    def add(self, key: str, name: str, counts: Counts, expires: int) -> Counts:
        self._call("add", key)
        with self._lock:
            check_counts(name, counts)
            counters = self._counters.setdefault(key, {}).setdefault(name, Counter())
            for counter, number in counts.items():
                counters[counter] += number
            self._expires[key, name] = expires
            return {counter: counters[counter] for counter in counts}

    def counts(self, key: str, now: int) -> Mapping[str, Counts]:
        self._call("counts", key)
        with self._lock:
            found = self._counters.get(key, {})
            names = sorted((name for name in found if self._expires[key, name] > now), key=str.encode)
            return {name: dict(found[name]) for name in names}

    def _call(self, name: str, key: str) -> None:
        check_record_key(key)
        self.calls.append((name, key))
        if self.error:
            raise self.error


def _conforms(records: MemoryRecords) -> Records:
    """Lets a type checker compare the fake with the interface."""
    return records
