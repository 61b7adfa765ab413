"""Sealing what is stored with a passphrase."""
