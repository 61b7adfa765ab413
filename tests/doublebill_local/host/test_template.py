"""What the embedded run gets out of template.yaml."""

import re
from collections import Counter
from pathlib import Path

import pytest

from doublebill_local.host.template import Function, Route, read_template
from doublebill_local.locations import ROOT

SMALL = """
Parameters:
  Often: {Type: String, Default: rate(2 hours)}
Globals:
  Function:
    Handler: app.handler
    Environment: {Variables: {EVERYWHERE: !Sub "s3://${Bucket}"}}
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Join ["-", [a, !Ref AWS::Region]]}}
  Plain:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/plain/}
  Whole:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/whole/
      Handler: other.main
      Environment: {Variables: {OWN: !GetAtt [Bucket, Arn]}}
      Events:
        Read: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: "/v1/things/{thing}"}}
        Write: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: PUT, Path: /v1/things}}
        Parameter: {Type: ScheduleV2, Properties: {ScheduleExpression: !Ref Often, Input: '{"a": 1}'}}
  Timed:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/timed/
      Events: {Literal: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day), Input: "{}"}}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(SMALL)
    return file


def test_functions_come_with_folder_handler_and_variables(small: Path) -> None:
    functions = read_template(small).functions
    folder = small.parent / "functions"
    assert functions == {
        "Plain": Function("Plain", folder / "plain", "app", "handler", frozenset({"EVERYWHERE"})),
        "Whole": Function("Whole", folder / "whole", "other", "main", frozenset({"EVERYWHERE", "OWN"})),
        "Timed": Function("Timed", folder / "timed", "app", "handler", frozenset({"EVERYWHERE"})),
    }


def test_routes_come_in_their_order(small: Path) -> None:
    assert read_template(small).routes == (
        Route("GET", "/v1/things/{thing}", "Whole"),
        Route("PUT", "/v1/things", "Whole"),
    )


def test_schedules_stand_as_written_or_as_the_default_of_their_parameter(small: Path) -> None:
    assert read_template(small).schedules == {
        "Whole": {"expression": "rate(2 hours)", "input": '{"a": 1}'},
        "Timed": {"expression": "rate(1 day)", "input": "{}"},
    }


def test_every_function_of_the_template_has_its_module_and_handler() -> None:
    for function in read_template().functions.values():
        source = (function.folder / f"{function.file}.py").read_text()
        assert re.search(rf"^(def {function.handler}\(|{function.handler} = )", source, re.MULTILINE), function


def test_every_folder_of_functions_is_a_function_of_the_template() -> None:
    told = {function.folder for function in read_template().functions.values()}
    assert told == {path.parent for path in (ROOT / "functions").glob("*/app.py")}


def test_no_route_of_the_template_hides_another() -> None:
    shapes = Counter((route.method, re.sub(r"\{\w+\}", "*", route.path)) for route in read_template().routes)
    assert [shape for shape, count in shapes.items() if count > 1] == []
