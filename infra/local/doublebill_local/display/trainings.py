"""Trainings, evaluations and verifications as people see them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from doublebill.service.registry.runs import reason
from doublebill_local.display.console import Answer, numbered, out, table
from doublebill_local.display.imports import LEFT_OUT, report_lines
from doublebill_local.display.quality.segment_tables import FEWEST, segment_table

SHORT = ("recall@20", "ndcg@10", "ndcg@100", "coverage@20")
"""Metrics that a training prints, of those that its record has (`evaluate.DEPTHS`)."""

IN_TABLE = (*SHORT, "popularity_lift@20")
"""Metrics that stand beside those of baselines."""

HEADLINE = ("recall@20", "ndcg@100")
"""Metrics that stand first, with their intervals."""

DECIDES = "ndcg@100"
"""The metric by which the best baseline is found."""

SUSPICIOUS = {"busy": "very many events on one day", "one_item": "many events, all with the same item"}

PARTS = {"random": "a random fifth", "temporal": "the newest fifth"}
"""Parts of a report about splits that did not decide."""

DRIFT = ("events", "users", "items")
"""Numbers whose change since the run before is shown."""


PLUS_MINUS = "± is half of the 95 % interval, by bootstrap over test users; differences are paired by user"
"""Said once beside figures with "±", which means nothing else."""

STANDARD_NORMAL = 1.96
"""Standard errors in half of a 95 % interval."""

REPEATS = (
    "these figures count items that are new to the user; answers may have items of the history too, since most events "
    "are of kinds that are repeated, such as plays (doublebill settings CATALOG --exclude-seen yes leaves them out)"
)


def show_training(record: Answer) -> None:
    """Prints the outcome of a training: its report and whether the version is champion now."""
    if record["state"] != "succeeded":
        out.print(f"training {record['state']}: {record.get('error', '')}")
        return
    if "why" in record.get("plan", {}) and "privacy" not in record:
        out.print(f"ran {record['plan']['place']}: {record['plan']['why']}", markup=False)
    for line in _data_lines(record["data"]):
        out.print(line, markup=False)
    if "privacy" in record:
        out.print(f"{privacy_line(record['privacy'])}; {record['report']['why']}")
    else:
        _report(record["report"], record["catalog"])
    for warning in record.get("warnings", []):
        if warning not in record["why"]:
            out.print(f"[yellow]warning[/]: {warning}")
    for one in record.get("skipped", []):
        out.print(f"[yellow]left out[/]: {one['object']}: {one['problem']}")
    promoted = "is champion now and serves" if record["promoted"] else "was stored and not promoted"
    out.print(f"version [bold]{record['version']}[/] {promoted}: {reason(record)}")


def privacy_line(privacy: Answer) -> str:
    """Returns how private a version is, and how much of the budget of its catalog was spent by then."""
    spent, of = privacy["spent"]["epsilon"], privacy["spent"]["of"]
    claim = f"epsilon {privacy['epsilon']:g} at delta {privacy['delta']:g}"
    return f"private with {claim}; {numbered(privacy['trainings'], 'trainings')} spent epsilon {spent:.2f} of {of:g}"


def _data_lines(data: Answer) -> Iterator[str]:
    """Yields the facts about the data of a training that people look for first; none for runs without a report."""
    report = data.get("report")
    if report is None:
        return
    yield (
        f"trained on {numbered(data['events'], 'events')} of {numbered(data['users'], 'users')} "
        f"and {numbered(data['items'], 'items')} "
        f"(density {report['density']:.2%}, {report['items_without_metadata']:,} items without metadata)"
    )
    yield from (f"  {line}" for line in report_lines({**report, "duplicates": data["duplicates"]}))
    for name, words in SUSPICIOUS.items():
        found = report["suspicious"][name]
        if found.get("users"):
            users, events = numbered(found["users"], "users"), numbered(found["events"], "events")
            yield f"  suspicious: {users} with {words}, {events} altogether"
        elif not found:
            yield f"  suspicious users with {words}: {LEFT_OUT}"
    if report["drift"]:
        changes = ", ".join(f"{name} {report['drift'][name]:+.1%}" for name in DRIFT if name in report["drift"])
        yield f"  since run {report['drift']['run']}: {changes}"


def _report(report: Answer, catalog: str) -> None:
    """Prints the configs tried, and held-out metrics beside those of popularity and of the champion's config."""
    cut = f", because {cut_short(report)}" if report["cut"] else ""
    best = f"; best on validation users: {report['chosen']}" if report["tried"] else ""
    restricted = " that were sent with the training" if report.get("restricted") else ""
    out.print(f"tried {report['tried']} of {report['of']} configs{restricted}{cut}{best}")
    champion = report.get("champion", {}).get("config")
    if report["cut"] and [one["config"] for one in report["candidates"]] == [champion]:
        out.print("[yellow]nothing was searched: the budget was enough for the champion's config only[/]")
    if not report["evaluated"]:
        return  # the reason is in the line on promotion
    _metrics(report, IN_TABLE, catalog)
    if "challenger" in report and report["champion"]["refreshed"]:
        over = report["challenger"]["over"][DECIDES]
        words = f"{over['difference']:+.4f} {DECIDES} on test users, standard error {over['standard_error']:.4f}"
        out.print(
            f"the champion's config stays, on the data of today: the best of the search is not clearly better ({words})"
        )
    if "baseline" in report:
        beaten = ", in place of the model that was found" if "model" in report else ""
        out.print(f"[yellow]the new version is the baseline {report['baseline']}{beaten}[/]")
    for part, words in PARTS.items():
        if part in report:
            means = report[part]["metrics"]
            shown = ", ".join(f"{name} {means[name]:.3f}" for name in SHORT if name in means)
            out.print(f"with {words} of each history hidden: {shown}")
    if "ratings" in report:
        rmse, baseline = report["ratings"]["rmse"], report["ratings"]["baseline"]["rmse"]
        out.print(f"hidden ratings: RMSE {rmse:.3f}; with user and item averages only {baseline:.3f}")


def cut_short(report: Answer) -> str:
    """Returns the reason for which configs were left out; runs of before work was counted were cut by the clock."""
    return "the time was up" if report.get("cut_by_clock", True) else "the budget was spent"


def _metrics(report: Answer, names: Sequence[str], catalog: str) -> None:
    """Prints the headline, then a table of metrics with their intervals, those of baselines and the differences."""
    over_champion = report.get("over_champion")
    beside = report.get("baselines") or {
        "popularity": {"metrics": report["popularity"], "over": report["over_popularity"]}
    }
    best = max(beside, key=lambda name: float(beside[name]["metrics"][DECIDES]))
    columns = ["metric", report.get("baseline") or "model", *beside, f"over {best}"]
    metrics = table(*columns, *(["over champion"] if over_champion else []))
    metrics.columns[0].no_wrap = True
    for name in (name for name in names if name in report["metrics"]):
        metrics.add_row(
            name,
            _mean(report, name),
            *(_mean(one, name) for one in beside.values()),
            _difference(beside[best]["over"].get(name)),
            *([_difference(over_champion.get(name))] if over_champion else []),
        )
    out.print(f"[bold]{headline(report)}[/]")
    out.print(split_line(report["split"]))
    out.print(metrics)
    out.print(PLUS_MINUS)
    if repeats(report):
        out.print(REPEATS.replace("CATALOG", catalog), markup=False)
    if "newcomers" in report:
        new, popular = report["newcomers"], report["newcomers"]["baselines"]["popularity"]
        means = f"{DECIDES} {new['metrics'][DECIDES]:.3f}, popularity {popular[DECIDES]:.3f}"
        out.print(f"{numbered(new['users'], 'users')} of whom nothing was known by then: {means}")


def repeats(report: Answer) -> bool:
    """Returns whether answers by the config of a report have items of the history in them, unless a request says so."""
    tried = report.get("candidates", [])
    return bool(tried) and not tried[0]["config"].get("exclude_seen", True)


def headline(report: Answer) -> str:
    """Returns the means of a report with half of their 95 % intervals, and the number of users and splits."""
    means = [f"{name} {_mean(report, name)}" for name in HEADLINE]
    split = report["split"]
    planned = f" of {split['splits_planned']}" if "splits_planned" in split else ""
    splits = f"{split.get('splits', 1)}{planned} splits" if planned else numbered(split.get("splits", 1), "splits")
    return f"{', '.join(means)} over {numbered(split['test_users'], 'users')}, {splits}"


def _mean(report: Answer, name: str) -> str:
    """Returns the mean of a metric with half of its 95 % interval, where it has one."""
    mean, ends = f"{report['metrics'][name]:.3f}", report.get("intervals", {}).get(name)
    return f"{mean} ±{(ends[1] - ends[0]) / 2:.3f}" if ends else mean


def half_interval(over: Answer) -> float:
    """Returns half of the 95 % interval of a paired difference; of one that was stored without ends the normal one."""
    if "low" in over:
        return float(over["high"] - over["low"]) / 2
    return STANDARD_NORMAL * float(over["standard_error"])


def split_line(split: Answer) -> str:
    """Returns the split that decided, in words."""
    trained, targets = numbered(split["train_users"], "users"), split.get("targets", "items")
    if split.get("question") == "calendar":
        day = datetime.fromtimestamp(split["trained_until_ms"] / 1000, UTC).date()
        return f"by the calendar: trained on {trained} until {day}, known users asked for {targets} new to them later:"
    if split.get("question") == "last":
        return f"trained on {trained}, asked for their last {targets}:"
    return f"{split['kind']}: trained on {trained}, other users asked for hidden {targets}:"


def _difference(over: Answer | None) -> str:
    return f"{over['difference']:+.3f} ±{half_interval(over):.3f}" if over else ""


def show_evaluation(answer: Answer) -> None:
    """Prints every metric of a version's config, then metrics of segments of items and users."""
    report = answer["report"]
    out.print(f"config of version [bold]{answer['version']}[/], fitted again without the test users")
    if not report["evaluated"]:
        out.print(f"not evaluated: {report['why']}; use another --split (random needs no times), or import more events")
        return
    out.print(f"{report['split']['kind']}, seed {report['split']['seed']}")
    _metrics(report, list(report["metrics"]), answer["catalog"])
    heads, rows = segment_table(report["segments"], _mean, _difference)
    segments = table(*heads)
    for row in rows:
        segments.add_row(*row)
    out.print(segments)
    out.print(f"fewer than {FEWEST} users are too few for a figure")
    left_out = [title for title, segment in report["segments"].items() if not segment]
    if left_out:
        out.print(f"{', '.join(left_out)}: {LEFT_OUT}")


def show_verification(answer: Answer) -> None:
    """Prints whether a version trained again has equal bytes, and each difference."""
    version, run = f"version [bold]{answer['version']}[/] of {answer['catalog']}", answer["run"]
    if answer["outcome"] == "same":
        out.print(f"{version}: training it again as in run {run} gives the same bytes")
    elif answer["outcome"] == "different":
        out.print(f"{version}: training it again as in run {run} gives other bytes:")
    else:
        out.print(f"{version} cannot be trained again as in run {run}:")
    for difference in answer["differences"]:
        out.print(f"  {difference}", markup=False)
    if answer["platform"]:
        out.print("this platform differs from that of the run; equal bytes are promised on equal platforms only:")
    for difference in answer["platform"]:
        out.print(f"  {difference}", markup=False)
