"""The command `doctor`: says what is wrong with a state folder or a stack, and what mends it."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from doublebill_local.cli.options import Flag, StackOptions
from doublebill_local.doctor.display import show_findings


def doctor(
    *,
    log: Annotated[Flag, Parameter(help="read the whole log of a stack too; that of a folder is always read")] = False,
    options: StackOptions = StackOptions(),
) -> int:
    """Says what is wrong with a state folder or a stack, and how to mend it."""
    if options.stack:
        from doublebill_local.doctor.stack_checks import aws_client, check_stack

        findings = check_stack(options.stack, aws_client, log)
    else:
        from doublebill_local.doctor.home_checks import check_home

        findings = check_home(options.open_home())
    wrong = any(one.state == "wrong" for one in findings)
    options.answer({"healthy": not wrong, "findings": [asdict(one) for one in findings]}, show_findings)
    return 1 if wrong else 0
