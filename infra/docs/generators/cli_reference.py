"""Writes the reference of the command line from the commands themselves.

python infra/docs/generators/cli_reference.py        prints infra/docs/reference/cli.md; `make docs` writes it
"""

from collections.abc import Iterator

from cyclopts import App, Argument

from doublebill_local.cli.app import command_line
from doublebill_local.cli.command_table import COMMANDS, EXIT_CODES, Command

INTRODUCTION = """\
# Command line

Written by `make docs` from the commands; do not edit. `doublebill COMMAND --help` shows the same in a terminal, and
`doublebill --install-completion` makes the shell complete commands and options.

Answers go to stdout, with `--json` as one JSON document; messages go to stderr and name the option, the problem and
the fix.
"""


def page() -> str:
    """Returns the page `cli.md`."""
    return "\n".join(_lines(command_line()))


def _lines(app: App) -> Iterator[str]:
    yield INTRODUCTION
    yield "| exit code | meaning |\n|---|---|"
    yield from (f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())
    yield "\n| command | |\n|---|---|"
    yield from (f"| [`{command.name}`](#{command.name}) | {_cell(command.summary)} |" for command in COMMANDS)
    for command in COMMANDS:
        yield from _command(command, app[command.name])


def _command(command: Command, app: App) -> Iterator[str]:
    arguments = [argument for argument in app.assemble_argument_collection() if not argument.children]
    words = [argument for argument in arguments if not argument.name.startswith("-")]
    shown = [f"{one.name.replace(' ', '')}" if one.required else f"[{one.name.replace(' ', '')}]" for one in words]
    yield f"\n## {command.name}\n\n{command.summary}\n"
    yield f"    {' '.join(['doublebill', command.name, *shown, '[OPTIONS]'])}\n"
    yield "| argument or option | meaning | default |\n|---|---|---|"
    yield from map(_row, arguments)
    examples = "\n".join(f"doublebill {example}" for example in command.examples)
    yield f"\n```\n{examples}\n```"


def _row(argument: Argument) -> str:
    """Returns the row of one argument or option."""
    choices = argument.get_choices()
    values = "|".join(choices) if choices else argument.parameter.metavar or ""
    name = " ".join(word for word in (argument.name, values) if word)
    field = argument.field_info
    unset = field.default is field.empty or field.default in (None, "", False)
    shown = "" if unset else f"`{field.default}`"
    meaning = f"{argument.parameter.help} (required)" if argument.required else argument.parameter.help
    return f"| `{_cell(name)}` | {_cell(meaning or '')} | {shown} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(page())
