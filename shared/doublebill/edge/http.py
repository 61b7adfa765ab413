"""HTTP: the one way in which every function answers, refuses, logs and counts.

Errors become `application/problem+json` (RFC 9457) here, by type: the family of `doublebill.errors` is mapped once.
"""

import json
import logging
import time
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import quote, unquote

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from doublebill import errors
from doublebill.access.callers import Caller, Right, check, check_user
from doublebill.concurrency.deadline import Deadline
from doublebill.edge import clock
from doublebill.edge.callers import Gate
from doublebill.edge.requests import TooLarge, body, query
from doublebill.edge.settings import ApiSettings
from doublebill.events import check_id
from doublebill.model.catalog import check_catalog_name

NAMESPACE = "doublebill"
METRICS = {"Milliseconds": "Milliseconds", "Failed": "Count", "Degraded": "Count"}
"""What is counted of every answer, by its function, and in which unit."""

DIRECTIVE = {
    "Namespace": NAMESPACE,
    "Dimensions": [["service"]],
    "Metrics": [{"Name": name, "Unit": unit} for name, unit in METRICS.items()],
}
"""Makes metrics of the fields of a log line: CloudWatch's embedded metric format."""

RETRY_AFTER_SECONDS = "5"

PROBLEMS: Mapping[type[errors.DoublebillError], tuple[int, str, str]] = {
    TooLarge: (413, "too-large", "The body is too large"),
    errors.Unsatisfiable: (422, "unsatisfiable", "This cannot be satisfied"),
    errors.NotReached: (422, "not-reached", "No content that meets all this was found"),
    errors.InvalidInput: (400, "invalid-input", "The request is not valid"),
    errors.NotFound: (404, "not-found", "There is no such thing"),
    errors.Forbidden: (403, "forbidden", "The caller may not do this"),
    errors.QuotaExceeded: (429, "quota-exceeded", "The caller has used up today's requests"),
    errors.NoModel: (503, "no-model", "There is no model yet"),
    errors.Conflict: (409, "conflict", "The object was changed by another request"),
    errors.StoreUnavailable: (503, "store-unavailable", "A store does not answer"),
}
"""Status, type and title of each error; an error's subclass stands before it."""

MAX_ANSWER_BYTES = 5_500_000
"""Lambda passes on 6 MB, with what it wraps an answer in."""

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

WRITING_SECONDS = 0.5
"""Kept back of the time that Lambda gives, for writing the answer."""


class Health(TypedDict):
    """That somebody is there."""

    status: str


@dataclass(frozen=True)
class Operation:
    """One route, as its function's annotations tell it."""

    method: str
    path: str
    """As API Gateway writes it, with `{name}` for parameters."""
    right: Right | None
    """What a caller must be granted; None where every caller may."""
    anybody: bool
    """Whether it is answered without asking who calls."""
    status: int
    function: Callable[..., Any]
    takes: type | None
    """The dataclass of the body, or of the query string where the method has no body."""
    gives: Any
    """The typed dictionary of the answer."""
    users: Sequence[str] = ()
    """Fields of the request that name users, such as `events.user_id`; `{user_id}` in a path needs no declaring."""
    count: str = ""
    """The field of the request that says how many items it wants; empty where none does."""
    recommends: bool = False
    """Whether it answers recommendations, which are counted by model version."""

    @property
    def has_body(self) -> bool:
        """Whether a request brings a body."""
        return self.takes is not None and self.method in ("POST", "PUT")

    def read(self, event: APIGatewayProxyEventV2, path: Mapping[str, str]) -> dict[str, Any]:
        """The arguments of the function: what stands in the path, and the request."""
        if self.takes is None:
            return dict(path)
        return {**path, "request": (body if self.has_body else query)(event, self.takes)}


class Api(APIGatewayHttpResolver):
    """The routes of one function, behind its gate. `handler` is what Lambda calls."""

    def __init__(self, function: str, gate: Gate, answer_seconds: float = ApiSettings.answer_seconds) -> None:
        super().__init__()
        self.operations: list[Operation] = []
        self.gate = gate
        self._caller: Caller | None = None
        self._deadline = Deadline(clock.SYSTEM, 0.0)
        self._latest = 0.0
        self._answer_seconds = answer_seconds
        self._function = function
        self._logger = Logger(service=function)
        self.exception_handler(errors.DoublebillError)(self._problem)
        self.not_found(_no_route)

    def on[F: Callable[..., Any]](
        self,
        route: str,
        right: Right | None = None,
        *,
        status: int = 200,
        anybody: bool = False,
        users: Sequence[str] = (),
        count: str = "",
        recommends: bool = False,
    ) -> Callable[[F], F]:
        """Registers a function for a route ("GET /v1/catalogs/{catalog}/models"), behind a right, or for anybody.

        `users`, `count` and `recommends` are declared as `Operation` documents them.

        Path parameters reach it decoded (see `_quoted`) and checked. An argument `request`, a dataclass, is read from
        the body, or from the query string of a GET or DELETE. The typed dictionary that it gives back is answered.
        """
        method, _, path = route.partition(" ")

        def register(function: F) -> F:
            hints = typing.get_type_hints(function)
            takes, gives = hints.get("request"), hints["return"]
            operation = Operation(
                method, path, right, anybody, status, function, takes, gives, users, count, recommends
            )
            self.operations.append(operation)
            rule = path.replace("{", "<").replace("}", ">")
            self.route(rule, method)(lambda **named: self._operate(operation, named))
            return function

        return register

    def _operate(self, operation: Operation, named: Mapping[str, str]) -> Response[str]:
        """Answers one request: who calls, may they, what do they ask, what is answered."""
        path = {name: _checked(name, unquote(value)) for name, value in named.items()}
        if operation.anybody:
            return answer(operation.function(**operation.read(self.event, path)), operation.status, operation.count)
        self._caller = caller = self.gate.caller(self.event, self.deadline)
        if operation.right:
            check(caller, path.get("catalog") or f"games/{path.get('kind', '')}", operation.right)
        if "user_id" in path:
            check_user(caller, path["user_id"])
        self.gate.admit(caller)
        arguments = operation.read(self.event, path)
        for user_id in (user for place in operation.users for user in _values(arguments["request"], place.split("."))):
            check_user(caller, user_id)
        content = operation.function(**arguments)
        if operation.recommends:
            self.gate.answered(content["catalog"], content["model_version"])
        return answer(content, operation.status, operation.count)

    @property
    def caller(self) -> Caller:
        """Who is being answered."""
        if self._caller is None:
            raise LookupError("nobody has called yet")
        return self._caller

    @property
    def deadline(self) -> Deadline:
        """When the stores that are asked for this request must have answered."""
        return self._deadline

    def within(self, seconds: float) -> Deadline:
        """So many seconds from now, or when Lambda must have the answer, whichever is sooner."""
        return Deadline(clock.SYSTEM, min(clock.SYSTEM() + seconds, self._latest))

    @property
    def event(self) -> APIGatewayProxyEventV2:
        """The request that is being answered."""
        return self.current_event

    def handler(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answers one payload-2.0 event; logs one line and counts, whatever happens."""
        started = time.perf_counter()
        given = context.get_remaining_time_in_millis() / 1000 - WRITING_SECONDS
        now = clock.SYSTEM()
        self._caller, self._deadline = None, Deadline(clock.SYSTEM, now + min(self._answer_seconds, given))
        self._latest = now + given
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
        """One line, a log's and the metrics' at once; the route's pattern, never the path, so no id is written down."""
        told = {name: answered["headers"][name] for name in TOLD_HEADERS if name in answered["headers"]}
        status = answered["statusCode"]
        failed, degraded = status >= 500, DEGRADED in told
        if self._caller:
            told["caller"] = self._caller.name
            if self.gate.outdated:
                told["callers"] = f"may be outdated: {self.gate.outdated}"
            self.gate.count(self._caller, route, failed, milliseconds)
        metrics = _metrics(Milliseconds=milliseconds, Failed=int(failed), Degraded=int(degraded))
        if self._logger.log_level <= logging.INFO:
            told |= {"route": route, "status": status, "milliseconds": round(milliseconds, 2), **metrics}
            self._logger.info("answered", **told)
        else:  # who wants no such lines in the log wants the metrics all the same
            print(_json({"service": self._function, **metrics}))  # noqa: T201

    def _defect(self) -> dict[str, Any]:
        body = {"type": _type("defect"), "title": "The service has a defect", "status": 500}
        return {"statusCode": 500, "headers": {"content-type": PROBLEM_JSON}, "body": json.dumps(body)}


def _values(holder: object, fields: Sequence[str]) -> Iterator[str]:
    """Yields the strings in a place of a request; lists are walked through, what is no string is left out."""
    if isinstance(holder, str):
        if not fields:
            yield holder
    elif isinstance(holder, Sequence):
        for one in holder:
            yield from _values(one, fields)
    elif fields:
        head, *rest = fields
        value = holder.get(head) if isinstance(holder, Mapping) else getattr(holder, head, None)
        yield from _values(value, rest)


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


def answer(content: Mapping[str, Any], status: int = 200, count: str = "") -> Response[str]:
    """Returns `content` as a JSON answer; a model version and a degradation in it become headers too.

    Raises:
        InvalidInput: when it is too large to be sent, naming the field `count` of the request.
    """
    headers: dict[str, str | list[str]] = {}
    if content.get("model_version"):
        headers[MODEL_VERSION] = content["model_version"]
    if content.get("degraded"):
        headers[DEGRADED] = "true"
    text = _json(content)
    if len(text) > MAX_ANSWER_BYTES / 4 and len(text.encode()) > MAX_ANSWER_BYTES:  # no character takes more than four
        size = f"the answer has {len(text.encode())} bytes of at most {MAX_ANSWER_BYTES}"
        raise errors.InvalidInput.one(count or "request", size, "ask for fewer items")
    return Response(status, "application/json", text, headers)


def problem(error: errors.DoublebillError) -> Response[str]:
    """An error as a problem document."""
    status, slug, title = next(
        (PROBLEMS[kind] for kind in PROBLEMS if isinstance(error, kind)), (500, "defect", "The service has a defect")
    )
    body: dict[str, object] = {"type": _type(slug), "title": title, "status": status}
    if status != 500:
        body["detail"] = str(error)
    if isinstance(error, errors.InvalidInput):
        body["errors"] = [{"field": one.field, "problem": one.problem, "fix": one.fix} for one in error.complaints]
    headers: dict[str, str | list[str]] = {"Retry-After": RETRY_AFTER_SECONDS} if status == 503 else {}
    if isinstance(error, errors.QuotaExceeded):
        headers["Retry-After"] = str(error.retry_after_seconds)
    return Response(status, PROBLEM_JSON, _json(body), headers)


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False).encode


def _json(content: Mapping[str, Any]) -> str:
    """`content` as JSON. A lone surrogate that an error repeats stays an escape: UTF-8 cannot carry it."""
    text = _encode(content)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _metrics(**values: float) -> dict[str, object]:
    """The fields of a line of which CloudWatch makes metrics, `METRICS`."""
    return {"_aws": {"Timestamp": clock.now_ms(), "CloudWatchMetrics": [DIRECTIVE]}, **values}


def _no_route(_: Exception) -> Response[str]:
    return problem(errors.NotFound("there is no such route"))


def _type(slug: str) -> str:
    return f"urn:doublebill:problem:{slug}"
