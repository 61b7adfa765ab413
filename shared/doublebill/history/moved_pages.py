"""Moved pages: the pages of one pseudonym as further sources of another one, under the same names however often."""

from collections.abc import Mapping

from doublebill.history.page import from_bytes

MERGED = "~"
"""Separates the parts of the name of a source that came from another user: source, pseudonym, beginning."""


def moved_pages(pages: Mapping[str, bytes], user: str) -> dict[str, bytes]:
    """Returns the pages of a pseudonym by the sources that they are of another one.

    Raises:
        StoreUnavailable: when a page is damaged.
    """
    return {_moved(source, data, user): data for source, data in pages.items()}


def moved_source(source: str, user: str, began: str = "") -> str:
    """Returns the source of a page of `user` that was moved; `began` is that of the page, empty for imports."""
    return MERGED.join([source, user, began])


def _moved(source: str, data: bytes, user: str) -> str:
    return source if MERGED in source else moved_source(source, user, from_bytes(data).began)
