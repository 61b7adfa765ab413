"""The command line.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage or bad input, 3 not found, 130 interrupted.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence

import doublebill
from doublebill import errors
from doublebill.games.kinds import KINDS
from doublebill.games.text.kinds import TEXTS
from doublebill_local.cli import commands, content_commands
from doublebill_local.host.home import DEFAULT_HOME, HOME_VARIABLE, Home

EXIT_CODES = ((errors.InvalidInput, 2), (errors.NotFound, 3), (errors.NoModel, 3), (errors.DoublebillError, 1))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; whatever the input, no stack trace."""
    told = parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that cannot show a title is no reason to stop
    try:
        home = Home.of_stack(told.stack, told.home) if getattr(told, "stack", None) else Home.at(told.home)
        done: int | None = told.command(home, told)
        sys.stdout.flush()
    except errors.DoublebillError as refused:
        print(f"doublebill: {refused}", file=sys.stderr)
        return next(code for kind, code in EXIT_CODES if isinstance(refused, kind))
    except KeyboardInterrupt:
        print("doublebill: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as failed:
        print(f"doublebill: {failed}", file=sys.stderr)
        return 1
    return done or 0


def parser() -> argparse.ArgumentParser:
    """Everything the command line understands."""
    whole = argparse.ArgumentParser(
        prog="doublebill",
        description="Recommendation and game content as a service: two features for one ticket.",
        epilog="Exit codes: 0 done, 1 refused or failed, 2 wrong usage or bad input, 3 not found, 130 interrupted.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--home", metavar="DIR", help=f"state folder (default: ${HOME_VARIABLE}, or {DEFAULT_HOME} here)"
    )
    common.add_argument("--json", action="store_true", help="answer as one JSON document")
    stack = argparse.ArgumentParser(add_help=False, parents=[common])
    stack.add_argument("--stack", metavar="NAME", help="use a deployed stack with your AWS credentials")
    whole.add_argument("--version", action="version", version=f"doublebill {doublebill.__version__}")
    verbs = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _import(verbs, stack)
    _models(verbs, stack)
    _answers(verbs, stack)
    _generate(verbs, stack)
    _callers(verbs, stack)
    _running(verbs, common)
    return whole


type Verbs = argparse._SubParsersAction[argparse.ArgumentParser]


def _import(verbs: Verbs, parent: argparse.ArgumentParser) -> None:
    verb = verbs.add_parser(
        "import", parents=[parent], help="store a file of events or of item metadata, or a corpus of game content"
    )
    verb.add_argument("names", nargs="+", metavar="CATALOG | FILE", help="the catalog; or files of a corpus")
    verb.add_argument(
        "--corpus", metavar="KIND[/NAME]", help="the files are examples of that kind of content (NAME: own)"
    )
    verb.add_argument("--legend", metavar="FILE", help="JSON: tile of the examples → the kind's tile or its name")
    verb.add_argument("--licence", metavar="TEXT", help="of what is generated, which every answer repeats")
    verb.add_argument("--events", metavar="FILE", help="CSV, TSV, ::-separated or JSON lines, plain or gzipped")
    verb.add_argument("--items", metavar="FILE", help="titles, tags, years of items, in the same forms")
    for role in ("user", "item", "weight", "rating", "time"):
        verb.add_argument(
            f"--{role}", metavar="COLUMN", default="", help=f"column of the {role}: a name or a number from 1"
        )
    verb.add_argument("--kind", default="", help="kind of every event that does not name its own")
    verb.add_argument("--max-bad", type=float, default=0.05, metavar="SHARE", help="bad rows allowed (default 0.05)")
    verb.add_argument("--exclude-seen", choices=("yes", "no"), help="whether recommendations leave out what was seen")
    verb.set_defaults(command=commands.import_)


def _models(verbs: Verbs, parent: argparse.ArgumentParser) -> None:
    verb = verbs.add_parser("train", parents=[parent], help="train a catalog and promote the result, or a corpus")
    verb.add_argument("catalog", nargs="?")
    verb.add_argument("--corpus", metavar="KIND[/NAME]", help="learn from that corpus of game content instead")
    verb.add_argument("--force", action="store_true", help="promote whatever the gate says")
    verb.add_argument(
        "--budget",
        type=float,
        metavar="SECONDS",
        help="try only as many configs as fit into so many seconds, at least one (default: all, or what Lambda allows)",
    )
    verb.set_defaults(command=commands.train)
    verb = verbs.add_parser("models", parents=[parent], help="list the versions of a catalog")
    verb.add_argument("catalog")
    verb.set_defaults(command=commands.models)
    verb = verbs.add_parser(
        "evaluate", parents=[parent], help="fit a version's config anew and measure it on users held out of it"
    )
    verb.add_argument("catalog")
    verb.add_argument("--version", default="", help="another version's than the champion's config")
    verb.add_argument(
        "--split",
        choices=("strong", "temporal"),
        default="strong",
        help="hide of each test user a fifth at random, or the newest fifth (default strong)",
    )
    verb.add_argument(
        "--seed",
        type=int,
        help="picks the test users (default: as a training does, which chose and fitted the version without them)",
    )
    verb.set_defaults(command=commands.evaluate)
    verb = verbs.add_parser("verify", parents=[parent], help="train a version again and compare it byte for byte")
    verb.add_argument("version")
    verb.add_argument("--catalog", metavar="NAME", help="whose version it is (default: the one that has it)")
    verb.set_defaults(command=commands.verify)
    verb = verbs.add_parser("promote", parents=[parent], help="make a version champion")
    verb.add_argument("catalog")
    verb.add_argument("version")
    verb.set_defaults(command=commands.promote)
    verb = verbs.add_parser("rollback", parents=[parent], help="make the former champion champion again")
    verb.add_argument("catalog")
    verb.set_defaults(command=commands.rollback)


def _answers(verbs: Verbs, parent: argparse.ArgumentParser) -> None:
    verb = verbs.add_parser("recommend", parents=[parent], help="recommend to a user or for a history")
    verb.add_argument("catalog")
    who = verb.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", metavar="ID")
    who.add_argument("--history", metavar="ID,ID", help="item ids, oldest first")
    verb.add_argument("-n", type=int, default=10, help="how many (default 10)")
    verb.add_argument("--explain", action="store_true", help="say which history items each recommendation stands on")
    verb.add_argument(
        "--exclude-seen", choices=("yes", "no"), help="leave out the history's items (default: see README)"
    )
    verb.add_argument("--filter", metavar="JSON", default="", help="what an item must be; see README")
    verb.add_argument("--diversity", type=float, default=0.0, metavar="SHARE", help="0 (default) to 1")
    verb.set_defaults(command=commands.recommend)
    verb = verbs.add_parser("neighbours", parents=[parent], help="the items most similar to one")
    verb.add_argument("catalog")
    verb.add_argument("item")
    verb.add_argument("-n", type=int, default=10)
    verb.set_defaults(command=commands.neighbours)


def _generate(verbs: Verbs, parent: argparse.ArgumentParser) -> None:
    verb = verbs.add_parser("generate", parents=[parent], help="make game content and prove it")
    verb.add_argument("kind", help=", ".join([*KINDS, *TEXTS]))
    verb.add_argument("--corpus", metavar="NAME", help="what the generator has learned from (default: what ships)")
    verb.add_argument("--model-version", metavar="VERSION", help="of what was learned from it (default: the newest)")
    verb.add_argument("--seed", help="an integer below 2**53 or a text; a fresh one when left out")
    verb.add_argument("--count", type=int, default=1)
    verb.add_argument(
        "--spec", default="{}", metavar="JSON", help='controls, such as \'{"width": 20, "enemies": [3, 5]}\''
    )
    verb.add_argument("--format", default="text", choices=("text", "json"))
    verb.set_defaults(command=content_commands.generate)


def _callers(verbs: Verbs, parent: argparse.ArgumentParser) -> None:
    verb = verbs.add_parser("callers", parents=[parent], help="show who may ask and what, or declare it by a file")
    verb.add_argument("file", metavar="FILE", nargs="?", help="JSON that takes the place of what is declared")
    verb.set_defaults(command=commands.callers)


def _running(verbs: Verbs, parent: argparse.ArgumentParser) -> None:
    verb = verbs.add_parser("up", parents=[parent], help="serve everything on 127.0.0.1")
    verb.add_argument("--port", type=int, default=8080, help="0 takes a free one (default 8080)")
    verb.set_defaults(command=commands.up)
    verb = verbs.add_parser("demo", parents=[parent], help="the whole trip, from import to answers over HTTP")
    verb.set_defaults(command=commands.demo)
