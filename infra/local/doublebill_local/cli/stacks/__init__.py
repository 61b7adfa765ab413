"""The commands about deployed stacks and their health."""
