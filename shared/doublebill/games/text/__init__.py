"""Texts: names, items, loot, quests and campaigns, each from a spec and a seed."""
