"""Roles of columns by their names, regardless of order, case and punctuation."""

import re
from collections.abc import Mapping, Sequence

ATOMIC = re.compile(r"(.+):(token|token_seq|float|float_seq)")
"""A column of a RecBole atomic file: name and type."""

type Aliases = Mapping[str, tuple[str, ...]]
"""Role → plain names of its columns, best first."""


def plain(name: str) -> str:
    """Returns a name without case, punctuation and RecBole type: userid for userId, USER_ID and user_id:token."""
    return "".join(filter(str.isalnum, column_name(name).lower()))


def column_name(cell: str) -> str:
    """Returns a name without its RecBole type."""
    atomic = ATOMIC.fullmatch(cell.strip())
    return atomic.group(1) if atomic else cell.strip()


def roles_by_name(names: Sequence[str], aliases: Aliases) -> dict[str, int]:
    """Returns role → column from 0 for the roles that a name has."""
    first: dict[str, int] = {}
    for column, name in enumerate(names):
        first.setdefault(plain(name), column)
    return {
        role: next(first[name] for name in names_of_role if name in first)
        for role, names_of_role in aliases.items()
        if not first.keys().isdisjoint(names_of_role)
    }


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
