"""Sums of a gram over users: exact, in bands of rows, here or on other machines."""
