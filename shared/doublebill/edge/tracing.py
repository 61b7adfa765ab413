"""Tracing: requests as X-Ray shows them, with their calls of AWS; only where the settings say so.

A trace has the names of services, buckets and tables. No response and no error is written into it, since they may name
users and items.
"""

from collections.abc import Callable

from doublebill.edge.settings import WatchSettings

ACTIVE = "Active"


def traced[**P, T](handler: Callable[P, T], function: str, settings: WatchSettings) -> Callable[P, T]:
    """Returns a handler, traced where tracing is active; the SDK of X-Ray, which takes 120 ms, is loaded only then."""
    if settings.tracing != ACTIVE:
        return handler
    from aws_lambda_powertools import Tracer

    tracer = Tracer(service=function, patch_modules=["botocore"])
    wrapped: Callable[P, T] = tracer.capture_lambda_handler(handler, capture_response=False, capture_error=False)
    return wrapped
