"""The next command: each command that ends well names on stderr the one that most people use after it."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass

from cyclopts import App

from doublebill_local.cli.options import HomeOptions, StackOptions
from doublebill_local.display.console import err

ASK = "recommend {catalog} --user USER --explain"

PLACEHOLDERS: Mapping[str, str] = {"user": "USER"}
"""Words that stand for arguments that no line may repeat: stderr is kept in logs, and has no user ids."""

DRY_RUN = "--dry-run"
"""After a trial comes the same command in earnest."""

FOLLOWING: Mapping[str, Sequence[str]] = {
    "import": ("train --corpus {corpus}", "train {names}"),
    "items": ("recommend {words} --history ITEM,ITEM --explain",),
    "items remove": ("train {words}",),
    "settings": ("train {catalog}",),
    "imports": ("train {words}",),
    "imports bad": (),
    "imports remove": ("train {words}",),
    "catalogs": ("models CATALOG",),
    "catalogs remove": ("catalogs",),
    "compact": ("train {catalog}",),
    "export-user": ("privacy {catalog}",),
    "forget": ("erasures {catalog}",),
    "erasures": ("receipt {file}", "erasures {catalog} ERASURE --file receipt.json"),
    "receipt": ("privacy CATALOG",),
    "unmerge": ("train {catalog}",),
    "repair": ("history {catalog} USER", "history CATALOG USER"),
    "train": ("generate {corpus_kind} --corpus {corpus_name} --count 5", ASK),
    "models": ("evaluate {catalog}",),
    "runs": ("run {catalog} RUN",),
    "run": ("models {catalog}",),
    "privacy": ("runs {catalog}",),
    "evaluate": ("models {catalog}",),
    "verify": ("models {catalog}", "models CATALOG"),
    "report": ("models {catalog}",),
    "compare": ("promote {catalog} {better}", "models {catalog}"),
    "export": ("evaluate {catalog} --version {version}",),
    "promote": (ASK,),
    "rollback": ("models {catalog}",),
    "recommend": ("history {catalog} {user}", "neighbours {catalog} ITEM"),
    "explain": (ASK,),
    "neighbours": ("recommend {catalog} --history {item} --explain",),
    "history": (ASK,),
    "generate": ("up --open",),
    "prove": ("up --open",),
    "prune": ("doctor",),
    "backup": ("key backup pseudonym-key.json",),
    "restore": ("doctor",),
    "key": ("doctor",),
    "callers": ("doctor",),
    "deploy": ("doctor --stack {name}",),
    "doctor": ("up --open",),
}
"""Command → the next one; the first whose words in braces were given. Words in capitals are to be filled in.

A command that serves until it is ended, or that ends with an address of its own, has none.
"""


def show_next(app: App, words: Sequence[str], found: Mapping[str, str]) -> None:
    """Prints the command that follows one that ended well, for people; a program that reads JSON needs none.

    `found` are words that the command found out, for the braces of `FOLLOWING`.
    """
    command = next((one for one in words if not one.startswith("-")), "")
    if command not in FOLLOWING or "-h" in words:
        return
    _, bound, _ = app.parse_args(words)
    options = bound.arguments.get("options")
    if isinstance(options, HomeOptions) and options.as_json:
        return
    if DRY_RUN in words:
        err.print(
            f"next: doublebill {shlex.join(word for word in words if word != DRY_RUN)}", markup=False, style="dim"
        )
        return
    form = following(command, {**dict(_fields(bound.arguments)), **found})
    if form:
        err.print(f"next: doublebill {form}{place(options)}", markup=False, style="dim")


def following(command: str, fields: Mapping[str, str | Sequence[str]]) -> str:
    """Returns the words that follow a command with these arguments; of several values the first is meant."""
    names = fields.get("words", ())
    if names and names[0] in ("remove", "bad"):
        command, fields = f"{command} {names[0]}", {**fields, "words": names[1:]}
    plain = {name: value if isinstance(value, str) else next(iter(value), "") for name, value in fields.items()}
    if corpus := plain.get("corpus"):
        kind, _, own = corpus.partition("/")
        plain |= {"corpus_kind": kind, "corpus_name": own or "own"}
    quoted = {name: PLACEHOLDERS.get(name, shlex.quote(value)) for name, value in plain.items() if value}
    for form in FOLLOWING[command]:
        try:
            return form.format_map(quoted)
        except KeyError:
            continue
    return ""


def _fields(arguments: Mapping[str, object]) -> Iterator[tuple[str, str | Sequence[str]]]:
    """Yields the arguments that are texts, those of groups of options too."""
    for name, value in arguments.items():
        if isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(one, str) for one in value)):
            yield name, value
        elif is_dataclass(value):
            yield from _fields(vars(value))


def bad_rows_command(catalog: str, import_id: str, options: object) -> str:
    """Returns the command that shows the bad rows of an import."""
    return f"doublebill imports bad {shlex.quote(catalog)} {import_id}{place(options)}"


def place(options: object) -> str:
    """Returns the options that name the same state folder or stack."""
    if isinstance(options, StackOptions) and options.stack:
        return f" --stack {shlex.quote(options.stack)}"
    if isinstance(options, HomeOptions) and options.home:
        return f" --home {shlex.quote(options.home)}"
    return ""
