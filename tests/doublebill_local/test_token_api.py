"""The API of callers with tokens: the same routes to the same functions, none of them open, some of them scoped."""

from typing import Any

import pytest
import yaml

from doublebill_local import token_api
from doublebill_local.host.template import read_template
from doublebill_local.locations import ROOT

FILE = ROOT / "infra" / "tokens.yaml"


class _Loader(yaml.CSafeLoader):
    """Reads CloudFormation's short forms as what stands behind them."""


def _short_form(loader: yaml.CSafeLoader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return loader.construct_scalar(node)  # type: ignore[arg-type]  # the only other kind of node here


_Loader.add_multi_constructor("!", _short_form)


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    whole: dict[str, Any] = yaml.load(FILE.read_text(), _Loader)  # a SafeLoader with short forms
    return whole


def of_type(written: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = [one for one in written["Resources"].values() if one["Type"] == f"AWS::ApiGatewayV2::{kind}"]
    return [one["Properties"] for one in found]


def test_the_file_is_what_make_docs_would_write() -> None:
    assert FILE.read_text() == "".join(token_api.lines())


def test_it_has_every_route_of_the_template_and_none_but_pages_without_a_token(written: dict[str, Any]) -> None:
    routes = of_type(written, "Route")
    reached = {one["RouteKey"]: one["Target"] for one in routes}
    assert reached == {
        f"{one.method} {one.path}": f"integrations/${{{one.function}Integration}}" for one in read_template().routes
    }
    pages = {f"{one.method} {one.path}" for one in read_template().routes if one.public}
    kinds = {one["RouteKey"]: (one["AuthorizationType"], one.get("AuthorizerId")) for one in routes}
    assert kinds == {key: ("NONE", None) if key in pages else ("JWT", "Tokens") for key in reached}


def test_routes_that_train_or_administer_need_the_scope_and_no_others(written: dict[str, Any]) -> None:
    scoped = {one["RouteKey"] for one in of_type(written, "Route") if one.get("AuthorizationScopes") == ["AdminScope"]}
    assert scoped == {
        "DELETE /v1/catalogs/{catalog}",
        "DELETE /v1/catalogs/{catalog}/challenger",
        "POST /v1/catalogs/{catalog}/models/{version}/recommendations",
        "POST /v1/catalogs/{catalog}/trainings",
        "POST /v1/games/{kind}/corpora",
        "PUT /v1/catalogs/{catalog}/challenger",
        "PUT /v1/catalogs/{catalog}/champion",
    }


def test_issuer_and_origins_are_parameters_and_credentials_never_allowed(written: dict[str, Any]) -> None:
    (tokens,) = of_type(written, "Authorizer")
    assert tokens["JwtConfiguration"] == {"Issuer": "Issuer", "Audience": "Audience"}
    (api,) = of_type(written, "Api")
    condition, cors, otherwise = api["CorsConfiguration"]
    assert (condition, cors["AllowOrigins"], otherwise) == ("HasOrigins", "Origins", "AWS::NoValue")
    assert "AllowCredentials" not in cors


def test_every_parameter_is_given_and_limited_routes_exist_before_the_stage(written: dict[str, Any]) -> None:
    main: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)  # as above
    given = main["Resources"]["TokenApi"]
    assert given["Condition"] == "TakesTokens"
    assert given["Properties"]["Parameters"].keys() == written["Parameters"].keys()
    stage = written["Resources"]["Stage"]
    limited = {written["Resources"][name]["Properties"]["RouteKey"] for name in stage["DependsOn"]}
    assert limited == stage["Properties"]["RouteSettings"].keys()
    assert limited == main["Resources"]["Api"]["Properties"]["RouteSettings"].keys()
