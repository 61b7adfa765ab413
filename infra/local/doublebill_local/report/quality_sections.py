"""Sections on quality: metrics beside baselines on each split, segments, coverage, and hidden ratings."""

from collections.abc import Iterator, Mapping

from doublebill_local.display.imports import LEFT_OUT
from doublebill_local.display.quality.segment_tables import FEWEST, measured_segments, segment_table
from doublebill_local.display.trainings import DECIDES, PLUS_MINUS, REPEATS, headline, repeats, split_line
from doublebill_local.report.figures import Json, estimate, figure, interval, with_interval
from doublebill_local.report.report_parts import BarChart, Chart, Estimate, FigureTable, IntervalChart, Section

HEADLINE = ("recall@20", "ndcg@10", "ndcg@100")

OTHER_SPLITS = {
    "temporal": ("newest", "The newest items hidden"),
    "random": ("random", "Items hidden at random"),
}
"""Parts of a report about splits that did not decide: the split's name in commands, and a heading."""

SPREAD = ("coverage@10", "coverage@20", "gini@20", "novelty@20", "popularity_lift@20", "diversity@20")
"""Metrics that say how far answers spread over the catalog."""

SPREAD_WORDS = (
    "Coverage is the share of the catalog in at least one list, Gini the inequality of exposure (0 is equal), novelty "
    "the self-information of the items in bits, popularity lift the mean popularity of the lists over that of the "
    "histories they answer, less 1 (0: lists are as popular as what people have), diversity 1 less the mean cosine of "
    "two items of a list."
)


def quality_sections(report: Json, command: str, measure: str) -> Iterator[Section]:
    """Yields the sections on the measurements of a run.

    `command` prints them again, and `measure` makes them anew on the data of today.
    """
    if not report.get("evaluated"):
        why = f"No quality was measured: {report.get('why', 'the run has no report')}."
        yield Section("Quality", [why])
        return
    question = report["split"].get("question", "")
    beside = _beside(report)
    yield _headline(report, beside, command, f"{measure} --split {question}" if question else measure)
    for part, (split, title) in OTHER_SPLITS.items():
        if part in report:
            yield _other_split(title, report[part], command, f"{measure} --split {split}")
    if "newcomers" in report:
        yield _newcomers(report["newcomers"], command)
    yield _segments(report["segments"], command)
    yield _spread(report, beside, command)
    if "ratings" in report:
        yield _ratings(report["ratings"], command)
    yield _all_metrics(report, command)


def _beside(report: Json) -> dict[str, Json]:
    """Returns the baselines by name; earlier runs have popularity alone."""
    found = report.get("baselines") or {
        "popularity": {"metrics": report["popularity"], "over": report["over_popularity"]}
    }
    others = dict(found)
    if report.get("champion", {}).get("metrics"):
        others["champion before"] = {
            "metrics": report["champion"]["metrics"],
            "intervals": report["champion"].get("intervals", {}),
            "over": report.get("over_champion", {}),
        }
    if "model" in report:  # a baseline was published in its place
        ahead = {name: _reversed(over) for name, over in report["model"]["over"].items()}
        others["model that was chosen"] = {**report["model"], "over": ahead}
    return others


def _reversed(over: Mapping[str, float]) -> dict[str, float]:
    """Returns a paired difference the other way round."""
    return {"difference": -over["difference"], "low": -over["high"], "high": -over["low"]}


def _headline(report: Json, beside: Mapping[str, Json], command: str, measure: str) -> Section:
    metrics, intervals = report["metrics"], report.get("intervals", {})
    published = report.get("baseline") or "model"
    names = [name for name in HEADLINE if name in metrics]
    means = [
        [name, with_interval(metrics, intervals, name), *(_mean(one, name) for one in beside.values())]
        for name in names
    ]
    differences = [[name, *(interval(one["over"].get(name)) for one in beside.values())] for name in names]
    caption = f"Paired differences: {published} less each of the others"
    tables = [
        FigureTable(
            "Means over test users, with 95 % bootstrap intervals", ["metric", published, *beside], means, command
        ),
        FigureTable(caption, ["metric", *beside], differences, command),
    ]
    return Section(
        "Quality beside baselines",
        _headline_words(report, measure),
        tables,
        _headline_charts(report, beside, published),
    )


def _mean(report: Json, name: str) -> str:
    """Returns the mean of a metric with its interval, where it has one; empty where it was not measured."""
    metrics = report["metrics"]
    return with_interval(metrics, report.get("intervals", {}), name) if name in metrics else ""


def _headline_words(report: Json, measure: str) -> list[str]:
    line = split_line(report["split"]).rstrip(":")
    words = [f"{headline(report)}.", f"{PLUS_MINUS}.", f"{line[:1].upper()}{line[1:]}."]
    if repeats(report):
        words.append(f"{REPEATS[:1].upper()}{REPEATS[1:]}.")
    splits, planned = report["split"].get("splits", 1), report["split"].get("splits_planned")
    if planned:
        words.append(
            f"The clock cut the training after {splits} of {planned} splits; {measure} measures on all of them."
        )
    elif splits > 1:
        words.append(f"{measure} measures again on the same {splits} splits, of the rows that are there today.")
    else:
        words.append(f"{measure} measures again, on the rows that are there today.")
    return words


def _headline_charts(report: Json, beside: Mapping[str, Json], published: str) -> list[Chart]:
    ours = estimate(published, report["metrics"], DECIDES, report.get("intervals", {}))
    others = [estimate(name, one["metrics"], DECIDES, one.get("intervals", {})) for name, one in beside.items()]
    differences = [
        Estimate(name, over["difference"], over["low"], over["high"])
        for name, one in beside.items()
        if (over := one["over"].get(DECIDES))
    ]
    return [
        IntervalChart(f"{DECIDES} of the published model and of the others", DECIDES, [ours, *others]),
        IntervalChart(
            f"How much more {DECIDES} than each of the others", f"paired difference of {DECIDES}", differences, True
        ),
    ]


def _other_split(title: str, report: Json, command: str, measure: str) -> Section:
    metrics, intervals, over = report["metrics"], report.get("intervals", {}), report["over_popularity"]
    rows = [
        [name, with_interval(metrics, intervals, name), figure(report["popularity"][name]), interval(over.get(name))]
        for name in (*HEADLINE, "coverage@20")
        if name in metrics
    ]
    users = report["split"]["test_users"]
    return Section(
        title,
        [
            f"The same config on a split that did not decide: {report['split']['kind']}, {users:,} test users.",
            f"{measure} measures on it again, on the rows that are there today.",
        ],
        [
            FigureTable(
                "Means with 95 % intervals", ["metric", "model", "popularity", "paired difference"], rows, command
            )
        ],
    )


def _newcomers(new: Json, command: str) -> Section:
    others = new["baselines"]
    rows = [
        [name, figure(new["metrics"][name]), *(figure(one[name]) for one in others.values())]
        for name in HEADLINE
        if name in new["metrics"]
    ]
    words = f"{new['users']:,} users of whom nothing was stored when the training part ended."
    return Section(
        "Users who were new", [words], [FigureTable("Means", ["metric", "published", *others], rows, command)]
    )


def _segments(segments: Mapping[str, Json], command: str) -> Section:
    heads, rows = segment_table(segments, _mean, interval)
    measured = measured_segments(segments)
    words = (
        "Head items are the most popular ones, which have a third of all interactions together; the tail is the rest. "
        "Cold items have fewer than 5 users, short histories fewer than 10 items. A segment may have no users; "
        f"fewer than {FEWEST} are too few for a figure."
    )
    hidden = " and ".join(title for title, segment in segments.items() if not segment)
    left_out = [f"No figures of {hidden}: {LEFT_OUT}."] if hidden else []
    charts: list[Chart] = [BarChart(f"{DECIDES} by segment", DECIDES, measured)] if measured else []
    return Section(
        "Head and tail, cold and warm", [words, *left_out], [FigureTable("Segments", heads, rows, command)], charts
    )


def _spread(report: Json, beside: Mapping[str, Json], command: str) -> Section:
    metrics = report["metrics"]
    names = [name for name in SPREAD if name in metrics]
    rows = [
        [name, figure(metrics[name]), *(figure(one["metrics"].get(name)) for one in beside.values())] for name in names
    ]
    words = [SPREAD_WORDS]
    if not any(name.startswith("popularity_lift") for name in names):
        words.append("This run is older than the measure of popularity lift; the next training records it.")
    return Section(
        "Coverage, novelty and popularity lift",
        words,
        [FigureTable("Spread of the lists", ["metric", report.get("baseline") or "model", *beside], rows, command)],
    )


def _ratings(ratings: Json, command: str) -> Section:
    rows = [
        [label, figure(one.get("rmse")), figure(one.get("mae"))]
        for label, one in {"shipped": ratings, "user and item averages": ratings["baseline"]}.items()
    ]
    words = f"Predictions of {ratings['hidden']:,} hidden ratings of {ratings['users']:,} users, in stars; 0 is best."
    return Section("Predicted ratings", [words], [FigureTable("Errors", ["predictions", "RMSE", "MAE"], rows, command)])


def _all_metrics(report: Json, command: str) -> Section:
    metrics, intervals, over = report["metrics"], report.get("intervals", {}), report["over_popularity"]
    rows = [
        [
            name,
            with_interval(metrics, intervals, name),
            figure(report["popularity"].get(name)),
            interval(over.get(name)),
        ]
        for name in metrics
    ]
    heads = ["metric", "mean", "popularity", "paired difference"]
    table = FigureTable("All metrics on the split that decided", heads, rows, command)
    return Section("Every metric", [], [table])
