"""Campaigns: dungeons that grow harder one after the other, and the story that joins them."""
