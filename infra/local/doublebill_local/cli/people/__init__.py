"""The commands about single users: what is stored of them, and its erasure."""
