"""Commands for levels."""
