"""Versions of a catalog as people see them."""

from rich.table import Column, Table

from doublebill_local.display.console import Answer, out

HEADLINES = ("recall@20", "ndcg@100")
"""Metrics in a list of versions."""


def show_models(answer: Answer) -> None:
    """Prints every version with its time, its headline metrics and its place."""
    models = Table(
        Column("version", no_wrap=True),
        "created",
        *HEADLINES,
        "",
        title=f"Models of {answer['catalog']}",
        title_justify="left",
        box=None,  # without lines a version fits whole into 80 columns
        collapse_padding=True,
        pad_edge=False,
    )
    for model in answer["models"]:
        metrics = model["report"].get("metrics", {})
        headlines = [f"{metrics[name]:.3f}" if name in metrics else "" for name in HEADLINES]
        created = model["created"][:16].replace("T", " ")
        place = "champion" if model["champion"] else ""
        models.add_row(model["version"], created, *headlines, "refused" if model.get("refused") else place)
    out.print(models)
    for model in answer["models"]:
        for warning in model["warnings"]:
            out.print(f"[yellow]warning[/] of {model['version']}: {warning}")


def show_champion(pointer: Answer) -> None:
    """Prints the champion of a catalog."""
    was = f" (was {pointer['left']})" if pointer["left"] else ""
    out.print(f"champion of [bold]{pointer['catalog']}[/]: {pointer['version']}{was}")
    if "training_id" in pointer:
        done = "and promoted" if pointer["run"] == pointer["training_id"] else "and promoted then"
        out.print("the version that you want was trained on users who were erased since")
        out.print(f"its config is fitted on the data of today, {done}: training {pointer['training_id']}")


def show_pruned(answer: Answer) -> None:
    """Prints the number of things that were deleted of each catalog, or would be."""
    for one in answer["catalogs"]:
        counts = f"{len(one['versions'])} versions, {len(one['runs'])} runs, {len(one['batches'])} batches"
        waiting = f"; {len(one['retired'])} versions begin their days of grace" if one["retired"] else ""
        verb = "would be deleted" if answer["dry_run"] else "deleted"
        out.print(f"[bold]{one['catalog']}[/]: {counts} {verb}{waiting}")
        if any((gone := one["expired"]).values()):
            rows = f"{gone['requests']} requests, {gone['rows']} rows of blocks, {len(gone['imports'])} imports"
            out.print(
                f"  past retention: {rows}, {gone['merges']} merges, {len(gone['quarantined'])} quarantines {verb}"
            )
    if answer["packs"]:
        verb = "would be deleted" if answer["dry_run"] else "deleted"
        out.print(f"games: {len(answer['packs'])} batches {verb}")


def show_backup(answer: Answer) -> None:
    """Prints what a backup has, and what it has not."""
    if "objects" in answer:
        out.print(f"{answer['objects']:,} objects, {answer['size_bytes']:,} bytes, in {answer['folder']}")
        out.print("the pseudonym key is not among them: keep it by `doublebill key backup FILE`")
    out.print(f"{answer['n_erasures']:,} erasures are listed in {answer['erasures']}, for any restore", markup=False)


def show_restored(answer: Answer) -> None:
    """Prints what was restored, and what is left to do."""
    out.print(f"{answer['objects']:,} objects restored from {answer['folder']}")
    for one in answer["rebuilt"]:
        out.print(f"histories of [bold]{one['catalog']}[/] made again")
    for erasure in answer["erased_again"]:
        out.print(f"erased again: {erasure}", markup=False)
    if answer["problem"]:
        out.print(f"the restore has not ended: {answer['problem']}", style="yellow", markup=False)
        out.print("put that right, then restore the same backup again; until then nothing should be added")
