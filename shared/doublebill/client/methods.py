"""Methods: operations written once, which one client carries out, and another returns to be awaited.

class Recommending:
    @method
    def popular(self, catalog: str, **query: Unpack[PopularQuery]) -> Call[Popular]: …

Client(…).popular("films")             a Popular
await AsyncClient(…).popular("films")  a Popular
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Concatenate, Self, cast, overload

from doublebill.client.call import Call, Pages, Poll


class Blocking(ABC):
    """A client whose methods return when the response is there."""

    @abstractmethod
    def send[T](self, call: Call[T]) -> T:
        """Returns the response to a call."""

    @abstractmethod
    def each[A, T](self, pages: Pages[A, T]) -> Iterator[T]:
        """Yields the entries of all pages."""

    @abstractmethod
    def wait[A](self, poll: Poll[A]) -> A:
        """Repeats a call until its response says that something has ended, and returns that response."""


class Awaiting(ABC):
    """A client whose methods are awaited."""

    @abstractmethod
    async def send[T](self, call: Call[T]) -> T:
        """Returns the response to a call."""

    @abstractmethod
    def each[A, T](self, pages: Pages[A, T]) -> AsyncIterator[T]:
        """Yields the entries of all pages."""

    @abstractmethod
    async def wait[A](self, poll: Poll[A]) -> A:
        """Repeats a call until its response says that something has ended, and returns that response."""


class method[S, **P, T]:  # noqa: N801  # a decorator
    """Turns a function that returns a call into a method that sends it."""

    def __init__(self, make: Callable[Concatenate[S, P], Call[T]]) -> None:
        self._make = make
        self.__wrapped__, self.__doc__ = make, make.__doc__  # for `help`

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, client: Blocking | Awaiting | None, owner: type) -> object:
        if client is None:
            return self
        return lambda *args, **options: client.send(self._make(cast(S, client), *args, **options))


class paged[S, **P, A, T]:  # noqa: N801  # a decorator
    """Turns a function that returns pages into a method that iterates over their entries."""

    def __init__(self, make: Callable[Concatenate[S, P], Pages[A, T]]) -> None:
        self._make = make
        self.__wrapped__, self.__doc__ = make, make.__doc__  # for `help`

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, client: Blocking | Awaiting | None, owner: type) -> object:
        if client is None:
            return self
        return lambda *args, **options: client.each(self._make(cast(S, client), *args, **options))


class polled[S, **P, A]:  # noqa: N801  # a decorator
    """Turns a function that returns a poll into a method that waits for its end."""

    def __init__(self, make: Callable[Concatenate[S, P], Poll[A]]) -> None:
        self._make = make
        self.__wrapped__, self.__doc__ = make, make.__doc__  # for `help`

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[P, A]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[P, Awaitable[A]]: ...
    def __get__(self, client: Blocking | Awaiting | None, owner: type) -> object:
        if client is None:
            return self
        return lambda *args, **options: client.wait(self._make(cast(S, client), *args, **options))
