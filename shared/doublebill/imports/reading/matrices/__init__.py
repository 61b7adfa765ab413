"""Matrices of users and items: recognised, and as one row for each cell that says something."""
