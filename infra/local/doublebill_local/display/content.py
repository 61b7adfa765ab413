"""Game content and corpora as people see them."""

from doublebill_local.display.console import Answer, err, numbered, out, print_document

FEWEST_NAMES = 50
"""Names below which a corpus has too few parts for new ones."""


def show_content(answer: Answer) -> None:
    """Prints levels as drawings, and content without a text form as JSON; on stderr, how many are not reached."""
    if any("text" not in item for item in answer["items"]):
        print_document(answer)
        return
    for item in answer["items"]:
        show_level(item)
    if unreached := answer.get("not_reached"):
        seed, count = unreached[0]["seed"], len(unreached)
        err.print(f"not reached within one request: {count} of the items; the next has the seed {seed}", markup=False)


def show_level(item: Answer) -> None:
    """Prints one level with its seed and measurements, and on stderr each control that was not met."""
    print(item["text"])
    measured = ", ".join(f"{name} {control['measured']}" for name, control in item["controls"].items())
    out.print(f"seed {item['seed']}; {measured}", markup=False, style="dim")
    missed = [
        f"{name} {control['measured']} instead of {control['asked']}"
        for name, control in item["controls"].items()
        if not control["met"]
    ]
    if missed:
        err.print(f"controls that could not be met: {'; '.join(missed)}", markup=False)


def show_corpus(corpus: Answer) -> None:
    """Prints the state of a corpus, and the command that comes next or the report of its model."""
    name = f"{corpus['kind']}/{corpus['corpus']}"
    if corpus["state"] == "training":
        out.print(f"kept {corpus['examples']:,} examples of [bold]{name}[/]")
    elif "error" in corpus:
        err.print(f"learning from {name} failed: {corpus['error']}", markup=False)
    if corpus["kind"] == "names" and corpus["examples"] < FEWEST_NAMES:
        few = f"{numbered(corpus['examples'], 'names')} say little about how names are made: new ones will be odd"
        err.print(f"[yellow]warning[/]: {few}; import {FEWEST_NAMES} or more")
    if corpus["state"] == "ready":
        version = corpus["model_version"]
        out.print(f"learned [bold]{name}[/] from {corpus['examples']:,} examples: model_version {version}")
        for name, value in corpus["models"][0]["report"].items():
            out.print(f"  {name}: {value}", markup=False, style="dim")


def show_files(answer: Answer) -> None:
    """Prints the paths of files that were written."""
    for path in answer["files"]:
        out.print(f"wrote {path}", markup=False)
