"""The asynchronous client: attempts run in threads, as many at once as it keeps connections; waits hold none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Self

from doublebill.client.blocking import DEFAULTS
from doublebill.client.call import Call, Pages, Poll
from doublebill.client.catalog_calls import CatalogCalls
from doublebill.client.content_calls import ContentCalls
from doublebill.client.exchange import Exchange, Options, response_of
from doublebill.client.methods import Awaiting
from doublebill.client.recommending_calls import RecommendingCalls
from doublebill.client.registry_calls import RegistryCalls


class AsyncClient(RecommendingCalls, CatalogCalls, RegistryCalls, ContentCalls, Awaiting):
    """A client of one service for asyncio. Use it in an `async with` statement, or close it.

    A call that is cancelled may still reach the service: its attempt ends in its thread.
    """

    def __init__(
        self, url: str, options: Options = DEFAULTS, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._exchange = Exchange(url, options)
        self._threads = ThreadPoolExecutor(options.connections, "doublebill-client")
        self._sleep = sleep

    async def send[T](self, call: Call[T]) -> T:
        """Returns the response to a call, after as many attempts as the options allow.

        Raises:
            ProblemAnswer: when the service answers with a problem.
            Unreachable: when no answer comes.
        """
        loop = asyncio.get_running_loop()
        for attempt in count():
            answer = await loop.run_in_executor(self._threads, self._exchange.attempt, call)
            seconds = self._exchange.wait_seconds(attempt, answer)
            if seconds is None:
                break
            await self._sleep(seconds)
        return response_of(call, answer)

    async def each[A, T](self, pages: Pages[A, T]) -> AsyncIterator[T]:
        call: Call[A] | None = pages.first
        while call is not None:
            page = await self.send(call)
            for entry in pages.entries(page):
                yield entry
            call = pages.following(page)

    async def wait[A](self, poll: Poll[A]) -> A:
        while not poll.ended(response := await self.send(poll.call)):
            await self._sleep(self._exchange.options.poll_seconds)
        return response

    async def close(self) -> None:
        """Closes all connections; calls under way end first, in their threads."""
        self._threads.shutdown(wait=False)
        self._exchange.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
