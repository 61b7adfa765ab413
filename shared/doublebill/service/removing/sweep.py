"""The sweep of a deployment: deletes what no catalog needs or may keep, and old batches of content.

One catalog that cannot be swept keeps no other from it, whatever is wrong. Killed anywhere, the next sweep goes on.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from doublebill.errors import StoreUnavailable
from doublebill.service.catalog import catalogs
from doublebill.service.content.batches.old_batches import remove_old_batches
from doublebill.service.registry.pruning.prune import Pruned, PruneTerms, prune
from doublebill.stores.job_record import reason
from doublebill.stores.objects import Objects

CONTENT = "batches of content"
"""The name of what belongs to no catalog, among what could not be swept; no catalog's name has a space."""


@dataclass(frozen=True)
class Sweep:
    """The things that a sweep deleted, or would."""

    catalogs: Sequence[Pruned]
    packs: Sequence[str]
    """Batches of content."""
    failed: Mapping[str, str]
    """Catalogs, and `CONTENT`, that could not be swept to the end, with the reasons."""

    def check(self) -> None:
        """Raises `StoreUnavailable` with the names of what could not be swept to the end."""
        if self.failed:
            reasons = "; ".join(f"{catalog}: {why}" for catalog, why in self.failed.items())
            raise StoreUnavailable(f"could not sweep {reasons}")


def sweep(objects: Objects, now_ms: int, terms: PruneTerms, dry: bool = False) -> Sweep:
    """Prunes every catalog, and deletes old batches of content; with `dry` it only returns their names."""
    pruned: list[Pruned] = []
    packs: list[str] = []
    failed: dict[str, str] = {}
    for catalog in catalogs.names(objects):
        with _noting(failed, catalog):
            pruned.append(prune(objects, catalog, now_ms, terms, dry))
    with _noting(failed, CONTENT):
        packs += remove_old_batches(objects, terms.batches_since_ms(now_ms), terms.with_keys, dry)
    return Sweep(pruned, tuple(packs), failed)


@contextmanager
def _noting(failed: dict[str, str], name: str) -> Iterator[None]:
    """Notes an error that is raised inside under a name; what follows is swept all the same."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  # also files damaged in a way that no reader foresees; `check` raises it
        failed[name] = reason(error)
