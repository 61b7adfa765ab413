"""Rewriters: Bedrock on botocore's stubber, and a model that never answers on a socket."""

import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.stub import Stubber

from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.stores import rewriters as module
from doublebill.stores.rewriters import BedrockRewriter, open_rewriter

MODEL = "eu.example.small-2-v1:0"
EXPECTED = {
    "modelId": MODEL,
    "system": [{"text": "Say it anew."}],
    "messages": [{"role": "user", "content": [{"text": '["a"]'}]}],
    "inferenceConfig": {"maxTokens": 70, "temperature": module.TEMPERATURE},
}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0)


@pytest.fixture
def stub():
    client = boto3.client(
        "bedrock-runtime", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def said(*content, reason="end_turn"):
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": reason,
        "usage": {"inputTokens": 9, "outputTokens": 2, "totalTokens": 11},
        "metrics": {"latencyMs": 5},
    }


def asked(stub):
    return BedrockRewriter(MODEL, stub.client).answer("Say it anew.", '["a"]', 70)


def test_the_model_gets_instructions_apart_from_data_and_a_limit(stub):
    stub.add_response("converse", said({"text": "b"}), EXPECTED)
    assert asked(stub) == "b"


def test_blocks_of_text_are_joined_and_thoughts_left_out(stub):
    thought = {"reasoningContent": {"reasoningText": {"text": "hm"}}}
    stub.add_response("converse", said(thought, {"text": "b"}, {"text": "c"}), EXPECTED)
    assert asked(stub) == "bc"


@pytest.mark.parametrize(
    "answer",
    [
        said(),
        said(reason="guardrail_intervened"),
        said({"toolUse": {"toolUseId": "x", "name": "y", "input": {}}}, reason="tool_use"),
    ],
)
def test_a_message_without_text_is_empty(stub, answer):
    stub.add_response("converse", answer, EXPECTED)
    assert asked(stub) == ""


@pytest.mark.parametrize("answer", [{}, {"output": {}}, {"output": {"message": {}}}])
def test_an_answer_without_a_message_is_empty(answer):
    class Client:  # what the stubber would not let through
        def converse(self, **_):
            return answer

    assert BedrockRewriter(MODEL, Client()).answer("a", "b", 10) == ""


@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "ValidationException",
        "ResourceNotFoundException",
        "ModelTimeoutException",
        "ModelErrorException",
        "InternalServerException",
    ],
)
def test_a_refusal_makes_the_store_unavailable_at_once(stub, code):
    stub.add_client_error("converse", code, service_message="a text of somebody", http_status_code=400)
    with pytest.raises(StoreUnavailable, match=f"^Bedrock: {code}$"):
        asked(stub)


@pytest.mark.parametrize("code", ["ThrottlingException", "ServiceUnavailableException", "ModelNotReadyException"])
def test_who_is_turned_away_asks_once_more(stub, code):
    stub.add_client_error("converse", code, http_status_code=429)
    stub.add_response("converse", said({"text": "b"}), EXPECTED)
    assert asked(stub) == "b"


def test_who_is_turned_away_twice_goes(stub):
    for _ in range(2):
        stub.add_client_error("converse", "ThrottlingException", http_status_code=429)
    with pytest.raises(StoreUnavailable, match="ThrottlingException"):
        asked(stub)


@pytest.fixture
def silent(monkeypatch):
    """A server that takes connections and never answers; gives those that were made."""
    for name in ("AWS_PROFILE", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
    ):
        monkeypatch.setenv(name, value)
    made = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")

        def accept():
            while True:
                try:
                    made.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept)
        thread.start()
        yield made
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in made:
        connection.close()


def test_a_model_that_does_not_answer_in_time_is_not_asked_again(silent, monkeypatch):
    monkeypatch.setattr(module, "READ_SECONDS", 0.2)
    with pytest.raises(StoreUnavailable, match=r"^Bedrock: ReadTimeoutError$"):
        open_rewriter(f"bedrock://{MODEL}").answer("a", "b", 10)
    assert len(silent) == 1


def test_threads_that_ask_at_once_share_one_client(silent, monkeypatch):
    monkeypatch.setattr(module, "READ_SECONDS", 0.05)
    made = []
    real = boto3.client
    monkeypatch.setattr(boto3, "client", lambda *told, **more: (made.append(told), real(*told, **more))[1])
    rewriter = open_rewriter(f"bedrock://{MODEL}")

    def ask(_):
        with pytest.raises(StoreUnavailable):
            rewriter.answer("a", "b", 10)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ask, range(4)))
    assert made == [("bedrock-runtime",)]


def test_no_region_makes_the_store_unavailable(monkeypatch):
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(StoreUnavailable, match="NoRegionError"):
        open_rewriter(f"bedrock://{MODEL}").answer("a", "b", 10)


@pytest.mark.parametrize("url", ["", "bedrock://"])
def test_where_no_model_is_named_there_is_none(url):
    assert open_rewriter(url) is None


@pytest.mark.parametrize(
    ("url", "model"),
    [
        ("bedrock://example.small-2-v1:0", "example.small-2-v1:0"),
        ("bedrock://eu.example.small-2.5-v1%3A0", "eu.example.small-2.5-v1:0"),
        (
            "bedrock://arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/a1b2",
            "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/a1b2",
        ),
    ],
)
def test_the_url_names_the_model(url, model, stub, monkeypatch):
    stub.add_response("converse", said({"text": "b"}), EXPECTED | {"modelId": model})
    monkeypatch.setattr(boto3, "client", lambda *_, **__: stub.client)
    assert open_rewriter(url).answer("Say it anew.", '["a"]', 70) == "b"


@pytest.mark.parametrize(
    "url", ["bedrock", "bedrock:model", "openai://a", "bedrock:// a", "bedrock://-a", "bedrock://a%0Ab"]
)
def test_a_url_of_no_known_form_is_refused(url):
    with pytest.raises(SettingsIncomplete, match="use bedrock://model-id"):
        open_rewriter(url)


def test_opening_a_rewriter_loads_no_library_of_aws():
    script = (
        "import sys; from doublebill.stores.rewriters import open_rewriter;"
        "from doublebill.service.content import generation;"
        "open_rewriter('bedrock://a'); print(sorted({'boto3', 'botocore'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
