"""Rewriting: what a language model may change in a text, and how that is checked."""
