"""The event log read user shard by user shard, so that a reader never holds all of its rows."""
