"""The command `deploy`: checks what a deployment needs, then lets SAM deploy."""

import subprocess
import sys
from typing import Annotated

from cyclopts import Parameter

from doublebill.errors import InvalidInput
from doublebill_local.cli.options import UNSET, Flag
from doublebill_local.display.console import out
from doublebill_local.doctor.deploy_checks import check_deployment
from doublebill_local.doctor.display import show_findings
from doublebill_local.doctor.release_name import release_name
from doublebill_local.doctor.stack_checks import aws_client
from doublebill_local.locations import ROOT


def deploy(
    name: Annotated[str, Parameter(help="name of the stack")],
    /,
    *,
    parameter: Annotated[
        list[str], UNSET, Parameter(metavar="NAME=VALUE", help="a parameter of the template, once for each")
    ] = [],  # noqa: B006  # never changed
    check: Annotated[Flag, Parameter(help="only check")] = False,
) -> int:
    """Checks what a deployment needs, then deploys a stack into your AWS account by SAM."""
    pairs = [one.partition("=") for one in parameter]
    for pair_name, equals, _ in pairs:
        if not equals:
            raise InvalidInput.of_value("--parameter", pair_name, "NAME=VALUE")
    parameters = {pair_name: value for pair_name, _, value in pairs}
    findings = check_deployment(name, parameters, aws_client)
    show_findings({"findings": [vars(one) for one in findings]})
    if any(one.state == "wrong" for one in findings):
        return 1
    if check:
        return 0
    parameters.setdefault("Release", release_name(ROOT / ".aws-sam" / "build", parameters))
    command = [str(ROOT / ".tools/sam/bin/sam"), "deploy", "--stack-name", name]
    overrides = ["--parameter-overrides", *(f"{key}={value}" for key, value in parameters.items())]
    out.print(f"sam deploy --stack-name {name} {' '.join(overrides)}".rstrip(), markup=False)
    sys.stdout.flush()
    return subprocess.run([*command, *overrides], cwd=ROOT, check=False).returncode
