"""Commands that make game content, and the files that they write."""
