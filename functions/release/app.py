"""Release: asks new versions golden requests before traffic moves to them, and tells CodeDeploy.

Event of CodeDeploy: {"DeploymentId": "d-…", "LifecycleEventHookExecutionId": "…"}; by hand: {}, which only checks.
"""

from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

REPORT_SECONDS = 90.0
"""Kept back of the time that Lambda gives, for two answers that take all of theirs, and for the report."""

logger = Logger(service="release")


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    codedeploy = boto3.client("codedeploy")
    problems = ["the check ended in an error; its log has the traceback"]
    try:
        problems = check(context)
    except Exception:  # whatever it is, CodeDeploy hears of it and does not wait for an hour
        logger.exception("not checked")
    status = "Failed" if problems else "Succeeded"
    if "DeploymentId" in event:
        codedeploy.put_lifecycle_event_hook_execution_status(
            deploymentId=event["DeploymentId"],
            lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
            status=status,
        )
    return {"status": status, "problems": problems}


def check(context: LambdaContext) -> list[str]:
    """Returns the problems of the new versions; imports what may be broken in them, so that this is one, too."""
    from doublebill.edge.clock import SYSTEM
    from doublebill.edge.settings import ReleaseSettings, read_settings
    from doublebill.service.releasing.release_check import ReleaseCheck
    from doublebill.stores.jobs import LambdaFunctions
    from doublebill.stores.objects import open_objects

    settings = read_settings(ReleaseSettings)
    release = ReleaseCheck(
        LambdaFunctions(),
        settings.recommend_version,
        settings.generate_version,
        lambda: context.get_remaining_time_in_millis() / 1000 - REPORT_SECONDS,
        SYSTEM,
    )
    outcome = release.run(open_objects(settings.objects))
    logger.info("checked", requests=outcome.requests, problems=outcome.problems, passed_over=outcome.passed_over)
    return list(outcome.problems)
