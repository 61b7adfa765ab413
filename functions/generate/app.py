"""Generate: game content with its proof."""

import secrets

from aws_lambda_powertools.event_handler import Response

from doublebill.edge.http import Api, answer
from doublebill.edge.requests import body
from doublebill.games.seeds import SEED_LIMIT
from doublebill.service import content

api = Api("generate")
handler = api.handler


@api.get("/v1/games")
def games() -> Response[str]:
    return answer(content.games())


@api.post("/v1/games/<kind>")
def generate(kind: str) -> Response[str]:
    request = body(api.event, content.ContentRequest)
    return answer(content.generate(kind, request, lambda: secrets.randbelow(SEED_LIMIT)))
