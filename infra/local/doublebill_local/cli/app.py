"""The command line: reads the words, runs one command and turns errors into messages and exit codes."""

import io
import os
import sys
from collections.abc import Mapping, Sequence

from cyclopts import App, CycloptsError, Group, Parameter
from cyclopts.exceptions import MissingArgumentError, UnusedCliTokensError, ValidationError

import doublebill
from doublebill import errors
from doublebill_local.cli.command_table import COMMANDS, EXIT_CODES, Command
from doublebill_local.cli.content.kind_help import HELP, show_kind_help

CODES = ((errors.InvalidInput, 2), (errors.NotFound, 3), (errors.NoModel, 3), (errors.DoublebillError, 1))


def main(arguments: Sequence[str] | None = None, *, hints: bool = True) -> int:
    """Runs one command and returns its exit code; no input leads to a stack trace.

    With `hints`, a command that ends well names the next one.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that cannot show a title is no reason to stop
    try:
        code = _run(words, hints)
        sys.stdout.flush()
    except CycloptsError as wrong:
        return _refuse(_explain_usage(wrong), 2)
    except errors.DoublebillError as refused:
        return _refuse(str(refused), next(code for kind, code in CODES if isinstance(refused, kind)))
    except KeyboardInterrupt:
        return _refuse("interrupted", 130)
    except BrokenPipeError:  # the reader of the output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as failed:
        return _refuse(str(failed), 1)
    return code


def _run(words: Sequence[str], hints: bool) -> int:
    app = command_line()
    if not words:
        app.help_print([], console=app.error_console)
        return 2
    ended: int | Mapping[str, str] | None = app(words)
    code, found = (0, ended) if isinstance(ended, Mapping) else (ended or 0, {})
    if HELP.intersection(words):
        show_kind_help(words)
    elif hints and not code:
        from doublebill_local.cli.next_command import show_next  # the help of all commands loads none of them

        show_next(app, words, found)
    return code


def _refuse(message: str, code: int) -> int:
    print(f"doublebill: {message}", file=sys.stderr)
    return code


def _explain_usage(wrong: CycloptsError) -> str:
    """Returns the message for a usage error, with the command whose help shows the options."""
    wrong.verbose = False
    command = " ".join(["doublebill", *(wrong.command_chain or ())])
    return f"{_usage_problem(wrong)}\ntry: {command} --help"


def _usage_problem(wrong: CycloptsError) -> str:
    match wrong:
        case MissingArgumentError(argument=argument) if argument is not None:
            return f"{argument.name}: missing"
        case UnusedCliTokensError(unused_tokens=tokens):
            return f"{' '.join(map(repr, tokens or ()))}: nothing is expected here"
        case ValidationError(exception_message=message) if wrong.group is not None:
            return message
        case _:
            text = str(wrong).rstrip(".")
            return text[:1].lower() + text[1:]


def command_line() -> App:
    """Returns the command line; the module of a command is loaded when the command is used."""
    app = App(
        name="doublebill",
        version=f"doublebill {doublebill.__version__}",
        help="Recommendations and game content as a service: two features for one ticket.",
        help_format="plaintext",
        help_epilogue=f"{_exit_codes()}\ndoublebill COMMAND --help shows the options of a command, with examples.",
        default_parameter=Parameter(negative=""),
        group_commands=Group("Other", sort_key=9),
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    groups = dict.fromkeys(command.group for command in COMMANDS)
    groups_in_order = {name: Group(name, sort_key=place) for place, name in enumerate(groups)}
    for place, command in enumerate(COMMANDS):
        app.command(
            command.function,
            name=command.name,
            help=command.summary,
            help_epilogue=_epilogue(command),
            group=groups_in_order[command.group],
            sort_key=place,
        )
    app.register_install_completion_command()
    return app


def _epilogue(command: Command) -> str:
    examples = "\n".join(f"  doublebill {example}" for example in command.examples)
    return f"Examples:\n{examples}\n\n{_exit_codes()}"


def _exit_codes() -> str:
    return "Exit codes: " + ", ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + "."
