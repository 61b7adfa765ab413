"""Comparisons as people see them: two versions, or a model beside lists of others."""

from collections.abc import Sequence

from doublebill_local.display.console import Answer, numbered, out, table
from doublebill_local.display.run_tables import config_label

SHORT = ("recall@20", "ndcg@10", "ndcg@100", "novelty@20", "diversity@20")
"""Metrics that a comparison prints; `--json` has all."""

CHANGED = {"none": "unchanged", "some": "up to half changed", "most": "more than half changed", "all": "all changed"}


COMPARED = (
    "both configs were fitted again on the data of today without what is hidden; "
    "the stored versions, which other data made, are not compared and may differ more"
)


def show_comparison(answer: Answer) -> None:
    """Prints both versions, the verdict, their metrics with the difference, and the users whose lists change."""
    for place, version, config in zip(("first", "second"), answer["versions"], answer["configs"], strict=True):
        out.print(f"{place}: {version}, {config_label(config)}", markup=False)
    out.print(COMPARED)
    split = answer["split"]
    out.print(f"on {numbered(split['test_users'], 'test users')} ({split['name']}, seed {split['seed']}):")
    show_differences(answer["metrics"], ("first", "second"), "second − first")
    show_verdict(answer)
    users = answer["users"]
    out.print(
        f"by ndcg@100 the second version is better for {numbered(users['better'], 'users')}, "
        f"worse for {users['worse']:,}, equal for {users['equal']:,}"
    )
    for n, lists in answer["lists"].items():
        counts = ", ".join(f"{lists['changed'][name]:,} {words}" for name, words in CHANGED.items())
        out.print(f"first {n} items of the two fits: {lists['overlap']:.0%} in common; lists of users: {counts}")


def show_verdict(answer: Answer) -> None:
    """Prints the sentence that says which of the two is better."""
    out.print(f"[bold]verdict[/]: {answer['verdict']['sentence']}")


def show_differences(metrics: Answer, names: Sequence[str], counted: str) -> None:
    """Prints metrics of two models in columns of these names, with the paired difference as it is `counted`."""
    columns = table("metric", *names, counted, "95 % interval")
    for name in (name for name in SHORT if name in metrics):
        one = metrics[name]
        means = (f"{one[column]:.4f}" for column in names)
        columns.add_row(name, *means, f"{one['difference']:+.4f}", f"{one['low']:+.4f} to {one['high']:+.4f}")
    out.print(columns)


def show_predictions(answer: Answer) -> None:
    """Prints the metrics of predictions beside those of a model, and the rows that were left out."""
    split, counts = answer["split"], answer["predictions"]
    out.print(f"model: {config_label(answer['config'])}, fitted again without the test users", markup=False)
    out.print(f"on {numbered(split['test_users'], 'test users')} ({split['name']}, seed {split['seed']}):")
    show_differences(answer["metrics"], ("model", "predictions"), "model − predictions")
    show_verdict(answer)
    popularity = ", ".join(f"{name} {value:.4f}" for name, value in answer["popularity"].items() if name in SHORT)
    out.print(f"popularity: {popularity}")
    out.print(f"{numbered(counts['rows'], 'rows')} of predictions; left out: ", end="")
    out.print(
        f"{counts['other_users']:,} of users who are not tested, {counts['unknown_items']:,} of items that the catalog "
        f"does not have, {counts['of_the_history']:,} of items in the history of the user"
    )
    if counts["users_without"]:
        out.print(
            f"{numbered(counts['users_without'], 'test users')} have no prediction, which counts as nothing found"
        )


def show_split(answer: Answer) -> None:
    """Prints the users of a split and the folder that has it."""
    train, validation, test = (numbered(answer[f"{part}_users"], "users") for part in ("train", "validation", "test"))
    out.print(f"wrote the {answer['split']} split, seed {answer['seed']}, to {answer['folder']}:", markup=False)
    out.print(f"  train {train}, validation {validation}, test {test}, {numbered(answer['items'], 'items')}")
    out.print("  users are numbers that follow from histories: neither ids nor pseudonyms")
