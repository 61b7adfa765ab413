"""Measures: the metrics of a function as fields of its log lines, from which CloudWatch makes them.

The form is CloudWatch's embedded metric format. A line has the metrics by function (`service`) and stage, and once more
by catalog where the settings name the catalog: each combination costs as a metric of its own, and catalogs may be
many. No dimension is anything else: no user, item, caller or version.

A share of the successful requests have lines of their own (`RequestLines`). The metrics of the others are written
together, value by value, so that every count, sum and percentile is that of all requests: with the first request after
`WAITING_SECONDS`, at `MOST_TOGETHER` requests, or at a tenth of the requests that the environment had. One that ends
loses the metrics of less than a tenth of its requests, and of no more than 100.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from aws_lambda_powertools import Logger

from doublebill.edge import clock
from doublebill.edge.settings import WatchSettings

NAMESPACE = "doublebill"
MOST_CATALOGS = 20
"""Catalogs with metrics of their own."""

MOST_TOGETHER = 100
"""Values of one metric in a line, the most that CloudWatch reads."""

WAITING_SECONDS = 10.0

WAITING_SHARE = 0.1
"""Most of an environment's requests whose metrics are not written yet."""

UNITS = {
    # of each request
    "Milliseconds": "Milliseconds",
    "Failed": "Count",
    "Defects": "Count",
    "Degraded": "Count",
    # of each request for recommendations
    "Cold": "Count",
    # of each request with events
    "Accepted": "Count",
    "Rejected": "Count",
    # of each training
    "Trained": "Count",
    "NotTrained": "Count",
    "Promoted": "Count",
    "EventsRead": "Count",
    # of each catalog, and of batches of content, with every sweep
    "Pruned": "Count",
    # of all catalogs, every hour
    "CloseErasures": "Count",
    # of each catalog, every hour
    "ChampionAgeHours": "None",
}
"""Every metric with its unit."""

OF_STAGE = ("Defects",)
"""Metrics of all functions of a stage together, by which a release is taken back."""

type Values = Mapping[str, float] | Mapping[str, list[float]]
"""The value of each metric, or those of several requests."""


@dataclass(frozen=True)
class Measures:
    """The metrics of one function of one stage."""

    function: str
    stage: str = "local"
    catalogs: frozenset[str] = field(default_factory=frozenset)
    """Those with metrics of their own."""

    @classmethod
    def of(cls, function: str, settings: WatchSettings) -> "Measures":
        """Returns the metrics that the settings of a function say; of the catalogs in them, the first few count."""
        names = [name.strip() for name in settings.measured_catalogs.split(",") if name.strip()]
        return cls(function, settings.stage, frozenset(names[:MOST_CATALOGS]))

    def write(
        self,
        logger: Logger,
        message: str,
        values: Values,
        catalog: str = "",
        at_ms: int | None = None,
        **facts: object,
    ) -> None:
        """Writes a log line with its metrics; where the level leaves out such lines, the metrics alone."""
        metrics = self.fields(values, catalog, at_ms)
        if logger.log_level <= logging.INFO:
            logger.info(message, extra={**facts, **metrics})
        else:
            print(json.dumps({"service": self.function, **metrics}))  # noqa: T201  # CloudWatch reads standard output

    def fields(self, values: Values, catalog: str = "", at_ms: int | None = None) -> dict[str, object]:
        """Returns the fields that make metrics of a log line whose `service` is the function, by default as of now."""
        dimensions = [["service", "stage"]]
        named: dict[str, object] = {"stage": self.stage}
        if catalog:
            named["catalog"] = catalog
        if catalog in self.catalogs:
            dimensions.append(["service", "stage", "catalog"])
        of_function = [name for name in values if name not in OF_STAGE]
        of_stage = [name for name in values if name in OF_STAGE]
        directives = [_directive(dimensions, of_function)]
        if of_stage:
            directives.append(_directive([["stage"]], of_stage))
        timestamp = clock.now_ms() if at_ms is None else at_ms
        return {"_aws": {"Timestamp": timestamp, "CloudWatchMetrics": directives}, **named, **values}


def _directive(dimensions: Sequence[Sequence[str]], names: Sequence[str]) -> dict[str, object]:
    metrics = [{"Name": name, "Unit": UNITS[name]} for name in names]
    return {"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics}


@dataclass
class Waiting:
    """Requests whose metrics are not written yet."""

    since_ms: int
    """When the first of them was answered."""
    requests: int = 0
    values: dict[str, list[float]] = field(default_factory=dict)
    """The values of each metric."""


class RequestLines:
    """The lines of the requests of one environment, of which `share` are written whole."""

    def __init__(self, measures: Measures, logger: Logger, share: float = 1.0) -> None:
        self._measures = measures
        self._logger = logger
        self._share = share
        self._requests = 0
        self._waiting: dict[str, Waiting] = {}
        """By the catalog, where it has metrics of its own."""

    def write(
        self, request: str, values: Mapping[str, float], catalog: str, facts: Mapping[str, object], whole: bool = False
    ) -> None:
        """Writes the line of a request by its id, or keeps its metrics; `whole` always writes it."""
        self._requests += 1
        if whole or self._requests == 1 or crc32(request.encode()) < self._share * 2**32:
            self._measures.write(self._logger, "answered", values, catalog, None, **facts)
        else:
            self._keep(catalog if catalog in self._measures.catalogs else "", values)
        self._write_due()

    def _keep(self, catalog: str, values: Mapping[str, float]) -> None:
        waiting = self._waiting.setdefault(catalog, Waiting(clock.now_ms()))
        waiting.requests += 1
        for name, value in values.items():
            waiting.values.setdefault(name, []).append(round(value, 2))

    def _write_due(self) -> None:
        now_ms = clock.now_ms()
        most = min(MOST_TOGETHER, self._requests * WAITING_SHARE)
        for catalog, waiting in list(self._waiting.items()):
            if waiting.requests >= most or now_ms - waiting.since_ms >= WAITING_SECONDS * 1000:
                del self._waiting[catalog]
                self._measures.write(
                    self._logger,
                    "answered without lines of their own",
                    waiting.values,
                    catalog,
                    at_ms=waiting.since_ms,
                    requests=waiting.requests,
                )


def counts_of(content: Mapping[str, Any]) -> dict[str, int]:
    """Returns the metrics that the content of a response has."""
    counts = {"Degraded": int(bool(content.get("degraded")))}
    if "cold" in content:
        counts["Cold"] = int(content["cold"])
    if "accepted" in content and "rejected" in content:  # of events; corpora have accepted examples
        counts |= {"Accepted": content["accepted"], "Rejected": len(content["rejected"])}
    return counts


def counts_of_training(record: Mapping[str, Any]) -> dict[str, int]:
    """Returns the metrics of a run that succeeded."""
    counts = {"Trained": 1, "Promoted": int(record["promoted"])}
    if "events" in record["data"]:  # a private run counts nothing
        counts["EventsRead"] = record["data"]["events"]
    return counts
