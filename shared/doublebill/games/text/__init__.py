"""Texts: names, items, loot and quests, each from a spec and a seed."""
