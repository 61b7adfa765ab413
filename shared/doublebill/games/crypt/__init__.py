"""Crypts: turn-based rooms of foes and treasures."""
