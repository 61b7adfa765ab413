"""Clients that keep their connections and ask again as soon as they are answered."""

import http.client
import threading
import time
from collections.abc import Sequence

CLIENTS = 8


def asked(port: int, path: str, bodies: Sequence[str], seconds: float) -> tuple[list[float], int]:
    """Milliseconds of all answers that all clients got, and how many were errors."""
    taken: list[float] = []
    errors = [0]
    end = time.monotonic() + seconds

    def client(first: int) -> None:
        connection, number = http.client.HTTPConnection("127.0.0.1", port, timeout=30), first
        while time.monotonic() < end:
            number += 1
            started = time.perf_counter()
            try:
                connection.request("POST", path, bodies[number % len(bodies)], {"content-type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                errors[0] += answer.status != 200
            except OSError:
                errors[0] += 1
                connection.close()
            taken.append((time.perf_counter() - started) * 1000)

    clients = [threading.Thread(target=client, args=(n * 7,)) for n in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return taken, errors[0]
