"""The API of a deployed stack, and a client whose requests are signed with the caller's AWS credentials."""

import re
from dataclasses import dataclass

from doublebill.client import Client, Options, Retries, aws_signature
from doublebill.client.signing import Signer
from doublebill.errors import StoreUnavailable
from doublebill_local.host.home import DeployedStack

REGION = re.compile(r"https://[^/]*\.execute-api\.([a-z0-9-]+)\.")
"""The region in the host of an API."""


@dataclass(frozen=True)
class StackApi:
    """The address of a stack's API, and the signer of requests to it."""

    url: str
    signer: Signer

    @classmethod
    def of(cls, name: str) -> "StackApi":
        """Returns the API of the stack of this name.

        Raises:
            StoreUnavailable: when the stack cannot be read, is not one of doublebill's, or there are no credentials.
        """
        import botocore.session

        url = DeployedStack.of(name).outputs.get("ApiUrl", "")
        if not url:
            raise StoreUnavailable(f"stack {name!r}: no output ApiUrl; name a stack of doublebill")
        found = REGION.match(url)
        region = found[1] if found else botocore.session.get_session().get_config_variable("region")
        try:
            return cls(url.rstrip("/"), aws_signature(region))
        except LookupError as missing:
            raise StoreUnavailable(f"stack {name!r}: {missing}") from missing

    def client(self, retries: Retries) -> Client:
        """Returns a client of the API."""
        return Client(self.url, Options(signer=self.signer, retries=retries))
