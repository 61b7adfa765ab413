"""What template.yaml says against what the code does and needs."""

import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
import yaml

from doublebill.edge import settings
from doublebill.edge.http import Api
from doublebill.edge.line_metrics import UNITS, Measures
from doublebill.edge.settings import WatchSettings
from doublebill.service.scaling.ended import ENDS
from doublebill.service.scaling.limits import MEASURED
from doublebill.stores.emr import job_runs
from doublebill.times.retention import DEFAULT_DAYS
from doublebill_local.host.home import Home
from doublebill_local.host.template import read_template
from doublebill_local.locations import ROOT
from http_events import http_event, url_event
from stacks import load_module

TEMPLATE = read_template()
LATE = {"ReleaseFunction"}
"""Functions that read their settings when they are called, so that they can report what is wrong with them."""
PLATFORM_VARIABLES = {"AWS_ENDPOINT_URL", "OPENBLAS_NUM_THREADS", "POWERTOOLS_LOG_LEVEL"}
"""Variables that libraries read, not the project's settings."""

MOST_MEMORY_OF_A_NEW_ACCOUNT = 3008
"""MB a function; AWS raises it on request."""


class _Loader(yaml.CSafeLoader):
    """Keeps CloudFormation's short forms apart from plain values, as `{tag: value}`."""


def _short_form(loader: yaml.Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node)}
    return {tag: loader.construct_scalar(node)}  # type: ignore[arg-type]  # the third kind of node


_Loader.add_multi_constructor("!", _short_form)
WHOLE = yaml.load((ROOT / "template.yaml").read_text(), _Loader)
RESOURCES: dict[str, Any] = WHOLE["Resources"]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModuleType]]:
    """Every function's module."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in Home(home).environment().items():
            patch.setenv(variable, value)
        yield {name: load_module(function) for name, function in TEMPLATE.functions.items()}


def routes_of(api: Api) -> set[tuple[str, str]]:
    """Method and path, written as API Gateway does, of every route that the code registers."""
    for one in api.operations:
        parameters = dict.fromkeys(one.names, "a")
        for event in (http_event, url_event):
            assert api.routes.find(event(f"{one.method} {one.path}", path=parameters)) == (one, parameters)
    return {(one.method, one.path) for one in api.operations}


def test_the_routes_of_the_template_are_those_of_the_code(modules: dict[str, ModuleType]) -> None:
    in_code = {
        (method, path, name)
        for name, module in modules.items()
        if hasattr(module, "api")
        for method, path in routes_of(module.api)
    }
    in_template = [(route.method, route.path, route.function) for route in TEMPLATE.routes if not route.public]
    assert set(in_template) == in_code
    assert len(in_template) == len(in_code)


def test_path_parameters_have_the_names_of_the_functions_arguments(modules: dict[str, ModuleType]) -> None:
    for module in modules.values():
        for one in module.api.operations if hasattr(module, "api") else ():
            wanted = re.findall(r"\{(\w+)\}", one.path)
            taken = [name for name in inspect.signature(one.function).parameters if name != "request"]
            assert taken == wanted, one.path


def test_every_route_of_a_catalog_asks_for_a_right(modules: dict[str, ModuleType]) -> None:
    every = [one for module in modules.values() if hasattr(module, "api") for one in module.api.operations]
    free = {f"{one.method} {one.path}" for one in every if one.right is None}
    assert free == {
        "GET /v1/health",
        "GET /v1/openapi.json",
        "GET /v1/games",
        "GET /v1/catalogs",  # tells of those only that the caller sees
        "GET /v1/usage",  # tells the caller of itself
    }
    assert {one.right for one in every} == {None, "read", "write", "train", "people", "admin"}


@pytest.mark.parametrize("name", TEMPLATE.functions)
def test_every_setting_is_in_the_template_and_every_variable_is_read(name: str, modules: dict[str, ModuleType]) -> None:
    wanted = getattr(settings, name.replace("Function", "Settings"))
    if wanted.__struct_fields__:
        assert name in LATE or type(modules[name].settings) is wanted
    fields = {settings.variable(field.name): field for field in msgspec.structs.fields(wanted)}
    told = {variable for variable in TEMPLATE.functions[name].variables if variable not in PLATFORM_VARIABLES}
    required = {variable for variable, field in fields.items() if field.required}
    assert told <= fields.keys()
    assert required <= told


@pytest.mark.parametrize("name", TEMPLATE.functions)
def test_every_function_has_its_folder_layer_logs_and_requirements(name: str) -> None:
    function, properties = TEMPLATE.functions[name], RESOURCES[name]["Properties"]
    assert function.folder == ROOT / "functions" / name.removesuffix("Function").lower()
    assert RESOURCES[name]["Metadata"]["BuildMethod"] == "makefile"
    assert WHOLE["Globals"]["Function"]["Layers"] == [{"Ref": "SharedLayer"}]
    assert "Layers" not in properties
    logs = name.replace("Function", "Logs")
    sampled = {
        "LogFormat": {"If": ["SamplesLogs", "JSON", "Text"]},
        "SystemLogLevel": {"If": ["SamplesLogs", "WARN", {"Ref": "AWS::NoValue"}]},
    }
    takes_share = "DOUBLEBILL_LOGGED_SHARE" in function.variables
    assert properties["LoggingConfig"] == {"LogGroup": {"Ref": logs}} | (sampled if takes_share else {})
    assert RESOURCES[logs]["Type"] == "AWS::Logs::LogGroup"
    assert RESOURCES[logs]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert (function.folder / "Makefile").is_file()
    check_locked((function.folder / "requirements.txt").read_text())


def check_locked(text: str) -> None:
    """Asserts that every requirement is pinned with a hash, and that no line names a host or an option."""
    entries = text.replace("\\\n", " ").splitlines()
    requirements = [entry for entry in entries if entry.strip() and not entry.lstrip().startswith("#")]
    assert requirements
    for entry in requirements:
        assert re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==\S+( ; [^-]+)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", entry), entry
    assert "://" not in text


@pytest.mark.parametrize("lock", sorted((ROOT / "infra" / "requirements").glob("*.txt")), ids=lambda lock: lock.stem)
def test_every_lock_has_hashes_and_no_hosts(lock: Path) -> None:
    check_locked(lock.read_text())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "numpy==2.5.5\n",
        "numpy>=2 --hash=sha256:" + "0" * 64,
        "--index-url https://index.test/simple\nnumpy==2.5.5 --hash=sha256:" + "0" * 64,
        "numpy==2.5.5 --hash=sha256:" + "0" * 64 + "\nnumpy @ https://index.test/numpy.whl",
    ],
)
def test_the_lock_check_sees_what_is_not_locked(text: str) -> None:
    with pytest.raises(AssertionError):
        check_locked(text)


def references(node: Any) -> Iterator[str]:
    """The name of everything that a part of the template refers to."""
    if isinstance(node, list):
        for inner in node:
            yield from references(inner)
    elif isinstance(node, dict):
        for key, inner in node.items():
            if key in ("Ref", "GetAtt") and isinstance(inner, str):
                yield inner.partition(".")[0]
            elif key == "Sub" and isinstance(inner, str):
                yield from (name.partition(".")[0] for name in re.findall(r"\$\{([^}!]+)\}", inner))
            else:
                yield from references(inner)


def test_whatever_is_referred_to_is_in_the_template() -> None:
    made = {f"{name}Role" for name in TEMPLATE.functions} | {"ServerlessDeploymentApplication"}  # by SAM
    named = {*RESOURCES, *WHOLE["Parameters"], *made}
    used = {name for name in references(WHOLE) if not name.startswith("AWS::")}
    assert used - named == set()
    assert set(WHOLE["Parameters"]) - used == set()
    conditional = {resource["Condition"] for resource in RESOURCES.values() if "Condition" in resource}
    assert conditional | set(choices(WHOLE)) == WHOLE["Conditions"].keys()


def choices(node: Any) -> Iterator[str]:
    """The condition of every `!If` in a part of the template."""
    if isinstance(node, dict) and isinstance(node.get("If"), list):
        yield node["If"][0]
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from choices(inner)


def references_without_condition(node: Any) -> Iterator[str]:
    """The name of everything that a part of the template refers to outside of `!If`."""
    if isinstance(node, dict):
        node = {key: inner for key, inner in node.items() if key != "If"}
        if not any(isinstance(inner, dict | list) for inner in node.values()):
            yield from references(node)
        for inner in node.values():
            yield from references_without_condition(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references_without_condition(inner)


def test_what_may_be_missing_is_used_only_where_it_is_there() -> None:
    """A stack on data of an earlier one makes no bucket: others take its name from `BucketName`."""
    optional = {name for name, resource in RESOURCES.items() if "Condition" in resource}
    whatever = {name: one for name, one in RESOURCES.items() if "Condition" not in one}
    outputs = [one for one in WHOLE["Outputs"].values() if "Condition" not in one]
    used = set(references_without_condition([whatever, outputs]))
    assert used & optional == set(), "use BucketName, BucketArn, TableName, TableArn and KeyArn, with .Value"
    assert {"Bucket"} == set(
        references_without_condition({"a": {"Sub": "${Bucket.Arn}/x"}, "b": {"If": [{"Ref": "Table"}]}})
    )


def test_nothing_has_a_name_that_a_second_stack_would_have() -> None:
    named = {
        f"{name}.{key}": value
        for name, resource in RESOURCES.items()
        for key, value in resource["Properties"].items()
        # a policy's name counts within its role; a metric's is that of what is measured
        if key == "Name" or (key.endswith("Name") and key not in ("PolicyName", "MetricName"))
        if resource["Type"] != "AWS::Lambda::Permission"  # which names a function of this stack
    }
    assert {key for key, value in named.items() if "${AWS::StackName}" not in str(value)} == set()
    schedules = [
        event["Properties"]
        for name in TEMPLATE.functions
        for event in RESOURCES[name]["Properties"].get("Events", {}).values()
        if event["Type"] == "ScheduleV2"
    ]
    assert [schedule.get("OmitName") for schedule in schedules] == [True] * len(schedules)


def test_the_defaults_fit_a_new_account() -> None:
    assert WHOLE["Parameters"]["TrainMemory"]["Default"] <= MOST_MEMORY_OF_A_NEW_ACCOUNT
    assert WHOLE["Parameters"]["ServeMemory"]["Default"] <= MOST_MEMORY_OF_A_NEW_ACCOUNT


@pytest.mark.parametrize("environment", ["default", "dev", "prod"])
def test_every_environment_of_samconfig_sets_what_the_template_takes(environment: str) -> None:
    told = tomllib.loads((ROOT / "samconfig.toml").read_text())[environment]
    assert told["build"]["parameters"] == {"build_in_source": True, "parallel": True}
    overrides = dict(word.split("=", 1) for word in told["deploy"]["parameters"].get("parameter_overrides", "").split())
    for name, value in overrides.items():
        wanted = WHOLE["Parameters"][name]
        allowed = [str(one) for one in wanted.get("AllowedValues", [value])]
        assert value in allowed, name
        if wanted["Type"] == "Number":
            assert wanted.get("MinValue", 0) <= float(value) <= wanted.get("MaxValue", float("inf")), name
        assert re.fullmatch(wanted.get("AllowedPattern", ".*"), value), name


def test_environments_of_samconfig_are_stacks_of_their_own() -> None:
    told = tomllib.loads((ROOT / "samconfig.toml").read_text())
    names = [told[one]["global"]["parameters"]["stack_name"] for one in ("default", "dev", "prod")]
    assert len(set(names)) == 3


def test_every_function_folder_is_a_function() -> None:
    folders = {folder.parent for folder in (ROOT / "functions").glob("*/app.py")}
    assert folders == {function.folder for function in TEMPLATE.functions.values()}


def statements(properties: dict[str, Any]) -> list[dict[str, Any]]:
    return [statement for policy in properties.get("Policies", []) for statement in policy["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


NARROW = {
    ("StringLikeIfExists", "s3:prefix"): r"[a-z]+/\*",
    ("Null", "s3:prefix"): "True",
    ("ForAllValues:StringLike", "dynamodb:LeadingKeys"): r"_[a-z]+(#\*)?",
    ("ForAllValues:StringNotLike", "dynamodb:LeadingKeys"): r"_\*",
}
"""Conditions of statements, and what their values look like: one folder, one kind of records, no records."""


@pytest.mark.parametrize("name", TEMPLATE.functions)
def test_conditions_of_roles_name_single_folders_and_kinds_of_records(name: str) -> None:
    for statement in statements(RESOURCES[name]["Properties"]):
        for operator, keys in statement.get("Condition", {}).items():
            for key, values in keys.items():
                for value in as_list(values):
                    assert re.fullmatch(NARROW[operator, key], str(value)), (operator, key, value)


OBJECTS = r"\$\{BucketArn\.Value\}/[a-z]+(/[a-z]+)?/\*(/manifest\.json)?"
STARS = {
    "lambda:InvokeFunction": r"\$\{[A-Z][a-z]+Function\.Arn\}:\*",
    "codedeploy:PutLifecycleEventHookExecutionStatus": r"arn:.*:deploymentgroup:\$\{Serverless\w+Application\}/\*",
}
"""What stars stand for: objects of a folder, versions of one function, the deployments of this stack."""


@pytest.mark.parametrize("name", TEMPLATE.functions)
def test_roles_name_single_actions_on_single_resources(name: str) -> None:
    for statement in statements(RESOURCES[name]["Properties"]):
        assert statement["Effect"] == "Allow"
        assert statement.keys() - {"Condition"} == {"Effect", "Action", "Resource"}
        narrowed = [
            one for one in as_list(statement["Action"]) if one.startswith("dynamodb:") or one == "s3:ListBucket"
        ]
        assert bool(narrowed) == ("Condition" in statement), "rows by their partitions, lists by their prefixes"
        for action in as_list(statement["Action"]):
            assert re.fullmatch(r"(s3|dynamodb|secretsmanager|lambda|codedeploy):[A-Za-z]+", action), action
        for resource in as_list(statement["Resource"]):
            ((form, value),) = resource.items()  # plain text would be an ARN of somebody's account
            if form == "Sub" and "*" in value:
                # objects under the prefixes of the house: the bucket's ARN, a folder's name, then anything
                assert re.fullmatch(STARS.get(action, OBJECTS), value), value


def test_stars_elsewhere_stand_only_in_the_policy_that_refuses_plain_http() -> None:
    (statement,) = RESOURCES["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}
    policies = [name for name, resource in RESOURCES.items() if "PolicyDocument" in str(resource)]
    assert sorted(policies) == [
        *(
            "BucketPolicy",
            "FlavourAcrossPolicy",
            "FlavourPolicy",
            "KmsPolicy",
            "ReleaseRole",
            "SparkPolicy",
            "SparkRole",
        ),
    ]
    managed = [name for name, resource in RESOURCES.items() if ":iam::aws:policy/" in str(resource)]
    assert managed == ["ReleaseRole"]  # what CodeDeploy needs is AWS's to say


def test_only_generate_may_ask_a_language_model_and_only_the_one_that_was_named() -> None:
    (here,), (profile, across) = (
        RESOURCES[name]["Properties"]["PolicyDocument"]["Statement"]
        for name in ("FlavourPolicy", "FlavourAcrossPolicy")
    )
    for name, condition in (("FlavourPolicy", "FlavourHere"), ("FlavourAcrossPolicy", "FlavourAcross")):
        assert RESOURCES[name]["Condition"] == condition
        assert RESOURCES[name]["Properties"]["Roles"] == [{"Ref": "GenerateFunctionRole"}]
    assert {one["Action"] for one in (here, profile, across)} == {"bedrock:InvokeModel"}
    start = "arn:${AWS::Partition}:bedrock:"
    own = f"{start}${{AWS::Region}}:${{AWS::AccountId}}:inference-profile/${{BedrockGeography}}${{BedrockModelId}}"
    assert here["Resource"] == {"Sub": f"{start}${{AWS::Region}}::foundation-model/${{BedrockModelId}}"}
    assert profile["Resource"] == {"Sub": own}
    assert across["Resource"] == {"Sub": f"{start}*::foundation-model/${{BedrockModelId}}"}
    assert across["Condition"] == {"StringEquals": {"bedrock:InferenceProfileArn": {"Sub": own}}}
    assert [WHOLE["Parameters"][name]["Default"] for name in ("BedrockModelId", "BedrockGeography")] == ["", ""]
    assert RESOURCES["GenerateFunction"]["Properties"]["Environment"]["Variables"]["DOUBLEBILL_REWRITER"] == {
        "Sub": "bedrock://${BedrockGeography}${BedrockModelId}"
    }


def test_nothing_but_the_files_of_the_playground_answers_without_authorisation() -> None:
    auth = RESOURCES["Api"]["Properties"]["Auth"]
    assert auth == {"EnableIamAuthorizer": True, "DefaultAuthorizer": "AWS_IAM"}
    for name in TEMPLATE.functions:
        for event in RESOURCES[name]["Properties"].get("Events", {}).values():
            assert ("Auth" in event["Properties"]) == (name == "PlaygroundFunction")
        assert "FunctionUrlConfig" not in RESOURCES[name]["Properties"]


def test_the_one_function_url_is_checked_by_iam_and_is_off_by_default() -> None:
    (url,) = (one for one in RESOURCES.values() if one["Type"] == "AWS::Lambda::Url")
    assert url["Condition"] == "HasRecommendUrl"
    assert WHOLE["Parameters"]["RecommendUrl"]["Default"] == "Disabled"
    assert url["Properties"]["AuthType"] == "AWS_IAM"
    assert url["Properties"]["TargetFunctionArn"] == {"Ref": "RecommendFunction.Alias"}
    permissions = [name for name, one in RESOURCES.items() if one["Type"] == "AWS::Lambda::Permission"]
    assert permissions == ["SparkEndedPermission"], "each caller needs a policy of its own"


SPARK = ("SparkApplication", "SparkRole", "SparkPolicy", "SparkEnded", "SparkEndedPermission")


def test_spark_is_off_by_default_and_costs_nothing_while_it_is_idle() -> None:
    assert WHOLE["Parameters"]["SparkTrainings"]["Default"] == "Disabled"
    made = [name for name, one in RESOURCES.items() if one.get("Condition") == "TrainsOnSpark"]
    assert sorted(made) == sorted(SPARK)
    application = RESOURCES["SparkApplication"]["Properties"]
    assert application["Architecture"] == "ARM64"
    assert application["AutoStopConfiguration"] == {"Enabled": True, "IdleTimeoutMinutes": 1}
    assert "InitialCapacity" not in application
    assert application["MaximumCapacity"].keys() == {"Cpu", "Memory", "Disk"}


def test_the_driver_of_spark_has_the_settings_and_memory_that_the_code_counts_with() -> None:
    (configuration,) = RESOURCES["SparkApplication"]["Properties"]["RuntimeConfiguration"]
    properties = configuration["Properties"]
    fields = {settings.variable(one.name) for one in msgspec.structs.fields(settings.TrainSettings) if one.required}
    start = "spark.emr-serverless.driverEnv."
    own = {name.removeprefix(start) for name in properties if name.startswith(f"{start}DOUBLEBILL_")}
    assert own >= fields
    assert own <= {settings.variable(one.name) for one in msgspec.structs.fields(settings.TrainSettings)}
    own_gb = float(properties["spark.driver.memory"].removesuffix("g"))
    overhead_gb = own_gb * float(properties["spark.emr-serverless.memoryOverheadFactor"])
    assert overhead_gb * 1e9 == MEASURED.driver_bytes
    assert float(properties["spark.emr-serverless.memoryOverheadFactor"]) == job_runs.BESIDE
    assert (int(properties["spark.driver.cores"]), own_gb) == job_runs.DRIVERS[-1]
    assert MEASURED.spare == job_runs.SPARE


def test_trainings_on_spark_wait_for_their_turn_as_long_as_their_runs_are_queued() -> None:
    scheduler = RESOURCES["SparkApplication"]["Properties"]["SchedulerConfiguration"]
    assert scheduler == {"MaxConcurrentRuns": 1, "QueueTimeoutMinutes": job_runs.QUEUE_MINUTES}


def rights(statement: dict[str, Any]) -> set[tuple[str, str]]:
    """Each action of a statement with each of its resources, or with what its condition narrows it to."""
    narrowed = [value for keys in statement.get("Condition", {}).values() for key in keys.values() for value in key]
    named = narrowed or [next(iter(one.values())) for one in as_list(statement["Resource"])]
    return {(action, str(value)) for action in as_list(statement["Action"]) for value in named}


def test_the_driver_of_spark_may_do_as_the_train_function_in_a_training_and_sum() -> None:
    (policy,) = RESOURCES["SparkRole"]["Properties"]["Policies"]
    driver = {right for one in policy["PolicyDocument"]["Statement"] for right in rights(one)}
    function = {right for one in statements(RESOURCES["TrainFunction"]["Properties"]) for right in rights(one)}
    beside = {
        right
        for right in function
        if any(word in right[1] for word in ("/callers/", "/content/", "/corpora/", "_call"))
    }
    objects = {(f"s3:{action}Object", "${BucketArn.Value}/sums/*") for action in ("Get", "Put", "Delete")}
    more = objects | {
        ("s3:GetObject", "${BucketArn.Value}/spark/*"),
        ("s3:ListBucket", "sums/*"),
        ("s3:ListBucket", "spark/*"),
    }
    assert driver - function == more
    assert {right for right in function - driver - beside if right[0] != "lambda:InvokeFunction"} == set()


def test_only_the_train_function_starts_job_runs_of_one_application_under_one_role() -> None:
    policy = RESOURCES["SparkPolicy"]["Properties"]
    assert policy["Roles"] == [{"Ref": "TrainFunctionRole"}]
    application, runs, role = policy["PolicyDocument"]["Statement"]
    assert application["Resource"] == {"GetAtt": "SparkApplication.Arn"}
    assert runs["Resource"] == {"Sub": "${SparkApplication.Arn}/jobruns/*"}
    assert (role["Action"], role["Resource"]) == ("iam:PassRole", {"GetAtt": "SparkRole.Arn"})
    assert role["Condition"] == {"StringEquals": {"iam:PassedToService": "emr-serverless.amazonaws.com"}}
    (trusted,) = RESOURCES["SparkRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Condition"]["ArnLike"] == {"aws:SourceArn": {"GetAtt": "SparkApplication.Arn"}}


def test_the_end_of_a_job_run_is_told_to_the_train_function_as_it_reads_it() -> None:
    rule = RESOURCES["SparkEnded"]["Properties"]
    assert set(rule["EventPattern"]["detail"]["state"]) == ENDS.keys()
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": "TrainFunction.Alias"}
    template = target["InputTransformer"]["InputTemplate"]
    assert json.loads(template.replace("<job>", '"00f1"')) == {"spark": "00f1"}
    permission = RESOURCES["SparkEndedPermission"]["Properties"]
    assert permission["SourceArn"] == {"GetAtt": "SparkEnded.Arn"}


def test_access_logs_name_the_route_and_never_the_path() -> None:
    told = RESOURCES["Api"]["Properties"]["AccessLogSettings"]["Format"]
    variables = set(re.findall(r"\$context\.([\w.]+)", told))
    assert "routeKey" in variables
    assert variables.isdisjoint({"path", "requestOverride", "customDomain.basePathMatched", "identity.sourceIp"})


def test_what_holds_data_survives_the_stack_and_is_closed() -> None:
    for name in ("Bucket", "HistoriesTable", "PseudonymKey"):
        assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
    assert all(RESOURCES["Bucket"]["Properties"]["PublicAccessBlockConfiguration"].values())


def test_the_table_has_the_keys_that_the_code_writes() -> None:
    properties = RESOURCES["HistoriesTable"]["Properties"]
    assert [key["AttributeName"] for key in properties["KeySchema"]] == ["pk", "sk"]
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_the_schedules_train_every_catalog_count_what_trends_and_prune() -> None:
    said = '{"schedule": true}'
    fired = '{"schedule": true, "fired": "<aws.scheduler.scheduled-time>"}'
    assert TEMPLATE.schedules == {
        "TrainFunction": {"expression": "rate(1 day)", "input": fired},
        "PeopleFunction": {"expression": "rate(1 hour)", "input": said},
        "TrendingFunction": {"expression": "rate(1 hour)", "input": said},
        "PruneFunction": {"expression": "rate(1 day)", "input": said},
    }


def test_the_description_and_the_pages_count_the_functions() -> None:
    words = {12: "twelve", 13: "thirteen", 14: "fourteen"}
    count = words[len(TEMPLATE.functions)]
    assert f"{count} functions" in WHOLE["Description"]
    deploy = (ROOT / "infra" / "docs" / "guides" / "deploy.md").read_text()
    assert f"{count} functions" in deploy
    schedules = {4: "four", 5: "five"}[len(TEMPLATE.schedules)]
    assert all(f"{schedules} schedules" in text for text in (WHOLE["Description"], deploy))
    architecture = (ROOT / "infra" / "docs" / "architecture.md").read_text()
    assert f"{count} Lambda functions" in architecture
    assert f"{count} handlers" in architecture


def test_a_function_that_starts_itself_names_itself() -> None:
    setting = {"TrainFunction": "JOBS", "BatchesFunction": "BATCH_JOBS", "GenerateFunction": "CONTENT_JOBS"}
    for name, jobs in setting.items():
        own = RESOURCES[name]["Properties"]["FunctionName"]["Sub"]
        variables = RESOURCES[name]["Properties"]["Environment"]["Variables"]
        assert variables[f"DOUBLEBILL_{jobs}"] == {"Sub": f"lambda://{own}:live"}


def test_bundles_describe_exactly_the_services_that_the_code_asks() -> None:
    (kept,) = re.findall(r"^SERVICES := (.*)$", (ROOT / "infra" / "build.mk").read_text(), re.MULTILINE)
    sources = [file.read_text() for folder in ("shared", "functions") for file in (ROOT / folder).rglob("*.py")]
    asked = {name for text in sources for name in re.findall(r"boto3\.client\(\s*\"([\w-]+)\"", text)}
    assert kept.split() == sorted(asked)


RETENTION = "DOUBLEBILL_RETENTION_DAYS"


def test_bundles_have_exactly_the_packages_of_scipy_that_the_code_imports() -> None:
    (kept,) = re.findall(r"^SCIPY := (.*)$", (ROOT / "infra" / "build.mk").read_text(), re.MULTILINE)
    sources = [file.read_text() for file in (ROOT / "shared" / "doublebill").rglob("*.py")]
    imported = {name for text in sources for name in re.findall(r"(?:import|from) scipy\.(\w+)", text)}
    assert kept.split() == sorted(imported)
    assert not any(
        re.search(r"from scipy import|import scipy(?! *$|\.| as)|sparse\.(linalg|csgraph)", text, re.M)
        for text in sources
    )


def test_nothing_that_is_read_is_ever_expired() -> None:
    rules = RESOURCES["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    plain = [rule["If"][1] if "If" in rule else rule for rule in rules]
    expiring = [(rule.get("Prefix"), rule["ExpirationInDays"]) for rule in plain if "ExpirationInDays" in rule]
    days = {"Ref": "RetentionDays"}
    retained = [(f"{prefix}/", days) for prefix in ("batches", "events", "merges", "quarantine")]
    assert expiring == [("batches/", 7), ("packs/", 7), *retained]


def test_every_function_that_writes_or_reads_the_log_has_the_same_retention() -> None:
    functions = {name: RESOURCES[name]["Properties"] for name in TEMPLATE.functions}
    variables = {name: one.get("Environment", {}).get("Variables", {}) for name, one in functions.items()}
    told = {name: one["DOUBLEBILL_RETENTION_DAYS"] for name, one in variables.items() if RETENTION in one}
    assert told.keys() >= {"EventsFunction", "PeopleFunction", "TrainFunction", "TrendingFunction"}
    assert list(told.values()) == [{"Ref": "RetentionDays"}] * len(told)
    assert WHOLE["Parameters"]["RetentionDays"]["Default"] == DEFAULT_DAYS


def test_every_role_is_bounded_where_the_account_asks_for_it() -> None:
    bounded = {"If": ["IsBounded", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
    assert WHOLE["Globals"]["Function"]["PermissionsBoundary"] == bounded
    for name in TEMPLATE.schedules:
        events = RESOURCES[name]["Properties"]["Events"].values()
        (schedule,) = (one for one in events if one["Type"] == "ScheduleV2")
        assert schedule["Properties"]["PermissionsBoundary"] == bounded
    roles = {name: one["Properties"] for name, one in RESOURCES.items() if one["Type"] == "AWS::IAM::Role"}
    assert {name: one["PermissionsBoundary"] for name, one in roles.items()} == {
        "ReleaseRole": bounded,
        "SparkRole": bounded,
    }


def test_what_costs_or_needs_a_larger_account_is_off_by_default() -> None:
    off = {"ArchiveAfterDays": 0, "RecoveryDays": 0, "TrainConcurrency": 0, "PermissionsBoundary": ""}
    assert {name: WHOLE["Parameters"][name]["Default"] for name in off} == off


def alarms() -> dict[str, dict[str, Any]]:
    """The alarms that always watch, by name; those of releases are there only where traffic shifts slowly."""
    found = {name: one for name, one in RESOURCES.items() if one["Type"] == "AWS::CloudWatch::Alarm"}
    assert [name for name, one in found.items() if "Condition" in one] == ["ReleaseDefects", "ReleaseErrors"]
    return {name: one["Properties"] for name, one in found.items() if "Condition" not in one}


def test_every_alarm_has_an_entry_in_the_runbook_and_every_entry_an_alarm() -> None:
    runbook = (ROOT / "infra" / "docs" / "guides" / "runbook.md").read_text()
    assert re.findall(r"^## (\w+)$", runbook, re.MULTILINE) == list(alarms())
    for name, alarm in alarms().items():
        assert f"guides/runbook.md, {name}." in alarm["AlarmDescription"]
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def watched_by(alarm: dict[str, Any], by_default: bool = False) -> list[dict[str, Any]]:
    """The single metrics behind an alarm on a formula, without those of a condition where `by_default` says so."""
    parts = [
        part["If"][1] if "If" in part else part
        for part in alarm.get("Metrics", [])
        if not (by_default and "If" in part)
    ]
    return [part for part in parts if "MetricStat" in part]


def test_alarms_and_dashboard_watch_metrics_that_are_counted() -> None:
    dashboard, named = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Sub"]
    widgets = json.loads(dashboard.replace("${OfTokens}", named["OfTokens"]["If"][1]["Sub"]))["widgets"]
    drawn = [one for widget in widgets for one in widget["properties"].get("metrics", []) if one[0] == "doublebill"]
    simple = [one for one in alarms().values() if one.get("Namespace") == "doublebill"]
    nested = [part["MetricStat"]["Metric"] for one in alarms().values() for part in watched_by(one)]
    nested = [one for one in nested if one["Namespace"] == "doublebill"]
    watched = [(one["MetricName"], [part["Name"] for part in one["Dimensions"]]) for one in [*simple, *nested]]
    watched += [(name, [first, second]) for _, name, first, _, second, *_ in drawn]
    assert len(watched) > 10
    for name, dimensions in watched:
        assert name in UNITS
        assert dimensions == ["service", "stage"]
    assert {re.findall(r"\w+", name)[0] for name in widgets[0]["properties"]["alarms"]} == alarms().keys()


def test_the_guide_says_how_many_metrics_the_alarms_watch() -> None:
    parts = [max(1, len(watched_by(one, by_default=True))) for one in alarms().values()]
    guide = (ROOT / "infra" / "docs" / "guides" / "deploy.md").read_text()
    assert f"watch {sum(parts)} metrics (one more with tokens, one more with `RecommendUrl`, nine more" in guide
    assert sum(len(watched_by(one)) - len(watched_by(one, by_default=True)) for one in alarms().values()) == 2


def test_failures_of_the_api_of_tokens_count_and_are_drawn_where_there_is_one() -> None:
    tokens = {"GetAtt": "TokenApi.Outputs.ApiId"}
    apis = [part["MetricStat"]["Metric"]["Dimensions"][0]["Value"] for part in watched_by(alarms()["ServerErrors"])]
    assert apis == [{"Ref": "Api"}, tokens, {"Ref": "RecommendFunction"}]
    choices_of_alarm = [part["If"][0] for part in alarms()["ServerErrors"]["Metrics"] if "If" in part]
    assert choices_of_alarm == ["TakesTokens", "HasRecommendUrl"]
    outputs = yaml.load((ROOT / "infra" / "tokens.yaml").read_text(), _Loader)["Outputs"]
    assert outputs["ApiId"]["Value"] == {"Ref": "Api"}
    drawn = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Sub"][1]["OfTokens"]["If"]
    assert drawn[0] == "TakesTokens"
    assert drawn[1]["Sub"].count("${TokenApi.Outputs.ApiId}") == 3
    assert drawn[2] == ""


def test_an_alarm_that_hears_nothing_keeps_no_earlier_state() -> None:
    assert {one["TreatMissingData"] for one in alarms().values()} == {"missing", "notBreaching"}
    assert alarms()["OldChampion"]["TreatMissingData"] == "missing"


def test_a_release_is_taken_back_for_defects_by_a_metric_that_is_counted() -> None:
    alarm = RESOURCES["ReleaseDefects"]["Properties"]
    assert (alarm["MetricName"], alarm["Dimensions"]) == (
        "Defects",
        [{"Name": "stage", "Value": {"Ref": "AWS::StackName"}}],
    )
    line: Any = Measures.of("recommend", WatchSettings()).fields({"Failed": 1, "Defects": 1})
    assert {
        "Namespace": "doublebill",
        "Dimensions": [["stage"]],
        "Metrics": [{"Name": "Defects", "Unit": "Count"}],
    } in line["_aws"]["CloudWatchMetrics"]


def test_jobs_that_fail_for_good_are_kept() -> None:
    queue = {"OnFailure": {"Type": "SQS", "Destination": {"GetAtt": "FailedJobs.Arn"}}}
    starting = ("Train", "Batches", "Generate", "People", "Trending", "Prune")
    for name in (f"{one}Function" for one in starting):
        assert RESOURCES[name]["Properties"]["EventInvokeConfig"]["DestinationConfig"] == queue
    for name in TEMPLATE.schedules:
        events = RESOURCES[name]["Properties"]["Events"].values()
        for event in (one for one in events if one["Type"] == "ScheduleV2"):
            assert event["Properties"]["DeadLetterConfig"] == {"Arn": {"GetAtt": "FailedJobs.Arn"}}


def test_no_role_may_write_traces_where_tracing_is_off() -> None:
    """SAM gives every role AWS's policy for X-Ray where `Tracing` is anything but this word."""
    assert WHOLE["Parameters"]["Tracing"]["Default"] == "Disabled"
    assert WHOLE["Globals"]["Function"]["Tracing"] == {"Ref": "Tracing"}


OWN_KEY = {"If": ["OwnKmsKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}


def test_a_key_of_ones_own_encrypts_all_that_holds_data_and_every_role_may_use_it() -> None:
    groups = [one["Properties"] for one in RESOURCES.values() if one["Type"] == "AWS::Logs::LogGroup"]
    secret = RESOURCES["PseudonymKey"]["Properties"]
    assert [one.get("KmsKeyId") for one in (*groups, secret)] == [OWN_KEY] * (len(TEMPLATE.functions) + 2)
    encryption = RESOURCES["Bucket"]["Properties"]["BucketEncryption"], RESOURCES["HistoriesTable"]["Properties"]
    assert str(encryption).count("'KmsKeyArn'") == 2
    policy = RESOURCES["KmsPolicy"]["Properties"]
    unread = ("PlaygroundFunction", "ReleaseFunction")  # which read nothing, and names only
    reading = [name for name in TEMPLATE.functions if name not in unread]
    *roles, spark = policy["Roles"]
    assert {role["Ref"] for role in roles} == {f"{name}Role" for name in reading}
    assert spark == {"If": ["TrainsOnSpark", {"Ref": "SparkRole"}, {"Ref": "AWS::NoValue"}]}
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Ref": "KmsKeyArn"}


def test_routes_with_limits_of_their_own_are_routes() -> None:
    limits = RESOURCES["Api"]["Properties"]["RouteSettings"]
    assert limits.keys() <= {f"{route.method} {route.path}" for route in TEMPLATE.routes}
    assert {f"POST /v1/games/{{kind}}{end}" for end in ("", "/proofs", "/corpora")} <= limits.keys()
