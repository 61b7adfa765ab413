"""Rewriters: language models that put a text into other words.

bedrock://model-id    Amazon Bedrock's Converse API; a foundation model, an inference profile, or the ARN of either,
                      percent-encoded or as it is: their colons, dots and slashes cannot be mistaken
(nothing)             none: `open_rewriter` gives None; so does bedrock:// alone, which a template without a model says

The model must take a system prompt, a temperature and a limit of tokens through Converse.
"""

import re
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote

from doublebill.errors import SettingsIncomplete, StoreUnavailable

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,2047}")

TEMPERATURE = 0.3
"""Low: it should find other words, not other facts."""

CONNECT_SECONDS, READ_SECONDS = 1.0, 9.0
"""Converse responds when the whole text is written, a few hundred tokens."""

PAUSE_SECONDS = 0.4
"""Wait before the one repetition of a refused call."""

TURNED_AWAY = ("ThrottlingException", "ServiceUnavailableException", "ModelNotReadyException")
"""Refusals before anything was written, which cost nothing: only these are repeated, and once."""


class Rewriter(Protocol):
    """A language model."""

    def answer(self, instructions: str, data: str, most_tokens: int) -> str:
        """Returns the text of the model, of at most so many tokens, perhaps empty; may raise `StoreUnavailable`.

        `data` is what the instructions are about; it is never among them. Several threads may ask at once.
        """
        ...


def open_rewriter(url: str) -> Rewriter | None:
    """Opens the rewriter that `url` names, or returns None where it is empty.

    Raises:
        SettingsIncomplete: when the URL has none of the forms above.
    """
    scheme, _, quoted = url.partition("://")
    model = unquote(quoted)
    if url in ("", "bedrock://"):
        return None
    if scheme == "bedrock" and MODEL_ID.fullmatch(model):
        return BedrockRewriter(model)
    raise SettingsIncomplete(f"rewriter: {url!r} is not a valid URL; use bedrock://model-id, or leave it empty")


class _Converses(Protocol):
    """The part of a client of bedrock-runtime that is used here."""

    def converse(self, **request: object) -> Mapping[str, Any]: ...


class BedrockRewriter:
    """A model of Amazon Bedrock, called through Converse."""

    def __init__(self, model: str, client: _Converses | None = None) -> None:
        self._model = model
        self._client = client
        self._lock = threading.Lock()

    def answer(self, instructions: str, data: str, most_tokens: int) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        request = {
            "modelId": self._model,
            "system": [{"text": instructions}],
            "messages": [{"role": "user", "content": [{"text": data}]}],
            "inferenceConfig": {"maxTokens": most_tokens, "temperature": TEMPERATURE},
        }
        try:
            return _written(self._converse(request))
        except ClientError as refused:
            raise StoreUnavailable(f"Bedrock: {_code(refused)}") from refused
        except BotoCoreError as failed:
            raise StoreUnavailable(f"Bedrock: {type(failed).__name__}") from failed

    def _converse(self, request: Mapping[str, object]) -> Mapping[str, Any]:
        """Returns the response of Bedrock, to the second attempt where it refused the first."""
        from botocore.exceptions import ClientError

        client = self._connected()
        try:
            return client.converse(**request)
        except ClientError as refused:
            if _code(refused) not in TURNED_AWAY:
                raise
        time.sleep(PAUSE_SECONDS)
        return client.converse(**request)

    def _connected(self) -> _Converses:
        """Returns the client, made at first use; by one thread, since boto3's default session is not thread-safe."""
        with self._lock:
            if self._client is None:
                import boto3
                from botocore.config import Config

                once = {"mode": "standard", "total_max_attempts": 1}  # what timed out may have been written, and paid
                config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=once)  # type: ignore[arg-type]  # a literal
                self._client = boto3.client("bedrock-runtime", config=config)
            return self._client


def _written(answer: Mapping[str, Any]) -> str:
    """Returns the text of the model's message; there may be blocks of other kinds, or none."""
    message = answer.get("output", {}).get("message", {})
    return "".join(block["text"] for block in message.get("content", []) if "text" in block)


def _code(refused: "ClientError") -> str:
    return str(refused.response.get("Error", {}).get("Code", ""))
