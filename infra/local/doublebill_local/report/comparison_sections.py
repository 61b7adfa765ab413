"""The section that compares a version with another one, on the same held-out users."""

from doublebill_local.display.comparisons import CHANGED, COMPARED
from doublebill_local.display.run_tables import config_label
from doublebill_local.report.figures import Json, figure
from doublebill_local.report.report_parts import Estimate, FigureTable, IntervalChart, Section

CHARTED = ("recall@20", "ndcg@10", "ndcg@100", "map@20", "hit_rate@20")


def comparison_section(answer: Json) -> Section:
    """Returns the section of a comparison, whose second version is the one of the report."""
    first, second = answer["versions"]
    command = f"doublebill compare {answer['catalog']} {first} {second} --json"
    split, users, metrics = answer["split"], answer["users"], answer["metrics"]
    rows = [
        [
            name,
            figure(one["first"]),
            figure(one["second"]),
            f"{one['difference']:+.4f}",
            f"{one['low']:+.4f} to {one['high']:+.4f}",
        ]
        for name, one in metrics.items()
    ]
    lists = [
        [n, f"{one['overlap']:.0%}", *(figure(one["changed"][name]) for name in CHANGED)]
        for n, one in answer["lists"].items()
    ]
    question = f"{split['name']} split, seed {split['seed']}"
    counts = f"better for {users['better']:,} users, worse for {users['worse']:,} and equal for {users['equal']:,}"
    words = [
        f"Verdict: {answer['verdict']['sentence']}.",
        f"The other version: {first}, {config_label(answer['configs'][0])}.",
        f"{COMPARED.capitalize()}.",
        f"They were measured on {split['test_users']:,} others ({question}).",
        f"By ndcg@100 this version is {counts}.",
    ]
    heads = ["metric", "other", "this", "this − other", "95 % interval"]
    tables = [
        FigureTable("Paired differences: this version less the other", heads, rows, command),
        FigureTable("Lists of users, by the two fits", ["first items", "in common", *CHANGED.values()], lists, command),
    ]
    estimates = [
        Estimate(name, one["difference"], one["low"], one["high"]) for name in CHARTED if (one := metrics.get(name))
    ]
    chart = IntervalChart("How much more this version reaches than the other", "paired difference", estimates, True)
    return Section(f"Compared with {first[:8]}", words, tables, [chart])
