"""Grammars: replacement rules, what they can produce, and Tracery's notation."""
