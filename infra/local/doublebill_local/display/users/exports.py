"""Exports and merges of users as people see them."""

from doublebill_local.display.console import Answer, out


def show_export(answer: Answer) -> None:
    """Prints the numbers of what is stored of a user."""
    out.print(f"[bold]{answer['catalog']}[/] support id {answer['support_id']}", highlight=False)
    out.print(f"{answer['n_events']:,} events, {len(answer['history']):,} items in the history")
    for one in answer["merges"]:
        out.print(f"merged: {one['from_support_id']} into {one['to_support_id']}, {one['merged']}", markup=False)
    for one in answer["batches"]:
        out.print(f"batch {one['batch_id']}, place {one['index']}", markup=False)
    for one in answer["versions"]:
        out.print(f"trained on these events: version {one['version']}", markup=False)
    out.print(f"written to {answer['file']}" if answer["file"] else "all of it: --json, or --file FILE", markup=False)


def show_unmerged(answer: Answer) -> None:
    """Prints the outcome of cancelling a merge."""
    done = "the merge was cancelled" if answer["cancelled"] else "the merge did not count any more"
    out.print(f"[bold]{answer['catalog']}[/] {done}", highlight=False)
    out.print(f"both histories were made again from {answer['events']:,} events; trainings follow from now on")
