"""Missions: the graph of what can be done in a level, and an order in which it can be done."""
