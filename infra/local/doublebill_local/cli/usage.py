"""Wrong usage in words: the word on the command line, the problem and the help that shows the right ones."""

from cyclopts import CycloptsError
from cyclopts.exceptions import MissingArgumentError, UnusedCliTokensError, ValidationError


def explain_usage(wrong: CycloptsError) -> str:
    """Returns the message for a usage error, with the command whose help shows the options."""
    wrong.verbose = False
    command = " ".join(["doublebill", *(wrong.command_chain or ())])
    return f"{_problem(wrong)}\ntry: {command} --help"


def _problem(wrong: CycloptsError) -> str:
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
