"""Signatures: they are those that AWS's documentation defines, calculated here once more."""

import hashlib
import hmac
import re
from dataclasses import replace

import pytest

from doublebill.client import aws_signature, nobody
from doublebill.client.signing import Unsigned

SECRET = "wJalrXUtnFEMI" + "bPxRfiCYEXAMPLEKEY"
REQUEST = Unsigned("POST", "https://api.example/v1/catalogs/a%20b/popular?n=2&a=1", {"accept": "x"}, b'{"n": 1}')


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "the token")


def digest(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


@pytest.mark.parametrize(
    ("host", "service"), [("api.example", "execute-api"), ("abc.lambda-url.eu-west-1.on.aws", "lambda")]
)
def test_a_request_is_signed_as_the_gateway_or_lambda_checks_it(credentials: None, host: str, service: str) -> None:
    request = replace(REQUEST, url=REQUEST.url.replace("api.example", host))
    headers = {name.lower(): value for name, value in aws_signature("eu-west-1")(request).items()}
    found = re.fullmatch(
        rf"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(\d{{8}})/eu-west-1/{service}/aws4_request, "
        r"SignedHeaders=([\w;-]+), Signature=(\w{64})",
        headers["authorization"],
    )
    assert found
    day, names, signature = found.groups()
    assert {"host", "x-amz-date", "x-amz-security-token"} <= set(names.split(";"))
    sent = {"host": host, **headers}
    canonical = "\n".join(
        [
            "POST",
            "/v1/catalogs/a%2520b/popular",  # encoded once more, as all services but S3 do
            "a=1&n=2",
            *(f"{name}:{sent[name].strip()}" for name in names.split(";")),
            "",
            names,
            hashlib.sha256(REQUEST.data or b"").hexdigest(),
        ]
    )
    scope = f"{day}/eu-west-1/{service}/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{hashed}"
    key = b"AWS4" + SECRET.encode()
    for part in (day, "eu-west-1", service, "aws4_request"):
        key = digest(key, part)
    assert digest(key, text).hex() == signature


def test_without_credentials_it_says_how_to_get_some(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(LookupError, match="aws sso login"):
        aws_signature("eu-west-1")


def test_without_a_signer_a_request_stays_as_it_is() -> None:
    assert nobody(REQUEST) == {"accept": "x"}
