"""Keys of batches of content, which are called packs in the store.

packs/<kind>/<digest>/<batch>/<file>       a batch; see `stored_batch`
packs/keys/<kind>/<digest>.json            the batch of a request with an idempotency key
packs/at-work/<digest>.json                the batches of a caller that may not be finished
"""

PACKS = "packs/"

DEPTH = len(("packs", "kind", "digest", "batch", "file"))
"""Parts of the key of a batch's file."""

KEYS = "packs/keys"

PLACES = "packs/at-work"
