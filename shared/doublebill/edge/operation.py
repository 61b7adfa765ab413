"""Operations: each route with what it declares, so that nothing about a request has to be guessed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from doublebill.access.callers import Right
from doublebill.edge.decode import body, query


@dataclass(frozen=True)
class Operation:
    """One route: its function, the types of request and response, and its declarations."""

    method: str
    path: str
    """As API Gateway writes it, with `{name}` for parameters; `{user_id}` always names a user."""
    right: Right | None
    """The right that a caller needs; None if every caller may call."""
    anybody: bool
    """Whether it is open to everybody, without a caller."""
    status: int
    function: Callable[..., Any]
    takes: type | None
    """The type of the body, or of the query string if the method has no body."""
    gives: Any
    """The typed dictionary of the response, or `Download`."""
    users: Sequence[str] = ()
    """The places of the request that name users, such as `user_ids` or `events.user_id`; lists are walked through."""
    count: str = ""
    """The field of the request that says how many items it wants; empty if none does."""
    recommends: bool = False
    """Whether its responses are recommendations, which are counted by model version."""

    @property
    def has_body(self) -> bool:
        """Checks whether a request brings a body."""
        return self.takes is not None and self.method in ("PATCH", "POST", "PUT")

    @property
    def changes_for_everybody(self) -> bool:
        """Checks whether a request changes more than what is stored of the users that it names."""
        named = self.users or "{user_id}" in self.path
        return self.right not in (None, "read") and not named

    @cached_property
    def names(self) -> frozenset[str]:
        """Returns the names of the parameters of its path."""
        return frozenset(re.findall(r"{(\w+)}", self.path))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Returns the pattern of its paths, whose parameters are percent-encoded."""
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path)))

    def read(self, event: Mapping[str, Any], path: Mapping[str, str]) -> dict[str, Any]:
        """Reads the arguments of the function: the parameters of the path, and the request."""
        if self.takes is None:
            return dict(path)
        return {**path, "request": (body if self.has_body else query)(event, self.takes)}

    def users_of(self, request: object) -> Iterator[str]:
        """Yields the user ids that stand in the declared places of a request."""
        for place in self.users:
            yield from _strings(request, place.split("."))


class Routes:
    """The operations of one function, as the events of requests name them."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._of_keys: dict[str, Operation] = {}

    def add(self, operation: Operation) -> None:
        """Takes an operation more."""
        self.operations.append(operation)
        self._of_keys[f"{operation.method} {operation.path}"] = operation

    def find(self, event: Mapping[str, Any]) -> tuple[Operation, dict[str, str]] | None:
        """Returns the operation of a payload-2.0 event and the decoded parameters of its path; None where none is.

        API Gateway names the route; a function URL leaves it to the path.
        """
        operation, parameters = self._of_keys.get(str(event.get("routeKey"))), event.get("pathParameters") or {}
        if operation and operation.names == parameters.keys() and all(parameters.values()):
            return operation, dict(parameters)
        method = event["requestContext"]["http"]["method"].upper()
        path = quote(str(event.get("rawPath", "/")), safe="/%")
        for operation in sorted(self.operations, key=lambda one: bool(one.names)):  # paths without parameters first
            found = operation.pattern.fullmatch(path) if operation.method == method else None
            if found:
                return operation, {name: unquote(value) for name, value in found.groupdict().items()}
        return None


def _strings(holder: object, fields: Sequence[str]) -> Iterator[str]:
    """Yields the strings in a place of a request; lists are walked through, other values are left out."""
    if isinstance(holder, str):
        if not fields:
            yield holder
    elif isinstance(holder, Sequence):
        for one in holder:
            yield from _strings(one, fields)
    elif fields:
        head, *rest = fields
        value = holder.get(head) if isinstance(holder, Mapping) else getattr(holder, head, None)
        yield from _strings(value, rest)
