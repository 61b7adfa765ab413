"""Access: callers, what they are granted, and the wildcards that name catalogs."""
