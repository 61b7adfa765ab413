"""Reads from template.yaml what the embedded run needs: functions, routes, the retraining schedule."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from doublebill_local.locations import ROOT

try:
    from yaml import CSafeLoader as SafeLoader  # ten times as fast
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]  # the same interface


@dataclass(frozen=True)
class Function:
    """One Lambda function."""

    name: str
    """Its logical id."""
    folder: Path
    file: str
    """The module of its handler."""
    handler: str
    """The handler's name in the module."""
    variables: frozenset[str]
    """Names of its environment variables."""


@dataclass(frozen=True)
class Route:
    """One route of the HTTP API."""

    method: str
    path: str
    """With `{name}` for parameters."""
    function: str
    public: bool = False
    """Whether it is a page that everybody may load, not an operation of the API."""


@dataclass(frozen=True)
class Template:
    """The parts of the template that the embedded run needs."""

    functions: dict[str, Function]
    routes: tuple[Route, ...]
    schedules: dict[str, dict[str, str]]
    """Function → expression and input of its schedule."""


class _Loader(SafeLoader):
    """Reads CloudFormation's short forms (`!Ref x`, `!Sub y`) as their arguments."""


def _short_form(loader: yaml.Loader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node)
    return loader.construct_scalar(node)  # type: ignore[arg-type]  # the third and last kind of node


_Loader.add_multi_constructor("!", _short_form)


def read_template(file: Path = ROOT / "template.yaml") -> Template:
    """Reads the functions, routes and schedules of the template at `file`."""
    whole = _parsed(file)
    common = whole["Globals"]["Function"]
    found = {
        name: resource["Properties"]
        for name, resource in whole["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    defaults = {name: parameter.get("Default", "") for name, parameter in whole["Parameters"].items()}
    return Template(
        {name: _function(name, properties, common, file.parent) for name, properties in found.items()},
        tuple(route for name, properties in found.items() for route in _routes(name, properties)),
        {name: schedule for name, properties in found.items() for schedule in _schedules(properties, defaults)},
    )


def read_parameters(file: Path = ROOT / "template.yaml") -> dict[str, dict[str, Any]]:
    """Reads the parameters of the template at `file`: type, default and limits by name."""
    parameters: dict[str, dict[str, Any]] = _parsed(file)["Parameters"]
    return parameters


def _parsed(file: Path) -> dict[str, Any]:
    """Returns the plain values of a template; a safe loader makes nothing else of it."""
    loader = _Loader(file.read_text())
    try:
        whole: dict[str, Any] = loader.get_single_data()
        return whole
    finally:
        loader.dispose()


def _function(name: str, properties: dict[str, Any], common: dict[str, Any], root: Path) -> Function:
    file, handler = properties.get("Handler", common["Handler"]).rsplit(".", 1)
    variables = {**common["Environment"]["Variables"], **properties.get("Environment", {}).get("Variables", {})}
    return Function(name, root / properties["CodeUri"], file, handler, frozenset(variables))


def _routes(name: str, properties: dict[str, Any]) -> list[Route]:
    events = properties.get("Events", {}).values()
    routes = [event["Properties"] for event in events if event["Type"] == "HttpApi"]
    return [
        Route(properties["Method"], properties["Path"], name, properties.get("Auth") == {"Authorizer": "NONE"})
        for properties in routes
    ]


def _schedules(properties: dict[str, Any], defaults: dict[str, str]) -> list[dict[str, str]]:
    events = properties.get("Events", {}).values()
    schedules = [event["Properties"] for event in events if event["Type"] == "ScheduleV2"]
    return [
        {
            "expression": defaults.get(properties["ScheduleExpression"], properties["ScheduleExpression"]),
            "input": properties["Input"],
        }
        for properties in schedules
    ]
