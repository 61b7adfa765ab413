"""Writes the page of costs from dated list prices and from measurements.

python infra/docs/generators/cost.py                prints infra/docs/cost.md; `make docs` writes it
python infra/docs/generators/cost.py --headline     prints the sentence that the README has

Prices and assumptions are in `infra/docs/cost/prices.json`, measurements in `infra/docs/cost/measured.json`.
"""

import json
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "cost"
MILLION, GB = 1_000_000, 1_000_000_000
SERVE_GB, DISK_GB = 1769 / 1024, 1.5
"""Of the recommend function by default: memory, and scratch past the free half."""
SMALL_GB, LARGE_GB = 3008 / 1024, 10.0
"""Memory of the train function by default, and at most."""
MOST_SECONDS = 900
"""Time that one Lambda has."""
DAYS = 30
LONG_READ_UNITS = 17.1
"""Of a user with 5,000 items, by `tests/bench/histories.py`."""
LEAST_SHOWN = 0.001
"""Smaller prices are shown for a million units."""
SIZES = (1, 10, 200, 1000)
"""Millions of events of a training."""

type Lines = dict[str, float]
"""Dollars by what they pay for."""


@dataclass(frozen=True)
class Costs:
    """Dollars from prices and measurements."""

    listed: Mapping[str, Any]
    measured: Mapping[str, Any]

    @classmethod
    def stored(cls) -> "Costs":
        """Returns the costs by the committed prices and measurements."""
        return cls(json.loads((FOLDER / "prices.json").read_text()), json.loads((FOLDER / "measured.json").read_text()))

    def price(self, name: str) -> float:
        """Returns dollars for one unit."""
        return float(self.listed["prices"][name]["dollars"])

    def assumed(self, name: str) -> float:
        """Returns an assumption."""
        return float(self.listed["assumptions"][name])

    def request(self, kind: str, processor: str, wait: str, by_url: bool = False, stale: bool = False) -> Lines:
        """Returns dollars for a million requests of a measured kind."""
        found = self.measured["requests"][kind]
        milliseconds = math.ceil(self.measured["processor"][processor]["cpu_ms"] + self.assumed(wait))
        second = SERVE_GB * self.price("lambda_gb_second") + DISK_GB * self.price("lambda_disk_gb_second")
        lines = found["log_bytes"] + found["log_lines"] * self.assumed("log_line_overhead_bytes")
        if not by_url:  # with few lines of its own Lambda writes none either, and a URL has no access log
            lines += self.assumed("lambda_line_bytes") + self.assumed("access_line_bytes")
        sent = found["body_bytes"] + self.assumed("header_bytes")
        dollars = {
            "API Gateway": 0.0 if by_url else self.price("api_request"),
            "Lambda, requests": self.price("lambda_request"),
            f"Lambda, {milliseconds} ms": milliseconds / 1000 * second,
            "DynamoDB, reads": found["read_units"] * self.price("read_unit") * (0.5 if stale else 1),
            "DynamoDB, writes": found.get("write_units", 0) * self.price("write_unit"),
            "S3": found.get("s3_get", 0) * self.price("s3_get") + found.get("s3_put", 0) * self.price("s3_put"),
            "logs": lines / GB * self.price("log_gb"),
            "bytes sent to the internet": sent / GB * self.price("egress_gb"),
        }
        return {name: amount * MILLION for name, amount in dollars.items()}

    def answers(self) -> dict[str, Lines]:
        """Returns dollars for a million recommendations, by how the stack is set."""
        wait = "table_wait_ms"
        return {
            "by default": self.request("answer", "answer", wait),
            "URL, 2 % logged": self.request("cheap_answer", "answer", wait, by_url=True),
            "and stale reads": self.request("cheap_answer", "answer", wait, by_url=True, stale=True),
            "URL, 2 % logged, one a second": self.request("slow_cheap_answer", "answer", wait, by_url=True),
        }

    def warm_month(self) -> float:
        """Returns dollars a month of what an environment that answers once a second reads and writes by the clock."""
        found = self.request("slow_cheap_answer", "answer", "table_wait_ms", by_url=True)
        return (found["S3"] + found["DynamoDB, writes"]) * DAYS * 86_400 / MILLION

    def events(self) -> dict[str, Lines]:
        """Returns dollars for a million events, sent one by one and a hundred at once."""
        alone = self.request("event_alone", "event_alone", "event_wait_ms")
        batched = self.request("events_batched", "events_batched", "event_wait_ms")
        return {"one by one": _unnamed(alone), "100 a request": {n: v / 100 for n, v in _unnamed(batched).items()}}

    def idle(self) -> Lines:
        """Returns dollars a month of a stack with one catalog that nobody uses, without trainings and storage."""
        day = self.measured["idle_day"]
        seconds = day["invocations"] * self.assumed("idle_second")
        calls = day.get("s3_get", 0) * self.price("s3_get") + day.get("s3_put", 0) * self.price("s3_put")
        return {
            "secret": self.price("secret_month"),
            "alarms past the ten that are free": max(0, self.assumed("alarm_metrics") - 10) * self.price("alarm_month"),
            "metrics past the ten that are free": max(0, day["metrics"] - 10) * self.price("metric_month"),
            "schedules, Lambda": DAYS * seconds * SERVE_GB * self.price("lambda_gb_second"),
            "schedules, S3": DAYS * calls,
            "schedules, logs": DAYS * day["log_bytes"] / GB * self.price("log_gb"),
        }

    def trainings(self) -> Iterator[tuple[int, float, float, float]]:
        """Yields millions of events, processor seconds, and dollars of one Lambda and of Spark."""
        whole = self.measured["training"]
        per_million = whole["cpu_seconds"] / whole["events"] * MILLION
        for millions in SIZES:
            seconds = per_million * millions
            lambda_gb = SMALL_GB if millions == 1 else LARGE_GB
            hour = self.price("emr_vcpu_hour") + self.assumed("spark_gb_a_core") * self.price("emr_gb_hour")
            hours = seconds * self.assumed("spark_core_ratio") / 3600 + self.assumed("spark_start_core_hours")
            yield millions, seconds, seconds * lambda_gb * self.price("lambda_gb_second"), hours * hour


def _unnamed(lines: Lines) -> Lines:
    """Returns lines under names without milliseconds, which differ between columns."""
    return {("Lambda, time" if name.endswith(" ms") else name): amount for name, amount in lines.items()}


def dollars(amount: float) -> str:
    """Returns an amount for people."""
    return f"${amount:,.2f}" if amount >= 0.005 or amount == 0 else "< $0.01"


def table(columns: Mapping[str, Lines]) -> list[str]:
    """Returns a table of lines and their sums."""
    names = list(next(iter(columns.values())))
    rows = [f"| {name} | " + " | ".join(dollars(lines[name]) for lines in columns.values()) + " |" for name in names]
    sums = " | ".join(f"**{dollars(sum(lines.values()))}**" for lines in columns.values())
    return ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|", *rows, f"| **sum** | {sums} |"]


def headline(costs: Costs) -> str:
    """Returns the sentence for the README."""
    default, cheap, *_ = (dollars(sum(lines.values())) for lines in costs.answers().values())
    return (
        f"A million recommendations cost {default} by default, and {cheap} by the function URL with 2 % of the log "
        f"lines (list prices, {costs.listed['noted']})."
    )


def page(costs: Costs) -> str:
    """Returns the page `cost.md`."""
    measured, listed = costs.measured, costs.listed
    whole, clean = measured["training"], measured["cleaning"]
    names = ("table_wait_ms", "event_wait_ms", "header_bytes", "lambda_line_bytes", "access_line_bytes")
    return (
        (FOLDER / "page.txt")
        .read_text()
        .format(
            **{name: listed[name] for name in ("region", "architecture", "noted")},
            **{name: measured[name] for name in ("n", "events_each", "machine", "load")},
            **{name: f"{costs.assumed(name):.0f}" for name in names},
            answers="\n".join(table(costs.answers())),
            events="\n".join(table(costs.events())),
            idle="\n".join(table({"dollars": costs.idle()})),
            trainings="\n".join(training_rows(costs)),
            personalize="\n".join(personalize_rows(costs)),
            prices="\n".join(price_rows(listed["prices"])),
            long_history=dollars(LONG_READ_UNITS * costs.price("read_unit") * MILLION),
            warm_month=dollars(costs.warm_month()),
            metric=dollars(costs.price("metric_month")),
            storage=f"${costs.price('s3_gb_month')}",
            whole_items=f"{whole['items']:,}",
            whole_events=f"{whole['events']:,}",
            whole_seconds=whole["cpu_seconds"],
            whole_mb=f"{whole['peak_mb']:,}",
            most_lambda=dollars(MOST_SECONDS * LARGE_GB * costs.price("lambda_gb_second")),
            clean_events=f"{clean['events']:,}",
            clean_seconds=clean["cpu_seconds"],
            clean_mb=f"{clean['peak_mb']:,}",
            spark_ratio=costs.assumed("spark_core_ratio"),
            spark_gb=f"{costs.assumed('spark_gb_a_core'):.0f}",
        )
    )


def training_rows(costs: Costs) -> list[str]:
    """Returns the table of trainings by size."""
    rows = ["| events | processor, s | one Lambda | Spark on EMR Serverless, estimated |", "|---|---|---|---|"]
    most = dollars(MOST_SECONDS * LARGE_GB * costs.price("lambda_gb_second"))
    whole = costs.measured["training"]
    for millions, seconds, by_lambda, by_spark in costs.trainings():
        fits = whole["peak_mb"] / whole["events"] * MILLION * millions <= LARGE_GB * 1024
        cut = f"{most}, with a search that ends after 15 minutes" if fits else "does not fit"
        alone = dollars(by_lambda) if seconds <= MOST_SECONDS else cut
        rows.append(f"| {millions:,} M | {seconds:,.0f} | {alone} | {dollars(by_spark)} |")
    return rows


def personalize_rows(costs: Costs) -> list[str]:
    """Returns the table beside Amazon Personalize."""
    answer, hour = costs.price("personalize_answer"), costs.price("personalize_training_hour")
    default = dollars(sum(costs.answers()["by default"].values()))
    idle = dollars(sum(costs.idle().values()))
    return [
        "| | doublebill | Amazon Personalize |",
        "|---|---|---|",
        f"| a million recommendations | {default} | {dollars(answer * MILLION)} |",
        f"| a month without requests | {idle} | {dollars(answer * 86_400 * DAYS)}, at one answer a second |",
        f"| a training | by the table above | {dollars(hour)} a training hour |",
    ]


def price_rows(prices: Mapping[str, Any]) -> list[str]:
    """Returns the table of prices, each for as many units as people name."""
    rows = ["| source | dollars | for |", "|---|---|---|"]
    for one in prices.values():
        many = one["dollars"] < LEAST_SHOWN
        amount = one["dollars"] * (MILLION if many else 1)
        rows.append(f"| {one['source']} | {amount:,.6g} | {'a million times: ' if many else ''}{one['unit']} |")
    return rows


def main() -> None:
    """Prints the page, or the sentence of the README."""
    costs = Costs.stored()
    sys.stdout.write(headline(costs) + "\n" if "--headline" in sys.argv[1:] else page(costs))


if __name__ == "__main__":
    main()
