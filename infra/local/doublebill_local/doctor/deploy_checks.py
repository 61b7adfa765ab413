"""Checks before a deployment: tools, build, credentials, parameters, and data that an earlier stack left."""

import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from doublebill_local.doctor.finding import Finding, guarded
from doublebill_local.doctor.stack_checks import Clients, reached
from doublebill_local.host.template import read_parameters
from doublebill_local.locations import ROOT

LAMBDA_PYTHON = (3, 13)
LONGEST_NAME = 55
"""Characters of a stack's name: some functions are named after it, and their names have at most 64."""

ADOPTS = {"s3": "ExistingBucket", "dynamodb": "ExistingTable", "secretsmanager": "ExistingKey"}
"""The parameter that adopts what an earlier stack left, by service."""


def check_deployment(name: str, parameters: Mapping[str, str], clients: Clients, root: Path = ROOT) -> list[Finding]:
    """Returns the findings about a deployment of a stack with these parameters."""
    findings = [*_tools(root), *_name(name), *check_parameters(parameters)]
    for check, look in (
        ("credentials", partial(_credentials, clients)),
        ("data", partial(_retained, clients, name, parameters)),
    ):
        findings += guarded(check, partial(reached, look))
        if findings[-1].state == "wrong":
            break  # without credentials nothing else can be looked at
    return findings


def _tools(root: Path) -> Iterator[Finding]:
    version = sys.version.split()[0]
    if sys.version_info[:2] != LAMBDA_PYTHON:
        fix = "install Python 3.13, remove .venv, run make build"
        yield Finding("python", "wrong", f"this is {version}, and Lambda runs 3.13", fix)
    for check, file, fix in (
        ("sam", root / ".tools/sam/bin/sam", "run make build in a checkout of doublebill"),
        ("build", root / ".aws-sam/build/template.yaml", "run make build"),
    ):
        there = file.is_file()
        yield Finding(
            check, "ok" if there else "wrong", "it is there" if there else f"{file} is missing", "" if there else fix
        )


def _name(name: str) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name) or len(name) > LONGEST_NAME:
        fix = f"use a letter, then letters, digits and hyphens, at most {LONGEST_NAME} in all"
        yield Finding("name", "wrong", f"{name!r} cannot name a stack", fix)


def check_parameters(parameters: Mapping[str, str]) -> list[Finding]:
    """Returns the findings about values of the template's parameters."""
    template = read_parameters()
    problems = {name: _problem(template.get(name), value) for name, value in parameters.items()}
    wrong = [
        Finding("parameters", "wrong", f"{name}: {problem}", "see infra/docs/guides/deploy.md")
        for name, problem in problems.items()
        if problem
    ]
    return wrong or [Finding("parameters", "ok", f"{len(parameters)} are given, all others stay")]


def _problem(parameter: Mapping[str, Any] | None, value: str) -> str:
    """Returns the reason why a parameter cannot have a value; empty where it can."""
    if parameter is None:
        return "there is no such parameter"
    if "AllowedValues" in parameter and value not in map(str, parameter["AllowedValues"]):
        return f"{value!r} is none of {', '.join(map(str, parameter['AllowedValues']))}"
    if parameter["Type"] == "Number":
        least, most = parameter.get("MinValue", 0), parameter.get("MaxValue", float("inf"))
        if not value.isdecimal() or not least <= int(value) <= most:
            return f"{value!r} is no number from {least} to {most}"
    elif not re.fullmatch(parameter.get("AllowedPattern", ".*"), value):
        return f"{value!r} has not the form {parameter['AllowedPattern']}"
    return ""


def _credentials(clients: Clients) -> Iterator[Finding]:
    region = clients("sts").meta.region_name
    account = clients("sts").get_caller_identity()["Account"]
    yield Finding("credentials", "ok", f"account {account}, region {region}")


def _retained(clients: Clients, name: str, parameters: Mapping[str, str]) -> Iterator[Finding]:
    """Looks for what an earlier stack of the name left, where there is no such stack now."""
    pages = clients("cloudformation").get_paginator("list_stacks").paginate()
    stacks = [one for page in pages for one in page["StackSummaries"] if one["StackStatus"] != "DELETE_COMPLETE"]
    if name in {one["StackName"] for one in stacks}:
        yield Finding("data", "ok", f"{name} is updated and keeps its data")
        return
    tags = [{"Key": "doublebill:stack", "Values": [name]}]
    left = clients("resourcegroupstaggingapi").get_resources(TagFilters=tags)["ResourceTagMappingList"]
    wanted = dict(adopting(one["ResourceARN"]) for one in left)
    missing = {parameter: value for parameter, value in wanted.items() if not parameters.get(parameter)}
    if missing:
        options = " ".join(f"--parameter {parameter}={value}" for parameter, value in sorted(missing.items()))
        fix = f"go on with it: {options}; or begin anew under another name"
        yield Finding("data", "wrong", f"an earlier stack {name} left data", fix)
    else:
        yield Finding("data", "ok", f"{name} is made{' on what an earlier stack left' if wanted else ''}")


def adopting(arn: str) -> tuple[str, str]:
    """Returns the parameter that adopts a resource, and its value."""
    service, resource = arn.split(":")[2], arn.split(":", 5)[5]
    return ADOPTS[service], {"s3": resource, "dynamodb": resource.removeprefix("table/")}.get(service, arn)
