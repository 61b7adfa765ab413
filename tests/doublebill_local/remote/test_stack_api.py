"""Where the API of a stack is, found by its outputs."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber

from doublebill.client.signing import Unsigned
from doublebill.errors import StoreUnavailable
from doublebill_local.remote.stack_api import StackApi

URL = "https://abc123.execute-api.eu-west-1.amazonaws.com"


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """Stubs the one client that is asked for."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tested")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tested")
    client = boto3.client("cloudformation", region_name="eu-central-1")
    monkeypatch.setattr(boto3, "client", {"cloudformation": client}.__getitem__)
    with Stubber(client) as stubber:
        yield stubber
    client.close()


def described(**outputs: str) -> dict[str, object]:
    listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    stack = {"StackName": "mine", "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": "CREATE_COMPLETE"}
    return {"Stacks": [{**stack, "Outputs": listed}]}


def test_requests_are_signed_for_the_region_of_the_api(cloudformation: Stubber) -> None:
    cloudformation.add_response("describe_stacks", described(ApiUrl=f"{URL}/"), {"StackName": "mine"})
    api = StackApi.of("mine")
    assert api.url == URL
    signed = api.signer(Unsigned("GET", f"{URL}/v1/catalogs", {}, None))
    assert "/eu-west-1/execute-api/" in signed["Authorization"]


def test_a_stack_of_somebody_else_has_no_api(cloudformation: Stubber) -> None:
    cloudformation.add_response("describe_stacks", described(Other="x"), {"StackName": "mine"})
    with pytest.raises(StoreUnavailable, match="stack 'mine': no output ApiUrl; name a stack of doublebill"):
        StackApi.of("mine")
