"""Names of columns, regardless of case and punctuation."""

import re
from collections.abc import Sequence

ATOMIC = re.compile(r"(.+):(token|token_seq|float|float_seq)")
"""A column of a RecBole atomic file: name and type."""

OWNER = re.compile(r"(?<=[a-z])#(?=.*[A-Za-z])[^#]*$", re.IGNORECASE)
"""The name of a user behind a column's."""

ATTRIBUTE_HEADER = re.compile(r"attributes?[.:](.+)", re.IGNORECASE)
"""Header of an attribute's column, with the attribute's name."""


ID_HEADER = re.compile(r"(?i:(.*_)?id)|.*[a-z]I[dD]", re.ASCII)
"""Header that plainly says that its cells are ids; an artist may be called David."""


def plain(name: str) -> str:
    """Returns a name without case, punctuation and RecBole type: userid for userId, USER_ID and user_id:token."""
    return "".join(filter(str.isalnum, column_name(name).lower()))


def column_name(cell: str) -> str:
    """Returns a name without its RecBole type, and without what some tools put behind a # (`Date#ann`)."""
    atomic = ATOMIC.fullmatch(cell.strip())
    return OWNER.sub("", atomic.group(1) if atomic else cell.strip())


def find_column(where: str, header: Sequence[str], width: int) -> int | None:
    """Returns the column from 0 that `where` names, by header or else by number from 1; None where there is none."""
    for same in (str, column_name, plain):
        named = [same(cell) for cell in header]
        if same(where) in named:
            return named.index(same(where))
    return int(where) - 1 if is_column_number(where) and 1 <= int(where) <= width else None


def is_column_number(where: str) -> bool:
    """Returns whether `where` could be the number of a column."""
    return where.isascii() and where.isdigit() and len(where) <= 4
