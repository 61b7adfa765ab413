"""The blocking client."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Self

from doublebill.client.call import Call, Pages, Poll
from doublebill.client.catalog_calls import CatalogCalls
from doublebill.client.content_calls import ContentCalls
from doublebill.client.exchange import Exchange, Options, response_of
from doublebill.client.methods import Blocking
from doublebill.client.recommending_calls import RecommendingCalls
from doublebill.client.registry_calls import RegistryCalls

DEFAULTS = Options()


class Client(RecommendingCalls, CatalogCalls, RegistryCalls, ContentCalls, Blocking):
    """A client of one service; threads may share it. Use it in a `with` statement, or close it."""

    def __init__(self, url: str, options: Options = DEFAULTS, sleep: Callable[[float], None] = time.sleep) -> None:
        self._exchange = Exchange(url, options)
        self._sleep = sleep

    def send[T](self, call: Call[T]) -> T:
        """Returns the response to a call, after as many attempts as the options allow.

        Raises:
            ProblemAnswer: when the service answers with a problem.
            Unreachable: when no answer comes.
        """
        for attempt in count():
            answer = self._exchange.attempt(call)
            seconds = self._exchange.wait_seconds(attempt, answer)
            if seconds is None:
                break
            self._sleep(seconds)
        return response_of(call, answer)

    def each[A, T](self, pages: Pages[A, T]) -> Iterator[T]:
        call: Call[A] | None = pages.first
        while call is not None:
            page = self.send(call)
            yield from pages.entries(page)
            call = pages.following(page)

    def wait[A](self, poll: Poll[A]) -> A:
        while not poll.ended(response := self.send(poll.call)):
            self._sleep(self._exchange.options.poll_seconds)
        return response

    def close(self) -> None:
        """Closes all connections."""
        self._exchange.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
