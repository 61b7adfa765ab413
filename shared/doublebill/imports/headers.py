"""Which column holds what, judged by its name, whatever its order, case and punctuation."""

import re
from collections.abc import Mapping, Sequence

ATOMIC = re.compile(r"(.+):(token|token_seq|float|float_seq)")
"""A column of a RecBole atomic file: name and type."""

type Aliases = Mapping[str, tuple[str, ...]]
"""Role → the plain names of columns that play it, best first."""


def plain(name: str) -> str:
    """The name without case, punctuation and RecBole type: userId, USER_ID and user_id:token are all userid."""
    return "".join(filter(str.isalnum, column_name(name).lower()))


def column_name(cell: str) -> str:
    """The name without its RecBole type, if it has one."""
    atomic = ATOMIC.fullmatch(cell.strip())
    return atomic.group(1) if atomic else cell.strip()


def roles_by_name(names: Sequence[str], aliases: Aliases) -> dict[str, int]:
    """Role → column from 0, for the roles that some name plays."""
    first: dict[str, int] = {}
    for column, name in enumerate(names):
        first.setdefault(plain(name), column)
    roles = {}
    for role, known in aliases.items():
        played = next((first[alias] for alias in known if alias in first), None)
        if played is not None:
            roles[role] = played
    return roles


def find_column(where: str, header: Sequence[str], width: int) -> int | None:
    """The column from 0 that `where` names (by header name, else by number from 1); None when there is none."""
    for same in (str, column_name, plain):
        named = [same(cell) for cell in header]
        if same(where) in named:
            return named.index(same(where))
    return int(where) - 1 if is_column_number(where) and 1 <= int(where) <= width else None


def is_column_number(where: str) -> bool:
    """Whether `where` could be a column's number."""
    return where.isascii() and where.isdigit() and len(where) <= 4
