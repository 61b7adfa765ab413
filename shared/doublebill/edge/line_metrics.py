"""Measures: the metrics of a function as fields of its log lines, from which CloudWatch makes them.

The form is CloudWatch's embedded metric format. A line has the metrics by function (`service`) and stage, and once more
by catalog where the settings name the catalog: each combination costs as a metric of its own, and catalogs may be
many. No dimension is anything else: no user, item, caller or version.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools import Logger

from doublebill.edge import clock
from doublebill.edge.settings import WatchSettings

NAMESPACE = "doublebill"
MOST_CATALOGS = 20
"""Catalogs with metrics of their own."""

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
    # of each catalog, every hour
    "ChampionAgeHours": "None",
}
"""Every metric with its unit."""

OF_STAGE = ("Defects",)
"""Metrics of all functions of a stage together, by which a release is taken back."""


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
        self, logger: Logger, message: str, values: Mapping[str, float], catalog: str = "", **facts: object
    ) -> None:
        """Writes a log line with its metrics; where the level leaves out such lines, the metrics alone."""
        metrics = self.fields(values, catalog)
        if logger.log_level <= logging.INFO:
            logger.info(message, extra={**facts, **metrics})
        else:
            print(json.dumps({"service": self.function, **metrics}))  # noqa: T201  # CloudWatch reads standard output

    def fields(self, values: Mapping[str, float], catalog: str = "") -> dict[str, object]:
        """Returns the fields that make metrics of a log line whose `service` is the function."""
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
        return {"_aws": {"Timestamp": clock.now_ms(), "CloudWatchMetrics": directives}, **named, **values}


def _directive(dimensions: Sequence[Sequence[str]], names: Sequence[str]) -> dict[str, object]:
    metrics = [{"Name": name, "Unit": UNITS[name]} for name in names]
    return {"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics}


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
