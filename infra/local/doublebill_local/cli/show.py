"""What commands print: for people with rich, for machines as one JSON document."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from doublebill.access.callers import Callers, Entry

Tell = Callable[[str], None]
Answer = Mapping[str, Any]


class _Console(Console):
    """A console that leaves a reader who has gone to the command line."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


SHORT = ("recall@20", "ndcg@10", "ndcg@100", "coverage@20")
"""Metrics that a training prints; its record holds all."""

COUNTS = ("users", "hidden")
"""What a segment tells beside metrics."""

out = _Console(highlight=False, soft_wrap=True)
err = _Console(stderr=True, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def working(what: str, quiet: bool) -> Iterator[Tell]:
    """Shows what is being done; what it gives hears the steps."""
    if quiet:
        yield lambda _: None
    elif not err.is_terminal:
        yield lambda step: err.print(f"  {step}")
    else:
        with err.status(what) as status:

            def tell(step: str) -> None:
                status.update(f"{what}: {step}")
                err.print(f"  {step}")

            yield tell


@contextlib.contextmanager
def counting(what: str, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Shows how many rows were read; what it gives hears the number."""
    if quiet or not err.is_terminal:
        yield lambda _: None
    else:
        with err.status(what) as status:
            yield lambda rows: status.update(f"{what}: {rows:,} rows")


def as_document(answer: Answer) -> None:
    """One JSON document, whatever the stream can show."""
    anything = (sys.stdout.encoding or "utf-8").lower().startswith("utf")  # a stream in memory tells none
    print(json.dumps(answer, ensure_ascii=not anything, indent=2))


def imported(catalog: str, files: Answer, as_json: bool) -> None:
    """What became of the imported files."""
    if as_json:
        as_document({"catalog": catalog, **files})
        return
    for name, one in files.items():
        counts = f"{one['accepted']:,} {name}"
        if name == "events":
            counts += f" of {one['users']:,} users and {one['items']:,} items"
        again = " (the same file was imported before; nothing changed)" if one["repeated"] else ""
        bad = f"; {one['quarantined']:,} bad rows in quarantine" if one["quarantined"] else ""
        out.print(f"imported into [bold]{catalog}[/]: {counts}{bad}{again}")


def trained(record: Answer, as_json: bool) -> None:
    """What a training came to."""
    if as_json:
        as_document(record)
        return
    if record["state"] != "succeeded":
        out.print(f"training {record['state']}: {record.get('error', '')}")
        return
    report(record["report"])
    promoted = "is champion now" if record["promoted"] else "was not promoted"
    out.print(f"version [bold]{record['version']}[/] {promoted}: {record['why']}")


def report(report: Answer) -> None:
    """What was tried, and the first of the held-out metrics beside popularity and the champion's config."""
    cut = ", for time was up" if report["cut"] else ""
    best = f"; best on validation users: {report['chosen']}" if report["tried"] else ""
    out.print(f"tried {report['tried']} of {report['of']} configs{cut}{best}")
    if not report["evaluated"]:
        return  # why stands in the gate's words
    _metrics(report, SHORT)
    if "temporal" in report:
        found = ", ".join(f"{name} {report['temporal']['metrics'][name]:.3f}" for name in SHORT)
        out.print(f"where the newest fifth is hidden: {found}")
    if "ratings" in report:
        rmse, alone = report["ratings"]["rmse"], report["ratings"]["baseline"]["rmse"]
        out.print(f"hidden ratings: RMSE {rmse:.3f}, by biases alone {alone:.3f}")


def _metrics(report: Answer, names: Sequence[str]) -> None:
    """A table of metrics with their intervals, after a line that says of whom."""
    split, over_champion = report["split"], report.get("over_champion")
    columns = ["metric", "model", "95 % interval", "popularity", "over popularity"]
    table = _table(*columns, *(["over champion"] if over_champion else []))
    for name in names:
        ends = report["intervals"].get(name)
        table.add_row(
            name,
            f"{report['metrics'][name]:.3f}",
            f"{ends[0]:.3f}–{ends[1]:.3f}" if ends else "",
            f"{report['popularity'][name]:.3f}",
            _difference(report["over_popularity"].get(name)),
            *([_difference(over_champion.get(name))] if over_champion else []),
        )
    out.print(f"on {split['test_users']} users held out whole, after training on {split['train_users']} others:")
    out.print(table)


def _table(*columns: str) -> Table:
    """A table narrow enough for numbers beside numbers in 80 columns."""
    return Table(*columns, box=box.SQUARE, pad_edge=False, collapse_padding=True)


def _difference(over: Answer | None) -> str:
    return f"{over['difference']:+.3f} ± {over['standard_error']:.3f}" if over else ""


def measured(answer: Answer, as_json: bool) -> None:
    """Every metric of a version's config, and of parts of the items and users."""
    if as_json:
        as_document(answer)
        return
    report = answer["report"]
    out.print(f"the config of version [bold]{answer['version']}[/]")
    if not report["evaluated"]:
        out.print(f"not evaluated: {report['why']}")
        return
    out.print(f"{report['split']['kind']}, seed {report['split']['seed']}")
    _metrics(report, list(report["metrics"]))
    parts = report["segments"]
    names = list(dict.fromkeys(name for part in parts.values() for name in part))
    table = _table("segment", *names)
    for segment, part in parts.items():
        shown = {name: f"{value:,}" if name in COUNTS else f"{value:.3f}" for name, value in part.items()}
        table.add_row(segment, *(shown.get(name, "") for name in names))
    out.print(table)


def verified(answer: Answer, as_json: bool) -> None:
    """Whether a version trained again is the same, and what is not."""
    if as_json:
        as_document(answer)
        return
    whole = f"version [bold]{answer['version']}[/] of {answer['catalog']}"
    if answer["outcome"] == "same":
        out.print(f"{whole}, trained again as run {answer['run']} did, is the same to the byte")
    elif answer["outcome"] == "different":
        out.print(f"{whole}, trained again as run {answer['run']} did, is not what is stored:")
    else:
        out.print(f"{whole} cannot be trained again as run {answer['run']} did:")
    for one in answer["differences"]:
        out.print(f"  {one}", markup=False)
    if answer["platform"]:
        out.print("this is another platform; equal bytes are promised on equal ones only:")
    for one in answer["platform"]:
        out.print(f"  {one}", markup=False)


def models(answer: Answer, as_json: bool) -> None:
    """Every version with its headline."""
    if as_json:
        as_document(answer)
        return
    table = Table(
        Column("version", no_wrap=True),
        "created",
        "recall@20",
        "ndcg@100",
        "",
        title=f"Models of {answer['catalog']}",
        title_justify="left",
        box=None,  # without lines a version fits whole into 80 columns
        collapse_padding=True,
        pad_edge=False,
    )
    for model in answer["models"]:
        metrics = model["report"].get("metrics", {})
        shown = [f"{metrics[name]:.3f}" if name in metrics else "" for name in ("recall@20", "ndcg@100")]
        created = model["created"][:16].replace("T", " ")
        table.add_row(model["version"], created, *shown, "champion" if model["champion"] else "")
    out.print(table)


def champion(catalog: str, pointer: Mapping[str, object], as_json: bool) -> None:
    """Who is champion now."""
    if as_json:
        as_document(pointer)
    else:
        out.print(f"champion of [bold]{catalog}[/]: {pointer['version']}")


def callers(declared: Callers, as_json: bool) -> None:
    """A table of who may ask, and what they may do."""
    entries = declared.entries
    if as_json:
        as_document({"callers": None if entries is None else [_declaration(entry) for entry in entries]})
    elif entries is None:
        out.print("no callers are declared: the account's owner may do everything")
    else:
        out.print(_callers(entries))


def _callers(entries: Sequence[Entry]) -> Table:
    table = _table("caller", "who", "may", "a day")
    for entry in entries:
        who = f"{entry.jwt.claim} = {entry.jwt.value}" if entry.jwt else entry.principal or ""
        bound = f"\nonly the user in {entry.user_claim}" if entry.user_claim else ""
        may = "\n".join(f"{' '.join(grant.rights)}: {grant.catalogs}" for grant in entry.grants)
        quota = "" if entry.requests_per_day is None else f"{entry.requests_per_day:,}"
        table.add_row(*map(escape, (entry.name, who + bound, may or "nothing", quota)))
    return table


def _declaration(entry: Entry) -> Answer:
    return {name: value for name, value in asdict(entry).items() if value is not None}


def recommendations(answer: Answer, as_json: bool) -> None:
    """A numbered list with its reasons."""
    if as_json:
        as_document(answer)
        return
    if answer["degraded"]:
        out.print(f"[yellow]degraded: {answer['degraded']}[/]")
    if answer["unknown_items"]:
        out.print(f"not in the catalog: {', '.join(answer['unknown_items'])}", markup=False)
    if answer["cold"]:
        out.print("nothing is known of this history, so here is what is popular:")
    for place, item in enumerate(answer["recommendations"], 1):
        out.print(f"{place:3}. {label(item)}  {item['score']:.4g}", markup=False)
        if item.get("contributions"):
            out.print(f"     because of {because(item)}", markup=False, style="dim")


def because(item: Answer, most: int = 3, always: str = "") -> str:
    """The history items behind a recommendation, with their shares; the item `always` even where others weigh more."""
    parts = item["contributions"]
    shown = [part for place, part in enumerate(parts) if place < most or part["item_id"] == always]
    return ", ".join(f"{label(part)} {'−' if part['contribution'] < 0 else ''}{part['share']:.0%}" for part in shown)


def neighbours(answer: Answer, as_json: bool) -> None:
    """A numbered list of similar items."""
    if as_json:
        as_document(answer)
        return
    for place, item in enumerate(answer["neighbours"], 1):
        out.print(f"{place:3}. {label(item)}  {item['score']:.4g}", markup=False)


def label(item: Answer) -> str:
    """How an item is called: its title, or else its id."""
    return str(item.get("title") or item["item_id"])
