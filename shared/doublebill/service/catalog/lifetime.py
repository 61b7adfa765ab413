"""Lifetimes of catalogs: lets a job that works for minutes notice that its catalog was removed meanwhile.

A removal marks the record of the catalog first and deletes afterwards. So a job that looks at the record after all of
its writes, and finds no mark, leaves nothing behind: a removal that begins later deletes what it wrote. A job that
finds the mark, or another catalog of the same name, takes its own writes back.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from doublebill.errors import NotFound, ObjectMissing, StoreUnavailable
from doublebill.service.catalog import catalog_record
from doublebill.stores.objects import Objects


@dataclass(frozen=True)
class Lifetime:
    """One catalog from its making to its removal."""

    objects: Objects
    catalog: str
    tombstone: bytes
    """The object that says when a catalog of that name was removed before; empty where none was."""

    @classmethod
    def of_now(cls, objects: Objects, catalog: str) -> "Lifetime":
        """Returns the lifetime of the catalog that there is.

        Raises:
            NotFound: when there is none.
        """
        tombstone = _tombstone(objects, catalog)
        catalog_record.read(objects, catalog)
        return cls(objects, catalog, tombstone)

    def check(self) -> None:
        """Raises `NotFound` where the catalog was removed; call it right before what others see is written."""
        if self._is_over():
            raise NotFound(f"catalog {self.catalog!r} was removed meanwhile; nothing is kept of this job")

    @contextlib.contextmanager
    def taking_back(self, take_back: Callable[[], None]) -> Iterator[None]:
        """Calls `take_back` where the catalog was removed while the block worked.

        Raises:
            NotFound: then, whatever the block raised.
        """
        try:
            yield
        finally:
            try:
                self.check()
            except NotFound:
                take_back()
                raise
            except StoreUnavailable:  # unknown, and a job that is done stays done
                pass

    def _is_over(self) -> bool:
        try:
            catalog_record.read(self.objects, self.catalog)
        except NotFound:
            return True
        return _tombstone(self.objects, self.catalog) != self.tombstone


def _tombstone(objects: Objects, catalog: str) -> bytes:
    try:
        return objects.get(catalog_record.tombstone_key(catalog)).data
    except ObjectMissing:
        return b""
