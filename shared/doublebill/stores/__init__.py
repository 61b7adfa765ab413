"""Interfaces to everything outside the service, one file per interface with its implementations side by side.

A URL chooses the implementation: see `open_objects`, `open_histories`, `open_secrets`, `open_jobs` and `open_rewriter`.
"""
