"""The requests and responses of the HTTP API as types; `make docs` writes them from infra/openapi.json."""

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

Rejected = TypedDict("Rejected", {"index": int, "reason": str})
Accepted = TypedDict(
    "Accepted",
    {"accepted": int, "degraded": NotRequired[str], "rejected": Sequence[Rejected], "unknown_items": NotRequired[int]},
)
Contribution = TypedDict(
    "Contribution",
    {
        "available": NotRequired[bool],
        "contribution": float,
        "item_id": NotRequired[str],
        "prior": NotRequired[Literal["recent"]],
        "share": float,
        "title": NotRequired[str],
    },
)
Recommendation = TypedDict(
    "Recommendation",
    {
        "attributes": NotRequired[Mapping[str, bool | float | str | Sequence[str]]],
        "available": NotRequired[bool],
        "contributions": NotRequired[Sequence[Contribution]],
        "item_id": str,
        "predicted_rating": NotRequired[float],
        "promoted": NotRequired[bool],
        "reason": NotRequired[str],
        "score": float,
        "title": NotRequired[str],
    },
)
UnknownTag = TypedDict("UnknownTag", {"nearest": NotRequired[str], "tag": str})
Result = TypedDict(
    "Result",
    {
        "baseline": NotRequired[str],
        "cold": bool,
        "degraded": bool | str,
        "index": int,
        "model_version": str,
        "recommendation_id": str,
        "recommendations": Sequence[Recommendation],
        "unknown_fields": NotRequired[Sequence[str]],
        "unknown_items": Sequence[str],
        "unknown_tags": NotRequired[Sequence[UnknownTag]],
    },
)
Batch = TypedDict(
    "Batch",
    {
        "batch_id": str,
        "catalog": str,
        "error": NotRequired[str],
        "parts": int,
        "results": NotRequired[Sequence[Result]],
        "state": str,
        "users": int,
    },
)
type Filter = Mapping[str, object]
"""A condition on items; all keys have to hold. Every other key is an attribute of the catalog."""
Promote = TypedDict("Promote", {"filter": Filter, "share": float})
BatchRequest = TypedDict(
    "BatchRequest",
    {
        "n": NotRequired[int],
        "exclude": NotRequired[Sequence[str]],
        "exclude_seen": NotRequired[bool | None],
        "filter": NotRequired[Filter | None],
        "max_per": NotRequired[Mapping[str, int] | None],
        "promote": NotRequired[Promote | None],
        "diversity": NotRequired[float],
        "explain": NotRequired[bool],
        "fields": NotRequired[Sequence[str]],
        "cursor": NotRequired[None],
        "user_ids": Sequence[str],
        "idempotency_key": NotRequired[str],
    },
)
CatalogRemoved = TypedDict(
    "CatalogRemoved", {"catalog": str, "histories": int, "objects": Mapping[str, int], "removed": bool}
)
ChallengerRequest = TypedDict("ChallengerRequest", {"version": str, "share": float})
ChampionRequest = TypedDict("ChampionRequest", {"version": str})
ChampionResponse = TypedDict(
    "ChampionResponse",
    {
        "catalog": str,
        "challenger": str | None,
        "left": str | None,
        "previous": Sequence[str],
        "promoted_ms": int,
        "run": str,
        "share": float,
        "started_ms": int,
        "training_id": NotRequired[str],
        "version": str,
    },
)
Certificate = TypedDict(
    "Certificate",
    {
        "from": Sequence[int],
        "length": int,
        "moves": str,
        "physics": NotRequired[Mapping[str, bool | int | str]],
        "to": Sequence[int],
    },
)
Place = TypedDict("Place", {"x": int, "y": int})
Control = TypedDict("Control", {"asked": int | Sequence[int] | Place | None, "measured": int | Place, "met": bool})
Corridor = TypedDict("Corridor", {"cells": Sequence[Sequence[int]], "doors": Sequence[int], "id": int})
Door = TypedDict(
    "Door",
    {
        "corridor": int,
        "id": int,
        "key": NotRequired[str],
        "kind": Literal["door", "locked", "opening"],
        "room": int,
        "x": int,
        "y": int,
    },
)
Floor = TypedDict("Floor", {"height": int, "id": int, "y": int})
Graph = TypedDict("Graph", {"corridor": int, "rooms": Sequence[int]})
Edge = TypedDict("Edge", {"from": str, "kind": Literal["leads", "opens"], "to": str})
Node = TypedDict(
    "Node",
    {
        "asked": NotRequired[str],
        "id": str,
        "kind": Literal["boss", "entrance", "exit", "key", "lever", "lock", "treasure"],
        "x": int,
        "y": int,
    },
)
Mission = TypedDict("Mission", {"edges": Sequence[Edge], "nodes": Sequence[Node]})
Order = TypedDict(
    "Order", {"do": Literal["fight", "leave", "open", "pull", "take"], "move": int, "name": str, "x": int, "y": int}
)
Room = TypedDict(
    "Room",
    {
        "cells": NotRequired[Sequence[Sequence[int]]],
        "depth": int,
        "doors": Sequence[int],
        "floor": int,
        "height": int,
        "id": int,
        "role": Literal["empty", "entrance", "exit", "fight", "key", "lever", "treasure"],
        "width": int,
        "x": int,
        "y": int,
    },
)
Stair = TypedDict("Stair", {"down": Sequence[int], "up": Sequence[int]})
Tileset = TypedDict("Tileset", {"data": str, "media_type": str, "name": str})
Vault = TypedDict(
    "Vault", {"height": int, "mirrored": bool, "name": str, "turned": int, "width": int, "x": int, "y": int}
)
ContentItem = TypedDict(
    "ContentItem",
    {
        "attempts": int,
        "certificate": Certificate,
        "controls": Mapping[str, Control],
        "corridors": NotRequired[Sequence[Corridor]],
        "data": NotRequired[str],
        "doors": NotRequired[Sequence[Door]],
        "fallback": bool,
        "floors": NotRequired[Sequence[Floor]],
        "format": NotRequired[str],
        "graph": NotRequired[Sequence[Graph]],
        "grid": NotRequired[Sequence[str]],
        "health": NotRequired[int],
        "legend": NotRequired[Mapping[str, str]],
        "media_type": NotRequired[str],
        "mission": NotRequired[Mission],
        "order": NotRequired[Sequence[Order]],
        "own_tiles": NotRequired[Mapping[str, Mapping[str, bool | str]]],
        "rooms": NotRequired[Sequence[Room]],
        "seed": int | str,
        "stairs": NotRequired[Sequence[Stair]],
        "text": NotRequired[str],
        "tileset": NotRequired[Tileset],
        "vaults": NotRequired[Sequence[Vault]],
    },
)
NotReached = TypedDict("NotReached", {"index": int, "limit": int, "seed": int | str, "unit": Literal["bytes", "steps"]})
Variety = TypedDict(
    "Variety",
    {
        "alike": int,
        "asked": int,
        "nearest": NotRequired[int | None],
        "unlike": NotRequired[Literal["cells", "moves", "structure"]],
    },
)
Content = TypedDict(
    "Content",
    {
        "corpus": NotRequired[str],
        "generator_version": int,
        "items": Sequence[ContentItem],
        "kind": str,
        "licence": str,
        "model_version": NotRequired[str],
        "not_reached": NotRequired[Sequence[NotReached]],
        "variety": Variety,
    },
)
ContentBatch = TypedDict(
    "ContentBatch",
    {
        "batch_id": str,
        "corpus": NotRequired[str],
        "count": int,
        "error": NotRequired[str],
        "generator_version": int,
        "items": NotRequired[Sequence[Mapping[str, object]]],
        "kind": str,
        "licence": NotRequired[str],
        "model_version": NotRequired[str],
        "not_reached": NotRequired[Sequence[NotReached]],
        "parts": int,
        "repeats": NotRequired[int],
        "seed": int | str,
        "state": str,
        "variety": NotRequired[Variety],
    },
)
Fixed = TypedDict("Fixed", {"x": int, "y": int, "tile": str})
Reroll = TypedDict("Reroll", {"x": int, "y": int, "width": int, "height": int})
Base = TypedDict("Base", {"grid": Sequence[str], "reroll": Reroll})
ContentBatchRequest = TypedDict(
    "ContentBatchRequest",
    {
        "corpus": NotRequired[str | None],
        "model_version": NotRequired[str | None],
        "generator_version": NotRequired[int | None],
        "seed": NotRequired[int | str | None],
        "count": NotRequired[int | None],
        "spec": NotRequired[Mapping[str, object] | None],
        "specs": NotRequired[Sequence[Mapping[str, object]] | None],
        "format": NotRequired[
            Literal["csv", "godot", "json", "ldtk", "png", "svg", "text", "tiled", "tmx", "uvtt", "xsb"]
        ],
        "theme": NotRequired[Literal["cave", "crypt", "forest", "ice", "stone"]],
        "tile_pixels": NotRequired[Literal[16, 32]],
        "solution": NotRequired[bool],
        "fixed": NotRequired[Sequence[Fixed]],
        "must_have": NotRequired[Sequence[str]],
        "base": NotRequired[Base | None],
        "strict": NotRequired[bool],
        "unlike": NotRequired[Literal["cells", "moves", "structure"] | None],
        "files_version": NotRequired[int | None],
        "flavour": NotRequired[bool],
        "idempotency_key": NotRequired[str],
    },
)
ContentRequest = TypedDict(
    "ContentRequest",
    {
        "corpus": NotRequired[str | None],
        "model_version": NotRequired[str | None],
        "generator_version": NotRequired[int | None],
        "seed": NotRequired[int | str | None],
        "count": NotRequired[int | None],
        "spec": NotRequired[Mapping[str, object] | None],
        "specs": NotRequired[Sequence[Mapping[str, object]] | None],
        "format": NotRequired[
            Literal["csv", "godot", "json", "ldtk", "png", "svg", "text", "tiled", "tmx", "uvtt", "xsb"]
        ],
        "theme": NotRequired[Literal["cave", "crypt", "forest", "ice", "stone"]],
        "tile_pixels": NotRequired[Literal[16, 32]],
        "solution": NotRequired[bool],
        "fixed": NotRequired[Sequence[Fixed]],
        "must_have": NotRequired[Sequence[str]],
        "base": NotRequired[Base | None],
        "strict": NotRequired[bool],
        "unlike": NotRequired[Literal["cells", "moves", "structure"] | None],
        "files_version": NotRequired[int | None],
        "flavour": NotRequired[bool],
    },
)
Legend = TypedDict(
    "Legend",
    {
        "name": NotRequired[str | None],
        "walkable": NotRequired[bool | None],
        "blocks": NotRequired[bool],
        "deadly": NotRequired[bool],
        "collectable": NotRequired[bool],
        "opens": NotRequired[str | None],
    },
)
CorpusRequest = TypedDict(
    "CorpusRequest",
    {
        "corpus": str,
        "examples": Sequence[object],
        "legend": NotRequired[Mapping[str, str | Legend] | None],
        "licence": NotRequired[str],
    },
)
Model = TypedDict(
    "Model", {"examples": int, "learned_ms": int, "licence": str, "model_version": str, "report": Mapping[str, object]}
)
CorpusStatus = TypedDict(
    "CorpusStatus",
    {
        "corpus": str,
        "error": NotRequired[str],
        "examples": int,
        "kind": str,
        "model_version": NotRequired[str],
        "models": Sequence[Model],
        "state": str,
    },
)
ReceiptMerged = TypedDict(
    "ReceiptMerged", {"cancelled": NotRequired[str], "from_support_id": str, "merged": str, "to_support_id": str}
)
Remain = TypedDict("Remain", {"place": str, "until": str})
Version = TypedDict("Version", {"run": str, "trained": str, "version": str})
Receipt = TypedDict(
    "Receipt",
    {
        "catalog": str,
        "champion": NotRequired[str | None],
        "completed": str,
        "erased": str,
        "erasure_id": str,
        "events": int,
        "format": int,
        "merged": NotRequired[Sequence[ReceiptMerged]],
        "merges": int,
        "remains": Sequence[Remain],
        "seal": str,
        "support_ids": Sequence[str],
        "training_id": NotRequired[str],
        "versions": Sequence[Version],
    },
)
Erasure = TypedDict(
    "Erasure",
    {
        "catalog": str,
        "due": str,
        "erased": str,
        "erasure_id": str,
        "events": NotRequired[int],
        "reason": NotRequired[str],
        "receipt": NotRequired[Receipt],
        "state": str,
        "support_ids": Sequence[str],
        "training_id": NotRequired[str],
        "versions": NotRequired[Sequence[Version]],
    },
)
ErasureListErasure = TypedDict(
    "ErasureListErasure", {"due": str, "erased": str, "erasure_id": str, "state": str, "users": int}
)
ErasureList = TypedDict("ErasureList", {"catalog": str, "erasures": Sequence[ErasureListErasure]})
ErasureRequest = TypedDict(
    "ErasureRequest", {"user_ids": NotRequired[Sequence[str]], "support_ids": NotRequired[Sequence[str]]}
)
Event = TypedDict(
    "Event",
    {
        "user_id": str,
        "item_id": str,
        "kind": str,
        "value": NotRequired[float | None],
        "timestamp": NotRequired[float | str | None],
        "event_id": NotRequired[str | None],
        "recommendation_id": NotRequired[str | None],
    },
)
"""One event, of one of the kinds of the catalog. A rate event needs a value, the rating. A timestamp is Unix
time (seconds, milliseconds, …), YYYYMMDD or a date and time such as ISO 8601."""
EventsRequest = TypedDict("EventsRequest", {"events": Sequence[Event]})
ExportRequest = TypedDict(
    "ExportRequest",
    {
        "n": NotRequired[int],
        "cursor": NotRequired[int],
        "user_id": NotRequired[str | None],
        "support_id": NotRequired[str | None],
    },
)
Corpora = TypedDict(
    "Corpora", {"corpus": str, "licence": NotRequired[str], "model_version": NotRequired[str], "ships": bool}
)
Kind = TypedDict(
    "Kind",
    {
        "corpora": Sequence[Corpora],
        "description": str,
        "formats": Sequence[Literal["csv", "godot", "ldtk", "png", "svg", "tiled", "tmx", "uvtt", "xsb"]],
        "generator_version": int,
        "generator_versions": Sequence[int],
        "learns": bool,
        "legend": Mapping[str, str],
        "licence": str,
        "moves": Mapping[str, str],
        "name": str,
        "spec": Mapping[str, object],
    },
)
Skipped = TypedDict("Skipped", {"name": str, "problem": str})
Text = TypedDict(
    "Text",
    {
        "corpora": Sequence[Corpora],
        "description": str,
        "generator_version": int,
        "generator_versions": Sequence[int],
        "learns": bool,
        "licence": str,
        "name": str,
        "spec": Mapping[str, object],
    },
)
Games = TypedDict(
    "Games",
    {
        "degraded": bool | str,
        "files_version": int,
        "kinds": Sequence[Kind],
        "skipped": NotRequired[Sequence[Skipped]],
        "texts": Sequence[Text],
    },
)
Health = TypedDict("Health", {"status": str})
HistoryListItem = TypedDict(
    "HistoryListItem",
    {
        "count": int,
        "item_id": str,
        "kinds": Mapping[str, int],
        "rating": NotRequired[float],
        "timestamp": NotRequired[float],
        "verdict": NotRequired[str],
        "weight": float,
    },
)
HistoryList = TypedDict(
    "HistoryList", {"catalog": str, "items": Sequence[HistoryListItem], "next_cursor": NotRequired[str], "older": int}
)
ImportEntry = TypedDict(
    "ImportEntry",
    {
        "accepted": int,
        "file": NotRequired[str],
        "import_id": str,
        "imported_ms": NotRequired[int],
        "items": int,
        "kind": str,
        "quarantined": int,
        "replaces": NotRequired[Sequence[str]],
        "users": NotRequired[int],
    },
)
Import = TypedDict(
    "Import",
    {
        "accepted": int,
        "file": NotRequired[str],
        "import_id": str,
        "imported_ms": NotRequired[int],
        "items": int,
        "kind": str,
        "quarantined": int,
        "replaces": NotRequired[Sequence[str]],
        "users": NotRequired[int],
    },
)
ImportList = TypedDict("ImportList", {"catalog": str, "imports": Sequence[Import], "skipped": Sequence[Skipped]})
ImportRemoved = TypedDict("ImportRemoved", {"catalog": str, "import_id": str, "kind": str, "removed": int})
Item = TypedDict(
    "Item",
    {
        "item_id": str,
        "title": NotRequired[str | None],
        "tags": NotRequired[Sequence[str] | None],
        "year": NotRequired[int | None],
        "available": NotRequired[bool | None],
        "attributes": NotRequired[Mapping[str, bool | float | str | None] | None],
        "available_from": NotRequired[str | float | None],
        "available_until": NotRequired[str | float | None],
        "removed": NotRequired[bool | None],
    },
)
"""The metadata of one item. A field that is left out keeps its value; null clears it."""
ItemListItem = TypedDict(
    "ItemListItem",
    {
        "attributes": NotRequired[Mapping[str, bool | float | str]],
        "available": bool,
        "available_from": NotRequired[str],
        "available_until": NotRequired[str],
        "described": bool,
        "in_champion": bool,
        "item_id": str,
        "tags": NotRequired[Sequence[str]],
        "title": NotRequired[str],
        "year": NotRequired[int],
    },
)
ItemList = TypedDict(
    "ItemList",
    {
        "catalog": str,
        "items": Sequence[ItemListItem],
        "skipped": NotRequired[Sequence[Mapping[str, str]]],
        "unknown_items": Sequence[str],
    },
)
ItemRemoved = TypedDict("ItemRemoved", {"catalog": str, "item_id": str, "removed": bool})
ItemsRequest = TypedDict("ItemsRequest", {"items": Sequence[Item]})
ItemsStored = TypedDict("ItemsStored", {"catalog": str, "stored": int})
LookupRequest = TypedDict("LookupRequest", {"item_ids": Sequence[str]})
MergeRequest = TypedDict("MergeRequest", {"from": str})
Merged = TypedDict("Merged", {"catalog": str, "merged": int})
Online = TypedDict(
    "Online", {"answers": int, "click_through": float, "clicks": int, "interval": Sequence[float] | None}
)
PrivacyCard = TypedDict(
    "PrivacyCard",
    {
        "attacks": str,
        "collected": Sequence[str],
        "delta": float | None,
        "epsilon": float | None,
        "events": int | None,
        "key_id": str | None,
        "minimum_users": int | None,
        "most_items": int,
        "not_covered": Sequence[str],
        "retention_days": float | None,
        "spent": Mapping[str, object] | None,
        "unique": Mapping[str, float | None],
        "users": int | None,
    },
)
ModelCard = TypedDict(
    "ModelCard",
    {
        "baseline": NotRequired[str],
        "challenger": bool,
        "champion": bool,
        "config": Mapping[str, object],
        "created": str,
        "data": Mapping[str, object],
        "format": int,
        "online": NotRequired[Online],
        "parent": str | None,
        "platform": Mapping[str, object],
        "privacy": NotRequired[Mapping[str, object]],
        "privacy_card": NotRequired[PrivacyCard],
        "promoted": bool,
        "refused": NotRequired[bool],
        "report": Mapping[str, object],
        "run": str,
        "size_bytes": int,
        "version": str,
        "warnings": Sequence[str],
        "why": str,
    },
)
ModelListModel = TypedDict(
    "ModelListModel",
    {
        "baseline": NotRequired[str],
        "challenger": bool,
        "champion": bool,
        "created": str,
        "data": Mapping[str, object],
        "online": NotRequired[Online],
        "parent": str | None,
        "platform": Mapping[str, object],
        "privacy": NotRequired[Mapping[str, object]],
        "promoted": bool,
        "refused": NotRequired[bool],
        "report": Mapping[str, object],
        "run": str,
        "version": str,
        "warnings": Sequence[str],
        "why": str,
    },
)
ModelList = TypedDict(
    "ModelList",
    {
        "catalog": str,
        "challenger": str | None,
        "champion": str | None,
        "models": Sequence[ModelListModel],
        "next_cursor": NotRequired[str],
        "share": float,
        "skipped": NotRequired[Sequence[Skipped]],
    },
)
Neighbour = TypedDict(
    "Neighbour",
    {
        "attributes": NotRequired[Mapping[str, bool | float | str | Sequence[str]]],
        "available": NotRequired[bool],
        "item_id": str,
        "score": float,
        "title": NotRequired[str],
    },
)
NeighbourList = TypedDict(
    "NeighbourList",
    {
        "baseline": NotRequired[str],
        "catalog": str,
        "degraded": bool | str,
        "item_id": str,
        "model_version": str,
        "neighbours": Sequence[Neighbour],
        "unknown_fields": NotRequired[Sequence[str]],
        "unknown_tags": NotRequired[Sequence[UnknownTag]],
    },
)
Headline = TypedDict("Headline", {"model": float, "popularity": float})
Catalog = TypedDict(
    "Catalog",
    {
        "catalog": str,
        "champion": str | None,
        "counts": NotRequired[Mapping[str, object] | None],
        "headline": NotRequired[Mapping[str, Headline] | None],
    },
)
Overview = TypedDict("Overview", {"catalogs": Sequence[Catalog], "skipped": NotRequired[Sequence[Skipped]]})
PlacedItemsItem = TypedDict(
    "PlacedItemsItem",
    {
        "attributes": NotRequired[Mapping[str, bool | float | str | Sequence[str]]],
        "available": NotRequired[bool],
        "item_id": str,
        "score": float,
        "title": NotRequired[str],
        "x": int,
        "y": int,
    },
)
PlacedItems = TypedDict(
    "PlacedItems",
    {
        "baseline": NotRequired[str],
        "catalog": str,
        "degraded": bool | str,
        "items": Sequence[PlacedItemsItem],
        "model_version": str,
        "unknown_fields": NotRequired[Sequence[str]],
        "unknown_tags": NotRequired[Sequence[UnknownTag]],
    },
)
Popular = TypedDict(
    "Popular",
    {
        "baseline": NotRequired[str],
        "catalog": str,
        "degraded": bool | str,
        "model_version": str,
        "popular": Sequence[Neighbour],
        "unknown_fields": NotRequired[Sequence[str]],
        "unknown_tags": NotRequired[Sequence[UnknownTag]],
    },
)
Error = TypedDict("Error", {"field": str, "problem": str, "fix": str})
Problem = TypedDict(
    "Problem",
    {
        "type": str,
        "title": str,
        "status": int,
        "detail": NotRequired[str],
        "training_id": NotRequired[str],
        "errors": NotRequired[Sequence[Error]],
    },
)
"""An error (RFC 9457)."""
ProofRequest = TypedDict(
    "ProofRequest",
    {
        "grid": NotRequired[Sequence[str] | None],
        "file": NotRequired[str | None],
        "format": NotRequired[Literal["csv", "json", "ldtk", "text", "tiled", "tmx", "xsb"] | None],
        "legend": NotRequired[Mapping[str, str | Legend] | None],
        "physics": NotRequired[Mapping[str, object] | None],
        "write": NotRequired[Literal["csv", "godot", "ldtk", "png", "svg", "tiled", "tmx", "uvtt", "xsb"] | None],
        "theme": NotRequired[Literal["cave", "crypt", "forest", "ice", "stone"]],
        "tile_pixels": NotRequired[Literal[16, 32]],
    },
)
DeadEnds = TypedDict("DeadEnds", {"cells": Sequence[Place], "count": int})
File = TypedDict("File", {"data": str, "format": str, "media_type": str, "tileset": NotRequired[Tileset]})
Note = TypedDict("Note", {"cells": Sequence[Place], "detail": str, "reason": str})
Thing = TypedDict("Thing", {"name": str, "x": int, "y": int})
Unreachable = TypedDict("Unreachable", {"cells": Sequence[Place], "count": int, "things": Sequence[Thing]})
Level = TypedDict(
    "Level",
    {
        "certificate": NotRequired[Certificate],
        "dead_ends": NotRequired[DeadEnds],
        "decided": bool,
        "file": NotRequired[File],
        "grid": Sequence[str],
        "least": NotRequired[str],
        "measured": Mapping[str, int | Place],
        "notes": NotRequired[Sequence[Note]],
        "playable": bool,
        "reasons": Sequence[Note],
        "steps": int,
        "title": NotRequired[str],
        "unreachable": NotRequired[Unreachable],
    },
)
Proofs = TypedDict(
    "Proofs", {"decided": bool, "kind": str, "legend": Mapping[str, str], "levels": Sequence[Level], "playable": bool}
)
History = TypedDict(
    "History",
    {
        "item_id": str,
        "weight": NotRequired[float],
        "timestamp": NotRequired[float | None],
        "rating": NotRequired[float | None],
    },
)
RankingRequest = TypedDict(
    "RankingRequest",
    {
        "items": Sequence[str],
        "user_id": NotRequired[str | None],
        "history": NotRequired[Sequence[str | History] | None],
        "explain": NotRequired[bool],
        "fields": NotRequired[Sequence[str]],
    },
)
RecommendationRequest = TypedDict(
    "RecommendationRequest",
    {
        "n": NotRequired[int],
        "cursor": NotRequired[str | None],
        "exclude": NotRequired[Sequence[str]],
        "exclude_seen": NotRequired[bool | None],
        "filter": NotRequired[Filter | None],
        "max_per": NotRequired[Mapping[str, int] | None],
        "promote": NotRequired[Promote | None],
        "diversity": NotRequired[float],
        "explain": NotRequired[bool],
        "fields": NotRequired[Sequence[str]],
        "user_id": NotRequired[str | None],
        "history": NotRequired[Sequence[str | History] | None],
    },
)
Recommendations = TypedDict(
    "Recommendations",
    {
        "baseline": NotRequired[str],
        "catalog": str,
        "cold": bool,
        "degraded": bool | str,
        "model_version": str,
        "next_cursor": NotRequired[str],
        "prior": NotRequired[str],
        "recommendation_id": str,
        "recommendations": Sequence[Recommendation],
        "unknown_fields": NotRequired[Sequence[str]],
        "unknown_items": Sequence[str],
        "unknown_tags": NotRequired[Sequence[UnknownTag]],
    },
)
Source = TypedDict("Source", {"item_id": str, "title": NotRequired[str]})
Row = TypedDict("Row", {"items": Sequence[Recommendation], "source": Source})
Rows = TypedDict(
    "Rows",
    {
        "baseline": NotRequired[str],
        "catalog": str,
        "cold": bool,
        "degraded": bool | str,
        "model_version": str,
        "recommendation_id": str,
        "rows": Sequence[Row],
        "unknown_fields": NotRequired[Sequence[str]],
        "unknown_items": Sequence[str],
        "unknown_tags": NotRequired[Sequence[UnknownTag]],
    },
)
RunHeadline = TypedDict("RunHeadline", {"high": float | None, "low": float | None, "mean": float})
Run = TypedDict(
    "Run",
    {
        "created": str,
        "headline": Mapping[str, RunHeadline],
        "of": int,
        "promoted": bool,
        "restricted": bool,
        "run": str,
        "seconds": float | None,
        "state": str,
        "tried": int,
        "version": str | None,
        "warnings": Sequence[str],
        "why": str,
    },
)
RunList = TypedDict(
    "RunList",
    {
        "catalog": str,
        "more": int,
        "next_cursor": NotRequired[str],
        "runs": Sequence[Run],
        "skipped": NotRequired[Sequence[Skipped]],
    },
)
SearchResults = TypedDict(
    "SearchResults",
    {
        "baseline": NotRequired[str],
        "catalog": str,
        "degraded": bool | str,
        "items": Sequence[Neighbour],
        "model_version": str,
        "unknown_fields": NotRequired[Sequence[str]],
        "unknown_tags": NotRequired[Sequence[UnknownTag]],
    },
)
Privacy = TypedDict("Privacy", {"delta": float, "epsilon": float | None, "total_epsilon": float})
Settings = TypedDict(
    "Settings",
    {
        "catalog": str,
        "exclude_seen": bool | None,
        "kinds": Mapping[str, Mapping[str, object]],
        "learnt_scale": Sequence[float] | None,
        "minimum_users": int,
        "privacy": Privacy,
        "rating_scale": Sequence[float] | None,
        "unrated": float | None,
    },
)
SettingsRequestPrivacy = TypedDict(
    "SettingsRequestPrivacy",
    {"epsilon": NotRequired[float | None], "delta": NotRequired[float], "total_epsilon": NotRequired[float]},
)
SettingsRequest = TypedDict(
    "SettingsRequest",
    {
        "kinds": NotRequired[Mapping[str, object]],
        "rating_scale": NotRequired[Sequence[float] | None],
        "exclude_seen": NotRequired[bool | None],
        "unrated": NotRequired[float | None],
        "privacy": NotRequired[SettingsRequestPrivacy | None],
        "minimum_users": NotRequired[int | None],
    },
)
Started = TypedDict("Started", {"training_id": str})
StoredItem = TypedDict(
    "StoredItem",
    {
        "attributes": NotRequired[Mapping[str, bool | float | str]],
        "available": bool,
        "available_from": NotRequired[str],
        "available_until": NotRequired[str],
        "described": bool,
        "in_champion": bool,
        "item_id": str,
        "tags": NotRequired[Sequence[str]],
        "title": NotRequired[str],
        "year": NotRequired[int],
    },
)
TextContentItemControl = TypedDict("TextContentItemControl", {"asked": object, "measured": object, "met": bool})
Drop = TypedDict(
    "Drop",
    {
        "chance": int,
        "effect": NotRequired[str],
        "name": str,
        "rarity": NotRequired[str],
        "rolls": Sequence[int],
        "type": NotRequired[str],
        "value": NotRequired[int | float],
        "weight": NotRequired[int | float],
    },
)
Flavour = TypedDict(
    "Flavour",
    {
        "rewritten": bool,
        "why": NotRequired[
            Literal[
                "budget", "fact-added", "fact-missing", "malformed", "not-text", "too-long", "unavailable", "unchanged"
            ]
        ],
    },
)
Step = TypedDict(
    "Step",
    {
        "after": Sequence[str],
        "do": Literal["fight", "leave", "open", "pull", "take"],
        "target": str,
        "text": str,
        "x": NotRequired[int],
        "y": NotRequired[int],
    },
)
TextContentItemLevel = TypedDict(
    "TextContentItemLevel",
    {
        "dungeon": ContentItem,
        "name": str,
        "needs": Sequence[str],
        "spec": Mapping[str, object],
        "steps": Sequence[Step],
    },
)
Loot = TypedDict("Loot", {"name": str, "quantity": int, "tables": Sequence[str]})
Seal = TypedDict("Seal", {"found_in": int, "name": str, "node": str, "opens": int})
TextContentItem = TypedDict(
    "TextContentItem",
    {
        "controls": Mapping[str, TextContentItemControl],
        "denominator": NotRequired[int],
        "drops": NotRequired[Sequence[Drop]],
        "effect": NotRequired[str],
        "facts": NotRequired[Mapping[str, int | str]],
        "flavour": NotRequired[Flavour],
        "levels": NotRequired[Sequence[TextContentItemLevel]],
        "loot": NotRequired[Sequence[Loot]],
        "novel": bool,
        "plain": NotRequired[str],
        "rarity": NotRequired[str],
        "seals": NotRequired[Sequence[Seal]],
        "seed": int | str,
        "steps": NotRequired[Sequence[Step]],
        "text": str,
        "type": NotRequired[str],
        "value": NotRequired[int | float],
        "weight": NotRequired[int | float],
    },
)
TextContent = TypedDict(
    "TextContent",
    {
        "corpus": NotRequired[str],
        "degraded": NotRequired[str],
        "generator_version": int,
        "items": Sequence[TextContentItem],
        "kind": str,
        "licence": str,
        "model_version": NotRequired[str],
        "not_reached": NotRequired[Sequence[NotReached]],
        "repeats": int,
    },
)
Training = TypedDict(
    "Training",
    {
        "baseline": NotRequired[str],
        "catalog": str,
        "created": str,
        "data": NotRequired[Mapping[str, object]],
        "error": NotRequired[str],
        "finished_ms": NotRequired[int],
        "forced": NotRequired[bool],
        "generation": NotRequired[int],
        "parent": NotRequired[str | None],
        "plan": NotRequired[Mapping[str, object]],
        "platform": NotRequired[Mapping[str, object]],
        "privacy": NotRequired[Mapping[str, object]],
        "promoted": NotRequired[bool],
        "report": NotRequired[Mapping[str, object]],
        "run": str,
        "skipped": NotRequired[Sequence[Mapping[str, str]]],
        "started_ms": NotRequired[int],
        "state": str,
        "training_id": str,
        "version": NotRequired[str],
        "warnings": NotRequired[Sequence[str]],
        "why": NotRequired[str],
        "window": NotRequired[Mapping[str, object]],
    },
)
TrainingRequest = TypedDict(
    "TrainingRequest",
    {
        "force": NotRequired[bool],
        "skip_damaged": NotRequired[bool],
        "budget_seconds": NotRequired[float | None],
        "configs": NotRequired[Sequence[Mapping[str, object]]],
        "epsilon": NotRequired[float | None],
        "delta": NotRequired[float | None],
        "idempotency_key": NotRequired[str],
    },
)
Trending = TypedDict(
    "Trending",
    {
        "baseline": NotRequired[str],
        "catalog": str,
        "degraded": bool | str,
        "model_version": str,
        "trending": Sequence[Neighbour],
        "unknown_fields": NotRequired[Sequence[str]],
        "unknown_tags": NotRequired[Sequence[UnknownTag]],
    },
)
Unmerged = TypedDict("Unmerged", {"cancelled": bool, "catalog": str, "events": int})
Route = TypedDict("Route", {"failed": int, "milliseconds": int, "requests": int, "route": str})
UsageUsage = TypedDict("UsageUsage", {"caller": str, "day": str, "routes": Sequence[Route]})
Usage = TypedDict("Usage", {"usage": Sequence[UsageUsage]})
Batche = TypedDict("Batche", {"batch_id": str, "index": int, "results": Sequence[Mapping[str, object]]})
UserExportEvent = TypedDict(
    "UserExportEvent",
    {
        "event_id": NotRequired[str],
        "import_id": NotRequired[str],
        "item_id": str,
        "kind": str,
        "received": NotRequired[str],
        "recommendation_id": NotRequired[str],
        "support_id": str,
        "timestamp": NotRequired[float],
        "value": float,
    },
)
UserExport = TypedDict(
    "UserExport",
    {
        "batches": Sequence[Batche],
        "catalog": str,
        "events": Sequence[UserExportEvent],
        "history": Sequence[HistoryListItem],
        "merges": Sequence[ReceiptMerged],
        "n_events": int,
        "next_cursor": NotRequired[int],
        "older": int,
        "support_id": str,
        "versions": Sequence[Version],
    },
)
VersionRecommendations = TypedDict(
    "VersionRecommendations",
    {
        "baseline": NotRequired[str],
        "catalog": str,
        "cold": bool,
        "degraded": bool | str,
        "model_version": str,
        "next_cursor": NotRequired[str],
        "prior": NotRequired[str],
        "recommendations": Sequence[Recommendation],
        "unknown_fields": NotRequired[Sequence[str]],
        "unknown_items": Sequence[str],
        "unknown_tags": NotRequired[Sequence[UnknownTag]],
    },
)
VersionRequest = TypedDict(
    "VersionRequest",
    {
        "n": NotRequired[int],
        "cursor": NotRequired[str | None],
        "exclude": NotRequired[Sequence[str]],
        "exclude_seen": NotRequired[bool | None],
        "filter": NotRequired[Filter | None],
        "max_per": NotRequired[Mapping[str, int] | None],
        "promote": NotRequired[Promote | None],
        "diversity": NotRequired[float],
        "explain": NotRequired[bool],
        "fields": NotRequired[Sequence[str]],
        "history": Sequence[str | History],
    },
)
BatchQuery = TypedDict("BatchQuery", {"part": NotRequired[int]})
NeighboursQuery = TypedDict(
    "NeighboursQuery",
    {
        "n": NotRequired[int],
        "filter": NotRequired[Filter],
        "fields": NotRequired[Sequence[str]],
        "direction": NotRequired[Literal["both", "from", "to"]],
    },
)
MapItemsQuery = TypedDict(
    "MapItemsQuery", {"n": NotRequired[int], "filter": NotRequired[Filter], "fields": NotRequired[Sequence[str]]}
)
ModelsQuery = TypedDict("ModelsQuery", {"n": NotRequired[int], "cursor": NotRequired[str]})
PopularQuery = TypedDict(
    "PopularQuery", {"n": NotRequired[int], "filter": NotRequired[Filter], "fields": NotRequired[Sequence[str]]}
)
SearchItemsQuery = TypedDict(
    "SearchItemsQuery",
    {"n": NotRequired[int], "filter": NotRequired[Filter], "fields": NotRequired[Sequence[str]], "q": str},
)
TrainingsQuery = TypedDict("TrainingsQuery", {"n": NotRequired[int], "cursor": NotRequired[str]})
TrendingQuery = TypedDict(
    "TrendingQuery", {"n": NotRequired[int], "filter": NotRequired[Filter], "fields": NotRequired[Sequence[str]]}
)
ExportUserQuery = TypedDict("ExportUserQuery", {"n": NotRequired[int], "cursor": NotRequired[int]})
ShowHistoryQuery = TypedDict(
    "ShowHistoryQuery", {"n": NotRequired[int], "cursor": NotRequired[str], "as_of": NotRequired[str]}
)
RecommendUserQuery = TypedDict(
    "RecommendUserQuery",
    {
        "n": NotRequired[int],
        "cursor": NotRequired[str],
        "exclude": NotRequired[Sequence[str]],
        "exclude_seen": NotRequired[bool],
        "filter": NotRequired[Filter],
        "max_per": NotRequired[Mapping[str, int]],
        "promote": NotRequired[Promote],
        "diversity": NotRequired[float],
        "explain": NotRequired[bool],
        "fields": NotRequired[Sequence[str]],
    },
)
RowsOfUserQuery = TypedDict(
    "RowsOfUserQuery",
    {
        "rows": NotRequired[int],
        "n": NotRequired[int],
        "exclude_seen": NotRequired[bool],
        "filter": NotRequired[Filter],
        "explain": NotRequired[bool],
        "fields": NotRequired[Sequence[str]],
    },
)
DrawQuery = TypedDict(
    "DrawQuery",
    {
        "seed": int | str,
        "format": NotRequired[Literal["csv", "godot", "ldtk", "png", "svg", "tiled", "tmx", "uvtt", "xsb"]],
        "corpus": NotRequired[str],
        "model_version": NotRequired[str],
        "generator_version": NotRequired[int],
        "files_version": NotRequired[int],
        "count": NotRequired[int],
        "spec": NotRequired[Mapping[str, object]],
        "theme": NotRequired[Literal["cave", "crypt", "forest", "ice", "stone"]],
        "tile_pixels": NotRequired[Literal[16, 32]],
        "solution": NotRequired[bool],
        "strict": NotRequired[bool],
        "unlike": NotRequired[Literal["cells", "moves", "structure"]],
    },
)
ContentBatchQuery = TypedDict("ContentBatchQuery", {"part": NotRequired[int]})
UsedQuery = TypedDict("UsedQuery", {"days": NotRequired[int]})
