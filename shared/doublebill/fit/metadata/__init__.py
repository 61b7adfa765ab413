"""Metadata: features of items from tags, titles and years, and edges of cold items from these."""
