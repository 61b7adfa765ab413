"""Stored names: the names of kinds of content in keys and files, where a kind was renamed later."""

from collections.abc import Mapping

from doublebill.errors import NotFound

STORED_AS: Mapping[str, str] = {"chamber": "dungeon"}
"""Kind → the name under which its corpora and models are stored; all others are stored under their own.

Chambers were called dungeons until November 2026.
"""


def stored_name(kind: str) -> str:
    """Returns the name of a kind in keys and files.

    Raises:
        NotFound: for a kind whose name stands for another kind there, since what is stored is not its own.
    """
    now = kind_stored_as(kind)
    if now != kind:
        raise NotFound(
            f"{kind} has no corpora; those of earlier versions belong to kind {now!r}, which was its name then"
        )
    return STORED_AS.get(kind, kind)


def kind_stored_as(name: str) -> str:
    """Returns the kind that is stored under a name."""
    return next((kind for kind, stored in STORED_AS.items() if stored == name), name)
