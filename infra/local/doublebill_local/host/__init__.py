"""The host: the whole service on loopback, kept in one folder."""
