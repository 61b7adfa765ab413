"""Deployed stacks: where their API is, and requests to it that are signed on this machine."""
