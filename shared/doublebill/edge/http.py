"""HTTP: the one way in which every function answers, refuses, logs and counts.

Errors become `application/problem+json` (RFC 9457) here, by type: the family of `doublebill.errors` is mapped once.
"""

import functools
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from doublebill import errors
from doublebill.catalog import check_catalog_name
from doublebill.edge.requests import TooLarge
from doublebill.events import check_id

NAMESPACE = "doublebill"
RETRY_AFTER_SECONDS = "5"

PROBLEMS: Mapping[type[errors.DoublebillError], tuple[int, str, str]] = {
    TooLarge: (413, "too-large", "The body is too large"),
    errors.Unsatisfiable: (422, "unsatisfiable", "No content can satisfy this together"),
    errors.InvalidInput: (400, "invalid-input", "The request is not valid"),
    errors.NotFound: (404, "not-found", "There is no such thing"),
    errors.NoModel: (503, "no-model", "There is no model yet"),
    errors.Conflict: (409, "conflict", "Somebody else was first"),
    errors.StoreUnavailable: (503, "store-unavailable", "A store does not answer"),
}
"""Status, type and title of each error; an error's subclass stands before it."""

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


class Api(APIGatewayHttpResolver):
    """The routes of one function. `handler` is what Lambda calls."""

    def __init__(self, function: str) -> None:
        super().__init__()
        self._logger = Logger(service=function)
        self._metrics = EphemeralMetrics(namespace=NAMESPACE, service=function)
        self.exception_handler(errors.DoublebillError)(self._problem)
        self.not_found(_no_route)

    def route[**P, R](  # type: ignore[override]  # takes and gives on whatever the resolver takes
        self, *args: Any, **kwargs: Any
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Registers a route; what stands in the path reaches the function decoded (see `_quoted`) and checked."""
        register = super().route(*args, **kwargs)

        def decorate(function: Callable[P, R]) -> Callable[P, R]:
            @functools.wraps(function)
            def decoded(*positional: P.args, **named: P.kwargs) -> R:
                given = {name: _checked(name, unquote(str(value))) for name, value in named.items()}
                return function(*positional, **given)  # type: ignore[arg-type]  # path parameters are strings

            register(decoded)
            return function

        return decorate

    @property
    def event(self) -> APIGatewayProxyEventV2:
        """The request that is being answered."""
        return self.current_event

    def handler(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answers one payload-2.0 event; logs one line and counts, whatever happens."""
        started = time.perf_counter()
        told = {**event, "rawPath": _quoted(event)}
        # the resolver keeps it on a class; environments that share a process must not share it
        self.current_event = request = APIGatewayProxyEventV2(told)
        self._logger.set_correlation_id(request.request_context.request_id)
        try:
            answered = self.resolve(told, context)
        except Exception:  # the last resort: a defect is logged and answered as one
            self._logger.exception("failed", route=event.get("routeKey"))
            answered = self._defect()
        self._tell(event.get("routeKey", ""), answered, (time.perf_counter() - started) * 1000)
        return answered

    def _problem(self, error: errors.DoublebillError) -> Response[str]:
        """The error as a problem; what is not the caller's fault is told to the log too."""
        answered = problem(error)
        if answered.status_code >= 500:
            self._logger.warning("failed", reason=f"{type(error).__name__}: {error}")
        return answered

    def _tell(self, route: str, answered: Mapping[str, Any], milliseconds: float) -> None:
        """One log line and the metrics; the route's pattern, never the path, so no id is written down."""
        told = {name: answered["headers"][name] for name in TOLD_HEADERS if name in answered["headers"]}
        status = answered["statusCode"]
        self._logger.info("answered", route=route, status=status, milliseconds=round(milliseconds, 2), **told)
        self._metrics.add_metric("Milliseconds", MetricUnit.Milliseconds, milliseconds)
        self._metrics.add_metric("Failed", MetricUnit.Count, int(status >= 500))
        self._metrics.add_metric("Degraded", MetricUnit.Count, int(DEGRADED in told))
        self._metrics.flush_metrics()

    def _defect(self) -> dict[str, Any]:
        body = {"type": _type("defect"), "title": "The service has a defect", "status": 500}
        return {"statusCode": 500, "headers": {"content-type": PROBLEM_JSON}, "body": json.dumps(body)}


def _checked(name: str, value: str) -> str:
    """A path parameter, when it can be what its name says: a catalog's name, or an id.

    Raises:
        InvalidInput: when it cannot.
    """
    if name == "catalog":
        return check_catalog_name(value)
    complaints: list[errors.Complaint] = []
    check_id(name, value, complaints)
    if complaints:
        raise errors.InvalidInput(complaints)
    return value


def _quoted(event: Mapping[str, Any]) -> str:
    """The path with its parameters percent-encoded: ids may hold characters that the resolver would not match."""
    path = str(event.get("routeKey", "")).partition(" ")[2]
    parameters = event.get("pathParameters") or {}
    if "{" not in path or not parameters:
        return quote(str(event.get("rawPath", "/")), safe="/%")
    for name, value in parameters.items():
        path = path.replace("{" + name + "}", quote(value, safe=""))
    return path


PROBLEM_JSON = "application/problem+json"
MODEL_VERSION = "x-model-version"
DEGRADED = "x-degraded"
TOLD_HEADERS = (MODEL_VERSION, DEGRADED)
"""Headers of an answer that its log line repeats."""


def answer(content: Mapping[str, Any], status: int = 200) -> Response[str]:
    """`content` as a JSON answer; a model version and a degradation in it become headers too."""
    headers: dict[str, str | list[str]] = {}
    if content.get("model_version"):
        headers[MODEL_VERSION] = content["model_version"]
    if content.get("degraded"):
        headers[DEGRADED] = "true"
    return Response(status, "application/json", _json(content), headers)


def problem(error: errors.DoublebillError) -> Response[str]:
    """An error as a problem document."""
    status, slug, title = next(
        (PROBLEMS[kind] for kind in PROBLEMS if isinstance(error, kind)), (500, "defect", "The service has a defect")
    )
    body: dict[str, object] = {"type": _type(slug), "title": title, "status": status}
    if status != 500:
        body["detail"] = str(error)
    if isinstance(error, errors.InvalidInput):
        body["errors"] = [
            {"field": one.field, "found": one.found, "expected": one.expected} for one in error.complaints
        ]
    headers: dict[str, str | list[str]] = {"Retry-After": RETRY_AFTER_SECONDS} if status == 503 else {}
    return Response(status, PROBLEM_JSON, _json(body), headers)


def _json(content: Mapping[str, Any]) -> str:
    """`content` as JSON. A lone surrogate that an error repeats stays an escape: UTF-8 cannot carry it."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace").decode()


def _no_route(_: Exception) -> Response[str]:
    return problem(errors.NotFound("there is no such route"))


def _type(slug: str) -> str:
    return f"urn:doublebill:problem:{slug}"
