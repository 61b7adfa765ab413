"""Versions with erased users, as the records of all erasures of a catalog list them.

The pointer of the champion lists those that are refused; where it cannot be read, these do.
"""

import json
from collections.abc import Mapping

from doublebill.errors import StoreUnavailable
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing


def read(objects: Objects, catalog: str) -> Mapping[str, int]:
    """Returns the versions, and the generation of the latest training that may have read their users.

    Raises:
        StoreUnavailable: when a record cannot be read.
    """
    found: dict[str, int] = {}
    for key, data in in_order_or_missing(objects, list(objects.keys(f"erasures/{catalog}/"))):
        try:
            record = {} if data is None else json.loads(data)
            for one in record.get("versions", ()):
                version, generation = str(one["version"]), int(record.get("generation", 0))
                found[version] = max(generation, found.get(version, 0))
        except (AttributeError, KeyError, TypeError, ValueError) as wrong:
            raise StoreUnavailable(f"{key} is damaged; put it back from a backup") from wrong
    return found
