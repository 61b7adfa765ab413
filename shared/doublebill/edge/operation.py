"""Operations: each route with what it declares, so that nothing about a request has to be guessed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

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

    def read(self, event: APIGatewayProxyEventV2, path: Mapping[str, str]) -> dict[str, Any]:
        """Reads the arguments of the function: the parameters of the path, and the request."""
        if self.takes is None:
            return dict(path)
        return {**path, "request": (body if self.has_body else query)(event, self.takes)}

    def users_of(self, request: object) -> Iterator[str]:
        """Yields the user ids that stand in the declared places of a request."""
        for place in self.users:
            yield from _strings(request, place.split("."))


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
