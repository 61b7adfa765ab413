"""Writes infra/tokens.yaml: the API for callers with tokens, made of the same routes as the API of template.yaml.

python -m doublebill_local.token_api > infra/tokens.yaml      `make docs` does it
"""

import re
from collections.abc import Iterator

from doublebill_local.host.template import read_template
from doublebill_local.openapi import operations

HEAD = """\
# Written by doublebill_local.token_api; `make docs` writes it again.
AWSTemplateFormatVersion: "2010-09-09"
Description: >-
  doublebill: the same routes for callers with tokens of an OpenID Connect provider. A nested stack of template.yaml,
  made where TokenIssuer is given.

Parameters:
  Issuer: {Type: String, Description: The issuer of the tokens.}
  Audience: {Type: CommaDelimitedList, Description: The audiences that tokens may be for.}
  AdminScope: {Type: String, Description: The scope that a token needs for routes that train or administer.}
  Origins: {Type: CommaDelimitedList, Description: Origins of web pages that may call; empty for none.}
  RequestsPerSecond: {Type: Number, Description: Requests per second to all routes together.}
  ContentPerSecond: {Type: Number, Description: Requests per second to each route that makes or proves game content.}
  JobsPerSecond: {Type: Number, Description: Requests per second to each route that starts a job.}
  AccessLogs: {Type: String, Description: The ARN of the log group of requests.}
"""

API = """\

Conditions:
  HasOrigins: !Not [!Equals [!Join ["", !Ref Origins], ""]]

Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: !Ref AWS::StackName
      ProtocolType: HTTP
      CorsConfiguration: !If
        - HasOrigins
        - AllowOrigins: !Ref Origins
          AllowMethods: [DELETE, GET, PATCH, POST, PUT]
          AllowHeaders: [authorization, content-type, if-none-match]
          ExposeHeaders: [etag, retry-after, x-degraded, x-model-version]
          MaxAge: 3600
        - !Ref AWS::NoValue

  Tokens:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      Name: tokens
      AuthorizerType: JWT
      IdentitySource: [$request.header.Authorization]
      JwtConfiguration: {Issuer: !Ref Issuer, Audience: !Ref Audience}
"""

STAGE = """\

  Stage:
    Type: AWS::ApiGatewayV2::Stage
    DependsOn: [%(limited)s]
    Properties:
      ApiId: !Ref Api
      StageName: $default
      AutoDeploy: true
      DefaultRouteSettings: {ThrottlingRateLimit: !Ref RequestsPerSecond, ThrottlingBurstLimit: !Ref RequestsPerSecond}
      RouteSettings:
%(settings)s
      AccessLogSettings:
        DestinationArn: !Ref AccessLogs
        # the route's pattern, never the path: paths hold user ids
        Format: >-
          {"request":"$context.requestId","route":"$context.routeKey","status":"$context.status",
          "milliseconds":"$context.responseLatency","bytes":"$context.responseLength","error":"$context.error.message"}

Outputs:
  ApiUrl:
    Description: Where callers with tokens send their requests.
    Value: !GetAtt Api.ApiEndpoint
  ApiId:
    Description: By which CloudWatch counts its requests.
    Value: !Ref Api
"""

FUNCTION = """\

  %(name)sIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !Ref %(name)s
      PayloadFormatVersion: "2.0"
  %(name)sPermission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref %(name)s
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*
"""

ROUTE = """\
  %(id)s:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: %(key)s
      Target: !Sub integrations/${%(name)sIntegration}
      AuthorizationType: %(authorization)s
"""

AUTHORIZER = "      AuthorizerId: !Ref Tokens\n"
SCOPES = "      AuthorizationScopes: [!Ref AdminScope]\n"
SCOPED = ("admin", "train")
"""Rights whose routes need the scope."""

CONTENT = ("GET /v1/games/{kind}", "POST /v1/games/{kind}", "POST /v1/games/{kind}/proofs")
JOBS = (
    "POST /v1/catalogs/{catalog}/batches",
    "POST /v1/catalogs/{catalog}/trainings",
    "POST /v1/games/{kind}/batches",
    "POST /v1/catalogs/{catalog}/erasures",
    "POST /v1/catalogs/{catalog}/exports",
    "POST /v1/catalogs/{catalog}/users/{user_id}/unmerge",
    "DELETE /v1/catalogs/{catalog}/users/{user_id}",
    "GET /v1/catalogs/{catalog}/users/{user_id}",
    "POST /v1/games/{kind}/corpora",
)
LIMITS = dict.fromkeys(CONTENT, "ContentPerSecond") | dict.fromkeys(JOBS, "JobsPerSecond")
"""Routes with limits of their own."""


def logical_id(method: str, path: str) -> str:
    """Returns the name of a route's resource, which stays the same whatever other routes come and go."""
    return "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", f"{method} {path.removeprefix('/v1')}"))


def lines() -> Iterator[str]:
    """Yields the parts of the template."""
    routes = read_template().routes
    rights = {f"{one.method} {one.path}": one.right for one in operations()}
    ids = {f"{one.method} {one.path}": logical_id(one.method, one.path) for one in routes}
    functions = list(dict.fromkeys(one.function for one in routes))
    yield HEAD
    for name in functions:
        yield f"  {name}: {{Type: String, Description: The ARN of the function.}}\n"
    yield API
    for name in functions:
        yield FUNCTION % {"name": name}
        for key, one in zip(ids, routes, strict=True):
            if one.function == name:
                authorization = "NONE" if one.public else "JWT"
                key_text = f'"{key}"' if "{" in key else key
                yield ROUTE % {"id": ids[key], "key": key_text, "name": name, "authorization": authorization}
                yield "" if one.public else AUTHORIZER
                yield SCOPES if rights.get(key) in SCOPED else ""
    settings = "\n".join(
        f'        "{key}": {{ThrottlingRateLimit: !Ref {limit}, ThrottlingBurstLimit: !Ref {limit}}}'
        for key, limit in LIMITS.items()
    )
    yield STAGE % {"limited": ", ".join(ids[key] for key in LIMITS), "settings": settings}


if __name__ == "__main__":
    print("".join(lines()), end="")
