import io
import json
import os
import sys

import boto3
import pytest
from botocore.stub import Stubber

from contract import JobsContract
from doublebill.errors import SettingsIncomplete, StoreUnavailable
from doublebill.stores.emr.job_runs import EmrServerlessJobs
from doublebill.stores.jobs import LambdaFunctions, LambdaJobs, NotInvoked, ProcessJobs, open_jobs
from processes import until

WRITES_ITS_PAYLOAD = """
import os, pathlib, sys
payload = sys.stdin.buffer.read()
place = pathlib.Path(__file__).with_name("started")
place.mkdir(exist_ok=True)
unfinished = place / f".{os.getpid()}"
unfinished.write_bytes(payload)
unfinished.rename(place / str(os.getpid()))
"""


class TestProcesses(JobsContract):
    @pytest.fixture
    def script(self, tmp_path):
        file = tmp_path / "job.py"
        file.write_text(WRITES_ITS_PAYLOAD)
        return file

    @pytest.fixture
    def jobs(self, script):
        jobs = open_jobs(f"process://{script}")
        yield jobs
        jobs.stop()

    @pytest.fixture
    def started(self, jobs, script):
        def wait(_):
            jobs.wait()
            return [json.loads(file.read_bytes()) for file in script.with_name("started").iterdir()]

        return wait

    def test_starting_waits_for_no_job_and_no_job_outlives_who_started_it(self, jobs, script):
        script.write_text(f"{WRITES_ITS_PAYLOAD}\nimport signal\nsignal.pause()")
        jobs.start({})
        (child,) = until(lambda: [int(file.name) for file in script.parent.glob("started/[0-9]*")], "the job")
        os.kill(child, 0)
        jobs.stop()
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)

    def test_a_job_that_reads_nothing_makes_the_store_unavailable(self, jobs, script):
        script.write_text("")
        with pytest.raises(StoreUnavailable, match="process"):
            jobs.start({"more": "than a pipe holds" * 100_000})

    def test_no_interpreter_makes_the_store_unavailable(self, script, monkeypatch):
        monkeypatch.setattr(sys, "executable", "/nonexistent/python")
        with pytest.raises(StoreUnavailable, match="process"):
            open_jobs(f"process://{script}").start({})

    def test_what_follows_the_script_is_the_function_that_it_runs(self, script):
        script.write_text(
            "import sys, pathlib\npathlib.Path(__file__).with_name('told').write_text(repr(sys.argv[1:]))"
        )
        jobs = open_jobs(f"process://{script}#BatchesFunction")
        jobs.start({})
        jobs.wait()
        assert script.with_name("told").read_text() == "['BatchesFunction']"


class TestLambda(JobsContract):
    """On a stub: moto would need Docker to run a function."""

    @pytest.fixture
    def client(self):
        client = boto3.client("lambda", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
        with Stubber(client) as stub:
            client.stub = stub
            yield client

    @pytest.fixture
    def sent(self, client):
        sent = []
        client.meta.events.register("provide-client-params.lambda.Invoke", lambda params, **_: sent.append(params))
        return sent

    @pytest.fixture
    def jobs(self, client, sent):
        for _ in range(3):
            client.stub.add_response("invoke", {"StatusCode": 202})
        return LambdaJobs("train", client)

    @pytest.fixture
    def started(self, sent):
        def told(number):
            assert len(sent) == number
            return [json.loads(params["Payload"]) for params in sent]

        return told

    def test_a_job_is_an_asynchronous_invocation_of_the_function(self, jobs, sent):
        jobs.start({})
        assert (sent[0]["FunctionName"], sent[0]["InvocationType"]) == ("train", "Event")

    def test_a_refusal_makes_the_store_unavailable(self, client):
        client.stub.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)
        with pytest.raises(StoreUnavailable, match="TooManyRequestsException"):
            LambdaJobs("train", client).start({})


@pytest.mark.parametrize(
    "url", ["", "lambda://", "process://", "process://a", "train", "emr-serverless://a?role=b&script=c"]
)
def test_a_url_of_no_known_form_is_refused(url):
    with pytest.raises(SettingsIncomplete, match="use lambda://function, process:///"):
        open_jobs(url)


def test_the_url_chooses_the_kind():
    assert isinstance(open_jobs("lambda://train"), LambdaJobs)
    assert isinstance(open_jobs("spark://local[2]?python=/python&script=/train.py"), ProcessJobs)
    emr = open_jobs("emr-serverless://00f1?role=arn:aws:iam::1:role/r&script=s3://bucket/train.py")
    assert isinstance(emr, EmrServerlessJobs)
    jobs = open_jobs("process:///job.py")
    assert isinstance(jobs, ProcessJobs)


class TestFunctions:
    @pytest.fixture
    def stub(self):
        client = boto3.client("lambda", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
        with Stubber(client) as stub:
            yield stub

    def test_an_answer_is_that_of_the_version_to_the_event(self, stub):
        expected = {"FunctionName": "arn:recommend:7", "Payload": b'{"a": 1}'}
        stub.add_response("invoke", {"StatusCode": 200, "Payload": io.BytesIO(b'{"statusCode": 200}')}, expected)
        assert LambdaFunctions(stub.client).ask("arn:recommend:7", {"a": 1}) == {"statusCode": 200}

    @pytest.mark.parametrize(
        ("response", "named"),
        [
            ({"FunctionError": "Unhandled", "Payload": b'{"errorType": "ImportModuleError"}'}, "in ImportModuleError"),
            ({"FunctionError": "Unhandled", "Payload": b"{}"}, "in an error"),
            ({"Payload": b"null"}, "in no object"),
            ({"Payload": b"<html>"}, "JSONDecodeError"),
        ],
    )
    def test_any_other_end_is_named(self, stub, response, named):
        stub.add_response("invoke", {**response, "Payload": io.BytesIO(response["Payload"])})
        with pytest.raises(StoreUnavailable, match=named):
            LambdaFunctions(stub.client).ask("arn:recommend:7", {})

    def test_a_refusal_is_named(self, stub):
        stub.add_client_error("invoke", "TooManyRequestsException")
        with pytest.raises(NotInvoked, match="Lambda: TooManyRequestsException"):
            LambdaFunctions(stub.client).ask("arn:recommend:7", {})
