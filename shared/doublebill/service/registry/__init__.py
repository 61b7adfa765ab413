"""Registry: published versions, the champion pointer, challengers and click-through."""
