"""Exports and erasures of users as people see them."""
