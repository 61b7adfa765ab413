"""Ingesting: events and files come in, are checked, pseudonymised and stored."""
