"""The bytes of a client's requests, each of which has to be there in time: a slow client holds a place for so long."""

import io
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class RequestReader(io.RawIOBase):
    """Reads from a connection; the first byte of a request may be awaited long, all others together less."""

    def __init__(self, connection: socket.socket, idle_seconds: float, request_seconds: float) -> None:
        super().__init__()
        self._connection = connection
        self._idle_seconds = idle_seconds
        self._request_seconds = request_seconds
        self._end: float | None = None

    def expect_request(self) -> None:
        """Waits for a new request from now on."""
        self._end = None

    def readable(self) -> bool:
        """Returns True: this is what it is for."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Reads some bytes.

        Raises:
            TimeoutError: when they do not come in time.
        """
        left = self._idle_seconds if self._end is None else self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request took too long")
        self._connection.settimeout(left)
        size = self._connection.recv_into(buffer)
        if self._end is None:
            self._end = time.monotonic() + self._request_seconds
        return size
