"""Times as people and programs write them, in requests and in files, as integer milliseconds since 1970 (UTC)."""
