"""Checks of a deployed stack: its state, stores, functions and schedules, with the caller's AWS credentials."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from doublebill.errors import DoublebillError, StoreUnavailable
from doublebill_local.doctor.finding import Finding, guarded
from doublebill_local.doctor.store_checks import check_stores
from doublebill_local.host.home import Home

type Clients = Callable[[str], Any]
"""Returns the client of an AWS service."""

GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
TAKEN_BACK = "UPDATE_ROLLBACK_COMPLETE"
LIVE = "live"
"""The alias of each function that routes, schedules and jobs call."""
RELEASED = ("MemorySize", "Timeout", "Environment", "CodeSha256", "Layers")
"""Fields of a function's configuration that a release publishes."""
NEW_ACCOUNT_MB = 3008
FEW_AT_ONCE = 100
"""Concurrent executions below which an account has a new account's limits."""


def aws_client(service: str) -> Any:
    """Returns the client of an AWS service, with the caller's credentials."""
    import boto3

    return boto3.client(service)  # type: ignore[call-overload]  # one of the literals below


def check_stack(name: str, clients: Clients, read_log: bool) -> list[Finding]:
    """Returns what is wrong with a stack of this name."""
    findings = guarded("stack", lambda: reached(_state, clients, name))
    try:
        home = Home.of_stack(name)
    except StoreUnavailable as failed:
        return [*findings, Finding("outputs", "wrong", str(failed), "name a stack of doublebill, in the right region")]
    urls = home.environment()
    bucket, table, secret = (
        urls[f"DOUBLEBILL_{key}"].partition("://")[2] for key in ("OBJECTS", "HISTORIES", "SECRETS")
    )
    for check, look in (
        ("bucket", partial(_bucket, clients, bucket)),
        ("table", partial(_table, clients, table)),
        ("secret", partial(_secret, clients, secret)),
        ("functions", partial(_functions, clients, name)),
        ("schedules", partial(_schedules, clients, name)),
    ):
        findings += guarded(check, partial(reached, look))
    try:
        return findings + check_stores(home, name, read_log)
    except DoublebillError as failed:
        return [*findings, Finding("stores", "wrong", str(failed), "look at the findings above")]


def reached(look: Callable[..., Iterator[Finding]], *arguments: object) -> Iterator[Finding]:
    """Yields the findings of a look at AWS.

    Raises:
        StoreUnavailable: when AWS refuses or is not reached.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield from look(*arguments)
    except (BotoCoreError, ClientError) as failed:
        raise StoreUnavailable(f"{failed}; check credentials, region and the rights of the caller") from failed


def _state(clients: Clients, name: str) -> Iterator[Finding]:
    status = clients("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    if status in GOOD:
        yield Finding("stack", "ok", status)
    elif status == TAKEN_BACK:
        detail = f"{status}: the last update failed, and the release before it answers"
        yield Finding(
            "stack", "warning", detail, "see the last chapter of guides/runbook.md, mend the cause and deploy again"
        )
    elif status.endswith("IN_PROGRESS"):
        yield Finding("stack", "warning", status, "wait until it has ended")
    else:
        yield Finding("stack", "wrong", status, "read the events of the stack, mend the cause and deploy again")


def _bucket(clients: Clients, bucket: str) -> Iterator[Finding]:
    s3 = clients("s3")
    s3.head_bucket(Bucket=bucket)
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    if not all(blocked.values()):
        yield Finding("bucket", "wrong", f"{bucket} may be public", "block all public access of the bucket")
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        fix = "set the parameter RecoveryDays where losing data would hurt"
        yield Finding("bucket", "warning", f"{bucket} keeps no earlier versions of objects", fix)
    yield Finding("bucket", "ok", f"{bucket} is there")


def _table(clients: Clients, table: str) -> Iterator[Finding]:
    dynamodb = clients("dynamodb")
    described = dynamodb.describe_table(TableName=table)["Table"]
    keys = [one["AttributeName"] for one in described["KeySchema"]]
    if keys != ["pk", "sk"]:
        yield Finding("table", "wrong", f"{table} has the keys {keys}", "name a table of doublebill in ExistingTable")
    elif described["TableStatus"] != "ACTIVE":
        yield Finding("table", "wrong", f"{table} is {described['TableStatus']}", "wait until it is ACTIVE")
    else:
        yield Finding("table", "ok", f"{table} is ACTIVE")
    expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if expiry.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING") or expiry.get("AttributeName") != "expires":
        yield Finding("table", "wrong", "rows never expire", "enable time to live on the attribute `expires`")


def _secret(clients: Clients, secret: str) -> Iterator[Finding]:
    if "DeletedDate" in clients("secretsmanager").describe_secret(SecretId=secret):
        fix = f"at once: aws secretsmanager restore-secret --secret-id {secret}"
        yield Finding("secret", "wrong", "the pseudonym key is about to be deleted", fix)
    else:
        yield Finding("secret", "ok", "the pseudonym key is there; is it backed up? doublebill key backup FILE")


def _functions(clients: Clients, name: str) -> Iterator[Finding]:
    functions, limits = clients("lambda"), clients("lambda").get_account_settings()["AccountLimit"]
    names = resources(clients, name, "AWS::Lambda::Function")
    memory = 0
    for function in names:
        found = functions.get_function_configuration(FunctionName=function, Qualifier=LIVE)
        latest = functions.get_function_configuration(FunctionName=function)
        memory = max(memory, found["MemorySize"])
        if others := [name for name in RELEASED if found.get(name) != latest.get(name)]:
            detail = f"the alias {LIVE} of {function} has another {', '.join(others)} than was deployed last"
            yield Finding(
                "functions", "warning", detail, "deploy again with another Release, as doublebill deploy does"
            )
        state = (found.get("State", "Active"), found.get("LastUpdateStatus", "Successful"))
        if state != ("Active", "Successful"):
            reason = found.get("StateReason") or found.get("LastUpdateStatusReason") or "no reason is given"
            yield Finding("functions", "wrong", f"{function} is {state[0]}, {state[1]}: {reason}", "deploy again")
    yield Finding("functions", "ok", f"{len(names)} functions, up to {memory} MB")
    if limits["ConcurrentExecutions"] < FEW_AT_ONCE:
        detail = f"the account runs {limits['ConcurrentExecutions']} functions at once, as a new one does"
        yield Finding("functions", "warning", detail, "ask for a higher quota (Lambda, concurrent executions)")
    elif memory <= NEW_ACCOUNT_MB:
        detail = f"trainings have at most {memory} MB, what a new account allows"
        yield Finding("functions", "ok", f"{detail}; TrainMemory may be higher where the log is large")


def _schedules(clients: Clients, name: str) -> Iterator[Finding]:
    for schedule in resources(clients, name, "AWS::Scheduler::Schedule"):
        found = clients("scheduler").get_schedule(Name=schedule)
        if found["State"] == "ENABLED":
            yield Finding("schedules", "ok", f"{found['ScheduleExpression']}: {schedule}")
        else:
            yield Finding(
                "schedules", "warning", f"{schedule} is {found['State']}", "set RetrainState=ENABLED, or PruneState"
            )


def resources(clients: Clients, name: str, kind: str) -> list[str]:
    """Returns the physical names of a stack's resources of one type."""
    pages = clients("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
    every = [one for page in pages for one in page["StackResourceSummaries"]]
    return sorted(one["PhysicalResourceId"] for one in every if one["ResourceType"] == kind)
