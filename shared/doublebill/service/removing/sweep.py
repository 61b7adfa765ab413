"""The sweep of a deployment: of every catalog goes what nobody needs or may keep, and old batches of content go.

One catalog that cannot be swept keeps no other from it. Killed anywhere, the next sweep goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.errors import DoublebillError, StoreUnavailable
from doublebill.service.catalog import catalogs
from doublebill.service.content.batches.old_batches import remove_old_batches
from doublebill.service.registry.pruning.prune import Pruned, PruneTerms, prune
from doublebill.stores.objects import Objects


@dataclass(frozen=True)
class Sweep:
    """The things that a sweep deleted, or would."""

    catalogs: Sequence[Pruned]
    packs: Sequence[str]
    """Batches of content."""
    failed: Mapping[str, str]
    """Catalogs that could not be swept to the end, with the reasons."""

    def check(self) -> None:
        """Raises `StoreUnavailable` with the names of the catalogs that could not be swept to the end."""
        if self.failed:
            reasons = "; ".join(f"{catalog}: {why}" for catalog, why in self.failed.items())
            raise StoreUnavailable(f"{len(self.failed)} catalogs could not be swept: {reasons}")


def sweep(objects: Objects, now_ms: int, terms: PruneTerms, dry: bool = False) -> Sweep:
    """Prunes every catalog, and deletes old batches of content; with `dry` it only returns their names."""
    pruned: list[Pruned] = []
    failed: dict[str, str] = {}
    for catalog in catalogs.names(objects):
        try:
            pruned.append(prune(objects, catalog, now_ms, terms, dry))
        except DoublebillError as reason:  # the others are swept all the same
            failed[catalog] = str(reason)
    packs = remove_old_batches(objects, terms.batches_since_ms(now_ms), terms.with_keys, dry)
    return Sweep(pruned, packs, failed)
