"""Quests: texts from a grammar that keep the facts given."""
