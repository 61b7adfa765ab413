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
        models.add_row(model["version"], created, *headlines, "champion" if model["champion"] else "")
    out.print(models)
    for model in answer["models"]:
        for warning in model["warnings"]:
            out.print(f"[yellow]warning[/] of {model['version']}: {warning}")


def show_champion(pointer: Answer) -> None:
    """Prints the champion of a catalog."""
    out.print(f"champion of [bold]{pointer['catalog']}[/]: {pointer['version']}")
