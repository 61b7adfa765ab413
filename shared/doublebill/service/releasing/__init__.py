"""Releasing: whether new versions of functions answer as they must, before traffic moves to them."""
