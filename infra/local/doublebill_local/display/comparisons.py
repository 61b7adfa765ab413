"""Comparisons as people see them: two versions, or a model beside lists of others."""

from collections.abc import Sequence

from doublebill_local.display.console import Answer, numbered, out, table
from doublebill_local.display.run_tables import config_label

SHORT = ("recall@20", "ndcg@10", "ndcg@100", "novelty@20", "diversity@20")
"""Metrics that a comparison prints; `--json` has all."""

CHANGED = {"none": "unchanged", "some": "up to half changed", "most": "more than half changed", "all": "all changed"}


def show_comparison(answer: Answer) -> None:
    """Prints both versions, their metrics with the difference, and the users whose lists change."""
    for place, version, config in zip(("first", "second"), answer["versions"], answer["configs"], strict=True):
        out.print(f"{place}: {version}, {config_label(config)}", markup=False)
    split = answer["split"]
    out.print(f"on {numbered(split['test_users'], 'test users')} ({split['name']}, seed {split['seed']}):")
    show_differences(answer["metrics"], ("first", "second"))
    users = answer["users"]
    out.print(
        f"by ndcg@100 the second version is better for {numbered(users['better'], 'users')}, "
        f"worse for {users['worse']:,}, equal for {users['equal']:,}"
    )
    for n, lists in answer["lists"].items():
        counts = ", ".join(f"{lists['changed'][name]:,} {words}" for name, words in CHANGED.items())
        out.print(f"first {n} items: {lists['overlap']:.0%} in common; lists of users: {counts}")


def show_differences(metrics: Answer, names: Sequence[str]) -> None:
    """Prints metrics of two models in columns of these names, with the paired difference and its interval."""
    columns = table("metric", *names, "difference", "95 % interval")
    for name in (name for name in SHORT if name in metrics):
        one = metrics[name]
        difference = f"{one['difference']:+.4f} ± {one['standard_error']:.4f}"
        means = (f"{one[column]:.4f}" for column in names)
        columns.add_row(name, *means, difference, f"{one['low']:+.4f} to {one['high']:+.4f}")
    out.print(columns)
