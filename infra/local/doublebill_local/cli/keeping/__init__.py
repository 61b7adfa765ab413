"""Commands that keep a deployment small and safe: `prune`, `backup` and `restore`."""
