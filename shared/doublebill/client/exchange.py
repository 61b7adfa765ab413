"""The exchange of both clients: signed requests over kept connections, one attempt at a time."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import urllib3

from doublebill.client.call import Call
from doublebill.client.failures import ClientError, Unreachable, problem_of
from doublebill.client.retries import Answer, Retries, retry_after_seconds
from doublebill.client.signing import Signer, Unsigned, nobody

HEADERS: Mapping[str, str] = {"accept": "application/json", "user-agent": "doublebill-client"}
POLL_SECONDS = 2.0
RETRIES = Retries()


@dataclass(frozen=True)
class Options:
    """How a client sends its requests."""

    signer: Signer = nobody
    retries: Retries = RETRIES
    timeout_seconds: float = 35.0
    """Of one attempt: to connect, and between two parts of the answer. The service answers within 30 seconds."""
    connections: int = 10
    """Kept open, and used at once; further requests wait for one."""
    poll_seconds: float = POLL_SECONDS
    """Between two looks at a job that works."""
    dice: Callable[[], float] = random.random
    """Draws the jitter of waits."""


class Exchange:
    """Sends calls to one service, a single attempt at a time. Threads may share it."""

    def __init__(self, url: str, options: Options) -> None:
        self._url = url.rstrip("/")
        self.options = options
        self._pool = urllib3.PoolManager(maxsize=options.connections, block=True)

    def attempt[T](self, call: Call[T]) -> Answer:
        """Sends a call once and returns what came back."""
        data = call.data
        headers = {**HEADERS, "content-type": "application/json"} if data is not None else HEADERS
        unsigned = Unsigned(call.method, self._url + call.target, headers, data)
        try:
            answer = self._pool.request(
                call.method,
                unsigned.url,
                body=data,
                headers=self.options.signer(unsigned),
                timeout=self.options.timeout_seconds,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as failed:
            return Answer(0, {}, b"", f"{call.method} {self._url}: {type(failed).__name__}: {failed}")
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data)

    def wait_seconds(self, attempt: int, answer: Answer) -> float | None:
        """Returns the seconds until the next attempt, or None if there is none."""
        return self.options.retries.wait_seconds(attempt, answer, self.options.dice)

    def close(self) -> None:
        """Closes all connections."""
        self._pool.clear()


def response_of[T](call: Call[T], answer: Answer) -> T:
    """Returns the response of an answer.

    Raises:
        ClientError: when there is none, or it is a problem.
    """
    if 200 <= answer.status < 300:
        try:
            return call.response(answer.data)
        except ValueError as broken:
            raise ClientError(f"{call.method} {call.path}: the answer is not JSON: {answer.data[:80]!r}") from broken
    if not answer.status:
        raise Unreachable(answer.fault)
    problem = problem_of(answer.status, answer.data)
    problem.retry_after_seconds = retry_after_seconds(answer.headers)
    raise problem
