"""Refused versions: those that were trained on users who were erased since.

The pointer of a catalog lists them, so that nobody promotes one by the same compare-and-swap that lists it, and every
environment stops serving one with its next look at the pointer. In a catalog without a champion they are deleted.
"""

from collections.abc import Collection

from doublebill.errors import NotFound, VersionRefused
from doublebill.service.registry import champions
from doublebill.service.registry.champions import Champion
from doublebill.service.registry.versions import delete
from doublebill.stores.objects import Objects


def refuse(objects: Objects, catalog: str, versions: Collection[str], generation: int, champion_too: bool) -> bool:
    """Refuses versions, to trainings up to a generation too, and returns whether a version without the users stands.

    Where the champion is one of them, they are refused only with `champion_too`; popular items are served then.

    Raises:
        Conflict, StoreUnavailable: as `swap`.
    """

    def refused(current: Champion) -> Champion:
        if current.version in versions and not champion_too:
            return current
        return champions.refused_in(current, dict.fromkeys(sorted(versions), generation))

    try:
        return champions.change(objects, catalog, refused).version not in versions if versions else True
    except NotFound:
        for version in versions:
            delete(objects, catalog, version)
        return champions.read_champion(objects, catalog) is None


def check_allowed(objects: Objects, catalog: str, version: str) -> None:
    """Raises `VersionRefused` where a version was trained on users who were erased since."""
    champion = champions.read_champion(objects, catalog)
    if champion and version in champion.refused:
        raise VersionRefused(catalog, version)
