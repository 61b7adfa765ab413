"""Platform levels: single screens of jumps."""
