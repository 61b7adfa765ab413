"""Analysis: versions beside each other and beside lists of others, on the same held-out users; nothing is stored."""
