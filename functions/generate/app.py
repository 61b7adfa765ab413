"""Generate: game content with its proof."""

import secrets

from doublebill.edge.callers import open_gate
from doublebill.edge.http import Api
from doublebill.edge.settings import GenerateSettings, read_settings
from doublebill.games.seeds import SEED_LIMIT
from doublebill.service import content, texts
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records

settings = read_settings(GenerateSettings)
api = Api("generate", open_gate(open_objects(settings.objects), open_records(settings.histories), settings))
handler = api.handler


@api.on("GET /v1/games")
def games() -> content.Games:
    return content.games()


@api.on("POST /v1/games/{kind}", "read")
def generate(kind: str, request: content.ContentRequest) -> content.Content | texts.Texts:
    return content.generate(kind, request, lambda: secrets.randbelow(SEED_LIMIT))
