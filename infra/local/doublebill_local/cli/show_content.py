"""What people see of game content."""

from doublebill.service.content.corpus_record import CorpusStatus
from doublebill_local.cli.show import Answer, as_document, err, out


def content(answer: Answer, as_json: bool) -> None:
    """Levels drawn, or as JSON."""
    if as_json or any("text" not in item for item in answer["items"]):
        as_document(answer)
        return
    for item in answer["items"]:
        level(item)


def corpus(told: CorpusStatus, as_json: bool) -> None:
    """A corpus, what was learned from it and what to do next."""
    if as_json:
        as_document(told)
        return
    name = f"{told['kind']}/{told['corpus']}"
    if told["state"] == "training":
        out.print(f"kept {told['examples']:,} examples of [bold]{name}[/]; next: doublebill train --corpus {name}")
    elif "error" in told:
        err.print(f"learning from {name} failed: {told['error']}", markup=False)
    if told["state"] == "ready":
        out.print(f"learned [bold]{name}[/] from {told['examples']:,} examples: model_version {told['model_version']}")
        for what, measured in told["models"][0]["report"].items():
            out.print(f"  {what}: {measured}", markup=False, style="dim")


def level(item: Answer) -> None:
    """One level as text, with its seed, what it measures, and what of it is not as asked."""
    print(item["text"])
    controls = ", ".join(f"{name} {one['measured']}" for name, one in item["controls"].items())
    out.print(f"seed {item['seed']}; {controls}", markup=False, style="dim")
    missed = [
        f"{name}: asked {one['asked']}, got {one['measured']}"
        for name, one in item["controls"].items()
        if not one["met"]
    ]
    if missed:
        err.print(f"not everything asked could be met: {'; '.join(missed)}", markup=False)
